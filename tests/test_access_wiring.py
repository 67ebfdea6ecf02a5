"""From configuration to published access: settings of care, tiers, catchments, travel models."""

from math import exp, isnan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pytest import approx

from etl import config as configuration
from etl import pipeline
from etl.errors import ConfigError, KeyJoinError, SourceMissingError
from etl.index.access import compute_access
from etl.index.reach import catchment_minutes, make_decay, only, setting, stretched, tier_services
from etl.measures.catchment import from_costs
from etl.schema import Catchment, Decay, Tier
from etl.warehouse import Warehouse

from .conftest import Tiny

GAUSSIAN = {"kind": "gaussian", "sigma_minutes": 20}
CORE = ("district", "demand_point", "service", "workforce", "indicator")


def core_of(tiny: Tiny) -> dict[str, pd.DataFrame]:
    return {name: tiny.warehouse.read(f"core_{name}") for name in CORE}


def value(access: pd.DataFrame, measure: str, tier: str, district: str) -> float:
    rows = access[(access["measure"] == measure) & (access["tier"] == tier)]
    return float(rows.set_index("district_id").loc[district, "value"])


# --- Decay and catchment


def test_each_decay_is_the_formula_its_parameters_name():
    minutes = np.array([0.0, 20.0, 60.0])
    assert make_decay(Decay(**GAUSSIAN), 60)(minutes).tolist() == approx([1, exp(-0.5), exp(-4.5)])
    flat = make_decay(Decay(kind="binary"), 60)
    assert flat(np.array([0.0, 60.0, 60.1])).tolist() == [1, 1, 0]
    steps = make_decay(Decay(kind="step", breaks_minutes=[20, 60], weights=[1.0, 0.3]), 60)
    assert steps(np.array([20.0, 20.5, 60.0])).tolist() == [1.0, 0.3, 0.3]


@pytest.mark.parametrize(
    "spec", [{"kind": "gaussian"}, {"kind": "binary", "sigma_minutes": 20}, {"kind": "linear"}]
)
def test_a_decay_takes_its_own_parameters_and_no_others(spec: dict[str, object]):
    with pytest.raises(ValidationError):
        Decay.model_validate(spec)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_catchment_grows_smoothly_with_the_rural_share(one: float, other: float):
    catchment = Catchment(minutes=30, rural_minutes=90, decay=Decay(kind="binary"))
    low, high = catchment_minutes(catchment, np.array(sorted((one, other))))
    assert 30 <= low <= high <= 90
    assert high - low <= 60 * 1.5 * abs(one - other) + 1e-9  # no jump anywhere


def test_a_wider_catchment_sees_services_as_nearer_and_the_boundary_is_in():
    net = from_costs([0, 1], [0, 0], [60.0, 60.0], n_demand=2, n_service=1)
    spec = Catchment(minutes=30, rural_minutes=60, decay=Decay(kind="binary"))
    part = setting(net, spec, np.array([0.0, 1.0]), np.array([True]))
    assert part.network.demand.tolist() == [1]  # the urban point is out, the rural one just in
    assert part.network.cost.tolist() == [30.0]


def test_stretching_is_travelling_faster_or_a_wider_catchment():
    net = from_costs([0, 1, 2], [0, 0, 0], [30.0, 45.0, 50.0], n_demand=3, n_service=1)
    spec = Catchment(minutes=30, decay=Decay(kind="binary"))
    part = setting(net, spec, np.zeros(3), np.array([True]), widest=1.5)
    assert part.network.demand.tolist() == [0, 1]  # 50 minutes are beyond the widest
    assert stretched(part, 1.0).network.demand.tolist() == [0]
    assert stretched(part, 1.5).network.cost.tolist() == approx([20.0, 30.0])


def test_restricting_keeps_the_order_and_length_of_both_sides():
    net = from_costs([0, 0, 2], [0, 1, 1], [1.0, 2.0, 3.0], n_demand=3, n_service=2)
    kept = only(net, net.index == 1)
    assert (kept.n_demand, kept.n_service) == (3, 2)
    assert kept.demand.tolist() == [0, 2] and kept.cost.tolist() == [2.0, 3.0]


# --- Settings and tiers on tinyland


def test_a_hospital_bed_counts_the_same_up_to_two_hours(tiny: Tiny):
    core = core_of(tiny)
    services = core["service"]
    beta = services["service_id"] == "s3"
    core["service"] = services.assign(
        service_type=services["service_type"].mask(beta, "psychiatric_hospital")
    )
    access = compute_access(tiny.config, tiny.region, core)
    # Alpha's 800 people at s1 live 0.35 degrees (117 minutes) from s3: out of reach of a clinic,
    # within that of a hospital. Its 1 FTE is shared by all 2,000 people within two hours.
    points = core["demand_point"].assign(access=access.points["access"])
    with_bed = points.set_index("point_id").loc["a1", "access"]
    core["service"] = services
    without = compute_access(tiny.config, tiny.region, core).points["access"]
    before = points.assign(access=without).set_index("point_id").loc["a1", "access"]
    assert with_bed > before
    assert (access.points["access"] * access.points["demand"]).sum() == approx(access.reachable_fte)


