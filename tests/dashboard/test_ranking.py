"""Filters, search and order of the rankings."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard import ranking
from dashboard.state import View

ROWS = pd.DataFrame(
    {
        "district_id": ["01", "02", "03", "04"],
        "district_name": ["Ñandú Norte", "Straße", "Cote d'Ivoire Côte", "İstanbul"],
        "parent_name": ["A", None, "B", "A"],
        "gap_class": ["very high", "high", "insufficient data", "very high"],
        "class_gap": [4, 3, None, 4],
        "is_underserved": [True, False, None, True],
        "gap_rank": [2, 3, None, 1],
        "population": [10.0, None, 30.0, 20.0],
        "variants": [[1, 9], [3, 3], None, [1, 2]],
    }
)
NO_RANKS = pd.DataFrame({"district_id": [], "ranks": []})


def test_filters_keep_only_what_is_known_to_pass() -> None:
    def ids(found: tuple[str, ...] = (), **choices: object) -> list[str]:
        view = View(**choices)  # type: ignore[arg-type]
        return list(ROWS.loc[ranking.narrowed(ROWS, view, found), "district_id"])

    assert ids(underserved=True) == ["01", "04"]
    assert ids(grade="very_high") == ["01", "04"]
    assert ids(grade="insufficient_data") == ["03"]
    assert ids(("02", "04"), parent="A", search="ist") == ["04"]
    assert ids(search="nowhere") == []
    assert ids(search="  ") == ["01", "02", "03", "04"]  # nothing is searched for


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("place", ["04", "01", "02", "03"]),
        ("-place", ["02", "01", "04", "03"]),
        ("population", ["01", "04", "03", "02"]),
        ("-population", ["03", "04", "01", "02"]),
        ("district_name", ["03", "04", "01", "02"]),
        ("variants", ["02", "04", "01", "03"]),
        ("-gap_class", ["01", "04", "02", "03"]),
        ("-is_underserved", ["01", "04", "02", "03"]),
    ],
)
def test_missing_comes_last_and_ids_decide_ties(sort: str, ids: list[str]) -> None:
    rows = ROWS.assign(place=ROWS["gap_rank"])
    assert list(ranking.ordered(rows, sort)["district_id"]) == ids


def test_a_score_has_its_published_rank_and_another_figure_its_place() -> None:
    assert list(ranking.whole(ROWS, NO_RANKS, {}, "gap", 1)["place"].dropna()) == [2, 3, 1]
    figure = pd.DataFrame({"district_id": ["01", "02", "03"], "value": [5.0, 7.0, 7.0]})
    more_is_worse = ranking.whole(ROWS, NO_RANKS, {"indicator.x": figure}, "indicator.x", 1)
    assert list(more_is_worse["place"].fillna(0)) == [3, 1, 1, 0]
    less_is_worse = ranking.whole(ROWS, NO_RANKS, {"indicator.x": figure}, "indicator.x", -1)
    assert list(less_is_worse["place"].fillna(0)) == [1, 2, 2, 0]


def test_only_layers_are_read_beside_the_gap_table() -> None:
    wanted = ["population", "measure.m.all", "indicator.x"]
    assert ranking.needed("indicator.x", wanted) == ["indicator.x", "measure.m.all"]
    assert ranking.needed("gap", ["need_score"]) == []
