"""Pages as Streamlit runs them: model choices, methods, and snapshots that are broken or old."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from make_snapshot import HOSTILE, build
from running import html, run


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


def test_methods_tell_what_is_withheld_by_which_rule(synth: Path) -> None:
    change(
        synth,
        """INSERT INTO out_withheld VALUES
        ('out_indicator', 'SY002', 'poverty', 'value', '[c]', 'r'),
        ('out_indicator', 'SY002', 'poverty', 'low', '[c]', 'r'),
        ('out_indicator', 'SY012', 'poverty', 'value', '[c]', 'r'),
        ('out_typical', 'region', 'poverty', 'p10', '[c]', 'r'),
        ('out_later', 'SY002', '', 'value', '[c]', 'r')""",
    )
    page = html(run(page="methods"))
    assert "from 1 to 9 is withheld" in page and "fewer than 20 cases" in page
    assert "6 figures are withheld, of 2 counties." in page  # with the one that is always planted
    assert rows_of(page, "withheld") == [
        ["Indicators: value, range, points", "2", "3", "2"],
        ["Main table: people served, over capacity and beyond reach, scores, ranks", "1", "1", "1"],
        ["Later", "1", "1", "1"],
        ["What is usual: 10th and 90th percentile", "1", "1", "of no single one"],
        ["People in poverty", "1"],
    ]


def test_methods_say_that_nothing_is_withheld_and_that_a_rule_is_not_kept(synth: Path) -> None:
    for table in ("out_withheld", "out_unreliable", "snap_config"):
        change(synth, f"DELETE FROM {table}")
    page = html(run(page="methods"))
    assert "Nothing is withheld in this snapshot." in page
    assert "No rate of this snapshot is marked." in page
    assert page.count("does not keep the rule it was made with") == 2


def rows_of(page: str, anchor: str) -> list[list[str]]:
    """The cells of every row of the tables of one section."""
    part = page.split(f'id="{anchor}"')[1].split("</section>")[0]
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in part.split("<tr>")]
    return [[re.sub("<[^>]+>", "", cell) for cell in row] for row in found if row]


def test_hostile_names_are_inert_in_every_block(synth: Path) -> None:
    for place in range(len(HOSTILE)):
        page = html(run(district=f"SY{place + 1:03d}"))
        assert "<script>" not in page and "<img" not in page and "${" not in page
        assert "{{" not in page


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
     ("map", "out_layer"), ("district", "out_reason"), ("district", "out_staff"),
     ("district", "out_cluster"), ("district", "out_access_part"), ("district", "out_benchmark"),
     ("compare", "out_similar"), ("rankings", "out_layer_district"), ("overview", "out_profile"),
     ("variants", "out_variant"),
     ("variants", "out_variant_district"), ("variants", "out_sensitivity"),
     ("variants", "out_equity"), ("variants", "out_cluster_region"),
     ("methods", "out_access_component"), ("methods", "out_benchmark"), ("methods", "out_lens")],
)  # fmt: skip
def test_a_snapshot_of_an_older_method_names_the_command(
    synth: Path, page: str, table: str
) -> None:
    change(synth, f"DROP TABLE {table}")
    app = run(
        page=page,
        district="SY002",
        region="synth",
        lens="older" if page == "map" else "",
        compare="SY001",
    )
    assert not app.exception
    assert "older method" in app.error[0].value
    assert "mindgap refresh synth" in app.error[0].value


def change(home: Path, sql: str) -> None:
    """Change the current snapshot of the synthetic region, as an older or poorer one would be."""
    folder = home / "data" / "published" / "synth"
    with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip())) as con:
        con.execute(sql)
