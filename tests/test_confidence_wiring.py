"""How sure a ranking is: what is in doubt, in figures and in words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pytest import approx

from etl import config as configuration
from etl.config import Config
from etl.errors import ConfigError
from etl.index.access import Access, compute_access
from etl.index.access_index import AccessIndex, access_index
from etl.index.access_runs import CATCHMENT, COUNT, SPEED, access_runs
from etl.index.counts import draw_counts, silence
from etl.index.gap import compute_gap, doubt, ranking_sensitivity
from etl.index.need import compute_need
from etl.measures.draws import World, Worlds
from etl.measures.runs import certain
from etl.schema import Region

from .conftest import Core, Tiny

CORE = ("district", "demand_point", "service", "workforce", "indicator")


def core_of(tiny: Tiny) -> dict[str, pd.DataFrame]:
    return {name: tiny.warehouse.read(f"core_{name}") for name in CORE}


def published(
    config: Config, region: Region, core: dict[str, pd.DataFrame]
) -> tuple[Access, AccessIndex]:
    access = compute_access(config, region, core)
    return access, access_index(
        config, access.components, region.access_references, access.left_out
    )


def gap_of(tiny: Tiny) -> pd.DataFrame:
    core = core_of(tiny)
    runs = access_runs(*published(tiny.config, tiny.region, core)).runs
    need = compute_need(tiny.config, core)
    return compute_gap(tiny.config, tiny.region, core["district"], need, runs)


def with_speed(region: Region, factor: float) -> Region:
    """The region with every speed multiplied."""
    travel = region.travel
    faster = {name: speed * factor for name, speed in travel.speed_kmh.items()}
    return region.model_copy(update={"travel": travel.model_copy(update={"speed_kmh": faster})})


def with_catchment(region: Region, factor: float) -> Region:
    """The region with every catchment and decay stretched."""
    travel = region.travel
    wide = {}
    for name, part in travel.catchments.items():
        decay = part.decay
        if decay.sigma_minutes:
            decay = decay.model_copy(update={"sigma_minutes": decay.sigma_minutes * factor})
        wide[name] = part.model_copy(update={"minutes": part.minutes * factor, "decay": decay})
    return region.model_copy(update={"travel": travel.model_copy(update={"catchments": wide})})


# --- Access recomputed


@pytest.mark.parametrize("region_id", ["us-ga", "kenya"])
def test_every_run_is_the_engine_run_again(from_sample: Core, real_config: Config, region_id: str):
    core = {name: from_sample(region_id).read(f"core_{name}") for name in CORE}
    region, model = real_config.region(region_id), real_config.model.uncertainty
    access, index = published(real_config, region, core)
    again = access_runs(access, index)
    np.testing.assert_allclose(again.runs.published, index.score, atol=1e-9)
    assert again.runs.factors == (SPEED, CATCHMENT, COUNT)
    assert again.runs.levels == (3, 3, 7)
    # Slow travel, wide catchments, the second count drawn: each made the long way round.
    slow, wide = model.access_runs.speed_factors[0], model.access_runs.catchment_factors[2]
    drawn, _ = draw_counts(real_config, core, again.silent, (model.seed, 4, 2))
    elsewhere = with_catchment(with_speed(region, slow), wide)
    figures = compute_access(real_config, elsewhere, drawn).components[index.values.columns]
    expected = pd.Series(index.score_of(figures.to_numpy()), index=index.score.index)
    expected = expected.where(index.score.notna())
    np.testing.assert_allclose(again.runs.scores[0, 2, 2], expected, atol=1e-9)


def test_tinyland_runs_are_the_engine_run_again(tinyland: Tiny):
    core = core_of(tinyland)
    access, index = published(tinyland.config, tinyland.region, core)
    again = access_runs(access, index)
    np.testing.assert_allclose(again.runs.published, index.score, atol=1e-9)
    fast = compute_access(tinyland.config, with_speed(tinyland.region, 1.25), core).components
    expected = index.score_of(fast[index.values.columns].to_numpy())
    scored = index.score.notna().to_numpy()
    np.testing.assert_allclose(again.runs.scores[2, 1, 0][scored], expected[scored], atol=1e-9)
    assert np.isnan(again.runs.scores[..., ~scored]).all()


def test_faster_travel_never_lowers_the_access_of_who_shares_no_staff(tinyland: Tiny):
    core = core_of(tinyland)
    access, index = published(tinyland.config, tinyland.region, core)
    runs = access_runs(access, index).runs
    # Minutes, levels and care near home only get better with speed: so must Zeta, without staff.
    zeta = runs.scores[:, 1, 0, list(index.score.index).index("06")]
    assert (np.diff(zeta) >= -1e-9).all()


def test_runs_do_not_depend_on_the_order_of_districts_without_drawn_counts(tinyland: Tiny):
    config = without_counts(tinyland.config)
    core = core_of(tinyland)
    first = access_runs(*published(config, tinyland.region, core)).runs
    turned = {name: frame.iloc[::-1].reset_index(drop=True) for name, frame in core.items()}
    second = access_runs(*published(config, tinyland.region, turned)).runs
    np.testing.assert_allclose(first.scores, second.scores[..., ::-1], atol=1e-9)


def without_counts(config: Config) -> Config:
    """The configuration with the published count only."""
    runs = config.model.uncertainty.access_runs.model_copy(update={"counts": 0})
    doubt_ = config.model.uncertainty.model_copy(update={"access_runs": runs})
    return replace(config, model=config.model.model_copy(update={"uncertainty": doubt_}))


def test_the_same_seed_gives_the_same_runs(tinyland: Tiny):
    one, other = (
        access_runs(*published(tinyland.config, tinyland.region, core_of(tinyland))).runs.scores
        for _ in range(2)
    )
    assert one.tobytes() == other.tobytes()


def test_the_published_gap_is_the_draw_at_the_nominal_levels(tinyland: Tiny):
    core = core_of(tinyland)
    runs = access_runs(*published(tinyland.config, tinyland.region, core)).runs
    need = compute_need(tinyland.config, core)
    sure = replace(doubt(tinyland.config), concentration=1e12)
    worlds = Worlds(need.values, need.se * 0, need.table, need.domain_weights, runs, sure,
                    seed=1, levels=1)  # fmt: skip
    found = worlds.gap(World(values=0, weights=0, scaling=0, mean=0, access=runs.nominal))
    gap = compute_gap(tinyland.config, tinyland.region, core["district"], need, runs)["gap_score"]
    scored = gap.notna().to_numpy()
    np.testing.assert_allclose(
        found[scored], gap[scored], atol=1e-3
    )  # weights: a Dirichlet of 1e12


# --- What is counted


def test_silent_facilities_give_care_as_often_as_those_that_report(tinyland: Tiny):
    services = pd.DataFrame(
        {
            "service_id": list("abcdef"),
            "service_type": ["primary_care_integrated", "primary_care_without",
                             "primary_care_without", "primary_care_unreported",
                             "primary_care_unreported", "outpatient_clinic"],
            "services_reported": [True, True, True, False, None, None],
            "scope": "point",
        }
    )  # fmt: skip
    quiet = silence(tinyland.config, services)
    # One in three of those that report; the clinic gives care whatever it reports.
    assert quiet.chance.to_dict() == {3: approx(1 / 3), 4: approx(1 / 3)}
    assert set(quiet.may_be) == {"primary_care_integrated"}


def test_where_nobody_reports_nobody_is_drawn(tinyland: Tiny):
    core = core_of(tinyland)
    quiet = silence(tinyland.config, core["service"])
    assert quiet.chance.isna().all() and len(quiet.may_be) == 1 and not len(quiet.drawn_from)
    drawn, gives = draw_counts(tinyland.config, core, quiet, (1, 2))
    assert not gives.any()
    assert drawn["service"]["service_type"].tolist() == core["service"]["service_type"].tolist()


def test_counts_are_poisson_about_the_count_and_nobody_stays_nobody(tinyland: Tiny):
    core = core_of(tinyland)
    before = core["workforce"].copy(deep=True)
    quiet = silence(tinyland.config, core["service"])
    many = [draw_counts(tinyland.config, core, quiet, (1, k))[0]["workforce"] for k in range(800)]
    key = pd.MultiIndex.from_frame(before[["district_id", "cadre"]])
    heads = pd.DataFrame(np.array([t["headcount"] for t in many], dtype=float), columns=key)
    alpha = heads["01", "mental_health_provider"]
    assert alpha.mean() == approx(3, abs=0.25) and alpha.var() == approx(3, abs=0.6)
    assert (heads["01", "general_nurse"] == 50).all()  # not mental-health staff: not drawn
    assert (heads["06", "mental_health_provider"] == 0).all()
    posts = pd.DataFrame(np.array([t["fte"] for t in many], dtype=float), columns=key)
    assert posts["02", "mental_health_provider"].mean() == approx(1, abs=0.15)
    pd.testing.assert_frame_equal(core["workforce"], before)


def test_a_facility_that_turns_out_to_give_care_takes_a_share_of_the_staff(tinyland: Tiny):
    core = core_of(tinyland)
    row = core["service"].iloc[[5]].assign(
        service_id="s8", service_type="primary_care_integrated", services_reported=True, lon=38.5,
        district_id="02",
    )  # fmt: skip
    core["service"] = pd.concat([core["service"], row], ignore_index=True)
    access, index = published(tinyland.config, tinyland.region, core)
    again = access_runs(access, index)
    assert again.silent.chance.tolist() == [1.0]  # the one that reports gives it
    drawn, gives = draw_counts(
        tinyland.config, core, again.silent, (tinyland.config.model.uncertainty.seed, 4, 1)
    )
    assert gives.all()
    figures = compute_access(tinyland.config, tinyland.region, drawn).components
    expected = index.score_of(figures[index.values.columns].to_numpy())
    scored = index.score.notna().to_numpy()
    np.testing.assert_allclose(again.runs.scores[1, 1, 1][scored], expected[scored], atol=1e-9)


@pytest.mark.parametrize(
    ("factors", "message"), [([0.8, 1.25], "hold 1.0"), ([1.0, 1.0], "hold 1.0"), ([0.0, 1.0], "")]
)
def test_the_published_speed_must_be_among_the_runs(
    tiny_home: Path, factors: list[float], message: str
):
    path = tiny_home / "config" / "model.yaml"
    model = yaml.safe_load(path.read_text())
    model["uncertainty"]["access_runs"]["speed_factors"] = factors
    path.write_text(yaml.safe_dump(model))
    with pytest.raises(ConfigError, match=rf"access_runs.*{message}"):
        configuration.load()


# --- Rank intervals


def test_the_same_seed_gives_the_same_figures(tinyland: Tiny):
    pd.testing.assert_frame_equal(gap_of(tinyland), gap_of(tinyland))


def test_the_published_rank_lies_in_its_interval(from_sample):
    for region in ("us-ga", "kenya"):
        gap = from_sample(region).read("out_gap")
        assert (gap["gap_rank_low"] <= gap["gap_rank"]).all()
        assert (gap["gap_rank"] <= gap["gap_rank_high"]).all()


def test_words_follow_the_probability(from_sample):
    for region in ("us-ga", "kenya"):
        table = from_sample(region).read("out_confidence")
        robust = table[table["confidence"] == "robustly worst"]
        assert len(robust) and (robust["top_fifth_probability"] >= 0.9).all()
        rest = table[table["confidence"] == "not worst"]
        assert (rest["top_fifth_probability"] <= 0.05).all()
        assert (table["gap_low"] <= table["gap_high"]).all()


def test_a_district_without_a_score_has_no_word(tinyland: Tiny):
    table = tinyland.warehouse.read("out_confidence").set_index("district_id")
    assert pd.isna(table.loc["04", "confidence"]) and pd.isna(table.loc["04", "gap_low"])


def test_sensitivity_names_every_doubt_largest_first(from_sample):
    table = from_sample("kenya").read("out_sensitivity")
    factors = {"travel speed", "catchment", "what is counted", "scaling", "aggregation"}
    factors |= {"weights", "indicator values"}
    assert set(table["factor"]) == factors
    assert table["total_order"].is_monotonic_decreasing


def test_sensitivity_of_a_region_without_any_score_is_empty(tinyland: Tiny):
    core = {name: tinyland.warehouse.read(f"core_{name}") for name in CORE}
    need = compute_need(tinyland.config, core)
    nobody = pd.Series(np.nan, index=need.index.score.index)
    assert ranking_sensitivity(tinyland.config, need, certain(nobody)).empty
