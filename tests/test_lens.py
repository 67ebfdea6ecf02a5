"""Population lenses: by hand on tinyland, what never changes, and what configuration may say."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from pytest import approx

from etl.config import Config
from etl.index.access import HEADLINE, Access, compute_access
from etl.index.access_index import AccessIndex, access_index
from etl.index.gap import scores_and_classes
from etl.index.lens import SHOWN, Lenses, compute_lenses, group_headline, lens_need, lens_rows
from etl.index.need import Need, compute_need
from etl.lens_checks import lens_faults
from etl.publish import run_checks
from etl.schema import Lens

from .conftest import Core, Tiny
from .test_tinyland import A1, A2, B1

CORE = ("district", "demand_point", "service", "workforce", "indicator")
DISTRICTS = ["01", "02", "03", "04", "05", "06"]
POVERTY = {"01": 0.1, "02": 0.3, "03": 0.5, "04": 0.2, "05": 0.4}
POOR = 100 + 180 + 200 + 60 + 200  # people in poverty where the share is known
SHARE = POOR / 2_800  # of the people of those districts


@dataclass
class Made:
    """Everything a lens is made from."""

    config: Config
    core: dict[str, pd.DataFrame]
    need: Need
    access: Access
    reach: AccessIndex
    everyone: pd.DataFrame

    def lenses(self) -> Lenses:
        return compute_lenses(
            self.config, self.core, self.need, self.access, self.reach, self.everyone
        )


def make(tiny: Tiny, core: dict[str, pd.DataFrame], config: Config | None = None) -> Made:
    config = config or tiny.config
    access = compute_access(config, tiny.region, core)
    reach = access_index(config, access.components, None, access.left_out)
    need = compute_need(config, core)
    rural = core["district"].set_index("district_id")["rural_class"] == "rural"
    everyone = scores_and_classes(config, need.index.score, reach.score, rural.astype("boolean"))
    return Made(config, core, need, access, reach, everyone)


def core_of(tiny: Tiny) -> dict[str, pd.DataFrame]:
    return {name: tiny.warehouse.read(f"core_{name}") for name in CORE}


@pytest.fixture(scope="module")
def made(tinyland: Tiny) -> Made:
    return make(tinyland, core_of(tinyland))


@pytest.fixture
def through(tinyland: Tiny) -> Iterator[pd.DataFrame]:
    """Lens by district, as published."""
    yield tinyland.warehouse.read("out_lens_district").set_index(["lens", "district_id"])


def with_lenses(config: Config, lenses: dict[str, Lens]) -> Config:
    return replace(config, model=config.model.model_copy(update={"lenses": lenses}))


# --- By hand


def test_staff_for_the_poor_is_shared_among_the_poor(made: Made):
    share = pd.Series(POVERTY).reindex(DISTRICTS)
    found = group_headline(made.access, share, SHARE)
    # Poor people: 80 and 20 of Alpha's points, 180 of Beta's. Staff gives them their share of time.
    ratio = {
        "s1": 1.5 * SHARE / (80 * A1["s1"] + 180 * B1["s1"]),
        "s2": 1.5 * SHARE / (80 * A1["s2"] + 20 * A2["s2"] + 180 * B1["s2"]),
        "s3": 1.0 * SHARE / (20 * A2["s3"] + 180 * B1["s3"]),
    }
    at = [sum(w * ratio[s] for s, w in point.items()) for point in (A1, A2, B1)]
    # Inside a district the poor live where everyone lives: 800 and 200 people.
    assert found["01"] == approx((800 * at[0] + 200 * at[1]) / 1000)
    assert found["02"] == approx(at[2])
    assert found["03"] == approx(2 * SHARE / 200)
    # Epsilon: 120 of its 200 poor reach the clinic and its 1 FTE.
    assert found["05"] == approx(0.6 * SHARE / 120)


def test_unknown_staff_and_unknown_shares_stay_unknown(made: Made, through: pd.DataFrame):
    found = group_headline(made.access, pd.Series(POVERTY).reindex(DISTRICTS), SHARE)
    assert found[["04", "06"]].isna().all()  # Delta's staff, Zeta's share
    zeta = through.loc[("poverty", "06")]
    assert zeta[["people", "need_score", "access_score", "gap_rank", "class_access"]].isna().all()
    assert zeta["gap_class"] == "insufficient data"


def test_access_is_scaled_between_the_bounds_of_everyone(made: Made, through: pd.DataFrame):
    best = made.access.district[HEADLINE].quantile(0.95)
    staff = 2 * SHARE / 200 * 1e5 / best * 100  # Gamma
    minutes = 0.0  # 75 minutes to the nearest service, beyond the 60 of the scale
    # No other level of care is within reach of Gamma, and none near home.
    assert through.loc[("poverty", "03"), "access_score"] == approx(
        (2 * staff + 2 * minutes) / 6, abs=0.01
    )
    # Alpha: staff capped where better than the best of everyone; both levels, none near home.
    nearness = 100 * (1 - 0.2 * 0.1 * 111.19508 * 3 / 60)
    assert through.loc[("poverty", "01"), "access_score"] == approx(
        (2 * 100 + 2 * nearness + 100) / 6, abs=0.01
    )


def test_need_is_weighed_as_the_lens_says(through: pd.DataFrame):
    # Poverty counts double of five parts: Beta's domains are 50, 25, 25 and 700/9.
    assert through.loc[("poverty", "02"), "need_score"] == approx(
        (2 * 50 + 25 + 25 + 700 / 9) / 5, abs=0.005
    )
    assert through.loc[("older_adults", "02"), "need_score"] == approx(
        (50 + 25 + 25 + 2 * 700 / 9) / 5, abs=0.005
    )


def test_the_group_is_the_share_of_the_people(tinyland: Tiny, through: pd.DataFrame):
    assert through.loc["poverty", "people"].tolist()[:5] == [100, 180, 200, 60, 200]
    about = tinyland.warehouse.read("out_lens").set_index("lens")
    assert about.loc["poverty", "people"] == POOR
    assert about.loc["everyone", "people"] == 3_500
    assert about["n_scored"].to_dict() == {
        "everyone": 4, "youth": 0, "older_adults": 4, "poverty": 4, "disability": 0,
    }  # fmt: skip


def test_a_lens_without_figures_says_so_and_has_no_rows(tinyland: Tiny, through: pd.DataFrame):
    about = tinyland.warehouse.read("out_lens").set_index("lens")
    assert about.loc["youth", "failure"] == (
        "This region has no figures on: People aged 17 and under (age_17_under_share)."
    )
    assert about["failure"].isna().to_dict()["poverty"]
    assert set(through.index.get_level_values("lens")) == {"everyone", "older_adults", "poverty"}


def test_classes_of_a_lens_hold_its_districts(tinyland: Tiny, through: pd.DataFrame):
    bounds = tinyland.warehouse.read("out_lens_class")
    poor = bounds[(bounds["lens"] == "poverty") & (bounds["variable"] == "gap_score")]
    counts = through.loc["poverty", "class_gap"].dropna().astype(int).value_counts()
    assert counts.sort_index().tolist() == poor["n_districts"].tolist()


def test_indicators_that_a_lens_does_not_name_count_for_nothing_in_that_domain(made: Made):
    need = made.need
    table = need.table.assign(domain=need.table["domain"].replace("poverty", "risk"))
    joined = replace(need, table=table, domain_weights=need.domain_weights.drop("poverty"))
    only = Lens(
        label="x", description="x", share_indicator="age_65_plus_share",
        indicator_weights={"risk": {"age_65_plus_share": 1}},
    )  # fmt: skip
    # Beta: poverty (50) and age (25) share a domain; the lens keeps age.
    found = lens_need(joined, made.config.model.need, only)
    assert found["02"] == approx((25 + 25 + 700 / 9) / 3)


def test_a_domain_of_which_nothing_is_left_hands_its_weight_on(made: Made):
    none = Lens(
        label="x", description="x", share_indicator="poverty_rate",
        indicator_weights={"poverty": {"poverty_gap": 1}},
    )  # fmt: skip
    found = lens_need(made.need, made.config.model.need, none)
    assert found["02"] == approx((25 + 25 + 700 / 9) / 3)


# --- What never changes

SHARES = st.lists(st.floats(0.01, 1), min_size=6, max_size=6)


@given(st.floats(0.01, 1))
def test_a_group_spread_as_everyone_has_the_access_of_everyone(made: Made, share: float):
    found = group_headline(made.access, pd.Series(share, index=DISTRICTS), share)
    expected = made.access.district[HEADLINE] / 1e5
    assert found.tolist() == approx(expected.tolist(), nan_ok=True)


def test_a_lens_in_which_everyone_is_counted_is_the_published_index(tinyland: Tiny):
    core = core_of(tinyland)
    rows = core["indicator"][core["indicator"]["indicator_id"] == "age_65_plus_share"]
    all_of_them = rows.assign(indicator_id="poverty_gap", value=100.0)  # not in the index
    core["indicator"] = pd.concat([core["indicator"], all_of_them], ignore_index=True)
    lenses = {
        "everyone": Lens(label="x", description="x", is_default=True),
        "whole": Lens(label="x", description="x", share_indicator="poverty_gap"),
    }
    found = make(tinyland, core, with_lenses(tinyland.config, lenses)).lenses()
    tables = [
        t.drop(columns="lens").reset_index(drop=True) for _, t in found.district.groupby("lens")
    ]
    pd.testing.assert_frame_equal(*tables)


@given(SHARES)
def test_the_time_given_to_a_group_is_its_part_of_the_time_that_is_reached(
    made: Made, shares: list[float]
):
    share = pd.Series(shares, index=DISTRICTS)
    people = made.core["district"].set_index("district_id")["population"].astype(float)
    overall = float((share * people).sum() / people.sum())
    found = group_headline(made.access, share, overall)
    # Nobody outside Delta reaches its service, and nobody in Delta another: leaving it out is safe.
    assert (found * share * people).sum() == approx(made.access.reachable_fte * overall)


@given(st.permutations(range(6)), st.permutations(range(8)))
def test_order_changes_nothing(tinyland: Tiny, made: Made, districts: list[int], points: list[int]):
    core = dict(made.core)
    core["district"] = core["district"].iloc[districts].reset_index(drop=True)
    core["demand_point"] = core["demand_point"].iloc[points].reset_index(drop=True)
    keys = ["lens", "district_id"]
    one, other = (
        m.lenses().district.set_index(keys).sort_index() for m in (made, make(tinyland, core))
    )
    figures = [c for c in SHOWN if c.endswith("_score")]
    np.testing.assert_allclose(
        other[figures].to_numpy(dtype=float), one[figures].to_numpy(dtype=float), atol=1e-9
    )
    assert other["gap_class"].tolist() == one["gap_class"].tolist()


# --- Where nothing can be shown


def test_a_group_of_nobody_is_told(tinyland: Tiny):
    core = core_of(tinyland)
    rows = core["indicator"][core["indicator"]["indicator_id"] == "age_65_plus_share"]
    nobody = rows.assign(indicator_id="poverty_gap", value=0.0)  # not in the index
    core["indicator"] = pd.concat([core["indicator"], nobody], ignore_index=True)
    lenses = {
        "everyone": Lens(label="x", description="x", is_default=True),
        "none": Lens(label="x", description="x", share_indicator="poverty_gap"),
    }
    about = make(tinyland, core, with_lenses(tinyland.config, lenses)).lenses().about
    assert about.loc[1, "failure"] == "Nobody is counted in this region under: Poverty gap."


def test_a_region_where_no_district_is_scored_has_lenses_without_scores(tinyland: Tiny):
    core = core_of(tinyland)
    long = core["indicator"]
    # Each known in half of the districts, and no district has enough.
    first = long["district_id"].isin(["01", "02", "03"])
    known = (first & (long["indicator_id"] == "poverty_rate")) | (
        ~first & (long["indicator_id"] == "age_65_plus_share")
    )
    core["indicator"] = long.assign(value=long["value"].where(known))
    found = make(tinyland, core).lenses()
    assert (found.about["n_scored"] == 0).all()
    assert set(found.district["gap_class"]) == {"insufficient data"}


# --- In both regions


@pytest.mark.parametrize("region_id", ["us-ga", "kenya"])
def test_every_lens_works_in_both_regions(from_sample: Core, region_id: str):
    about = from_sample(region_id).read("out_lens")
    assert about["failure"].isna().all() and (about["n_scored"] > 0).all()
    checks = run_checks(from_sample(region_id)).set_index("check")["n_rows"]
    assert checks[[c for c in checks.index if c.startswith("lens_")]].tolist() == [0, 0]
    method = from_sample(region_id).read("out_method")
    told = method[method["section"] == "Population lenses"]
    assert "everyone only" in told.set_index("title").loc["How sure", "text"]
    assert set(about["label"]) < set(told["title"])


def test_the_check_finds_a_lens_of_everyone_that_differs(tiny: Tiny):
    tiny.warehouse.write(
        "out_lens_district",
        tiny.warehouse.select(
            "select * replace (case when lens = 'everyone' then gap_score + 0.01 else gap_score end"
            " as gap_score) from out_lens_district"
        ),
    )
    checks = run_checks(tiny.warehouse).set_index("check")["n_rows"]
    assert checks["lens_everyone_is_out_gap"] == 4
    tiny.warehouse.write(
        "out_lens_district",
        tiny.warehouse.select("select * from out_lens_district where district_id <> '02'"),
    )
    checks = run_checks(tiny.warehouse).set_index("check")["n_rows"]
    assert checks["lens_covers_every_district"] == 3


def test_method_rows_tell_a_failure(made: Made):
    rows = {row[1]: row for row in lens_rows(made.config, made.lenses())}
    assert "no figures on" in rows["Children and youth"][2]
    assert rows["Children and youth"][3] == "no data"


# --- Configuration


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({}, "a lens needs `share_indicator`"),
        (
            {"is_default": True, "share_indicator": "poverty_rate"},
            "the default lens is the published",
        ),
        (
            {"is_default": True, "domain_factors": {"poverty": 2}},
            "the default lens is the published",
        ),
        ({"share_indicator": "poverty_rate", "domain_factors": {"poverty": 0}}, "greater than 0"),
    ],
)
def test_a_lens_that_contradicts_itself_is_refused(given_: dict[str, object], said: str):
    with pytest.raises(ValidationError, match=said):
        Lens.model_validate({"label": "x", "description": "x"} | given_)


def test_faults_against_the_rest_of_the_model(real_config: Config):
    lenses = {
        "a": Lens(label="x", description="x", share_indicator="nobody"),
        "b": Lens(label="x", description="x", share_indicator="suicide_rate"),
        "c": Lens(
            label="x", description="x", share_indicator="poverty_rate",
            domain_factors={"housing": 2}, indicator_weights={"risk": {"poverty_rate": 1}},
        ),
    }  # fmt: skip
    told = [": ".join(row[1:3]) for row in lens_faults(with_lenses(real_config, lenses))]
    assert told == [
        "lenses: 0 lenses are the default ([])",
        "lenses.a.share_indicator: 'nobody' is no indicator",
        "lenses.b.share_indicator: 'suicide_rate' is in per 100,000, not a share of people",
        "lenses.c.domain_factors.housing: not a domain",
        "lenses.c.indicator_weights.risk.poverty_rate: need.weights.risk does not hold it",
    ]
    assert not list(lens_faults(real_config))
