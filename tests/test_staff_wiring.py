"""Staff by cadre against targets, and the lines to compare with: tinyland and both regions."""

from pathlib import Path

import pandas as pd
import pytest
from pytest import approx

from etl import config as configuration
from etl.errors import ConfigError
from etl.index.staff import benchmark_rows, staff_rows
from etl.measures.posts import posts_at_target
from etl.measures.shortage import US_MENTAL_HEALTH
from etl.schema import StaffingTarget

from .conftest import REGIONS, Tiny, build_tiny

CORE = ("district", "demand_point", "service", "workforce", "indicator")


@pytest.fixture
def staff(tinyland: Tiny) -> pd.DataFrame:
    return tinyland.warehouse.read("out_staff").set_index(["district_id", "cadre"])


def test_every_district_has_every_cadre_and_all_of_them(staff: pd.DataFrame):
    order = ["all", "mental_health_provider", "general_nurse"]
    assert [c for _, c in staff.index] == order * 6


def test_missing_posts_against_the_target_of_each_cadre(staff: pd.DataFrame):
    # Alpha: 1,000 people, 3 providers; targets of 200 for all and 250 for providers.
    assert staff.loc[("01", "all"), ["fte_wanted", "fte_shortage"]].tolist() == [5, 2]
    assert staff.loc[("01", "mental_health_provider"), "fte_shortage"] == 1
    # Epsilon's halves, public and private, are one provider; 500 people.
    assert staff.loc[("05", "mental_health_provider"), "fte"] == 1
    assert staff.loc[("05", "mental_health_provider"), "fte_shortage"] == 1


def test_a_cadre_that_does_not_count_has_persons_but_no_posts(staff: pd.DataFrame):
    nurses = staff.loc[("01", "general_nurse")]
    assert nurses["headcount"] == 50 and not nurses["is_counted"]
    assert nurses["fte_wanted"] == 10 and pd.isna(nurses["fte"]) and pd.isna(nurses["fte_shortage"])


def test_unknown_is_no_data_and_zero_is_zero(staff: pd.DataFrame):
    unknown = staff.loc[("04", "all")]
    assert unknown[["headcount", "fte", "fte_shortage", "vintage"]].isna().all()
    assert unknown["fte_wanted"] == 300 / 200  # what is wanted does not depend on it
    assert staff.loc[("06", "all"), ["headcount", "fte", "fte_shortage"]].tolist() == [0, 0, 3.5]
    assert pd.isna(staff.loc[("02", "all"), "headcount"])  # Beta states posts, not persons


def test_posts_of_an_uncounted_cadre_that_a_layer_states_are_shown(tinyland: Tiny):
    core = {name: tinyland.warehouse.read(f"core_{name}") for name in CORE}
    nurse = core["workforce"]["cadre"] == "general_nurse"
    core["workforce"]["fte"] = core["workforce"]["fte"].mask(nurse, 4.0)
    fte = tinyland.warehouse.read("idx_district").set_index("district_id")["fte"]
    table = staff_rows(tinyland.config, tinyland.region, core, fte).set_index(
        ["district_id", "cadre"]
    )
    assert table.loc[("01", "general_nurse"), ["fte", "fte_shortage"]].tolist() == [4, 6]
    assert table.loc[("01", "all"), "fte"] == 3  # still not counted


def test_a_target_for_a_cadre_nobody_lists_says_what_is_wanted_only(tinyland: Tiny):
    target = {"psychiatrist": StaffingTarget(population_per_fte=100, reference="test")}
    region = tinyland.region.model_copy(update={"staffing_targets": target})
    core = {name: tinyland.warehouse.read(f"core_{name}") for name in CORE}
    fte = tinyland.warehouse.read("idx_district").set_index("district_id")["fte"]
    table = staff_rows(tinyland.config, region, core, fte).set_index(["district_id", "cadre"])
    row = table.loc[("01", "psychiatrist")]
    assert row["fte_wanted"] == 10 and row[["headcount", "fte", "fte_shortage"]].isna().all()
    assert table.xs("all", level=1)["fte_wanted"].isna().all()


