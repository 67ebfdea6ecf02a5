"""The access index: its parts, what it leaves out, its bounds, and what can never lower it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from etl.config import Config
from etl.errors import BadValueError
from etl.index.access import compute_access
from etl.index.access_index import access_index
from etl.index.run import build_index
from etl.publish import run_checks
from etl.schema import AccessReference

from .conftest import REGIONS, Core, Tiny

CORE = ("district", "demand_point", "service", "workforce", "indicator")
FROZEN = {"accessible_fte_per_100k": AccessReference(high=450.0, reference="frozen by hand")}
PARTS = ("accessible_fte_per_100k", "nearest_service_minutes", "levels_within_reach",
         "care_near_home")  # fmt: skip


def core_of(tiny: Tiny) -> dict[str, pd.DataFrame]:
    return {name: tiny.warehouse.read(f"core_{name}") for name in CORE}


def index_of(tiny: Tiny, core: dict[str, pd.DataFrame]):
    access = compute_access(tiny.config, tiny.region, core)
    return access_index(tiny.config, access.components, FROZEN, access.left_out)


def figures(rows: dict[str, list[float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, index=["A", "B", "C"])


ALL = {
    "accessible_fte_per_100k": [0.0, 45.0, 90.0],
    "nearest_service_minutes": [90.0, 30.0, 0.0],
    "levels_within_reach": [0.0, 50.0, 100.0],
    "care_near_home": [10.0, 20.0, 60.0],
}


# --- Parts, weights and bounds


def test_parts_by_hand(real_config: Config):
    frozen = {"accessible_fte_per_100k": AccessReference(high=90.0, reference="by hand")}
    index = access_index(real_config, figures(ALL), frozen)
    # (2 x staff + 2 x minutes + levels + near home) / 6
    assert index.score.tolist() == approx([10 / 6, (100 + 100 + 50 + 20) / 6, 560 / 6])
    pd.testing.assert_series_equal(index.contributions.sum(axis=1), index.score, check_names=False)
    assert index.table["weight"].tolist() == approx([1 / 3, 1 / 3, 1 / 6, 1 / 6])
    assert index.table["is_fixed"].all() and index.table["in_index"].all()
    assert index.table.loc["accessible_fte_per_100k", "reference"] == "by hand"
    assert index.score_of(figures(ALL).to_numpy()).tolist() == approx(index.score.tolist())


def test_without_a_frozen_reference_the_bound_is_that_of_the_districts(real_config: Config):
    table = access_index(real_config, figures(ALL)).table
    assert table.loc["accessible_fte_per_100k", "high"] == approx(85.5)  # 45 + 0.9 x 45
    assert table["is_fixed"].tolist() == [False, True, True, True]


def test_a_frozen_bound_keeps_scores_when_another_district_gets_better(real_config: Config):
    frozen = {"accessible_fte_per_100k": AccessReference(high=90.0, reference="by hand")}
    better = ALL | {"accessible_fte_per_100k": [0.0, 45.0, 900.0]}
    before, after = (access_index(real_config, figures(f), frozen).score for f in (ALL, better))
    assert after.tolist() == approx(before.tolist())


def test_what_a_region_has_no_data_on_is_left_out_and_says_why(real_config: Config):
    blank = ALL | {"levels_within_reach": [np.nan] * 3, "care_near_home": [np.nan] * 3}
    index = access_index(real_config, figures(blank), None, {"care_near_home": "nobody said"})
    assert list(index.scaled) == list(PARTS[:2])
    assert index.table["weight"].tolist()[:2] == approx([0.5, 0.5])
    assert index.table["weight"].isna().tolist() == [False, False, True, True]
    assert index.table.loc["care_near_home", "left_out"] == "nobody said"
    assert "No data" in index.table.loc["levels_within_reach", "left_out"]
    assert index.table["left_out"].isna().tolist() == [True, True, False, False]


def test_a_district_lacking_a_part_the_others_have_has_no_score(real_config: Config):
    holed = ALL | {"care_near_home": [10.0, np.nan, 60.0]}
    index = access_index(real_config, figures(holed))
    assert index.score.isna().tolist() == [False, True, False]
    assert index.table["in_index"].all()


def test_a_region_without_any_figure_has_no_score(real_config: Config):
    nothing = figures({name: [np.nan] * 3 for name in PARTS})
    index = access_index(real_config, nothing)
    assert index.score.isna().all() and not index.table["in_index"].any()


def test_a_figure_that_is_the_same_everywhere_is_refused_by_name(real_config: Config):
    same = ALL | {"accessible_fte_per_100k": [0.0] * 3}
    with pytest.raises(BadValueError, match="accessible_fte_per_100k cannot be scaled"):
        access_index(real_config, figures(same))
    with pytest.raises(BadValueError, match="'care_near_home' is not computed"):
        access_index(real_config, figures(ALL).drop(columns="care_near_home"))


# --- No data is not none


def test_georgia_does_not_tell_levels_of_care_apart_and_says_so(from_sample: Core):
    warehouse = from_sample("us-ga")
    parts = warehouse.read("out_access_component").set_index("component")
    assert parts["in_index"].tolist() == [True, True, False, False]
    assert parts["left_out"].iloc[2].startswith("Most facilities here do not say")
    assert parts["weight"].sum() == approx(1)
    access = warehouse.read("out_access").set_index("measure")
    assert access.loc[["levels_within_reach", "care_near_home"], "value"].isna().all()


def test_kenya_counts_the_levels_it_has_data_on(from_sample: Core):
    warehouse = from_sample("kenya")
    parts = warehouse.read("out_access_component").set_index("component")
    assert parts["in_index"].all() and parts["is_fixed"].all()
    words = warehouse.read("out_method").set_index("title")["text"]
    assert (
        "Levels with data here: Specialist care, Primary care with mental health."
        in (words["Levels of care within reach"])
    )


def test_a_region_whose_facilities_report_nothing_has_no_levels(tinyland: Tiny):
    core = core_of(tinyland)
    core["service"]["services_reported"] = None
    index = index_of(tinyland, core)
    assert list(index.scaled) == list(PARTS[:2])
    assert index.table["left_out"].iloc[2].startswith("Most facilities here do not say")


def test_one_known_level_is_not_enough_to_count_levels(tinyland: Tiny):
    core = core_of(tinyland)
    kinds = core["service"]["service_type"]
    core["service"]["service_type"] = kinds.where(kinds != "community_centre", "outpatient_clinic")
    index = index_of(tinyland, core)
    words = index.table["left_out"]
    assert words["levels_within_reach"].startswith("Fewer than two levels")
    assert words["care_near_home"].startswith("No source here lists such services")


# --- Invariants


@given(
    district=st.sampled_from(["01", "02", "03", "05", "06"]),
    more=st.floats(0.01, 500),
)
def test_more_staff_never_lowers_any_access_score(tinyland: Tiny, district: str, more: float):
    core = core_of(tinyland)
    before = index_of(tinyland, core).score
    extra = pd.DataFrame(
        {"district_id": [district], "cadre": ["mental_health_provider"], "ownership": ["more"],
         "headcount": [more], "vintage": ["2020"], "source_id": ["tiny_survey"]}
    )  # fmt: skip
    core["workforce"] = pd.concat([core["workforce"], extra], ignore_index=True)
    after = index_of(tinyland, core).score
    assert (after - before).dropna().ge(-1e-9).all()
    assert after.notna().tolist() == before.notna().tolist()


KINDS = ("outpatient_clinic", "community_centre", "primary_care_integrated", "psychiatric_hospital")


@given(
    district=st.sampled_from(["01", "02", "05"]),
    kind=st.sampled_from(KINDS[:2]),
    lon=st.floats(38.0, 41.0),
)
def test_a_service_with_staff_of_its_own_never_lowers_any_access_score(
    tinyland: Tiny, district: str, kind: str, lon: float
):
    core = core_of(tinyland)
    before = index_of(tinyland, core)
    count = {"01": 2, "02": 1, "05": 1}[district]  # services that share the district's staff
    staff = core["workforce"]
    ours = (staff["district_id"] == district) & (staff["cadre"] == "mental_health_provider")
    for name in ("headcount", "fte"):
        staff.loc[ours, name] = staff.loc[ours, name].astype(float) * (count + 1) / count
    new = core["service"].iloc[[0]].assign(
        service_id="new", service_type=kind, lon=lon, lat=0.0, district_id=district,
    )  # fmt: skip
    core["service"] = pd.concat([core["service"], new], ignore_index=True)
    after = index_of(tinyland, core)
    assert (after.score - before.score).dropna().ge(-1e-9).all()


@given(kind=st.sampled_from(KINDS[:2]), lon=st.floats(38.0, 41.0))
def test_a_service_that_only_divides_staff_brings_care_nearer_all_the_same(
    tinyland: Tiny, kind: str, lon: float
):
    """Sharing the same staff over more places can take staff from some; nearness never falls."""
    core = core_of(tinyland)
    before = index_of(tinyland, core)
    new = core["service"].iloc[[0]].assign(service_id="new", service_type=kind, lon=lon, lat=0.0)
    core["service"] = pd.concat([core["service"], new], ignore_index=True)
    after = index_of(tinyland, core)
    for name in PARTS[1:]:
        assert (after.scaled[name] - before.scaled[name]).dropna().ge(-1e-9).all(), name


def test_the_order_of_districts_changes_nothing(tinyland: Tiny):
    core = core_of(tinyland)
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in core.items()}
    one, other = (index_of(tinyland, c).score for c in (core, turned))
    np.testing.assert_allclose(other[one.index], one, atol=1e-9)


# --- Published


@pytest.mark.parametrize("region_id", REGIONS)
def test_published_parts_add_up_to_the_access_score(from_sample: Core, region_id: str):
    warehouse = from_sample(region_id)
    gap = warehouse.read("out_gap").set_index("district_id")["access_score"]
    parts = warehouse.read("out_access_part")
    total = parts.groupby("district_id")["contribution"].sum(min_count=1)
    np.testing.assert_allclose(total[gap.index], gap, atol=0.006)
    inside = warehouse.read("out_access_component").query("in_index")["component"]
    assert set(parts["component"]) == set(inside)


def test_parts_that_do_not_add_up_are_not_published(tiny: Tiny):
    def failing() -> int:
        return int(run_checks(tiny.warehouse).set_index("check").loc["access_parts_sum", "n_rows"])

    assert failing() == 0
    table = tiny.warehouse.read("out_access_part")
    tiny.warehouse.write("out_access_part", table.assign(contribution=table["contribution"] * 1.1))
    assert failing() == 4  # Delta has no score, and 1.1 times nothing is right for Zeta
    tiny.warehouse.write("out_access_part", table[table["district_id"] != "02"])
    assert failing() == 1


def test_another_weight_of_levels_changes_the_score(tinyland: Tiny):
    components = tinyland.config.model.access.components
    heavier = components["levels_within_reach"].model_copy(update={"weight": 100.0})
    access_model = tinyland.config.model.access.model_copy(
        update={"components": components | {"levels_within_reach": heavier}}
    )
    model = tinyland.config.model.model_copy(update={"access": access_model})
    config = replace(tinyland.config, model=model)
    access = compute_access(config, tinyland.region, core_of(tinyland))
    score = access_index(config, access.components, FROZEN).score
    assert score["05"] == approx(30.0, abs=2.0)  # nearly all weight on its levels


def test_a_region_without_staff_or_services_publishes_parts_left_out(tiny: Tiny):
    for name in ("core_service", "core_workforce"):
        tiny.warehouse.write(name, tiny.warehouse.read(name).iloc[:0])
    build_index(tiny.config, tiny.region, tiny.warehouse, "bare")
    parts = tiny.warehouse.read("out_access_component")
    assert not parts["in_index"].any() and parts["left_out"].notna().all()
    assert tiny.warehouse.read("out_access_part").empty
    gap = tiny.warehouse.read("out_gap")
    assert gap["access_score"].isna().all() and gap["gap_score"].isna().all()
    assert (gap["gap_class"] == "insufficient data").all()
