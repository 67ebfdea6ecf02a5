from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from etl.measures import parts
from etl.measures.choices import choice_indices, simulate_choices
from etl.measures.composite import gap, rank, two_level
from etl.measures.draws import Doubt, descending_ranks
from etl.measures.intervals import confidence_class
from etl.measures.scaling import toward_need
from etl.measures.uncertainty import simulate

from .test_uncertainty import ACCESS, DOMAINS, INDICATORS, NAMES, NO_ERROR, QUANTILES, VALUES

SURE = Doubt(concentration=1e12, scalings=("minmax",), means=("arithmetic",), z_limit=3.0)
WIDE = Doubt(
    concentration=50.0,
    scalings=("minmax", "percentile_rank", "zscore"),
    means=("arithmetic", "geometric"),
    z_limit=3.0,
    access_sd=0.2,
)
HOLED = VALUES.copy()
HOLED.iloc[0] = np.nan
HOLED.iloc[1, 0] = HOLED.iloc[2, 2] = np.nan
HOLED.iloc[4, 1] = HOLED.iloc[5, 1]  # a tie


def run(values=VALUES, se=NO_ERROR, doubt=WIDE, access=ACCESS, indicators=INDICATORS, **kwargs):
    settings = {"draws": 200, "seed": 1, "min_coverage": 0.5, **QUANTILES}
    return simulate_choices(values, se, indicators, DOMAINS, access, doubt, **(settings | kwargs))


def nominal(values, scaling, mean):
    out = (1.0, 100.0) if mean == "geometric" else (0.0, 100.0)
    scaled = {
        c: toward_need(values[c], scaling, int(INDICATORS["direction"][c]), out=out, z_limit=1.5)
        for c in values
    }
    index = two_level(
        pd.DataFrame(scaled),
        INDICATORS["weight"],
        INDICATORS["domain"],
        DOMAINS,
        min_coverage=0.5,
        mean=mean,
    )
    return gap(index.score, ACCESS)


@pytest.mark.parametrize("scaling", ["minmax", "percentile_rank", "zscore", "imd_exponential"])
@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@pytest.mark.parametrize("values", [VALUES, HOLED], ids=["full", "holed"])
def test_without_doubt_every_draw_is_the_nominal_index(values, scaling, mean):
    doubt = replace(SURE, scalings=(scaling,), means=(mean,), z_limit=1.5)
    table = run(values, doubt=doubt, draws=3)
    expected = nominal(values, scaling, mean)
    np.testing.assert_allclose(table["gap_low"], expected, atol=2e-3)
    np.testing.assert_allclose(table["gap_high"], expected, atol=2e-3)
    assert table["rank_low"].tolist() == rank(expected).tolist() == table["rank_high"].tolist()


def test_agrees_with_the_simple_simulation():
    se = VALUES * 0.1
    doubt = replace(SURE, concentration=100.0)
    ours = run(se=se, doubt=doubt, draws=4000)
    simple = simulate(
        VALUES, se, INDICATORS, DOMAINS, ACCESS,
        draws=4000, seed=2, concentration=100.0, min_coverage=0.5, **QUANTILES,
    )  # fmt: skip
    assert np.abs(ours["top_probability"] - simple["top_probability"]).max() < 0.04
    assert (ours["rank_low"] - simple["rank_low"]).abs().max() <= 1


def test_same_seed_same_bytes_on_any_number_of_threads(monkeypatch):
    first = run(HOLED, VALUES * 0.1)
    pd.testing.assert_frame_equal(first, run(HOLED, VALUES * 0.1), check_exact=True)
    monkeypatch.setattr(parts, "workers", lambda: 1)
    pd.testing.assert_frame_equal(first, run(HOLED, VALUES * 0.1), check_exact=True)
    assert not first.equals(run(HOLED, VALUES * 0.1, seed=2))


def test_every_doubt_widens():
    base = run(doubt=SURE)
    assert (base["rank_high"] - base["rank_low"] == 0).all()
    for change in (
        {"concentration": 20.0},
        {"scalings": WIDE.scalings},
        {"means": WIDE.means},
        {"access_sd": 0.3},
        {"access_sd": np.linspace(0, 0.5, 20)},
        {"access_sd": 1.0},
    ):
        table = run(doubt=replace(SURE, **change))
        assert (table["rank_high"] - table["rank_low"]).sum() > 0, change
        assert table["top_probability"].sum() == pytest.approx(4.0)
    noisy = run(se=VALUES * 0.2, doubt=SURE)
    assert (noisy["gap_high"] - noisy["gap_low"]).min() > 0


