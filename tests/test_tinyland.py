"""Tinyland (``tests/tiny/README.md``): every published table, by hand and against golden files.

Rewrite the golden files with ``MINDGAP_UPDATE_GOLDEN=1`` and read the difference.
"""

import os
from math import exp, isnan, sqrt

import pandas as pd
import pytest
from pytest import approx

from etl.config import Config
from etl.index.access import compute_access
from etl.index.gap import gap_class
from etl.warehouse import Warehouse

from .conftest import CHECKOUT, Tiny

GOLDEN = CHECKOUT / "tests" / "golden" / "tinyland"
OUT_TABLES = sorted(p.stem for p in GOLDEN.glob("*.csv"))
KM_PER_DEGREE = 111.19508  # on the equator, radius 6371.0088 km


def as_csv(warehouse: Warehouse, table: str) -> str:
    """A table as text, geometry as well-known text, figures to ten digits.

    The last bits of a sum depend on the processor that adds it up.
    """
    frame = warehouse.read(table)
    if table == "out_district":
        frame["geometry"] = warehouse.read_geo(table).geometry.to_wkt()
    return frame.to_csv(index=False, lineterminator="\n", float_format="%.10g")


@pytest.fixture
def gap(tinyland: Tiny) -> pd.DataFrame:
    return tinyland.warehouse.read("out_gap").set_index("district_id")


@pytest.mark.parametrize("table", OUT_TABLES)
def test_table_equals_its_golden_file(tinyland: Tiny, table: str):
    path, found = GOLDEN / f"{table}.csv", as_csv(tinyland.warehouse, table)
    if os.environ.get("MINDGAP_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8", newline="\n")
    assert found == path.read_text(encoding="utf-8")


def test_no_table_goes_without_a_golden_file(tinyland: Tiny):
    made = [t for t in tinyland.warehouse.tables() if t.startswith("out_")]
    if os.environ.get("MINDGAP_UPDATE_GOLDEN") == "1":
        for table in made:
            text = as_csv(tinyland.warehouse, table)
            (GOLDEN / f"{table}.csv").write_text(text, encoding="utf-8", newline="\n")
    assert made == sorted(p.stem for p in GOLDEN.glob("*.csv"))


# --- Access, by hand. Minutes = degrees x km x 3 (urban) or x 1.5 (rural); weight = Gaussian.


def weight(degrees: float, minutes_per_km: float) -> float:
    """exp(-m^2 / (2 x 20^2)) within 60 minutes, else 0."""
    minutes = degrees * KM_PER_DEGREE * minutes_per_km
    return exp(-(minutes**2) / 800) if minutes <= 60 else 0.0


# Alpha's people (urban, 3 min/km): a1 stands at s1; a2 is 0.1 from s2, 0.15 from s3, 0.2 from s1.
A1 = {"s1": 1.0, "s2": weight(0.10, 3)}
A2 = {"s2": weight(0.10, 3), "s3": weight(0.15, 3)}
# Beta's people (rural, 1.5 min/km) stand at s3, 0.35 from s1 (58.4 minutes) and 0.25 from s2.
B1 = {"s1": weight(0.35, 1.5), "s2": weight(0.25, 1.5), "s3": 1.0}
# Step 1: staff per (decayed) person. Alpha's 3 FTE are shared by s1 and s2; Beta's 1 is s3's.
RATIO = {
    "s1": 1.5 / (800 * A1["s1"] + 600 * B1["s1"]),
    "s2": 1.5 / (800 * A1["s2"] + 200 * A2["s2"] + 600 * B1["s2"]),
    "s3": 1.0 / (200 * A2["s3"] + 600 * B1["s3"]),
}


def reached(weights: dict[str, float]) -> float:
    """Step 2: the ratios a point reaches, decayed again."""
    return sum(w * RATIO[s] for s, w in weights.items())


def test_reach_is_what_the_weights_assume():
    assert weight(0.10, 3) == approx(0.2489, abs=1e-4)  # 33.4 minutes
    assert weight(0.20, 3) == 0.0  # 66.7 minutes: out of reach
    assert weight(0.35, 1.5) == approx(0.0141, abs=1e-4)  # 58.4 minutes: just in reach


def test_staff_within_reach_of_a_district_with_one_point(gap: pd.DataFrame):
    assert gap.loc["02", "accessible_fte_per_100k"] == approx(reached(B1) * 1e5, abs=1e-3)


def test_staff_within_reach_is_averaged_over_people(gap: pd.DataFrame):
    mean = (800 * reached(A1) + 200 * reached(A2)) / 1000
    assert gap.loc["01", "accessible_fte_per_100k"] == approx(mean * 1e5, abs=1e-3)


def test_staff_without_a_listed_service_stands_at_the_centre_of_population(gap: pd.DataFrame):
    assert gap.loc["03", "accessible_fte_per_100k"] == approx(2 / 400 * 1e5)
    assert gap.loc["03", "flags"] == "staff_without_listed_service"


