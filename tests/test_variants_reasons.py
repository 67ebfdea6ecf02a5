"""Variants of the model and reasons of the gap, on tinyland by hand and on both real regions."""

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from etl.config import Config
from etl.index.access import compute_access
from etl.index.access_index import access_index
from etl.index.need import compute_need
from etl.index.reasons import gap_reasons
from etl.index.run import CORE
from etl.index.variants import compute_variants, vary
from etl.measures.composite import gap
from etl.publish import run_checks
from etl.schema import NeedChange, NeedModel, OutlierRule

from .conftest import REGIONS, Tiny


@pytest.fixture(scope="module")
def parts(real_config: Config, from_sample):
    """``parts("kenya")``: core tables, need and access index of a region, computed once."""
    made: dict[str, tuple] = {}

    def get(region_id: str):
        if region_id not in made:
            warehouse = from_sample(region_id)
            core = {name: warehouse.read(f"core_{name}") for name in CORE}
            region = real_config.region(region_id)
            access = compute_access(real_config, region, core)
            frozen = region.access_references
            reach = access_index(real_config, access.components, frozen, access.left_out)
            made[region_id] = core, compute_need(real_config, core), reach
        return made[region_id]

    return get


# --- variants ------------------------------------------------------------------------------------


@pytest.mark.parametrize("region_id", REGIONS)
def test_every_variant_is_there_and_the_first_is_the_published_model(
    real_config, from_sample, region_id
):
    warehouse = from_sample(region_id)
    summary, districts = warehouse.read("out_variant"), warehouse.read("out_variant_district")
    assert summary["variant"].tolist() == [v.id for v in real_config.model.variants]
    assert summary["position"].tolist() == list(range(len(summary)))
    first = summary.iloc[0]
    assert first["is_published"] and summary["is_published"].sum() == 1
    assert first["rank_correlation"] == 1 and first["n_enter"] == 0 == first["n_leave"]
    public = warehouse.read("out_gap").set_index("district_id")
    mine = districts[districts["variant"] == "published"].set_index("district_id")
    assert mine["gap_score"].tolist() == public["gap_score"].tolist()
    assert mine["in_worst_fifth"].tolist() == public["is_underserved"].tolist()
    done = summary[summary["failure"].isna()]
    assert set(districts["variant"]) == set(done["variant"])
    assert (districts.groupby("variant").size() == len(public)).all()


@pytest.mark.parametrize("region_id", REGIONS)
def test_who_enters_and_leaves_is_counted_right(from_sample, region_id):
    warehouse = from_sample(region_id)
    wide = warehouse.read("out_variant_district").pivot(
        index="district_id", columns="variant", values="in_worst_fifth"
    )
    wide = wide.fillna(False).astype(bool)
    summary = warehouse.read("out_variant").set_index("variant")
    ranks = warehouse.read("out_variant_district").pivot(
        index="district_id", columns="variant", values="gap_rank"
    )
    for name in wide.columns:
        assert summary.loc[name, "n_enter"] == (wide[name] & ~wide["published"]).sum()
        assert summary.loc[name, "n_leave"] == (wide["published"] & ~wide[name]).sum()
        pair = ranks[["published", name]].dropna().astype(float) if name != "published" else None
        if pair is not None:
            found = summary.loc[name, "rank_correlation"]
            assert found == approx(pair["published"].corr(pair[name], method="spearman"), abs=2e-3)


def test_what_cannot_be_computed_is_published_with_its_reason(from_sample):
    for region_id in REGIONS:
        summary = from_sample(region_id).read("out_variant").set_index("variant")
        told = summary.loc["principal_component"]
        assert "move against each other" in told["failure"] and "People aged" in told["failure"]
        assert pd.isna(told["rank_correlation"]) and pd.isna(told["n_enter"])
        assert summary["failure"].notna().sum() == 1