@pytest.mark.parametrize("region_id", REGIONS)
def test_staff_is_conserved(region_id: str, from_sample):
    warehouse = from_sample(region_id)
    table = warehouse.read("out_staff")
    parts = table[(table["cadre"] != "all") & table["is_counted"].astype(bool)]
    whole = table[table["cadre"] == "all"].set_index("district_id")
    fte = warehouse.read("idx_district").set_index("district_id")["fte"]
    assert whole["fte"].tolist() == approx(fte.reindex(whole.index).tolist(), abs=1e-9)
    assert parts["fte"].sum() == approx(whole["fte"].sum(), abs=1e-9)
    heads = warehouse.read("core_workforce")["headcount"].sum()
    assert table.loc[table["cadre"] != "all", "headcount"].sum() == heads
    gap = warehouse.read("out_gap").set_index("district_id")["fte_shortage"]
    pd.testing.assert_series_equal(whole["fte_shortage"], gap, check_dtype=False)


def test_a_region_without_target_has_no_data_on_missing_posts(from_sample):
    table = from_sample("kenya").read("out_staff")
    assert table[["target_population_per_fte", "fte_wanted", "fte_shortage"]].isna().all(axis=None)
    assert from_sample("kenya").columns("out_staff")["target_reference"] == "VARCHAR"
    assert not from_sample("kenya").read("out_benchmark")["is_target"].any()


def test_a_planners_own_target_from_published_figures_alone(from_sample):
    # What the dashboard does: the target already published must give the published shortage.
    gap = from_sample("us-ga").read("out_gap")
    staff = from_sample("us-ga").read("out_staff")
    fte = staff[staff["cadre"] == "all"].set_index("district_id")["fte"]
    people = gap.set_index("district_id")["population"]
    got = posts_at_target(people, fte.reindex(people.index), 6_000)
    assert got["fte_shortage"].round(2).tolist() == approx(gap["fte_shortage"].tolist(), abs=0.0051)


# --- Lines to compare with


def test_lines_of_the_shortage_rule_are_those_it_is_computed_by(real_config):
    lines, rule = real_config.workforce.benchmarks, US_MENTAL_HEALTH.normal
    assert lines["us_core_with_psychiatrist"].value == rule.core_with_psychiatrist
    assert lines["us_core_alone"].value == rule.core_alone
    assert lines["us_psychiatrist_with_core"].value == rule.psychiatrist_with_core
    assert lines["us_psychiatrist_alone"].value == rule.psychiatrist_alone


def test_lines_of_who_are_as_methods_gives_them(real_config):
    lines = real_config.workforce.benchmarks
    figures = {v.applies_to: v.value for k, v in lines.items() if k.startswith("who_")}
    assert figures == {
        "Kenya": 0.184, "India": 0.292, "Serbia": 8.64, "Bosnia and Herzegovina": 8.03,
        "Croatia": 11.1,
    }  # fmt: skip
    table = benchmark_rows(real_config, real_config.region("us-ga"))
    who = table[table["benchmark"].str.startswith("who_")]
    assert set(who["cadre"]) == {"psychiatrist"} and set(who["vintage"]) == {"not stated"}
    assert table.loc[table["is_target"], "benchmark"].tolist() == ["target_all"]


def test_nothing_is_computed_from_a_line(tiny_home: Path, tinyland: Tiny):
    path = tiny_home / "config" / "workforce.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in (("value: 6000", "value: 1"), ("value: 0.184", "value: 99")):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    changed = build_tiny()
    with changed.warehouse:
        for name in (t for t in tinyland.warehouse.tables() if t.startswith("out_")):
            same = changed.warehouse.read(name).equals(tinyland.warehouse.read(name))
            assert same == (name not in {"out_benchmark", "out_method"}), name


# --- Faults of configuration


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("regions/kenya.yaml", "region_id: kenya",
         "region_id: kenya\nstaffing_targets: {nurse: {population_per_fte: 9, reference: x}}",
         "staffing_targets.nurse: no such cadre"),
        ("regions/kenya.yaml", "region_id: kenya",
         "region_id: kenya\nstaffing_targets: {all: {population_per_fte: 0, reference: x}}",
         "staffing_targets.all.population_per_fte"),
        ("workforce.yaml", "cadre: psychiatrist", "cadre: psychiatrists", "is not a cadre"),
        ("workforce.yaml", "  psychiatrist:\n", "  all:\n", "stands for all counted cadres"),
        ("model.yaml", "fdr_level: 0.05", "fdr_level: 5", "clusters.fdr_level"),
        ("model.yaml", "around: access_score\n      by_district: true",
         "around: wealth\n      by_district: true", "clusters.kinds.need_access.around"),
    ],
)  # fmt: skip
def test_faults_are_named(home: Path, file: str, old: str, new: str, said: str):
    path = home / "config" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        configuration.load(home / "config")
