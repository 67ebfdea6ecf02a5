"""Lays records of changes beside snapshots: moves, none, no rank, and names by strangers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from make_snapshot import HOSTILE

from dashboard.changes import CAUSES

SCRIPT, LONG = HOSTILE[0], HOSTILE[4]


def _district(
    name: str, old: float | None, new: float | None, **causes: float | None
) -> dict[str, Any]:
    parts = {f"gap_rank_{c}": causes.get(c, 0.0) for c in CAUSES}
    change = None if old is None or new is None else new - old
    return {
        "district_id": name, "district_name": name, "gap_score_old": 40.0, "gap_score_new": 41.25,
        "gap_rank_old": old, "gap_rank_new": new, "gap_rank_change": change,
        "entered_worst_fifth": name == "Alpha", "left_worst_fifth": name == LONG, **parts,
    }  # fmt: skip


def write_changes(snapshot: Path, older: str, separable: bool = True, note: str = "") -> Path:
    """Lay a record beside a snapshot of what changed since an older one; return its path."""
    own = snapshot.stem.removeprefix("gap-")
    record = {
        "format_version": 1,
        "about": {"old_snapshot_id": older, "new_snapshot_id": own, "old_method_version": "2026.3",
                  "new_method_version": "2026.4", "separable": separable, "note": note},
        "districts": [
            _district("Alpha", 9.0, 2.0, by_data=-6.0, by_model=-1.0),
            _district(LONG, 2.0, 3.0, by_method=1.0),
            _district(SCRIPT, 5.0, 6.0, by_boundaries=1.0),
            _district("Beta", 4.0, 4.0),
            _district("Gamma", None, None),
        ],
        "summary": [{"table": "out_indicator", "rows_added": 0, "rows_removed": 0,
                     "cells_changed": 14, "columns_changed": "value, vintage"}],
        "changes": [],
    }  # fmt: skip
    path = snapshot.with_name(f"changes-{older}-{own}.json")
    path.write_text(json.dumps(record), encoding="utf-8")
    return path