def test_a_district_without_data_neither_ranks_nor_moves_others():
    values, se = HOLED.copy(), VALUES * 0.0
    table = run(values, se, doubt=replace(WIDE, access_sd=0.0))
    assert table.iloc[0].isna().all()
    rest = slice(1, None)
    alone = simulate_choices(
        values.iloc[rest], se.iloc[rest], INDICATORS, DOMAINS, ACCESS.iloc[rest],
        replace(WIDE, access_sd=0.0), draws=200, seed=1, min_coverage=0.5, **QUANTILES,
    )  # fmt: skip
    pd.testing.assert_frame_equal(table.iloc[rest], alone)
    assert run(access=ACCESS * np.nan).isna().all(axis=None)


def test_draws_near_the_end_of_a_range_stay_inside():
    values = VALUES.assign(poverty=np.linspace(0.0, 100.0, 20))
    table = run(values, VALUES * 0 + 25.0, doubt=SURE)
    assert table["gap_high"].max() <= 100


def test_sobol_of_the_choices():
    got = choice_indices(
        VALUES, VALUES * 0.05, INDICATORS, DOMAINS, ACCESS, WIDE,
        base=128, seed=4, min_coverage=0.5,
    )  # fmt: skip
    assert got.total.index.tolist() == [
        "indicator values",
        "weights",
        "scaling",
        "aggregation",
        "access",
    ]
    assert got.total.columns.tolist() == NAMES
    overall = got.overall()
    assert ((overall["total"] > 0) & (overall["total"] < 1.1)).all()
    assert overall["first"].sum() < 1.1
    only = choice_indices(
        HOLED, NO_ERROR, INDICATORS, DOMAINS, ACCESS, replace(SURE, concentration=5.0),
        base=64, seed=4, min_coverage=0.5,
    )  # fmt: skip
    assert only.total.index.tolist() == ["weights"]
    assert only.total.columns.tolist() == NAMES[1:]
    # what explains everything explains 1, within the error of 64 rows
    assert only.overall().loc["weights", "total"] == pytest.approx(1.0, abs=0.25)


def test_descending_ranks():
    assert descending_ranks(np.array([5.0, 9.0, 1.0, 9.0])).tolist() == [3, 1, 4, 1]


def test_confidence_class():
    share = pd.Series([1.0, 0.9, 0.5, 0.2, 0.0, np.nan], index=list("abcdef"))
    got = confidence_class(share, robust=0.9, likely=0.5, unlikely=0.05)
    words = ["robustly worst", "robustly worst", "likely", "uncertain", "not worst"]
    assert got.tolist()[:5] == words
    assert got.isna().tolist() == [False] * 5 + [True]
    with pytest.raises(ValueError, match="out of order"):
        confidence_class(share, robust=0.5, likely=0.9, unlikely=0.0)
    with pytest.raises(ValueError, match="probability outside"):
        confidence_class(share + 1, robust=0.9, likely=0.5, unlikely=0.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scalings": ()}, "choose from"),
        ({"scalings": ("log",)}, "choose from"),
        ({"means": ("harmonic",)}, "choose from"),
        ({"concentration": 0.0}, "above 0"),
        ({"geometric_out": (0.0, 100.0)}, "scale above 0"),
        ({"out": (100.0, 0.0)}, "upwards"),
        ({"access_sd": -1.0}, "access_sd"),
        ({"access_sd": [1.0]}, "access_sd has shape"),
    ],
)
def test_bad_doubt(change, message):
    with pytest.raises(ValueError, match=message):
        run(doubt=replace(WIDE, **change))


def test_bad_input():
    with pytest.raises(ValueError, match="standard error negative"):
        run(se=-VALUES)
    with pytest.raises(ValueError, match="constant"):
        fixed = INDICATORS.assign(scale_low=0.0, scale_high=[100.0, 1e5, 100.0])
        run(VALUES.assign(poverty=3.0), indicators=fixed)
    with pytest.raises(ValueError, match="draws"):
        run(draws=0)
