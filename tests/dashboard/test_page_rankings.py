"""The page of rankings as Streamlit runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_snapshot import build
from running import html, run


@pytest.mark.parametrize(
    ("kind", "layer"),
    [("normal", "gap"), ("all_null", "gap"), ("all_null", "indicator.older"),
     ("normal", "measure.e2sfca.specialist"), ("no_services", "access")],
)  # fmt: skip
@pytest.mark.parametrize("plain", ["", "1"])
def test_the_page_runs_whatever_is_missing(home: Path, kind: str, plain: str, layer: str) -> None:
    build(home, kind=kind)
    app = run(page="rankings", region="synth", plain=plain, layer=layer)
    assert not app.exception and not app.error
    assert "<script" not in html(app) and "${" not in html(app)
    assert html(app).count("<h1>") == 1


def test_one_district_is_a_ranking_too(home: Path) -> None:
    build(home, n=1)
    app = run(page="rankings", region="synth")
    assert not app.exception and len(app.dataframe[0].value) == 1


def test_filters_search_and_columns_go_to_the_address_and_back(synth: Path) -> None:
    app = run(page="rankings", region="synth")
    assert len(app.dataframe[0].value) == 12
    app.text_input(key="w_rank_search").set_value("district").run()
    assert app.query_params["search"] == ["district"] or app.query_params["search"] == "district"
    found = list(app.dataframe[0].value["district_name"])
    assert found and all("District" in name for name in found)
    app.multiselect(key="w_rank_columns").set_value(["population", "indicator.poverty"]).run()
    again = run(page="rankings", **dict(app.query_params))
    frame = again.dataframe[0].value
    assert list(frame) == ["place", "place_range", "district_name", "population",
                           "indicator.poverty"]  # fmt: skip
    assert list(frame["district_name"]) == found


def test_no_match_says_so_and_offers_a_way_out(synth: Path) -> None:
    app = run(page="rankings", region="synth", search="zzz", rural="1")
    assert not app.dataframe and "passes these filters" in app.info[0].value
    next(b for b in app.button if "filters" in b.label).click().run()
    assert len(app.dataframe[0].value) == 12
    assert "search" not in app.query_params and "rural" not in app.query_params


def test_another_group_drops_what_is_known_for_everyone_only(synth: Path) -> None:
    app = run(page="rankings", region="synth", columns="confidence,population", robust="1")
    app.selectbox(key="w_rank_lens").set_value("older").run()
    assert not app.exception and not [i for i in app.info if "link" in i.value]
    assert dict(app.query_params)["columns"] in ("population", ["population"])
    assert "robust" not in app.query_params
    assert "for everyone only" in html(app)


def test_links_are_checked(synth: Path) -> None:
    app = run(page="rankings", region="synth", layer="nothing", sort="nothing", grade="zzz",
              columns="a,population", parent="Atlantis", part="0")  # fmt: skip
    assert not app.exception
    assert "does not know" in app.info[0].value
    kept = {key: str(value) for key, value in app.query_params.items()}
    assert set(kept) == {"region", "lang", "columns"} and "population" in kept["columns"]


def test_the_plain_table_has_headings_of_rows_links_and_pages(home: Path) -> None:
    build(home, n=120)
    app = run(page="rankings", region="synth", plain="1", sort="-population")
    page = html(app)
    assert page.count('<th scope="row">') == 50 and 'aria-sort="descending"' in page
    assert "district?region=synth" in page
    app.button(key="w_rank_next").click().run()
    app.button(key="w_rank_next").click().run()
    assert html(app).count('<th scope="row">') == 20
    assert app.button(key="w_rank_next").disabled
    assert "Rows 101 to 120 of 120" in html(app)


def test_a_new_snapshot_shows_without_a_restart(home: Path) -> None:
    build(home)
    app = run(page="rankings", region="synth")
    build(home, snapshot_id="abcdefabcdef", n=6)
    app.run()
    assert not app.exception and len(app.dataframe[0].value) == 6
    assert "abcdefabcdef" in html(app)


def test_the_note_names_the_columns_that_withhold_and_the_plain_cell_says_so(synth: Path) -> None:
    named = "give such a count away: People beyond reach (estimate) (1)."
    columns = "population,population_beyond_reach"
    grid = html(run(page="rankings", region="synth", columns=columns))
    assert named in grid and "The grid shows these cells as no data" in grid
    plain = html(run(page="rankings", region="synth", columns=columns, plain="1"))
    assert named in plain and "The grid shows" not in plain
    assert plain.count(">withheld [c]</td>") == 1
    assert "give such a count away" not in html(run(page="rankings", columns="population"))
