"""The start page: what is worst, how sure, what is missing there, and the first minute."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from make_snapshot import build
from running import html, run

from dashboard.views import gap_cards


def test_it_answers_in_one_sentence_and_names_the_worst(synth: Path) -> None:
    page = html(run())
    assert "Where in Synthetia do people most need mental-health care and least reach it?" in page
    assert page.index("mg-card-rank") < page.index("What is missing there")
    assert "comes most from" in page and "12 counties" in page
    assert "the checks give" in page.lower()


def test_the_three_steps_can_be_put_away_and_brought_back(synth: Path) -> None:
    app = run()
    assert "New here?" in html(app)
    app.button(key="w_tour").click().run()
    assert "New here?" not in html(app)
    app.button(key="w_tour").click().run()
    assert "New here?" in html(app)


@pytest.mark.parametrize("kind", ["all_null", "no_services"])
def test_poor_data_is_said_not_shown_as_good(home: Path, kind: str) -> None:
    build(home, kind=kind)
    app = run()
    assert not app.exception and not app.error
    if kind == "all_null":
        assert "No rural district counts as underserved here." in html(app)


def test_robust_places_come_first_and_alone() -> None:
    gap = pd.DataFrame(
        {
            "district_id": ["a", "b", "c", "d"],
            "gap_rank": [2, 1, 3, 4],
            "is_underserved_rural": [True, True, True, None],
            "confidence": ["robustly worst", "likely", None, "robustly worst"],
        }
    )
    rows, robust = gap_cards.worst(gap)
    assert (list(rows["district_id"]), robust) == (["a"], True)
    rows, robust = gap_cards.worst(gap.assign(confidence=None))
    assert (list(rows["district_id"]), robust) == (["b", "a", "c"], False)


def test_another_region_starts_afresh(home: Path) -> None:
    build(home)
    build(home, "other", name="Otherland")
    app = run(region="synth", district="SY001", layer="need")
    app.selectbox(key="w_region").select("other").run()
    assert not app.exception
    assert dict(app.query_params) == {"region": "other", "layer": "need", "lang": "en"}
    assert "Where in Otherland" in html(app)


def test_a_language_is_chosen_and_kept_in_the_address(synth: Path) -> None:
    app = run()
    app.selectbox(key="w_lang").select("fr").run()
    assert not app.exception
    assert app.query_params["lang"] == "fr"


def test_a_bad_link_falls_back_and_says_so(synth: Path) -> None:
    app = run(region="<script>", layer="zzz<", district="nope", rural="maybe", lens="disability")
    assert not app.exception
    assert dict(app.query_params) == {"region": "synth", "lang": "en"}
    [note] = app.info
    for words in ("the region", "the district", "the group of people", "the rural filter"):
        assert words in note.value


def test_an_older_snapshot_is_shown_as_asked_and_said(home: Path) -> None:
    older = build(home, snapshot_id="aaaaaaaaaaaa")
    build(home, n=6, snapshot_id="bbbbbbbbbbbb")
    assert older.exists()
    app = run(region="synth", snapshot="aaaaaaaaaaaa")
    assert "12" in html(app) and "not the current one" in app.warning[0].value
    app.button[0].click().run()
    assert "snapshot" not in app.query_params and not app.warning
    gone = run(region="synth", snapshot="cccccccccccc")
    assert "no longer kept" in gone.info[0].value


def test_nothing_published_says_how(home: Path) -> None:
    app = run()
    assert not app.exception
    assert "Nothing is published yet" in html(app)
