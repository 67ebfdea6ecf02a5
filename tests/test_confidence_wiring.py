"""How sure a ranking is: what is in doubt, in figures and in words."""

import numpy as np
import pandas as pd
from pytest import approx

from etl.index.access import compute_access
from etl.index.access_index import access_index
from etl.index.gap import compute_gap, doubt, ranking_sensitivity
from etl.index.need import compute_need

from .conftest import Tiny

CORE = ("district", "demand_point", "service", "workforce", "indicator")


def gap_of(tiny: Tiny, reporting: float) -> pd.DataFrame:
    core = {name: tiny.warehouse.read(f"core_{name}") for name in CORE}
    access = compute_access(tiny.config, tiny.region, core).district
    access["access_score"] = access_index(tiny.config, access).score
    need = compute_need(tiny.config, core)
    share = pd.Series(reporting, index=access.index)
    return compute_gap(tiny.config, tiny.region, core["district"], need, access, share)


def test_silent_registers_make_access_less_sure(tinyland: Tiny):
    model = tinyland.config.model.uncertainty
    reporting = pd.Series([1.0, 0.5, np.nan])
    found = doubt(tinyland.config, reporting).access_sd
    assert found[0] == approx(model.access_sd)
    assert found[1] == approx(np.hypot(model.access_sd, model.unreported_sd * 0.5))
    assert found[2] == approx(
        np.hypot(model.access_sd, model.unreported_sd)
    )  # unknown: nobody does


def test_less_reporting_widens_the_interval_of_the_gap(tinyland: Tiny):
    open_book, silent = gap_of(tinyland, 1.0), gap_of(tinyland, 0.0)
    width = [(t["gap_high"] - t["gap_low"]).dropna() for t in (open_book, silent)]
    assert (width[1] >= width[0] - 1e-9).all() and width[1].sum() > width[0].sum()


def test_the_same_seed_gives_the_same_figures(tinyland: Tiny):
    pd.testing.assert_frame_equal(gap_of(tinyland, 0.5), gap_of(tinyland, 0.5))


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
    factors = {"access", "scaling", "aggregation", "weights", "indicator values"}
    assert set(table["factor"]) == factors
    assert table["total_order"].is_monotonic_decreasing


def test_sensitivity_of_a_region_without_any_score_is_empty(tinyland: Tiny):
    core = {name: tinyland.warehouse.read(f"core_{name}") for name in CORE}
    need = compute_need(tinyland.config, core)
    nobody = pd.Series(np.nan, index=need.index.score.index)
    assert ranking_sensitivity(tinyland.config, need, nobody, nobody).empty