def test_provider_ratio_counts_staff_only(gap: pd.DataFrame):
    # Alpha's 50 general nurses count for nothing; Epsilon's halves add up.
    assert gap["fte_per_100k"].tolist()[:3] == approx([300.0, 166.667, 500.0], abs=1e-3)
    assert gap.loc["05", "fte_per_100k"] == approx(200.0)


def test_minutes_to_the_nearest_service(gap: pd.DataFrame):
    km = KM_PER_DEGREE
    # Alpha: 800 people at a service; 200 people 0.1 degrees away at 3 minutes a kilometre.
    assert gap.loc["01", "nearest_service_minutes"] == approx(0.2 * 0.10 * km * 3, abs=0.05)
    # Gamma has no service: Delta's is the nearest, 0.45 degrees away at 1.5 minutes a kilometre.
    assert gap.loc["03", "nearest_service_minutes"] == approx(0.45 * km * 1.5, abs=0.05)
    assert gap["share_beyond_60min"].tolist() == [0.0, 0.0, 1.0, 0.0, 0.4, 1.0]


def test_a_district_without_workforce_row_is_unknown_and_not_zero(gap: pd.DataFrame):
    unknown = gap.loc["04"]
    assert isnan(unknown["fte_per_100k"]) and isnan(unknown["accessible_fte_per_100k"])
    assert isnan(unknown["population_served"]) and isnan(unknown["fte_shortage"])
    assert unknown["gap_class"] == "insufficient data"
    assert unknown["flags"] == "insufficient_data;workforce_unknown"


def test_a_real_zero_of_staff_is_zero(gap: pd.DataFrame):
    zero = gap.loc["06"]
    assert zero["fte_per_100k"] == 0 and zero["accessible_fte_per_100k"] == 0
    assert zero["fte_shortage"] == 700 / 200
    assert zero["population_beyond_reach"] == 700


def test_populations(gap: pd.DataFrame):
    # Epsilon: 300 people at the clinic with 1 FTE for 200; the other 200 live 76.7 minutes away.
    names = ["population_served", "population_over_capacity", "population_beyond_reach"]
    assert gap.loc["05", names].tolist() == approx([200, 100, 200])
    assert gap.loc["03", names].tolist() == approx([400, 0, 0])  # 2 FTE could serve 400
    known = gap.drop("04")
    assert known[names].sum(axis=1).tolist() == approx(known["population"].tolist())


def test_supply_is_conserved_twice_over(tinyland: Tiny):
    core = {n: tinyland.warehouse.read(f"core_{n}") for n in
            ("district", "demand_point", "service", "workforce", "indicator")}  # fmt: skip
    access = compute_access(tinyland.config, tinyland.region, core)
    staff = 3 + 1 + 2 + 1  # Delta's is unknown, Zeta's zero
    assert access.supply.points["fte"].sum() == approx(staff)
    handed_out = (access.points["access"] * access.points["demand"]).sum()
    assert handed_out == approx(access.reachable_fte) == approx(staff)


def test_access_score_weighs_reach_minutes_levels_and_care_near_home(gap: pd.DataFrame):
    # From 0 to the 95th percentile of the five known districts, which caps the best.
    reach = gap["accessible_fte_per_100k"]
    best = reach.dropna().quantile(0.95)
    # Beta's people stand at a specialist service, 0 minutes away. The one community service, that
    # of Alpha, is 0.25 degrees or 41.7 minutes off: within the catchment of 60, so both levels the
    # region has data on (none lists primary care) are within reach, but not the 30 of near home.
    expected = (2 * min(reach["02"], best) / best * 100 + 2 * 100 + 1 * 100 + 1 * 0) / 6
    assert gap.loc["02", "access_score"] == approx(expected, abs=0.01)
    # Epsilon: no community service within reach; three fifths of the people have the other level,
    # the clinic, within 60 minutes; nobody has a community service near home.
    minutes = gap.loc["05", "nearest_service_minutes"]
    expected = (2 * reach["05"] / best * 100 + 2 * (100 - minutes / 0.6) + 0.6 * 50 + 0) / 6
    assert gap.loc["05", "access_score"] == approx(expected, abs=0.1)


# --- Need and gap, by hand.


def test_indicators_are_scaled_from_the_lowest_to_the_highest_district(tinyland: Tiny):
    long = tinyland.warehouse.read("out_indicator")
    wide = long.pivot(index="district_id", columns="indicator_id", values="scaled_value")
    assert wide["poverty_rate"].tolist()[:5] == [0, 50, 100, 25, 75]
    assert wide["unemployment_rate"].tolist()[:4] == [0, 25, 50, 100]
    assert wide["rural_population_share"].tolist() == approx(
        [0, 77.778, 100, 55.556, 11.111, 88.889]
    )


NEED = {
    "01": 0.0,
    "02": (50 + 25 + 25 + 700 / 9) / 4,
    "03": (100 + 50 + 50 + 100) / 4,
    "04": (25 + 100 + 75 + 500 / 9) / 4,
    "05": (75 + 100 + 100 / 9) / 3,  # without unemployment the others take over its weight
}


