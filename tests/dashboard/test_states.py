"""Every page in every state its data may be in: no exception, and what is missing is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from make_snapshot import build
from running import html, run, visible
from streamlit.testing.v1 import AppTest

from dashboard import navigation

PAGES = list(navigation.PAGES)
CHOSEN = {"region": "synth", "lang": "en", "district": "SY002", "compare": "SY002,SY003,SY004"}
# How a missing figure looks when nobody has put it into words.
RAW = re.compile(r"\b(?:nan|NaN|NaT|null|inf|undefined|None(?! [a-z]))\b|<NA>")
NO_SCORE = {
    *("need_score", "need_rank", "access_score", "access_rank", "gap_score", "gap_rank"),
    *("gap_rank_low", "gap_rank_high", "gap_top_fifth_probability"),
    *("is_underserved", "is_underserved_rural"),
}


def change(home: Path, *statements: str) -> None:
    """Change the current snapshot of the synthetic region, as a poorer one would be."""
    folder = home / "data" / "published" / "synth"
    with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip())) as con:
        for statement in statements:
            con.execute(statement)


def normal(home: Path) -> None:
    build(home)


def one_district(home: Path) -> None:
    """A region of a single district, which has a score."""
    path = build(home, n=6)
    with duckdb.connect(str(path)) as con:
        tables = con.execute(
            "SELECT table_name FROM duckdb_columns() WHERE column_name = 'district_id'"
        ).fetchall()
        for (table,) in tables:
            con.execute(f"DELETE FROM {table} WHERE district_id <> 'SY002'")
        con.execute("DELETE FROM out_similar")
        con.execute("DELETE FROM out_similar_item")
        con.execute("UPDATE out_region SET n_districts = 1")


def indicator_missing(home: Path) -> None:
    build(home)
    change(
        home,
        "UPDATE out_indicator SET value = NULL, scaled_value = NULL, contribution = NULL, "
        "low = NULL, high = NULL WHERE indicator_id = 'poverty'",
        "UPDATE out_layer_district SET value = NULL, class_quantile = NULL, class_jenks = NULL, "
        "class_equal = NULL, class_fixed = NULL, "
        "reason = 'no data' WHERE layer = 'indicator.poverty'",
        "DELETE FROM out_layer_class WHERE layer = 'indicator.poverty'",
        "DELETE FROM out_typical WHERE layer = 'indicator.poverty'",
    )


def scores_missing(home: Path) -> None:
    """Figures are there, no score could be made of them."""
    build(home)
    gone = ", ".join(f"{column} = NULL" for column in sorted(NO_SCORE))
    change(
        home,
        f"UPDATE out_gap SET gap_class = 'insufficient data', {gone}",
        "UPDATE out_confidence SET gap_low = NULL, gap_high = NULL, confidence = NULL, "
        "top_fifth_probability = NULL",
        "UPDATE out_layer_district SET value = NULL, class_quantile = NULL, class_jenks = NULL, "
        "class_equal = NULL, class_fixed = NULL, "
        "reason = 'insufficient data' WHERE layer IN ('gap', 'need', 'access')",
        "DELETE FROM out_layer_class WHERE layer IN ('gap', 'need', 'access')",
        "UPDATE out_bivariate SET need_class = NULL, access_class = NULL",
        "DELETE FROM out_bivariate_class",
        "UPDATE out_lens_district SET gap_class = 'insufficient data', need_score = NULL, "
        "access_score = NULL, gap_score = NULL, gap_rank = NULL, class_gap = NULL",
        "DELETE FROM out_lens_class",
        *(f"DELETE FROM {t}" for t in ("out_reason", "out_similar", "out_similar_item")),
        "DELETE FROM out_typical WHERE layer IN ('gap', 'need', 'access')",
    )


def all_missing(home: Path) -> None:
    build(home, kind="all_null")


def no_services(home: Path) -> None:
    build(home, kind="no_services")


STATES: list[Callable[[Path], None]] = [
    normal, one_district, indicator_missing, scores_missing, all_missing, no_services,
]  # fmt: skip


def assert_sensible(app: AppTest) -> None:
    assert not app.exception, [e.message for e in app.exception]
    assert [error.value for error in app.error] == []
    page = html(app)
    assert page.count("<h1") == 1
    assert "${" not in page and "<script" not in page
    raw = [words[:200] for words in visible(app) if RAW.search(words)]
    assert raw == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_every_state(home: Path, page: str, state: Callable[[Path], None]) -> None:
    state(home)
    assert_sensible(run(page=page, region="synth", lang="en"))
    layer = {"layer": "indicator.poverty"} if state is indicator_missing else {}
    assert_sensible(run(page=page, **CHOSEN, **layer))


@pytest.mark.parametrize(
    ("state", "page", "more", "words"),
    [
        (one_district, "overview", {}, "1 "),
        (one_district, "compare", {}, "No place is similar"),
        (indicator_missing, "map", {"layer": "indicator.poverty"}, "has a figure for this"),
        (indicator_missing, "district", {}, "no data"),
        (indicator_missing, "rankings", {"layer": "indicator.poverty", "plain": "1"}, "no data"),
        (scores_missing, "overview", {}, "no data"),
        (scores_missing, "map", {}, "too little data"),
        (scores_missing, "district", {}, "not ranked"),
        (scores_missing, "rankings", {"plain": "1"}, "no data"),
        (all_missing, "compare", {}, "no data"),
        (no_services, "map", {}, "No service"),
        (no_services, "district", {}, "no data"),
    ],
)
def test_what_is_missing_is_said(
    home: Path, state: Callable[[Path], None], page: str, more: dict[str, str], words: str
) -> None:
    state(home)
    app = run(page=page, **{**CHOSEN, **more})
    said = "\n".join(visible(app))
    assert words.lower() in said.lower()


@pytest.mark.parametrize("page", PAGES)
def test_a_snapshot_replaced_while_the_page_is_open(home: Path, page: str) -> None:
    build(home, snapshot_id="one")
    app = run(page=page, region="synth", lang="en", district="SY011", compare="SY002,SY011")
    assert_sensible(app)
    build(home, snapshot_id="two", n=6)  # five districts of six have a score, SY011 is gone
    app.run()
    assert_sensible(app)
    assert "two" in html(app).rpartition('class="mg-foot"')[2]
    if page not in ("changes", "variants", "methods"):  # these show no chosen district
        assert "SY011" not in str(dict(app.query_params))
        assert any("district" in info.value for info in app.info)
