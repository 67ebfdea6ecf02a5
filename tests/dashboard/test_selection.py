"""Whose scores, which districts, and their totals: by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_snapshot import build

from dashboard import layer_rows, queries, selection


def test_totals_are_the_sum_of_the_shown_rows(synth: Path) -> None:
    gap = queries.gap(queries.current("synth"))
    rural = gap[selection.shown(gap, rural=True, robust=False)]
    total = selection.totals(rural)
    assert total["districts"] == int(gap["is_rural"].sum())
    assert total["population"] == pytest.approx(rural["population"].sum())
    assert selection.totals(gap)["scored"] == 11


def test_totals_hold_what_single_districts_withhold(synth: Path) -> None:
    snapshot = queries.current("synth")
    gap, hidden = queries.gap(snapshot), layer_rows.withheld(snapshot)
    whole = queries.totals(snapshot, "all")
    last = gap["district_id"].iloc[-1]
    assert {key: set(marks) for key, marks in hidden.items()} == {
        ("out_gap", "", selection.BEYOND): {last}
    }
    gap.loc[gap["district_id"] == last, selection.BEYOND] = np.nan  # as the ETL publishes it
    assert selection.totals(gap, whole)["beyond_reach"] == whole[selection.BEYOND]
    assert selection.totals(gap)["beyond_reach"] == gap[selection.BEYOND].sum()


def test_totals_of_no_data_are_missing_not_zero(home: Path) -> None:
    build(home, kind="all_null")
    total = selection.totals(queries.gap(queries.current("synth")))
    assert np.isnan(total["population"]) and np.isnan(total["fte_shortage"])
    assert total["judged"] == 0


def test_filters_keep_only_what_is_known(synth: Path) -> None:
    gap = queries.gap(queries.current("synth"))
    gap["is_rural"] = gap["is_rural"].astype("object")
    gap.loc[1, "is_rural"] = None
    both = selection.shown(gap, rural=True, robust=True)
    assert [k for k, keep in enumerate(both) if keep] == [5]  # 1 and 5 are robust, 9 is urban
    assert selection.shown(gap, rural=False, robust=False) == [True] * 12
    assert sum(selection.shown(gap, rural=False, robust=True)) == 3


def test_a_group_replaces_scores_and_drops_what_is_known_for_everyone_only(synth: Path) -> None:
    snapshot = queries.current("synth")
    gap = queries.gap(snapshot)
    before = gap.copy()
    older = selection.for_lens(gap, queries.lens_gap(snapshot, "older"))
    pd.testing.assert_frame_equal(gap, before)
    assert list(older["district_id"]) == list(gap["district_id"])
    assert not older["gap_score"].equals(gap["gap_score"])
    assert older["nearest_service_minutes"].equals(gap["nearest_service_minutes"])
    for column in ("gap_low", "gap_rank_high", "confidence", "population_beyond_reach"):
        assert older[column].isna().all()
    total = selection.totals(older)
    assert total["people"] == pytest.approx(older["group_people"].sum())
    assert total["people"] < total["population"]
    assert 0 <= total["new_worst"] <= total["worst"]


def test_a_district_without_a_group_score_has_no_class(synth: Path) -> None:
    snapshot = queries.current("synth")
    gap = queries.gap(snapshot)
    rows = queries.lens_gap(snapshot, "older").iloc[1:]
    older = selection.for_lens(gap, rows)
    assert older["gap_class"][0] == "insufficient data"
    assert pd.isna(older["gap_score"][0]) and pd.isna(older["class_gap"][0])


def pair(rank_a: list[float], rank_b: list[float], worst: float) -> pd.DataFrame:
    frame = pd.DataFrame({"rank_a": rank_a, "rank_b": rank_b}, dtype=float)
    frame.insert(0, "district_id", [f"{k:03d}" for k in range(len(frame))])
    for side in "ab":
        ranks = frame[f"rank_{side}"]
        frame[f"worst_{side}"] = (ranks <= worst).astype("object").where(ranks.notna(), None)
    return frame


def test_crossings_and_moves_by_hand() -> None:
    found = pair([1, 2, 3, 4, np.nan], [3, 1, 2, np.nan, 1], worst=1)
    assert list(selection.entering(found)["district_id"]) == ["001"]  # 004 was not ranked before
    assert list(selection.leaving(found)["district_id"]) == ["000"]
    moves = selection.moves(found)
    assert list(moves["district_id"]) == ["000", "001", "002"]
    assert list(moves["move"]) == [2, -1, -1]


@given(st.permutations(range(1, 11)), st.integers(1, 9))
def test_entering_and_leaving_balance_and_swap(order: list[int], worst: int) -> None:
    there = pair(list(range(1, 11)), list(order), worst)
    back = pair(list(order), list(range(1, 11)), worst)
    entering, leaving = selection.entering(there), selection.leaving(there)
    assert len(entering) == len(leaving)
    assert set(entering["district_id"]) == set(selection.leaving(back)["district_id"])
    assert not set(entering["district_id"]) & set(leaving["district_id"])
    assert selection.moves(there)["move"].sum() == 0
