"""All that changed between two snapshots, ready to show or to keep."""

import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from etl.diff.causes import CAUSES, NotSeparableError, both, moves
from etl.diff.snapshot import Snapshot
from etl.diff.tables import CHANGES, KEYS, compare, summarise

WORST = "is_underserved"
FORMAT_VERSION = 1


@dataclass(frozen=True, eq=False)
class Report:
    """What changed.

    Attributes
    ----------
    about : ids and method versions of both snapshots; ``separable`` and ``note`` (why not)
    districts : one row per district of either snapshot, largest move of rank first: gap and rank
        before and after, ``gap_score_change``, ``gap_rank_change``, the parts by cause, whether it
        entered or left the worst fifth
    summary : one row per published table with differences
    changes : every differing cell
    """

    about: dict[str, Any]
    districts: pd.DataFrame
    summary: pd.DataFrame
    changes: pd.DataFrame

    @property
    def nothing(self) -> bool:
        """Whether the two snapshots hold the same figures."""
        return self.changes.empty

    def to_json(self, max_changes: int) -> str:
        """Return the report as JSON text; of `changes` only the first `max_changes`."""
        parts = {
            "format_version": FORMAT_VERSION,
            "about": {**self.about, "n_changes": len(self.changes)},
            "districts": _records(self.districts.reset_index()),
            "summary": _records(self.summary),
            "changes": _records(self.changes.head(max_changes)),
        }
        return json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def report(old: Snapshot, new: Snapshot) -> Report:
    """Compare two snapshots of one region."""
    about: dict[str, Any] = {"separable": True, "note": ""}
    for when, snapshot in (("old", old), ("new", new)):
        about[f"{when}_snapshot_id"] = snapshot.snapshot_id
        about[f"{when}_method_version"] = snapshot.method_version
    try:
        districts = moves(old, new)
    except NotSeparableError as error:
        districts = both(old, new)
        for figure in ("gap_score", "gap_rank"):
            for cause in CAUSES:
                districts[f"{figure}_{cause}"] = float("nan")
        about |= {"separable": False, "note": str(error)}
    known = [t for t in KEYS if t in old.tables and t in new.tables]
    found = [compare(old.tables[t], new.tables[t], t) for t in known]
    changes = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=CHANGES)
    return Report(about, _with_moves(districts, old, new), summarise(changes), changes)


def _with_moves(table: pd.DataFrame, old: Snapshot, new: Snapshot) -> pd.DataFrame:
    """Add the changes and who entered or left the worst fifth; the largest move first."""
    before, after = (
        s.tables["out_gap"].set_index("district_id")[WORST].reindex(table.index) for s in (old, new)
    )
    was, now = (s.astype("boolean").fillna(False).astype(bool) for s in (before, after))
    table = table.assign(
        gap_score_change=(table["gap_score_new"] - table["gap_score_old"]).round(6),
        gap_rank_change=table["gap_rank_new"] - table["gap_rank_old"],
        entered_worst_fifth=now & ~was,
        left_worst_fifth=was & ~now,
    )
    size = table["gap_rank_change"].abs().fillna(-1.0)
    order = pd.DataFrame({"size": -size, "id": table.index}).sort_values(["size", "id"]).index
    return table.loc[order]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with plain values; missing as None, so that JSON can hold them."""
    return [{str(k): _plain(v) for k, v in row.items()} for row in frame.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
