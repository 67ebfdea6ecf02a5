"""The district page as Streamlit runs it, and the card of one district, on good and poor data."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
import running
from make_snapshot import HOSTILE, build
from running import html
from streamlit.testing.v1 import AppTest

from dashboard import queries, state
from dashboard.views import frame, scene
from dashboard.views.profile import summary


def run(**params: str) -> AppTest:
    return running.run(**{"page": "district", "region": "synth", **params})


def links(app: AppTest) -> list[str]:
    found = [*app.get("page_link"), *app.get("button")]
    return [element.proto.label for element in found]


@pytest.mark.parametrize(
    ("kind", "district", "lens"),
    [("normal", "SY001", ""), ("normal", "SY012", "youth"), ("normal", "", "youth"),
     ("all_null", "SY001", ""), ("all_null", "", ""), ("no_services", "SY001", "")],
)  # fmt: skip
def test_page_runs(home: Path, kind: str, district: str, lens: str) -> None:
    build(home, kind=kind)
    app = run(district=district, lens=lens)
    assert not app.exception
    assert not app.error
    page = html(app)
    assert "<script" not in page and "${" not in page and ">nan<" not in page
    assert page.count("<h1") == 1


def test_one_district_only(home: Path) -> None:
    build(home, n=1)
    app = run(district="SY001")
    assert not app.exception and not app.error
    assert not [label for label in links(app) if "Better" in label or "Worse" in label]


def test_every_section_is_there_and_linked(synth: Path) -> None:
    page = html(run(district="SY001"))
    anchors = re.findall(r'<a href="#([a-z]+)">', page)
    assert anchors and anchors == list(dict.fromkeys(anchors))
    assert all(f'<section id="{anchor}"><h2>' in page for anchor in anchors)
    cited = set(re.findall(r'href="#(source-\d+)"', page))
    assert cited and cited <= set(re.findall(r'id="(source-\d+)"', page))


def test_every_indicator_comes_with_date_interval_and_source(synth: Path) -> None:
    page = html(run(district="SY001"))
    for label in ("People in poverty", "Unemployment", "Households without internet"):
        assert label in page
    assert "Census tables" in page and "90% interval" in page and "2022" in page
    assert "Rural when at least half" in page and "estimate" in page
    assert "&lt;script&gt;window.hacked=1" in page
    assert "_per_" not in page and "is_rural" not in page


def test_insufficient_data_is_not_ranked(synth: Path) -> None:
    page = html(run(district="SY012"))
    assert "Insufficient data" in page and "is not ranked" in page
    assert "Read with care: low coverage and few reports." in page


def test_every_figure_says_where_it_was_read(synth: Path) -> None:
    app = run(district="SY001")
    assert f"<code>{'0f' * 6}</code>" not in html(app)
    app.toggle(key="w_origins").set_value(True).run()
    page = html(app)
    assert ".csv, row 1<" in page
    assert f"<code>{'0f' * 6}</code>" in page and "Corrected: value set" in page


def test_the_box_changes_the_district_and_the_address(synth: Path) -> None:
    app = run()
    assert "Everything Mindgap knows about one place" in html(app)
    app.selectbox(key="w_find_district").select("SY008").run()
    assert app.query_params["district"] == "SY008" and "=1+1 **bold**" in html(app)
    app.selectbox(key="w_find_district").set_value(None).run()
    assert "district" not in app.query_params


def test_links_lead_to_neighbours_in_rank_and_to_a_comparison(synth: Path) -> None:
    ranked = queries.gap(queries.current("synth")).sort_values("gap_rank")["district_id"].tolist()
    app = run(district=ranked[1])
    found = links(app)
    assert [label for label in found if "Worse: 1" in label]
    assert [label for label in found if "Better: 3" in label]
    assert [label for label in found if label.startswith("Compare with")]
    next(button for button in app.button if "Better: 3" in button.label).click().run()
    assert app.query_params["district"] == ranked[2]


def test_without_a_district_the_robust_rural_worst_are_offered(synth: Path) -> None:
    gap = queries.gap(queries.current("synth"))
    robust = gap[gap["is_rural"] & gap["confidence"].eq("robustly worst")]
    offered = [label for label in links(run()) if ", gap " in label]
    assert len(offered) == len(robust) > 0


def test_a_group_shows_its_scores_and_says_what_is_for_everyone(synth: Path) -> None:
    page = html(run(district="SY002", lens="youth"))
    assert "For young people, " in page and "These figures are for everyone." in page


def test_the_snapshot_replaced_while_open(synth: Path) -> None:
    app = run(district="SY001")
    build(synth, n=3, snapshot_id="ffffffffffff")
    app.run()
    assert not app.exception and not app.error
    assert "of 3 counties" in html(app)


def _scene(lens: str = "") -> scene.Scene:
    snapshot = queries.current("synth")
    view = state.View(region="synth", lens=lens)
    return scene.load(frame.Start(view, snapshot, queries.region(snapshot)))


def test_the_card_tells_where_how_bad_why_and_who(synth: Path) -> None:
    shown = _scene()
    card = summary.card(shown, "SY002")
    row = shown.row("SY002")
    assert f"is number <b>{int(row['gap_rank'])}</b> of 12 counties" in card
    assert "comes most from" in card and f"{row['population']:,.0f}" in card
    assert card.count("<li>") == 3 and len(card) < 4_000


@pytest.mark.parametrize("kind", ["normal", "all_null", "no_services"])
def test_the_card_is_safe_for_every_name_and_poor_data(home: Path, kind: str) -> None:
    build(home, kind=kind)
    for lens in ("", "youth"):
        shown = _scene(lens)
        for district_id in shown.ids:
            card = summary.card(shown, district_id)
            assert not any(bad in card for bad in ("<script", "<img", "${", "nan", "`"))
    assert len(shown.ids) > len(HOSTILE)


def test_own_target_counts_posts_here_and_everywhere(synth: Path) -> None:
    app = run(page="district", district="SY002")
    assert app.number_input(key="w_target").value == 6000
    app.number_input(key="w_target").set_value(1000.0).run()
    assert not app.exception
    assert "by your target" in html(app) and "All counties: posts missing" in html(app)


def test_the_fact_sheet_is_offered(synth: Path) -> None:
    app = run(page="district", district="SY001")
    assert [b.proto.label for b in app.get("download_button")] == ["Fact sheet (PDF)"]


def test_a_withheld_figure_says_so_and_is_not_no_data(synth: Path) -> None:
    path = next((synth / "data" / "published" / "synth").glob("gap-*.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute("DELETE FROM out_withheld")
        connection.execute(
            """INSERT INTO out_withheld VALUES
            ('out_gap', 'SY002', NULL, 'population_beyond_reach', '[c]', 'few people'),
            ('out_indicator', 'SY002', 'poverty', 'value', '[c]', 'few people')"""
        )
        connection.execute(
            "UPDATE out_gap SET population_beyond_reach = NULL WHERE district_id = 'SY002'"
        )
        connection.execute(
            """UPDATE out_indicator SET value = NULL
            WHERE district_id = 'SY002' AND indicator_id = 'poverty'"""
        )
    assert html(run(district="SY002")).count("withheld (few people)") >= 3
    assert "withheld (few people)" not in html(run(district="SY001"))
