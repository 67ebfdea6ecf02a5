"""Both pages as Streamlit runs them, on normal and on poor snapshots."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_snapshot import HOSTILE, build
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")


def run(**params: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("kind", ["normal", "all_null", "no_services"])
@pytest.mark.parametrize("page", ["map", "methods"])
@pytest.mark.parametrize("district", ["", "SY001", "SY012"])
def test_pages_run(home: Path, kind: str, page: str, district: str) -> None:
    build(home, kind=kind)
    app = run(page=page, district=district, region="synth")
    assert not app.exception
    assert not app.error
    assert "<script" not in html(app)
    assert "${" not in html(app)


def test_map_page_says_what_it_answers(synth: Path) -> None:
    app = run()
    page = html(app)
    assert "Where in Synthetia is need for mental-health care high" in page
    assert "12" in page and "Census 2019" in page
    assert "Largest gaps" in page
    assert len(app.dataframe) == 1


def test_levels_without_data_say_so(synth: Path) -> None:
    boxes = run().checkbox
    empty = [box for box in boxes if "no data" in box.label]
    assert len(empty) == 3
    assert all(box.disabled for box in empty)
    assert [box.label for box in boxes if "24" in box.label] == [r"Individual care (24)"]


def test_profile_shows_every_indicator_with_its_source(synth: Path) -> None:
    app = run(district="SY001")
    page = html(app)
    for label in ("People in poverty", "Unemployment", "Households without internet"):
        assert label in page
    assert page.count("Census tables") == 6
    assert "90% interval" in page and "2022" in page
    assert "Rural when at least half" in page
    assert "estimate" in page
    assert "&lt;script&gt;window.hacked=1" in page
    assert "_per_" not in page and "is_rural" not in page


def test_insufficient_data_is_not_ranked(synth: Path) -> None:
    page = html(run(district="SY012"))
    assert "Insufficient data" in page
    assert "Not ranked" in page
    assert "low coverage; few reports" in page


def test_choosing_and_leaving_a_district(synth: Path) -> None:
    app = run()
    app.selectbox(key="w_district").select("SY008").run()
    assert app.query_params["district"] == "SY008"
    assert "=1+1 **bold**" in html(app)
    app.button(key="w_back").click().run()
    assert "district" not in app.query_params
    assert len(app.dataframe) == 1


def test_layer_and_rural_change_page_and_link(synth: Path) -> None:
    app = run()
    app.toggle(key="w_rural").set_value(True).run()
    assert app.query_params["rural"] == "1"
    assert "Filtered out" in html(app)
    app.segmented_control(key="w_layer").set_value("access").run()
    assert app.query_params["layer"] == "access"
    assert "hardest to reach" in html(app)


def test_links_are_checked(synth: Path) -> None:
    app = run(region="<script>", layer="zzz", district="nope", rural="maybe")
    assert not app.exception
    assert dict(app.query_params) == {"region": "synth"}


def test_region_switch_drops_the_district(home: Path) -> None:
    build(home)
    build(home, "other", name="Otherland")
    app = run(region="synth", district="SY001")
    app.segmented_control(key="w_region").set_value("other").run()
    assert not app.exception
    assert dict(app.query_params) == {"region": "other"}
    assert "Where in Otherland" in html(app)


def test_no_snapshot_names_the_command(home: Path) -> None:
    (home / "config" / "regions").mkdir(parents=True)
    (home / "config" / "regions" / "kenya.yaml").write_text("")
    for page in ("map", "methods"):
        app = run(page=page)
        assert not app.exception
        assert "mindgap refresh kenya" in app.code[0].value


def test_region_without_snapshot_names_the_command(synth: Path) -> None:
    (synth / "config" / "regions").mkdir(parents=True)
    (synth / "config" / "regions" / "kenya.yaml").write_text("")
    app = run(region="kenya")
    assert "mindgap refresh kenya" in app.warning[0].value
    assert "Where in Synthetia" in html(app)


def test_broken_snapshot_is_a_message_not_a_trace(synth: Path) -> None:
    folder = synth / "data" / "published" / "synth"
    (folder / "gap-bad.duckdb").write_bytes(b"junk")
    (folder / "CURRENT").write_text("gap-bad.duckdb")
    app = run()
    assert not app.exception
    assert "mindgap refresh synth" in app.error[0].value
    assert str(synth) not in app.error[0].value


def test_methods_page_is_generated_and_escaped(synth: Path) -> None:
    page = html(run(page="methods"))
    for words in ("Gaussian decay", "Luo &amp; Qi 2009", "CC BY 4.0", "346", "the embedded sample"):
        assert words in page
    assert 'href="https://example.org/census"' in page
    assert "javascript:" not in page
    assert "/secret/raw" not in page
    assert "<i>Numbers" not in page
    assert "Duplicate row" in page


def test_hostile_names_are_inert_in_every_block(synth: Path) -> None:
    for place in range(len(HOSTILE)):
        page = html(run(district=f"SY{place + 1:03d}"))
        assert "<script>" not in page and "<img" not in page and "${" not in page
        assert "{{" not in page
