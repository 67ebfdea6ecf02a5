"""Which districts the rankings show, and in which order. Pure: frames in and out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from dashboard import text
from dashboard.columns import ranked_by
from dashboard.i18n import folded
from dashboard.state import View


def whole(
    gap: pd.DataFrame,
    ranks: pd.DataFrame,
    figures: Mapping[str, pd.DataFrame],
    layer: str,
    direction: int,
) -> pd.DataFrame:
    """Return all districts with the figures that are shown or ranked by, and `place`.

    `gap` is `queries.gap` (of a group perhaps), `ranks` is `layer_rows.variant_ranks`, `figures`
    holds `map_rows.layer_values` by layer. `place` is the published rank of a score; of another
    figure it is its place among all districts, 1 for the worst (`direction` -1: the least is the
    worst; else the most), equal figures sharing the better number. Missing figures have no place.
    """
    ids = gap["district_id"].astype(str)
    out = gap.copy()
    out["variants"] = ids.map(dict(zip(ranks["district_id"], ranks["ranks"], strict=True)))
    for key, rows in figures.items():
        out[key] = ids.map(dict(zip(rows["district_id"], rows["value"], strict=True)))
    if layer in text.SCORES:
        return out.assign(place=out[f"{layer}_rank"])
    values = pd.to_numeric(out[layer])
    return out.assign(place=values.rank(method="min", ascending=direction < 0))


def narrowed(rows: pd.DataFrame, view: View, found: Collection[str]) -> pd.Series:
    """Tell which rows pass the filters that only the rankings have; an index-aligned mask.

    `found` is the ids that the view's search finds (`Districts.called`).
    """
    keep = pd.Series(True, index=rows.index)
    if view.underserved:
        keep &= rows["is_underserved"].astype("boolean").fillna(False).astype(bool)
    if view.grade:
        keep &= rows["gap_class"].map(grade_id) == view.grade
    if view.parent:
        keep &= rows["parent_name"] == view.parent
    if folded(view.search).strip():
        keep &= rows["district_id"].isin(found)
    return keep


def ordered(rows: pd.DataFrame, sort: str) -> pd.DataFrame:
    """Return the rows by place, the worst first, or by a column; `-` before it: largest first.

    Missing figures come last either way, and ids decide ties.
    """
    key, up = (sort[1:], False) if sort.startswith("-") else (sort or "place", True)
    out = rows.assign(_by=_sorted_by(rows, key)).sort_values(
        ["_by", "district_id"], ascending=[up, True], na_position="last"
    )
    return out.drop(columns="_by").reset_index(drop=True)


def grade_id(name: str) -> str:
    """Return a gap class as links carry it: `very_high`."""
    return str(name).replace(" ", "_")


def sortable(key: str) -> bool:
    """Tell whether rows can be put in the order of a column: ranges are texts."""
    return key != "gap_range"


def needed(layer: str, columns: Sequence[str]) -> list[str]:
    """Return the layers that have to be read beside the gap table."""
    keys = dict.fromkeys([ranked_by(layer), *columns])
    return [key for key in keys if "." in key]


def _sorted_by(rows: pd.DataFrame, key: str) -> pd.Series:
    """Return what rows are put in order by, for a column."""
    if key == "district_name":
        return rows[key].map(folded)
    if key == "variants":
        # A place moves as much as its best and worst rank are apart.
        return rows[key].map(_reach)
    if key == "gap_class":
        return rows["class_gap"]
    return rows[key].astype("boolean").astype("Float64") if key.startswith("is_") else rows[key]


def _reach(ranks: object) -> float | None:
    if isinstance(ranks, float) or ranks is None or len(ranks) == 0:  # type: ignore[arg-type]
        return None
    return float(max(ranks) - min(ranks))  # type: ignore[call-overload]