def test_a_tier_without_any_listed_service_has_no_data_and_is_not_zero(tinyland: Tiny):
    access = tinyland.warehouse.read("out_access")
    assert isnan(value(access, "accessible_fte_per_100k", "primary_care", "01"))
    assert isnan(value(access, "nearest_service_minutes", "primary_care", "01"))


def test_public_access_leaves_out_the_private_clinic(tinyland: Tiny):
    access = tinyland.warehouse.read("out_access")
    # Delta's only clinic is private: the nearest public one is Epsilon's, farther away.
    everyone = value(access, "nearest_service_minutes", "all", "04")
    assert value(access, "nearest_service_minutes", "public", "04") > everyone


def test_tiers_add_up_where_the_measure_is_additive(tinyland: Tiny):
    access = tinyland.warehouse.read("out_access")
    parts = [value(access, "accessible_fte_per_100k", t, "01") for t in ("specialist", "community")]
    assert sum(parts) == approx(value(access, "accessible_fte_per_100k", "all", "01"), abs=0.01)


def test_every_measure_and_tier_of_the_configuration_is_published(tinyland: Tiny):
    access = tinyland.warehouse.read("out_access")
    wanted = {
        (name, tier)
        for name, measure in tinyland.config.model.access_measures.items()
        for tier in measure.tiers
    }
    for district, rows in access.groupby("district_id"):
        published = set(zip(rows["measure"], rows["tier"], strict=True))
        assert wanted <= published, district


@pytest.mark.parametrize(
    "function", ["two_step", "three_step", "modified_two_step", "balanced", "gravity", "raam"]
)
def test_every_function_a_measure_may_name_gives_each_district_a_figure(tiny: Tiny, function: str):
    given = tiny.config.model.access_measures["accessible_fte_per_100k"]
    named = given.model_copy(update={"function": function, "tiers": ["all"]})
    measures = tiny.config.model.access_measures | {"another": named}
    tiny.config.model = tiny.config.model.model_copy(update={"access_measures": measures})
    access = compute_access(tiny.config, tiny.region, core_of(tiny)).measures
    values = access[access["measure"] == "another"].set_index("district_id")["value"]
    assert len(values) == 6
    assert np.isfinite(values[["01", "02", "03", "05"]]).all()  # Delta unknown, Zeta out of reach


def test_virtual_care_reaches_those_with_internet_wherever_they_live(tiny: Tiny):
    core = core_of(tiny)
    nobody = compute_access(tiny.config, tiny.region, core).measures
    assert nobody.loc[nobody["measure"] == "virtual_reach", "value"].isna().all()  # no data, not 0
    services = core["service"]
    campaign = services["service_id"] == "s7"
    core["service"] = services.assign(
        service_type=services["service_type"].mask(campaign, "helpline")
    )
    share = pd.DataFrame({"district_id": ["01", "02"], "value": [25.0, 80.0]})
    rows = share.assign(indicator_id="no_internet_share", vintage="2020", source_id="tiny_survey")
    core["indicator"] = pd.concat([core["indicator"], rows], ignore_index=True)
    reach = compute_access(tiny.config, tiny.region, core).measures
    assert value(reach, "virtual_reach", "all", "01") == approx(75.0)
    assert value(reach, "virtual_reach", "all", "02") == approx(20.0)
    assert isnan(value(reach, "virtual_reach", "all", "03"))


def test_access_at_points_is_kept_for_the_map(tinyland: Tiny):
    points = tinyland.warehouse.read("out_access_point")
    assert len(points) == len(tinyland.warehouse.read("core_demand_point"))
    assert points["population"].sum() == approx(3500)


def test_tier_rules_admit_by_care_tier_and_ownership():
    places = pd.DataFrame({"care_tier": ["a", "b", "a"], "ownership": ["public", "public", None]})
    rule = Tier(label="x", care_tiers=["a"], ownerships=["public"])
    assert tier_services(rule, places).tolist() == [True, False, False]
    assert tier_services(Tier(label="all"), places).all()


# --- A travel model of the region's own


def with_cost_table(home: Path, rows: str) -> None:
    """Give tinyland a cost table as its travel model."""
    region_file = home / "config" / "regions" / "tinyland.yaml"
    region = yaml.safe_load(region_file.read_text())
    region["travel"] = {
        "model": "cost_table",
        "source": "tiny_costs",
        "catchments": {"outpatient": {"minutes": 60, "decay": GAUSSIAN}},
        "note": "made by hand",
    }
    region_file.write_text(yaml.safe_dump(region))
    survey = yaml.safe_load((home / "config" / "sources" / "tiny_survey.yaml").read_text())
    keep = ("publisher", "title", "citation", "licence", "url", "vintage", "published", "accessed")
    source = {k: survey[k] for k in keep}
    source |= {"source_id": "tiny_costs", "path": "costs.csv", "format": "cost_table"}
    (home / "config" / "sources" / "tiny_costs.yaml").write_text(yaml.safe_dump(source))
    (home / "data" / "raw").mkdir(parents=True)
    (home / "data" / "raw" / "costs.csv").write_text("origin,destination,minutes\n" + rows)


