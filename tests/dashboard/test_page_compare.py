"""The page that compares districts, as Streamlit runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from make_snapshot import build
from running import html, run

from dashboard import queries, similar_rows


@pytest.mark.parametrize("kind", ["normal", "all_null", "no_services"])
@pytest.mark.parametrize("compare", ["SY001", "SY001,SY002,SY003,SY012"])
def test_the_page_runs_whatever_is_missing(home: Path, kind: str, compare: str) -> None:
    build(home, kind=kind)
    app = run(page="compare", region="synth", compare=compare)
    page = html(app)
    assert not app.exception and not app.error
    assert "<script" not in page and "${" not in page
    assert page.count("<h1>") == 1 and "Similar places that do better" in page
    assert ("What differs most" in page) == ("," in compare)


def test_nothing_chosen_explains_and_a_district_chosen_elsewhere_comes_along(synth: Path) -> None:
    app = run(page="compare", region="synth")
    assert "Choose up to four counties" in app.info[0].value
    app = run(page="compare", region="synth", district="SY003")
    assert app.multiselect(key="w_compare").value == ["SY003"]
    app.multiselect(key="w_compare").set_value([]).run()
    assert not app.multiselect(key="w_compare").value and "compare" not in app.query_params


def test_figures_stand_beside_each_other_with_marks_in_words(synth: Path) -> None:
    page = html(run(page="compare", region="synth", compare="SY002,SY003"))
    for words in ("Rank of 12", "People in poverty", "Staff", "Individual care", "no data"):
        assert words.lower() in page.lower()
    assert '<em class="mg-best">best</em>' in page and '<em class="mg-worst">worst</em>' in page
    assert page.count('<th scope="row"') == page.count('role="rowheader"') > 20
    assert page.count("data-label=") >= 40


def test_a_rate_on_few_people_is_called_unreliable(synth: Path) -> None:
    for page in ("compare", "district"):
        few, enough = (
            html(run(page=page, region="synth", **{page: district}))
            for district in ("SY001", "SY002")
        )
        assert re.search(r"\d% \(unreliable\)", few)
        assert "(unreliable)" not in enough


def test_withheld_is_not_no_data(synth: Path) -> None:
    page = html(run(page="compare", region="synth", compare="SY002,SY012"))
    assert page.count("withheld [c]") == 1


def test_a_better_district_can_be_added_until_four_are_there(home: Path) -> None:
    build(home, n=60)
    snapshot = queries.current("synth")
    found = (
        (key, similar_rows.better(snapshot, key)) for key in queries.gap(snapshot)["district_id"]
    )
    first = next(key for key, rows in found if len(rows) > 1)
    app = run(page="compare", region="synth", compare=first)
    buttons = [b for b in app.button if (b.key or "").startswith("w_similar_")]
    assert buttons and "Day centre" in html(app)
    buttons[0].click().run()
    compared = app.multiselect(key="w_compare").value
    assert len(compared) == 2 and compared[0] == first
    assert "Compared above." in html(app)
    others = [key for key in ("SY001", "SY002", "SY003", "SY004") if key not in compared][:2]
    app.multiselect(key="w_compare").set_value([*compared, *others]).run()
    left = [b for b in app.button if (b.key or "").startswith("w_similar_")]
    assert all(b.disabled for b in left)


def test_unknown_districts_are_dropped_with_a_note(synth: Path) -> None:
    app = run(page="compare", region="synth", compare="SY001,nope,SY001,<b>")
    assert not app.exception and app.info
    app = run(page="compare", region="synth", compare="SY001,nope")
    assert app.multiselect(key="w_compare").value == ["SY001"]
    assert "a district to compare" in app.info[0].value


def test_one_district_has_no_similar_ones(home: Path) -> None:
    build(home, n=1, kind="no_services")
    app = run(page="compare", region="synth", compare="SY001")
    assert not app.exception
    assert "no similar places can be named" in " ".join(i.value for i in app.info)


def test_a_group_says_whose_scores_these_are(synth: Path) -> None:
    page = html(run(page="compare", region="synth", compare="SY001,SY002", lens="older"))
    assert "Scores are those of" in page and "for everyone only" in page