@pytest.mark.parametrize(("district_id", "expected"), NEED.items())
def test_need_is_the_mean_of_the_domains(gap: pd.DataFrame, district_id: str, expected: float):
    assert gap.loc[district_id, "need_score"] == approx(expected, abs=0.005)


def test_too_little_data_gives_no_score(gap: pd.DataFrame):
    assert gap["data_coverage"].tolist() == [1, 1, 1, 1, 0.75, 0.5]
    assert isnan(gap.loc["06", "need_score"])  # half the weight is below the model's 70 %
    assert gap.loc["06", "gap_class"] == "insufficient data"


def test_missing_indicator_has_a_row_without_value_and_a_flag(tinyland: Tiny):
    long = tinyland.warehouse.read("out_indicator").set_index(["district_id", "indicator_id"])
    assert len(long) == 6 * 4
    assert long.loc[("06", "poverty_rate"), "flag"] == "missing"
    assert long.loc[("05", "unemployment_rate"), "flag"] == "suppressed"  # the file's own flag
    assert long.loc[long["flag"].notna(), ["value", "contribution"]].isna().all(axis=None)


def test_intervals_come_from_the_margin_or_the_standard_error(tinyland: Tiny):
    long = tinyland.warehouse.read("out_indicator").set_index(["district_id", "indicator_id"])
    poverty = long.xs("poverty_rate", level=1)[["low", "high"]]
    assert poverty.loc["01"].tolist() == [8, 12]
    assert poverty.loc["03"].tolist() == approx([50 - 1.645 * 2, 50 + 1.645 * 2])
    assert poverty.loc["05"].isna().all()  # unknown, not zero


def test_gap_is_large_only_where_need_is_high_and_access_low(gap: pd.DataFrame):
    scored = gap.dropna(subset=["gap_score"])
    for row in scored.itertuples():
        expected = sqrt(row.need_score * (100 - row.access_score))
        assert row.gap_score == approx(expected, abs=0.02)
    assert gap.loc["01", "gap_score"] == 0


def test_ranks_and_classes_count_the_scored_districts_only(gap: pd.DataFrame):
    scored = gap.dropna(subset=["gap_score"]).sort_values("gap_score", ascending=False)
    assert scored["gap_rank"].tolist() == [1, 2, 3, 4]
    # Shares 1/4, 2/4, 3/4 and 4/4 of four districts against ends at 0.2, 0.4, 0.6, 0.8 and 1.
    assert scored["gap_class"].tolist() == ["high", "moderate", "low", "very low"]
    assert scored["is_underserved"].tolist() == [False] * 4
    assert gap.loc[["04", "06"], ["gap_rank", "is_underserved"]].isna().all(axis=None)


@pytest.mark.parametrize("n", [5, 10, 15, 45, 160])
def test_a_rank_of_exactly_one_fifth_is_in_the_first_fifth(real_config: Config, n: int):
    ranks = pd.Series([*range(1, n + 1), None], dtype="Int64")
    names = [*real_config.model.gap.classes]
    expected = [names[i * 5 // n] for i in range(n)]
    assert gap_class(real_config, ranks).tolist() == [*expected, "insufficient data"]


def test_rank_interval_contains_the_rank(gap: pd.DataFrame):
    scored = gap.dropna(subset=["gap_rank"])
    assert (scored["gap_rank_low"] <= scored["gap_rank"]).all()
    assert (scored["gap_rank_high"] >= scored["gap_rank"]).all()


def test_rural_class_follows_the_region_rule(gap: pd.DataFrame):
    assert gap["rural_class"].tolist() == ["urban", "rural", "rural", "rural", "urban", "rural"]
    assert gap["is_rural"].tolist() == [c == "rural" for c in gap["rural_class"]]


def test_candidates_and_campaigns_hold_no_staff(tinyland: Tiny):
    services = tinyland.warehouse.read("out_service").set_index("service_id")
    assert services.loc[["s1", "s2", "s3", "s5"], "supply_fte"].tolist() == [1.5, 1.5, 1.0, 1.0]
    assert services.loc[["s6", "s7"], "supply_fte"].tolist() == [0, 0]
    assert isnan(services.loc["s4", "supply_fte"])  # Delta's staff is unknown
    assert services.loc["s6", "is_candidate"]


def test_a_level_without_services_has_no_data_which_is_not_none(tinyland: Tiny):
    levels = tinyland.warehouse.read("out_level").set_index("level")
    assert levels["n_services"].to_dict() == {
        "individual": 4, "community": 1, "interpersonal": 0, "virtual": 0, "policy": 1,
    }  # fmt: skip
    assert not levels.loc["interpersonal", "has_data"]


def test_share_of_services_that_report(gap: pd.DataFrame):
    # Alpha: the clinic and the campaign report, the centre is unknown; Epsilon's clinic does not.
    assert gap.loc["01", "services_reporting_share"] == approx(2 / 3, abs=1e-4)
    assert gap.loc["05", "services_reporting_share"] == 0
    assert isnan(gap.loc["03", "services_reporting_share"])
    assert gap["services_count"].tolist() == [3, 1, 0, 1, 1, 0]  # candidates are not counted
