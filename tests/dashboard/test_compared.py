"""Which district is best and worst, and what differs most."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard import compared_figures
from dashboard.compared import Figure, differing, file_rows, standing, with_data


def figure(key: str, *values: float | None, worse: int = 1, spread: float | None = 10) -> Figure:
    shown = tuple(str(value) for value in values)
    return Figure(key, key, values, shown, worse=worse, usual_spread=spread)


@pytest.mark.parametrize(
    ("values", "worse", "marks"),
    [
        ((1, 2, 3), 1, ("best", "", "worst")),
        ((1, 2, 3), -1, ("worst", "", "best")),
        ((3, 1, 3), 1, ("worst", "best", "worst")),
        ((None, 2, 3), 1, ("", "best", "worst")),
        ((2, 2, 2), 1, ("", "", "")),
        ((None, 2, None), 1, ("", "", "")),
        ((1, 2, 3), 0, ("", "", "")),
    ],
)
def test_best_and_worst(values: tuple, worse: int, marks: tuple[str, ...]) -> None:
    assert standing(figure("x", *values, worse=worse)) == marks


def test_what_differs_most_is_measured_by_the_spread_of_the_region() -> None:
    found = differing(
        [
            figure("small", 0, 5),
            figure("large", 0, 40, spread=20),
            figure("unknown spread", 0, 1000, spread=None),
            figure("equal", 4, 4),
            figure("one", 4, None),
            figure("middle", None, 0, 10),
        ]
    )
    assert [one.key for one in found] == ["large", "middle", "small"]


def test_a_measure_is_named_once_for_the_tier_that_differs_most() -> None:
    tiers = [figure("measure.m.all", 0, 5), figure("measure.m.public", 0, 9), figure("need", 0, 1)]
    assert [one.key for one in differing(tiers)] == ["measure.m.public", "need"]


def test_a_figure_that_is_only_withheld_is_shown() -> None:
    hidden = Figure("h", "h", (None, None), ("w", "no data"), marks=("[c]", ""))
    there, absent = with_data([hidden, figure("gone", None, None), figure("seen", 0, None)])
    assert [one.key for one in there] == ["h", "seen"]
    assert [one.key for one in absent] == ["gone"]


def test_a_file_has_a_row_per_figure_and_per_end_of_a_range() -> None:
    rank = Figure("r", "Rank", (1.0, 2.0), ("", ""), lows=(1.0, None), highs=(4.0, 5.5))
    hidden = Figure("h", "People", (None, 2.25), ("", ""), unit="people", marks=("[c]", ""))
    headings, rows = file_rows({"S": [rank, hidden]}, ["A (1)", "B (2)"])
    assert headings[-2:] == ["A (1)", "B (2)"]
    assert [row[0] for row in rows] == ["r", "r_lowest", "r_highest", "h"]
    assert [row[4:] for row in rows] == [[1, 2], [1, None], [4, 5.5], ["[c]", 2.25]]


def test_a_level_without_a_register_is_unknown_and_one_with_it_can_be_empty() -> None:
    levels = pd.DataFrame({"level": ["a", "b"], "label": ["A", "B"], "has_data": [True, False]})
    counts = pd.DataFrame({"district_id": ["1"], "level": ["a"], "n": [3]})
    rows = [{"district_id": key, "services_reporting_share": None} for key in ("1", "2")]
    known, unknown, reporting = compared_figures.services(levels, counts, rows)
    assert known.values == (3.0, 0.0) and known.shown == ("3", "0")
    assert unknown.values == (None, None) and unknown.shown == ("no data", "no data")
    assert reporting.values == (None, None)


def test_cadres_known_in_one_district_only_are_missing_in_the_other() -> None:
    columns = ["cadre", "label", "position", "is_counted", "headcount", "fte_per_100k",
               "fte_shortage"]  # fmt: skip
    every_here = ["all", "All", 1, True, 4.0, 2.5, 1.0]
    nurses_here = ["nurse", "Nurses", 2, False, 7.0, None, None]
    here = pd.DataFrame([every_here, nurses_here], columns=columns)
    there = pd.DataFrame([["all", "All", 1, True, 9.0, 5.0, None]], columns=columns)
    every, nurses, missing = compared_figures.staff([here, there])
    assert every.values == (2.5, 5.0) and standing(every) == ("worst", "best")
    assert nurses.values == (7.0, None) and nurses.shown[1] == "no data"
    assert standing(nurses) == ("", "")
    assert missing.values == (1.0, None)


def test_a_withheld_score_of_a_group_is_not_called_unranked() -> None:
    row = {
        "district_id": "1", "gap_rank": None, "gap_rank_low": None, "gap_rank_high": None,
        "gap_score": None, "gap_low": None, "gap_high": None, "need_score": 4.0,
        "access_score": None,
    }  # fmt: skip
    marks = {("out_lens_district", "older", "gap_rank"): {"1": "[c]"}}
    rank, gap, need, access = compared_figures.scores([row], 9, {}, marks, "older")
    assert rank.shown == ("withheld [c]",) and rank.marks == ("[c]",)
    assert (gap.shown, need.shown, access.shown) == (("no data",), ("4.0",), ("no data",))
    everyone = compared_figures.scores([row], 9, {}, marks, "")[0]
    assert everyone.shown == ("not ranked",)
