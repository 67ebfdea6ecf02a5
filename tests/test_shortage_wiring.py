"""The federal shortage rule on tinyland and Georgia: what is judged, and what is not."""

import pandas as pd
from pytest import approx

from etl.index.shortage import COLUMNS, federal_shortage
from etl.schema import ShortageRule

from .conftest import Tiny

RULE = ShortageRule(
    rule="us_mental_health",
    poverty_percent="poverty_rate",
    youth_percent="youth",
    elderly_percent="elderly",
    note="test",
)


def outcome(tiny: Tiny, poverty: float, youth: float, elderly: float, fte: float) -> pd.Series:
    """Judge district 01 (1,000 people made 60,000) with the figures given."""
    district = tiny.warehouse.read("core_district")
    population = district["population"].astype(float)
    core = {"district": district.assign(population=population * 60)}
    figures = {"poverty_rate": poverty, "youth": youth, "elderly": elderly}
    core["indicator"] = pd.DataFrame(
        [("01", name, value) for name, value in figures.items()],
        columns=["district_id", "indicator_id", "value"],
    )
    region = tiny.region.model_copy(update={"shortage_rule": RULE})
    staff = pd.DataFrame({"fte": [fte]}, index=pd.Index(["01"], name="district_id"))
    return federal_shortage(region, core, staff).iloc[0]


def test_core_branch_alone_qualifies_at_its_threshold(tinyland: Tiny):
    row = outcome(tinyland, poverty=12, youth=20, elderly=15, fte=60_000 / 9_000)
    assert row["qualifies"] is True or bool(row["qualifies"])
    assert row["judged"] == "core branch only"
    assert row["core_fte_shortage"] == approx(60_000 / 6_000 - 60_000 / 9_000)


def test_not_qualifying_by_the_one_branch_judged_is_no_verdict(tinyland: Tiny):
    row = outcome(tinyland, poverty=12, youth=20, elderly=15, fte=7)
    assert pd.isna(row["qualifies"])  # psychiatrists are not counted apart


def test_poverty_makes_high_need_and_lowers_the_threshold(tinyland: Tiny):
    row = outcome(tinyland, poverty=20, youth=20, elderly=15, fte=9)
    assert row["high_need"] and row["core_threshold"] == 6_000 and row["qualifies"]


def test_ratios_are_to_people_of_working_age(tinyland: Tiny):
    # 38 % under 18 and 2 % over 64: 38 / 60 is above 0.6. At 36 %, 36 / 62 is not.
    assert outcome(tinyland, 12, 38, 2, 9)["high_need"]
    below = outcome(tinyland, 12, 36, 2, 9)
    assert pd.isna(below["high_need"]) and below["high_need_unknown"] == "substance"


def test_no_staff_at_all_qualifies_without_printing_an_infinite_ratio(tinyland: Tiny):
    row = outcome(tinyland, 12, 20, 15, 0)
    assert row["qualifies"] and pd.isna(row["population_per_core_fte"])


def test_a_region_without_a_rule_has_an_empty_table_of_the_same_columns(tinyland: Tiny):
    table = tinyland.warehouse.read("idx_shortage")
    assert len(table) == 0 and list(table.columns) == list(COLUMNS)


def test_georgia_is_judged_by_the_core_branch_only(from_sample):
    table = from_sample("us-ga").read("out_shortage")
    assert len(table) == 159
    assert set(table["judged"]) == {"core branch only"}
    gap = from_sample("us-ga").read("out_gap").set_index("district_id")
    none = gap.index[gap["fte_per_100k"] == 0]
    assert table.set_index("district_id").loc[none, "qualifies"].all()
