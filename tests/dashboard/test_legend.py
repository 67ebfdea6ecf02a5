"""The legend and the words of a layer, on frames small enough to check by hand."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dashboard import layers, legend, map_words
from dashboard.layers import Layer

REGION = {"district_term": "county", "district_term_plural": "counties", "name": "Here"}
NAMES = {"a": "Ash", "b": "<b>Birch</b>", "c": "Cedar", "d": "Dogwood"}


@pytest.fixture
def minutes() -> Layer:
    """Two classes of minutes, where less is better; `d` has no figure."""
    return Layer(
        id="measure.nearest.all", family="access", name="Minutes to care", unit="minutes",
        direction=1, estimate=True, method="quantile", methods=["quantile", "equal"],
        classes=pd.DataFrame({"class_index": [0, 1], "lower": [5.0, 30.25], "upper": [30.25, 90.0],
                              "is_frozen": [True, True], "frozen_on": ["2026-11-21"] * 2}),
        rows=pd.DataFrame({
            "district_id": list("abcd"), "value": [90.0, 5.0, 30.25, np.nan],
            "rank": [1.0, 3.0, 2.0, np.nan], "member": [1.0, 0.0, 1.0, np.nan],
            "reason": [None, None, None, "no data"], "low": [80.0, np.nan, 29.0, np.nan],
            "high": [95.0, np.nan, 31.0, np.nan],
        }),
    )  # fmt: skip


def words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_every_class_and_every_gap_is_counted_even_at_zero(minutes: Layer) -> None:
    said = words(legend.legend(minutes, "10b-", REGION, "", doubt=True))
    assert "Minutes to care, minutes (estimate)" in said
    assert "5–30 minutes n = 1" in said
    assert "30–90 minutes n = 2" in said  # one of them in doubt
    assert "No data n = 1" in said
    assert "Too little data for a score n = 0" in said
    assert "worst fifth n = 1" in said
    assert "Filtered out" not in said and "greyed out" not in said
    assert "quantiles" in said and "kept since 21 November 2026" in said
    more = words(legend.legend(minutes, "1xm-", REGION, "", doubt=False))
    assert "Filtered out n = 1" in more and "greyed out n = 1" in more
    assert "worst fifth" not in more


def test_bounds_have_enough_decimals_to_differ(minutes: Layer) -> None:
    near = minutes.classes.assign(lower=[0.011, 0.0124], upper=[0.0124, 0.02])
    assert legend.bounds(replace(minutes, classes=near, unit="%")) == [
        "0.011–0.012%",
        "0.012–0.020%",
    ]
    assert legend.bounds(replace(minutes, unit="FTE per 100,000"))[0] == "5–30"


def test_bounds_that_are_not_frozen_say_so(minutes: Layer) -> None:
    own = replace(minutes, classes=minutes.classes.assign(is_frozen=False), method="jenks")
    assert "worked out for this snapshot" in legend.how_classed(own)
    assert "snapshot" not in legend.how_classed(replace(own, method="fixed"))
    assert legend.how_classed(replace(own, classes=own.classes.iloc[:0])) == ""


def test_dark_is_the_worse_end_whatever_the_direction(minutes: Layer) -> None:
    more, less = legend.colors(minutes), legend.colors(replace(minutes, direction=-1))
    assert more == less[::-1]
    assert legend.colors(replace(minutes, direction=0))[1] not in more


def test_thirds_name_their_corners_and_count_each_cell(minutes: Layer) -> None:
    both = replace(minutes, id=layers.BIVARIATE, family=layers.BIVARIATE, unit="")
    page = legend.legend(both, "8820-~", REGION, "", doubt=False)
    cells = re.findall(r"<td style=[^>]*><b>(\d+)</b>(?:<small>([^<]+)</small>)?", page)
    assert [int(count) for count, _ in cells] == [0, 0, 2, 0, 0, 0, 1, 0, 1]
    assert [name for _, name in cells if name] == [
        "high need, good access", "high need, poor access",
        "low need, good access", "low need, poor access",
    ]  # fmt: skip
    assert "cut into thirds" in words(page)


def test_the_worst_come_first_and_only_of_those_shown(minutes: Layer) -> None:
    assert list(layers.worst_first(minutes, [True] * 4)["district_id"]) == ["a", "c", "b"]
    assert list(layers.worst_first(minutes, [False, True, True, True])["district_id"]) == ["c", "b"]


def test_the_map_in_words(minutes: Layer) -> None:
    said = map_words.in_words(minutes, NAMES, [True] * 4, REGION, "Minutes")
    assert said == (
        "Map of 4 counties of Here, coloured by: Minutes. Highest: Ash (90.0 minutes). "
        "The other end: <b>Birch</b> (5.0 minutes). 1 has no figure."
    )
    nobody = map_words.in_words(minutes, NAMES, [False, False, False, True], REGION, "Minutes")
    assert nobody == "Map of 1 county of Here, coloured by: Minutes. None has a figure: no data."


def test_the_answer_is_escaped_and_never_empty(minutes: Layer) -> None:
    page = map_words.answer(minutes, NAMES, [True] * 4, "")
    assert "<b>Highest</b>" in page and "&lt;b&gt;Birch" in page
    assert "filters" in map_words.answer(minutes, NAMES, [False] * 4, "")
    assert "no data" in map_words.answer(minutes, NAMES, [False, False, False, True], "")
    least = replace(minutes, direction=-1)
    assert "<b>Lowest, youth</b>" in map_words.answer(least, NAMES, [True] * 4, "Youth")


def test_likely_ranges_are_written_only_where_known(minutes: Layer) -> None:
    rows = minutes.rows.to_dict("records")
    assert map_words.between(minutes, rows[2]) == "29.0–31.0"
    assert map_words.between(minutes, rows[1]) == ""


def test_decimals_fit_the_size_of_the_figures(minutes: Layer) -> None:
    assert minutes.decimals == 1
    small = replace(minutes, rows=minutes.rows.assign(value=[0.02, 0.03, 0.01, np.nan]))
    assert small.decimals == 3
    assert replace(minutes, unit="people").decimals == 0
    assert replace(minutes, rows=minutes.rows.assign(value=np.nan)).decimals == 1
