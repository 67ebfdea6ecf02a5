"""The map page as Streamlit runs it, on normal and on poor snapshots."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from make_snapshot import HOSTILE, build
from running import html
from running import run as run_page
from streamlit.testing.v1 import AppTest

from dashboard import text
from dashboard.views import finder

LAYERS = [
    *("gap", "need", "access", "bivariate"),
    *("indicator.poverty", "measure.e2sfca.all", "measure.e2sfca.specialist"),
]


def run(**params: str) -> AppTest:
    return run_page(**{"page": "map", "region": "synth", "lang": "en", **params})


def message(app: AppTest) -> dict[str, Any]:
    """What the page told the browser to draw."""
    [component] = [e for e in app.main if "mindgap.update" in str(getattr(e, "proto", ""))]
    told = json.loads(component.proto.json_args)["feature_group"]
    found = re.search(r"update\((.*)\);", told)
    assert found
    out: dict[str, Any] = json.loads(found.group(1))
    return out


def change(home: Path, sql: str) -> None:
    folder = home / "data" / "published" / "synth"
    with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip())) as con:
        con.execute(sql)


@pytest.mark.parametrize(
    ("kind", "layer"),
    [("normal", layer) for layer in LAYERS]
    + [("all_null", layer) for layer in LAYERS[3:6]]
    + [("no_services", "gap")],
)
def test_every_layer_draws(home: Path, kind: str, layer: str) -> None:
    build(home, kind=kind)
    app = run(layer=layer, district="SY001")
    assert not app.exception
    assert not app.error
    assert "<script>" not in html(app) and "${" not in html(app)
    told = message(app)
    assert len(told["codes"]) == 12
    assert told["selected"] == 0
    assert all(int(code) < len(told["colors"]) for code in told["codes"] if code.isdigit())
    if kind == "all_null":
        # A score that cannot be made and a figure that nobody has are told apart.
        assert set(told["codes"]) <= {"~", "-"}
        assert "no data" in html(app)


def test_one_district_has_a_legend_and_no_error(home: Path) -> None:
    build(home, n=1, kind="all_null")
    app = run()
    assert not app.exception and not app.error
    assert message(app)["codes"] == "~"


def test_an_indicator_all_missing_says_no_data(synth: Path) -> None:
    change(synth, "UPDATE out_layer_district SET value = NULL, class_quantile = NULL, "
                  "class_jenks = NULL, class_equal = NULL, class_fixed = NULL, reason = 'no data' "
                  "WHERE layer = 'indicator.poverty'")  # fmt: skip
    change(synth, "DELETE FROM out_layer_class WHERE layer = 'indicator.poverty'")
    app = run(layer="indicator.poverty")
    assert not app.exception
    assert message(app)["codes"] == "-" * 12
    assert app.selectbox(key="w_classes").disabled
    assert "has a figure for this" in html(app)


def test_the_page_answers_its_question(synth: Path) -> None:
    page = html(run())
    assert "Where in Synthetia is need for mental-health care high" in page
    assert "<b>Largest gaps</b>" in page
    assert "Map of 12 counties of Synthetia" in page
    assert "1 has no figure" in page


def test_choices_are_in_the_address_and_in_the_message(synth: Path) -> None:
    app = run()
    app.toggle(key="w_rural").set_value(True).run()
    app.multiselect(key="w_levels").set_value(["community", "candidate"]).run()
    app.multiselect(key="w_owners").set_value(["federal-veterans-only"]).run()
    app.selectbox(key="w_figure").select("indicator.poverty").run()
    app.selectbox(key="w_classes").select("equal").run()
    assert not app.exception
    kept = dict(app.query_params)
    assert kept == {
        "region": "synth", "lang": "en", "layer": "indicator.poverty", "classes": "equal",
        "rural": "1", "levels": "community,candidate", "owners": "federal-veterans-only",
    }  # fmt: skip
    told = message(app)
    assert told["layer"] == "indicator.poverty"
    assert told["values"].endswith("/indicator.poverty.json")
    assert told["show"]["levels"] == [1] and told["show"]["candidates"] is True
    assert told["show"]["owners"] == [0] and told["show"]["types"] is None
    assert told["codes"].count("x") == 4  # every third district is not rural
    again = run(**kept)
    assert message(again) == told


def test_doubt_is_hatched_for_the_gap_of_everyone_only(synth: Path) -> None:
    app = run(sure="1")
    assert set(message(app)["codes"]) & set("abcde")
    assert "Unsure whether among the worst fifth" in html(app)
    for other in ({"layer": "need"}, {"lens": "older"}):
        page = run(sure="1", **other)
        assert not set(message(page)["codes"]) & set("abcde")
        assert page.toggle(key="w_sure").disabled


def test_the_rural_mask_greys_and_keeps_the_list(synth: Path) -> None:
    plain, masked = run(), run(mask="1")
    assert message(masked)["codes"].count("m") == 4
    assert "Not rural, greyed out" in html(masked)
    listed = [[b.label for b in app.button if b.label.startswith("**")] for app in (plain, masked)]
    assert len(listed[0]) == 10 and listed[0] == listed[1]


def test_a_group_of_people_has_its_own_scores_and_is_dropped_with_other_figures(
    synth: Path,
) -> None:
    app = run(lens="older")
    assert message(app)["values"].endswith("/gap.json?lens=older")
    assert "Shown for <b>Older adults</b>" in html(app)
    app.selectbox(key="w_figure").select("indicator.poverty").run()
    assert "lens" not in app.query_params
    assert app.selectbox(key="w_lens").disabled
    refused = run(lens="older", layer="bivariate")
    assert "the group of people" in refused.info[0].value


def test_both_scores_together_name_the_worst_cell(synth: Path) -> None:
    app = run(layer="bivariate")
    told = message(app)
    assert len(told["colors"]) == 9
    worst = told["codes"].count("8")
    assert worst
    page = html(app)
    assert "High need and poor access:" in page
    assert f"<b>{worst}</b><small>high need, poor access</small>" in page
    cells = [int(n) for n in re.findall(r"<td style=[^>]*><b>(\d+)</b>", page)]
    assert sum(cells) == 11  # one district has no score


def test_a_service_is_shown_with_its_reach(synth: Path) -> None:
    app = run(service="s0004", rings="1", levels="individual", district="SY005")
    told = message(app)
    assert told["service"] == "s0004"
    assert [ring["label"] for ring in told["rings"]] == ["30 min", "60 min"]
    page = html(app)
    assert "People within 60 minutes, its catchment" in page and "74,040 (estimate)" in page
    app.button(key="w_unservice").click().run()
    assert "service" not in app.query_params
    unknown = run(service="s0003")
    assert "was not worked out" in html(unknown)
    assert message(unknown)["rings"] == []


def test_a_cadre_limits_services_to_districts_where_it_is_counted(synth: Path) -> None:
    change(synth, "UPDATE out_staff SET fte = CASE district_id WHEN 'SY004' THEN 1 ELSE 0 END")
    app = run()
    cadre = app.selectbox(key="w_cadre")
    assert len(cadre.options) > 1
    app.selectbox(key="w_cadre").select_index(1).run()
    assert message(app)["show"]["districts"] == "000100000000"
    assert app.query_params["cadre"]


def test_choosing_and_leaving_a_district(synth: Path) -> None:
    app = run()
    app.selectbox(key="w_district").select("SY008").run()
    assert app.query_params["district"] == "SY008"
    assert "=1+1 **bold**" in html(app)
    assert message(app)["selected"] == 7
    app.button(key="w_clear").click().run()
    assert "district" not in app.query_params


@pytest.mark.parametrize("page", ["map", "district"])
def test_where_a_list_would_be_long_a_district_is_found_by_typing(
    synth: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(finder, "MOST_LISTED", 11)
    app = run_page(page=page, region="synth", lang="en")
    app.text_input(key="w_find").set_value("DISTRICT").run()
    found = [button for button in app.button if str(button.key).startswith("w_found_")]
    assert [button.key for button in found] == [f"w_found_SY0{n}" for n in ("09", "10", "11", "12")]
    found[2].click().run()
    assert app.query_params["district"] == "SY011"
    assert app.text_input(key="w_find").value == ""
    app.text_input(key="w_find").set_value("hacked=1").run()
    [hostile] = [button for button in app.button if str(button.key).startswith("w_found_")]
    assert hostile.label == text.markdown(HOSTILE[0])
    app.text_input(key="w_find").set_value("${nothing}").run()
    assert "No county has this in its name or id" in html(app)
    assert not app.exception


def test_hostile_links_fall_back_with_a_note(synth: Path) -> None:
    app = run(layer="<script>", classes="best", levels="zzz", owners="a,b", types="x", cadre="y",
              service="<b>", district="nope", basemap="1", bounds="1,2", sure="maybe")  # fmt: skip
    assert not app.exception
    assert set(app.query_params) == {"region", "lang"}
    for words in ("what the map shows", "the way of classing", "a level of services",
                  "an owner of services", "the background map"):  # fmt: skip
        assert words in app.info[0].value


def test_the_background_map_is_off_until_someone_names_one(
    synth: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run().toggle(key="w_basemap").disabled
    monkeypatch.setenv("MINDGAP_TILES_URL", "javascript:alert(1)")
    app = run(basemap="1")
    assert app.toggle(key="w_basemap").disabled and message(app)["basemap"] is None
    assert any("not usable" in caption.value for caption in app.caption)
    monkeypatch.setenv("MINDGAP_TILES_URL", "https://tiles.example/{z}/{x}/{y}.png")
    monkeypatch.setenv("MINDGAP_TILES_ATTRIBUTION", "Somebody")
    told = message(run(basemap="1"))
    assert told["basemap"] == {
        "url": "https://tiles.example/{z}/{x}/{y}.png", "attribution": "Somebody",
    }  # fmt: skip


def test_a_snapshot_replaced_while_open_shows_the_new_one(home: Path) -> None:
    build(home, snapshot_id="one")
    app = run(layer="indicator.poverty")
    build(home, snapshot_id="two", n=20)
    app.run()
    assert not app.exception
    told = message(app)
    assert len(told["codes"]) == 20
    assert "/two/" in told["values"]


@pytest.mark.parametrize(
    "table", ["out_layer", "out_layer_class", "out_layer_district", "out_bivariate", "out_lens"]
)
def test_a_snapshot_of_an_older_method_names_the_command(synth: Path, table: str) -> None:
    change(synth, f"DROP TABLE {table}")
    app = run(layer="bivariate" if table == "out_bivariate" else "gap")
    assert not app.exception
    assert "older method" in app.error[0].value
    assert "mindgap refresh synth" in app.error[0].value


def test_the_message_is_small(home: Path) -> None:
    build(home, n=500)
    told = json.dumps(message(run(levels="individual")), ensure_ascii=False)
    assert len(told.encode()) < 500 + 2500
    assert HOSTILE[0] not in told