def test_variants_by_hand(real_config, parts):
    core, need, reach = parts("kenya")
    found = compute_variants(real_config, core, need, reach).districts
    found = found.pivot(index="district_id", columns="variant", values="gap_score")
    minutes = reach.scaled["nearest_service_minutes"]
    expected = np.sqrt(need.index.score * (100 - minutes))
    np.testing.assert_allclose(found["distance_only"], expected[found.index])
    poverty = need.scaled["poverty_rate"]
    expected = np.sqrt(poverty * (100 - reach.score))
    np.testing.assert_allclose(found["poverty_only"], expected[found.index])
    plain = (need.index.score + 100 - reach.score) / 2
    np.testing.assert_allclose(found["plain_mean"], plain[found.index])
    three = need.index.domains.drop(columns="isolation").mean(axis=1)
    expected = np.sqrt(three * (100 - reach.score))
    np.testing.assert_allclose(found["without_isolation"], expected[found.index])


def test_a_component_without_data_fails_the_variant_only(real_config, parts):
    core, need, reach = parts("kenya")
    bare = reach.scaled.assign(nearest_service_minutes=np.nan)
    lacking = type(reach)(
        reach.score, reach.values, bare, reach.weights, reach.contributions, reach.table
    )
    summary = compute_variants(real_config, core, need, lacking).summary.set_index("variant")
    assert "'nearest_service_minutes' is not known" in summary.loc["distance_only", "failure"]
    assert pd.isna(summary.loc["staff_only", "failure"])


def test_nobody_scored_is_no_correlation(real_config, parts):
    core, need, reach = parts("kenya")
    nobody = type(reach)(
        reach.score * np.nan, reach.values, reach.scaled, reach.weights, reach.contributions,
        reach.table,
    )  # fmt: skip
    summary = compute_variants(real_config, core, need, nobody).summary
    done = summary[summary["failure"].isna()]
    assert (done["n_scored"] == 0).all() and done["rank_correlation"].isna().all()


def test_vary_lays_changes_on_the_model(real_config):
    given = real_config.model.need.model_copy(
        update={"weighting": "given", "domains": {"poverty": 0.7, "risk": 0.3}}
    )
    kept = vary(given, NeedChange(scaling="zscore", domains=["risk"]))
    assert (kept.scaling, kept.weighting, kept.domains) == ("zscore", "given", {"risk": 0.3})
    even = vary(given, NeedChange(weighting="equal"))
    assert even.domains == {"poverty": 1, "risk": 1} and even.weighting == "equal"
    rule = OutlierRule(skewness=2, kurtosis=3.5, most=5, fallback="log")
    assert vary(given, NeedChange(outliers=rule)).outliers == rule
    assert vary(given, NeedChange()) == given


# --- reasons -------------------------------------------------------------------------------------


@pytest.mark.parametrize("region_id", REGIONS)
def test_reasons_sum_to_the_gap_and_cover_every_scored_district(from_sample, region_id):
    warehouse = from_sample(region_id)
    table, public = warehouse.read("out_reason"), warehouse.read("out_gap").set_index("district_id")
    scored = public["gap_score"].dropna()
    total = table.groupby("district_id")["contribution"].sum()
    np.testing.assert_allclose(total[scored.index], scored, atol=0.006)
    assert set(table["district_id"]) == set(scored.index)
    for _, rows in table.groupby("district_id"):
        assert rows["position"].tolist() == list(range(1, len(rows) + 1))
        assert rows["contribution"].is_monotonic_decreasing
    halves = table.pivot_table(
        index="district_id", columns="part", values="contribution", aggfunc="sum"
    )
    np.testing.assert_allclose(halves["need"], halves["access"], atol=1e-9)


