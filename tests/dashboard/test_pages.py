"""Both pages as Streamlit runs them, on normal and on poor snapshots."""

from __future__ import annotations

from pathlib import Path

import duckdb
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
@pytest.mark.parametrize("page", ["map", "methods", "variants"])
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
    app = run(region="<script>", layer="zzz", district="nope", rural="maybe", lens="disability",
              robust="yes", variant="<b>")  # fmt: skip
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
    for page in ("map", "methods", "variants"):
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


def test_robust_filter_reaches_map_table_figures_and_link(synth: Path) -> None:
    app = run()
    app.toggle(key="w_robust").set_value(True).run()
    assert not app.exception
    assert dict(app.query_params) == {"region": "synth", "robust": "1"}
    assert len(app.dataframe[0].value) == 3
    assert "Robustly underserved counties shown" in html(app)
    app.toggle(key="w_rural").set_value(True).run()
    assert len(app.dataframe[0].value) == 2
    assert len(run(**{key: app.query_params[key] for key in app.query_params}).dataframe) == 1


def test_no_district_passes_every_filter(home: Path) -> None:
    build(home, kind="all_null")
    app = run(robust="1")
    assert not app.exception
    assert "No district passes the filters" in html(app)


def test_a_group_of_people_changes_everything_and_says_so(synth: Path) -> None:
    app = run(robust="1", district="SY003")
    app.selectbox(key="w_lens").select("older").run()
    assert not app.exception
    assert dict(app.query_params) == {"region": "synth", "lens": "older", "district": "SY003"}
    page = html(app)
    assert "Shown for: <b>Older adults</b>" in page and "for everyone only" in page
    assert "For: Older adults" in page
    assert "for older adults" in page and "Why it ranks here for everyone" in page
    assert "Underserved for this group only" in page
    assert app.toggle(key="w_robust").disabled and not app.toggle(key="w_robust").value
    app.button(key="w_back").click().run()
    assert "Confidence" not in app.dataframe[0].value.columns
    app.selectbox(key="w_lens").select("").run()
    assert "Confidence" in app.dataframe[0].value.columns


def test_a_group_that_failed_cannot_be_chosen_and_says_why(synth: Path) -> None:
    app = run(lens="disability")
    assert "lens" not in app.query_params
    assert len(app.selectbox(key="w_lens").options) == 4
    assert "Groups that cannot be shown here" in html(app)
    assert "no people with a disability are counted here" in html(app)


def test_no_group_can_be_chosen_where_all_failed(synth: Path) -> None:
    change(synth, "UPDATE out_lens SET failure = 'no figures' WHERE NOT is_default")
    app = run(lens="older")
    assert not app.exception
    assert app.selectbox(key="w_lens").disabled


def test_a_group_without_any_figure_is_hatched_not_ranked(synth: Path) -> None:
    columns = ["people", "need_score", "need_rank", "access_score", "access_rank", "gap_score",
               "gap_rank", "is_underserved", "is_underserved_rural", "class_gap", "class_need",
               "class_access"]  # fmt: skip
    change(
        synth,
        "UPDATE out_lens_district SET gap_class = 'insufficient data', "
        + ", ".join(f"{column} = NULL" for column in columns)
        + " WHERE lens = 'older'",
    )
    change(synth, "DELETE FROM out_lens_class WHERE lens = 'older'")
    for district in ("", "SY003"):
        app = run(lens="older", district=district)
        assert not app.exception
        assert "no data" in html(app)


def test_profile_offers_the_fact_sheet(synth: Path) -> None:
    app = run(region="synth", district="SY001")
    [button] = [b for b in app.get("download_button") if b.proto.label == "Fact sheet (PDF)"]
    assert button.proto.id
    assert not app.exception


def test_profile_says_why_and_what_would_change_it(synth: Path) -> None:
    page = html(run(district="SY002"))
    for words in ("Why it ranks here", "comes most from", "typical county", "all else unchanged",
                  "together they add up to the gap", "Among its neighbours", "Psychiatrists",
                  "What makes up the access score", "fixed bounds",
                  "Gap rank for groups"):  # fmt: skip
        assert words in page
    assert "when steadied" in page and "not counted in this region" in page


def test_own_target_counts_posts_here_and_everywhere(synth: Path) -> None:
    app = run(district="SY002")
    assert app.number_input(key="w_target").value == 6000
    app.number_input(key="w_target").set_value(1000.0).run()
    assert not app.exception
    page = html(app)
    assert "by your target" in page and "All counties: posts missing" in page
    app.button(key="w_back").click().run()
    app.selectbox(key="w_district").select("SY003").run()
    assert app.number_input(key="w_target").value == 1000  # kept from district to district


def test_no_target_is_no_shortage(synth: Path) -> None:
    change(synth, "UPDATE out_staff SET target_population_per_fte = NULL, fte_wanted = NULL, "
                  "fte_shortage = NULL")  # fmt: skip
    app = run(district="SY002")
    assert not app.exception
    assert app.number_input(key="w_target").value is None
    assert "Without a target no post can be said to be missing" in html(app)


def test_variants_are_compared_and_the_choice_is_a_link(synth: Path) -> None:
    app = run(page="variants")
    page = html(app)
    for words in ("All variants", "Not computed: No bounds are frozen", "Enter the worst fifth",
                  "Leave the worst fifth", "What moves the ranking most", "Gini index",
                  "Moran&#x27;s I"):  # fmt: skip
        assert words in page
    assert "<img" not in page and "${" not in page
    assert app.selectbox(key="w_against").value == "published"
    assert "Fixed bounds for staff within reach" not in app.selectbox(key="w_variant").options
    app.selectbox(key="w_variant").select("no_isolation").run()
    assert not app.exception
    assert app.query_params["variant"] == "no_isolation"
    again = run(page="variants", variant="no_isolation", against="percentile")
    assert again.selectbox(key="w_variant").value == "no_isolation"
    assert again.selectbox(key="w_against").value == "percentile"


def test_the_same_variant_twice_is_a_sentence(synth: Path) -> None:
    app = run(page="variants", variant="percentile", against="percentile")
    assert not app.exception
    assert "Choose two different variants" in html(app)


def test_one_variant_alone_has_nothing_to_compare(synth: Path) -> None:
    change(synth, "UPDATE out_variant SET failure = 'x' WHERE NOT is_published")
    app = run(page="variants")
    assert not app.exception
    assert "nothing to compare" in html(app)


@pytest.mark.parametrize(
    ("page", "table"),
    [("map", "out_lens"), ("map", "out_lens_district"), ("map", "out_confidence"),
     ("map", "out_reason"), ("map", "out_staff"), ("map", "out_cluster"),
     ("map", "out_access_part"), ("map", "out_benchmark"), ("variants", "out_variant"),
     ("variants", "out_variant_district"), ("variants", "out_sensitivity"),
     ("variants", "out_equity"), ("variants", "out_cluster_region"),
     ("methods", "out_access_component"), ("methods", "out_benchmark"), ("methods", "out_lens")],
)  # fmt: skip
def test_a_snapshot_of_an_older_method_names_the_command(
    synth: Path, page: str, table: str
) -> None:
    change(synth, f"DROP TABLE {table}")
    app = run(page=page, district="SY002", region="synth", lens="older" if page == "map" else "")
    assert not app.exception
    assert "older method" in app.error[0].value
    assert "mindgap refresh synth" in app.error[0].value


def change(home: Path, sql: str) -> None:
    """Change the current snapshot of the synthetic region, as an older or poorer one would be."""
    folder = home / "data" / "published" / "synth"
    with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip())) as con:
        con.execute(sql)