def refreshed(home: Path) -> pd.DataFrame:
    config = configuration.load()
    path, _ = pipeline.refresh(config, config.region("tinyland"), None)
    with Warehouse(path, read_only=True) as snapshot:
        return snapshot.read("out_gap").set_index("district_id")


def test_a_cost_table_decides_who_reaches_what_and_an_absent_pair_is_unreachable(tiny_home: Path):
    with_cost_table(tiny_home, "a1,s1,0\nb1,s3,0\n")
    gap = refreshed(tiny_home)
    # a1's 800 people share s1's 1.5 FTE; a2 is in no row, so its 200 people reach nothing.
    assert gap.loc["01", "accessible_fte_per_100k"] == approx(1.5 / 1000 * 1e5)
    assert gap.loc["01", "population_beyond_reach"] == 200
    assert gap.loc["02", "accessible_fte_per_100k"] == approx(1 / 600 * 1e5, abs=1e-3)
    assert isnan(gap.loc["05", "nearest_service_minutes"])


def test_a_cost_table_with_an_unknown_id_publishes_nothing(tiny_home: Path):
    with_cost_table(tiny_home, "a1,s1,0\nnobody,s1,5\n")
    with pytest.raises(KeyJoinError, match="nobody"):
        refreshed(tiny_home)
    assert not (tiny_home / "data" / "published" / "tinyland" / "CURRENT").exists()


def test_a_travel_source_that_is_absent_is_named(tiny_home: Path):
    with_cost_table(tiny_home, "a1,s1,0\n")
    (tiny_home / "data" / "raw" / "costs.csv").unlink()
    with pytest.raises(SourceMissingError, match=r"costs\.csv"):
        refreshed(tiny_home)


def test_a_travel_source_of_the_wrong_kind_is_a_fault_of_the_configuration(tiny_home: Path):
    with_cost_table(tiny_home, "a1,s1,0\n")
    path = tiny_home / "config" / "sources" / "tiny_costs.yaml"
    path.write_text(path.read_text().replace("format: cost_table", "format: osm"))
    with pytest.raises(ConfigError, match=r"travel\.source: its format is 'osm'.*cost_table"):
        configuration.load()


def test_another_travel_model_makes_another_snapshot(tiny_home: Path):
    config = configuration.load()
    first, _ = pipeline.refresh(config, config.region("tinyland"), None)
    with_cost_table(tiny_home, "a1,s1,0\n")
    config = configuration.load()
    second, _ = pipeline.refresh(config, config.region("tinyland"), None)
    (tiny_home / "data" / "raw" / "costs.csv").write_text("origin,destination,minutes\na1,s1,5\n")
    third, _ = pipeline.refresh(config, config.region("tinyland"), None)
    assert len({first.name, second.name, third.name}) == 3


@pytest.mark.raw
def test_a_state_can_travel_on_an_openstreetmap_extract(home: Path, raw_dir: Path):
    template = {
        "extends": "us-state",
        "region_id": "us-nh",
        "name": "New Hampshire",
        "state": "NH",
        "travel": {
            "model": "road_network",
            "source": "us_osm_essex_coos_2024",
            "catchments": {"outpatient": {"minutes": 60, "decay": GAUSSIAN},
                           "inpatient": {"minutes": 120, "decay": {"kind": "binary"}}},
            "note": "roads of the north of the state only",
        },
    }  # fmt: skip
    path = home / "config" / "regions" / "us-nh.yaml"
    path.write_text(yaml.safe_dump(template), encoding="utf-8")
    config = configuration.load()
    snapshot, _ = pipeline.refresh(config, config.region("us-nh"), raw_dir)
    with Warehouse(snapshot, read_only=True) as published:
        gap = published.read("out_gap").set_index("district_id")
        quality = published.read("out_quality")
        sources = set(published.read("out_source")["source_id"])
    assert len(gap) == 10
    assert 0 < gap.loc["33007", "nearest_service_minutes"] < 120  # Coos has roads in the extract
    assert "us_osm_essex_coos_2024" in sources  # ODbL wants attribution
    assert (quality["source_id"] == "us_osm_essex_coos_2024").any()  # places off the roads are told


def test_the_scene_is_not_changed_by_computing(tiny: Tiny):
    core = core_of(tiny)
    before = {name: frame.copy(deep=True) for name, frame in core.items()}
    compute_access(tiny.config, replace_travel(tiny), core)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(core[name], frame)


def replace_travel(tiny: Tiny):
    """The region with a catchment that widens with the rural share."""
    travel = tiny.region.travel
    wide = {
        name: part.model_copy(update={"rural_minutes": 90.0})
        for name, part in travel.catchments.items()
    }
    return tiny.region.model_copy(update={"travel": travel.model_copy(update={"catchments": wide})})
