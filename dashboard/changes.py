"""The records of what a refresh changed, kept as JSON beside the snapshots."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.queries import Snapshot

FORMAT_VERSION = 1
# What moved a rank; each is a message `changes.cause.<cause>`.
CAUSES = ("by_data", "by_boundaries", "by_model", "by_method")
_NAME = re.compile(r"changes-([A-Za-z0-9_]{1,100})-([A-Za-z0-9_]{1,100})\.json")
_DISTRICTS = ["district_id", "district_name", "gap_score_old", "gap_score_new", "gap_rank_old",
              "gap_rank_new", "gap_rank_change", "entered_worst_fifth", "left_worst_fifth",
              *(f"gap_rank_{cause}" for cause in CAUSES)]  # fmt: skip
_SUMMARY = ["table", "rows_added", "rows_removed", "cells_changed", "columns_changed"]


class UnreadableRecordError(Exception):
    """A record is not what this version of the page can read."""


@dataclass(frozen=True, eq=False)
class Record:
    """What changed: ids and versions, one row per district, one row per published table."""

    about: dict[str, Any]
    districts: pd.DataFrame
    summary: pd.DataFrame


def older(snapshot: Snapshot) -> dict[str, Path]:
    """Return the records that end at a snapshot, by the id of the older one, newest first."""
    own = snapshot.path.stem.removeprefix("gap-")
    found: dict[str, Path] = {}
    paths = snapshot.path.parent.glob("changes-*.json")
    for path in sorted(paths, key=lambda p: (p.stat().st_mtime_ns, p.name), reverse=True):
        named = _NAME.fullmatch(path.name)
        if named and named[2] == own:
            found[named[1]] = path
    return found


def load(path: Path) -> Record:
    """Read a record. Raises UnreadableRecordError where it is broken or of another version."""
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
        if parts["format_version"] != FORMAT_VERSION:
            raise UnreadableRecordError(f"format {parts['format_version']}")
        districts = pd.DataFrame(parts["districts"], columns=_DISTRICTS)
        summary = pd.DataFrame(parts["summary"], columns=_SUMMARY)
        return Record(dict(parts["about"]), districts, summary)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UnreadableRecordError(str(error)) from error