def test_reasons_of_tinyland_by_hand(tinyland: Tiny):
    """Gamma: need 75 of four quarters; its staff is best, but no service is within reach."""
    table = tinyland.warehouse.read("out_reason").set_index(["district_id", "part_id"])
    row = tinyland.warehouse.read("out_gap").set_index("district_id").loc["03"]
    lost = 100 * 4 / 6  # all but the two sixths of staff
    expected = np.sqrt(75 * lost)
    assert row["gap_score"] == approx(expected, abs=0.005)
    gamma = table.loc["03"]
    assert gamma.loc["nearest_service_minutes", "contribution"] == approx(expected / 4)
    assert gamma.loc["levels_within_reach", "contribution"] == approx(expected / 8)
    assert gamma.loc["care_near_home", "contribution"] == approx(expected / 8)
    assert gamma.loc["accessible_fte_per_100k", "contribution"] == 0
    assert gamma.loc["poverty_rate", "contribution"] == approx(expected / 2 * 25 / 75)
    # The scored are Alpha, Beta, Gamma and Epsilon: poverty 10, 30, 50, 40, scaled 0, 50, 100, 75.
    assert gamma.loc["poverty_rate", "typical_value"] == 35
    need = 75 - (100 - 62.5) / 4
    assert gamma.loc["poverty_rate", "gap_if_typical"] == approx(np.sqrt(need * lost), abs=0.005)
    # Levels within reach of the four: 100, 100, 0 and 30; the typical 65 would give back 65 / 6.
    typical = np.sqrt(75 * (lost - 65 / 6))
    assert gamma.loc["levels_within_reach", "gap_if_typical"] == approx(typical, abs=0.005)
    # Gamma is worst with 70.7; with 66.1 Epsilon's 63.0 is still smaller, with typical minutes not.
    assert row["gap_rank"] == 1 and gamma.loc["poverty_rate", "rank_if_typical"] == 1
    assert gamma.loc["nearest_service_minutes", "rank_if_typical"] == 2
    assert "unemployment_rate" not in table.loc["05"].index  # missing there: no reason
    assert table.loc["05"]["contribution"].sum() == approx(
        tinyland.warehouse.read("out_gap").set_index("district_id").loc["05", "gap_score"],
        abs=0.005,
    )
    assert {"04", "06"}.isdisjoint(table.index.get_level_values(0))  # no score, no reasons


def test_labels_follow_the_region(from_sample):
    kenya = from_sample("kenya").read("out_reason")
    labels = kenya.set_index("part_id")["label"]
    assert set(labels["no_internet_share"]) == {"People not using the internet"}
    assert kenya["unit"].notna().all() and (kenya["unit"] != "").all()


@pytest.mark.parametrize("region_id", REGIONS)
def test_reasons_of_a_geometric_need_sum_too(real_config, parts, region_id):
    core, _, reach = parts(region_id)
    model: NeedModel = vary(real_config.model.need, NeedChange(aggregation="geometric"))
    need = compute_need(real_config, core, model)
    table = gap_reasons(real_config, model, need, reach)
    total = table.groupby("district_id")["contribution"].sum()
    expected = gap(need.index.score, reach.score)
    np.testing.assert_allclose(total, expected[total.index], atol=1e-6)


# --- checks before publishing --------------------------------------------------------------------


def failing(tiny: Tiny, check: str) -> int:
    return int(run_checks(tiny.warehouse).set_index("check").loc[check, "n_rows"])


def test_reasons_that_do_not_add_up_are_not_published(tiny: Tiny):
    assert failing(tiny, "reasons_sum") == 0
    table = tiny.warehouse.read("out_reason")
    tiny.warehouse.write("out_reason", table.assign(contribution=table["contribution"] * 1.1))
    assert failing(tiny, "reasons_sum") == 3  # 1.1 times nothing is right for Alpha
    tiny.warehouse.write("out_reason", table[table["district_id"] != "02"])
    assert failing(tiny, "reasons_sum") == 1


def test_variants_that_are_not_complete_are_not_published(tiny: Tiny):
    assert failing(tiny, "variants_complete") == 0
    table = tiny.warehouse.read("out_variant_district")
    tiny.warehouse.write("out_variant_district", table[table["district_id"] != "02"])
    assert failing(tiny, "variants_complete") == 12
    worse = table.assign(gap_rank=table["gap_rank"] + 1)
    tiny.warehouse.write("out_variant_district", worse)
    assert failing(tiny, "variants_complete") == 4  # the published variant's scored districts
