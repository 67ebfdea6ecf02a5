"""Whose scores are shown, which districts are shown, and their totals. Pure: frames in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dashboard import text

BEYOND = "population_beyond_reach"
# What a lens replaces in the published frame; the rest (travel time, area, staff) is the same for
# every group.
_OF_LENS = [
    *("need_score", "need_rank", "access_score", "access_rank", "gap_score", "gap_rank"),
    *("gap_class", "is_underserved", "is_underserved_rural"),
    *("class_gap", "class_need", "class_access"),
]
# Worked out for everyone only: another group shows none of it rather than everyone's.
_OF_EVERYONE = [
    *("gap_rank_low", "gap_rank_high", "gap_top_fifth_probability", "gap_low", "gap_high"),
    *("confidence", "accessible_fte_per_100k", "population_served", "population_over_capacity"),
    *("population_beyond_reach", "fte_shortage"),
]


def for_lens(gap: pd.DataFrame, lens: pd.DataFrame) -> pd.DataFrame:
    """Return the frame of `queries.gap` with the scores of one group of people.

    `lens` is `queries.lens_gap` of that group. Adds `group_people`, and `underserved_everyone` to
    compare with. What is known for everyone only becomes missing.
    """
    rows = lens.set_index("district_id").reindex(gap["district_id"])
    out = gap.copy()
    out["underserved_everyone"] = gap["is_underserved"]
    out["group_people"] = rows["people"].to_numpy()
    for column in _OF_LENS:
        out[column] = rows[column].to_numpy()
    out["gap_class"] = out["gap_class"].fillna("insufficient data")
    for column in _OF_EVERYONE:
        out[column] = None if column == "confidence" else np.nan
    return out


def shown(gap: pd.DataFrame, *, rural: bool, robust: bool) -> list[bool]:
    """Tell which districts are shown; what is not known to be rural or robust is not."""
    keep = pd.Series(True, index=gap.index)
    if rural:
        keep &= _known_true(gap["is_rural"])
    if robust:
        keep &= gap["confidence"].eq(text.ROBUST).fillna(False).astype(bool)
    return [bool(value) for value in keep]


def totals(rows: pd.DataFrame, published: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Totals of the shown districts; NaN where no district has the figure.

    `published` are `queries.totals` where these districts are all of a scope; they hold what single
    districts withhold. Else what is shown is added up.
    """
    told = published or {}
    underserved = _known_true(rows["is_underserved_rural"])
    people = rows["group_people"] if "group_people" in rows else rows["population"]
    out = {
        "districts": len(rows),
        "scored": int(rows["gap_score"].notna().sum()),
        "population": _sum(rows["population"]),
        "people": _sum(people),
        "underserved": int(underserved.sum()),
        "judged": int(rows["is_underserved_rural"].notna().sum()),
        "underserved_people": float(people[underserved].sum()),
        "beyond_reach": told.get(BEYOND, _sum(rows[BEYOND])),
        "fte_shortage": _sum(rows["fte_shortage"]),
    }
    if "underserved_everyone" in rows:
        worst, worst_all = (
            _known_true(rows[name]) for name in ("is_underserved", "underserved_everyone")
        )
        out |= {"worst": int(worst.sum()), "new_worst": int((worst & ~worst_all).sum())}
    return out


def moves(pair: pd.DataFrame) -> pd.DataFrame:
    """Return the districts ranked by both variants with `move` (b minus a), the largest first.

    `pair` is `region_rows.variant_districts`. A negative move is a step towards rank 1, the worst.
    """
    both = pair.dropna(subset=["rank_a", "rank_b"])
    both = both.assign(move=both["rank_b"].astype(int) - both["rank_a"].astype(int))
    order = both["move"].abs().rename("size")
    return both.loc[
        both.assign(size=order)
        .sort_values(["size", "rank_a", "district_id"], ascending=[False, True, True])
        .index
    ].reset_index(drop=True)


def entering(pair: pd.DataFrame) -> pd.DataFrame:
    """Return districts in the worst fifth under the second variant but not under the first."""
    known = _known_true(pair["worst_b"]) & _known_true(~_true_or_missing(pair["worst_a"]))
    return pair[known].sort_values(["rank_b", "district_id"])


def leaving(pair: pd.DataFrame) -> pd.DataFrame:
    """Return districts in the worst fifth under the first variant but not under the second."""
    known = _known_true(pair["worst_a"]) & _known_true(~_true_or_missing(pair["worst_b"]))
    return pair[known].sort_values(["rank_a", "district_id"])


def _true_or_missing(values: pd.Series) -> pd.Series:
    return values.astype("boolean")


def _known_true(values: pd.Series) -> pd.Series:
    return values.astype("boolean").fillna(False).astype(bool)


def _sum(values: pd.Series) -> float:
    return float(pd.to_numeric(values).sum(min_count=1))
