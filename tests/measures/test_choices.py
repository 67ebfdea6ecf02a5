from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from etl.measures import parts
from etl.measures.choices import choice_indices, simulate_choices
from etl.measures.composite import gap, rank, two_level
from etl.measures.draws import Doubt, World, Worlds, descending_ranks
from etl.measures.runs import Runs, certain
from etl.measures.scaling import toward_need

from .monte_carlo import (
    ACCESS,
    DOMAINS,
    INDICATORS,
    NAMES,
    NO_ERROR,
    QUANTILES,
    VALUES,
    plain_simulation,
)

SURE = Doubt(concentration=1e12, scalings=("minmax",), means=("arithmetic",), z_limit=3.0)
WIDE = Doubt(
    concentration=50.0,
    scalings=("minmax", "percentile_rank", "zscore"),
    means=("arithmetic", "geometric"),
    z_limit=3.0,
)
HOLED = VALUES.copy()
HOLED.iloc[0] = np.nan
HOLED.iloc[1, 0] = HOLED.iloc[2, 2] = np.nan
HOLED.iloc[4, 1] = HOLED.iloc[5, 1]  # a tie


def two_factors(access=ACCESS):
    """Access under 3 speeds x 2 counts; the middle speed and the first count are published."""
    scores = np.stack([[access * f, np.minimum(access * f + 5, 100)] for f in (0.7, 1.0, 0.9)])
    return Runs(("speed", "count"), scores, (1, 0), access.index)


RUNS = two_factors()


def run(values=VALUES, se=NO_ERROR, doubt=WIDE, access=RUNS, indicators=INDICATORS, **kwargs):
    settings = {"draws": 200, "seed": 1, "min_coverage": 0.5, **QUANTILES}
    return simulate_choices(values, se, indicators, DOMAINS, access, doubt, **(settings | kwargs))


def nominal(values, scaling, mean, access=ACCESS):
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
    return gap(index.score, pd.Series(access, index=NAMES))


@pytest.mark.parametrize("scaling", ["minmax", "percentile_rank", "zscore", "imd_exponential"])
@pytest.mark.parametrize("mean", ["arithmetic", "geometric"])
@pytest.mark.parametrize("values", [VALUES, HOLED], ids=["full", "holed"])
def test_without_doubt_every_draw_is_the_nominal_index(values, scaling, mean):
    doubt = replace(SURE, scalings=(scaling,), means=(mean,), z_limit=1.5)
    table = run(values, doubt=doubt, draws=3, access=certain(ACCESS))
    expected = nominal(values, scaling, mean)
    np.testing.assert_allclose(table["gap_low"], expected, atol=2e-3)
    np.testing.assert_allclose(table["gap_high"], expected, atol=2e-3)
    assert table["rank_low"].tolist() == rank(expected).tolist() == table["rank_high"].tolist()


def test_agrees_with_the_plain_simulation():
    se = VALUES * 0.1
    doubt = replace(SURE, concentration=100.0)
    ours = run(se=se, doubt=doubt, draws=4000)
    plain = plain_simulation(
        se, RUNS.scores.reshape(6, -1), draws=4000, seed=2, concentration=100.0
    )
    assert np.abs(ours["top_probability"] - plain["top_probability"]).max() < 0.04
    assert (ours["rank_low"] - plain["rank_low"]).abs().max() <= 1
    assert (ours["rank_high"] - plain["rank_high"]).abs().max() <= 1


def test_a_draw_takes_every_run_as_often_as_any_other():
    table = run(doubt=SURE, draws=6000)
    gaps = np.array([nominal(VALUES, "minmax", "arithmetic", RUNS.scores[i, j])
                     for i in range(3) for j in range(2)])  # fmt: skip
    np.testing.assert_allclose(table["gap_low"], gaps.min(axis=0), atol=2e-3)  # one in six
    np.testing.assert_allclose(table["gap_high"], gaps.max(axis=0), atol=2e-3)
    ranks = (-gaps).argsort(axis=1).argsort(axis=1)
    expected = (ranks < 4).mean(axis=0)
    assert np.abs(table["top_probability"] - expected).max() < 0.03


def test_the_draw_at_the_nominal_run_is_the_published_gap():
    found = Worlds(VALUES, NO_ERROR, INDICATORS, DOMAINS, RUNS, SURE, seed=1, levels=1).gap(
        World(values=0, weights=0, scaling=0, mean=0, access=RUNS.nominal)
    )
    expected = nominal(VALUES, "minmax", "arithmetic")
    np.testing.assert_allclose(found, expected, atol=1e-3)
    pd.testing.assert_series_equal(RUNS.published, ACCESS, check_names=False)


def test_same_seed_same_bytes_on_any_number_of_threads(monkeypatch):
    first = run(HOLED, VALUES * 0.1)
    pd.testing.assert_frame_equal(first, run(HOLED, VALUES * 0.1), check_exact=True)
    monkeypatch.setattr(parts, "workers", lambda: 1)
    pd.testing.assert_frame_equal(first, run(HOLED, VALUES * 0.1), check_exact=True)
    assert not first.equals(run(HOLED, VALUES * 0.1, seed=2))


def test_every_doubt_widens():
    sure = certain(ACCESS)
    base = run(doubt=SURE, access=sure)
    assert (base["rank_high"] - base["rank_low"] == 0).all()
    for change, access in (
        ({"concentration": 20.0}, sure),
        ({"scalings": WIDE.scalings}, sure),
        ({"means": WIDE.means}, sure),
        ({}, RUNS),
    ):
        table = run(doubt=replace(SURE, **change), access=access)
        assert (table["rank_high"] - table["rank_low"]).sum() > 0, change
        assert table["top_probability"].sum() == pytest.approx(4.0)
    noisy = run(se=VALUES * 0.2, doubt=SURE, access=sure)
    assert (noisy["gap_high"] - noisy["gap_low"]).min() > 0


def test_a_district_without_data_neither_ranks_nor_moves_others():
    values, se = HOLED.copy(), VALUES * 0.0
    table = run(values, se)
    assert table.iloc[0].isna().all()
    rest = slice(1, None)
    alone = simulate_choices(
        values.iloc[rest], se.iloc[rest], INDICATORS, DOMAINS, two_factors(ACCESS.iloc[rest]),
        WIDE, draws=200, seed=1, min_coverage=0.5, **QUANTILES,
    )  # fmt: skip
    pd.testing.assert_frame_equal(table.iloc[rest], alone)
    assert run(access=certain(ACCESS * np.nan)).isna().all(axis=None)


def test_draws_are_cut_off_at_the_end_of_a_range_not_piled_up_there():
    values = VALUES.assign(poverty=np.linspace(0.0, 100.0, 20))
    worlds = Worlds(values, VALUES * 0 + 25.0, INDICATORS, DOMAINS, RUNS, SURE, seed=0, levels=1)
    drawn = np.array([worlds._drawn(level) for level in range(2000)])
    assert drawn[:, 0].min() >= 0 and drawn[:, 0].max() <= 100
    # the mean of a half normal is sd * sqrt(2 / pi)
    assert drawn[:, 0, 0].mean() == pytest.approx(25 * np.sqrt(2 / np.pi), rel=0.05)
    assert drawn[:, 1, 0].std() == pytest.approx(25, rel=0.06)


def test_draws_near_the_end_of_a_range_stay_inside():
    values = VALUES.assign(poverty=np.linspace(0.0, 100.0, 20))
    table = run(values, VALUES * 0 + 25.0, doubt=SURE)
    assert table["gap_high"].max() <= 100


def test_sobol_of_the_choices():
    got = choice_indices(
        VALUES, VALUES * 0.05, INDICATORS, DOMAINS, RUNS, WIDE,
        base=128, seed=4, min_coverage=0.5,
    )  # fmt: skip
    assert got.total.index.tolist() == [
        "indicator values",
        "weights",
        "scaling",
        "aggregation",
        "speed",
        "count",
    ]
    assert got.total.columns.tolist() == NAMES
    overall = got.overall()
    assert ((overall["total"] > 0) & (overall["total"] < 1.1)).all()
    assert overall["first"].sum() < 1.1
    only = choice_indices(
        HOLED, NO_ERROR, INDICATORS, DOMAINS, certain(ACCESS), replace(SURE, concentration=5.0),
        base=64, seed=4, min_coverage=0.5,
    )  # fmt: skip
    assert only.total.index.tolist() == ["weights"]
    assert only.total.columns.tolist() == NAMES[1:]
    # what explains everything explains 1, within the error of 64 rows
    assert only.overall().loc["weights", "total"] == pytest.approx(1.0, abs=0.25)


def test_descending_ranks():
    assert descending_ranks(np.array([5.0, 9.0, 1.0, 9.0])).tolist() == [3, 1, 4, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scalings": ()}, "choose from"),
        ({"scalings": ("log",)}, "choose from"),
        ({"means": ("harmonic",)}, "choose from"),
        ({"concentration": 0.0}, "above 0"),
        ({"geometric_out": (0.0, 100.0)}, "scale above 0"),
        ({"out": (100.0, 0.0)}, "upwards"),
    ],
)
def test_bad_doubt(change, message):
    with pytest.raises(ValueError, match=message):
        run(doubt=replace(WIDE, **change))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"se": -VALUES}, "standard error negative"),
        ({"se": NO_ERROR.iloc[::-1]}, "same index"),
        ({"se": NO_ERROR[["income", "poverty", "suicide"]]}, "se columns"),
        ({"indicators": INDICATORS.iloc[::-1]}, "indicators do not match"),
        ({"indicators": INDICATORS.assign(high=10.0)}, "poverty outside its range"),
        ({"values": VALUES.assign(poverty=3.0)}, "poverty cannot be scaled"),
        ({"access": two_factors(ACCESS.iloc[::-1])}, "same index"),
        ({"draws": 0}, "draws"),
    ],
)
def test_bad_input_of_the_monte_carlo(change, message):
    with pytest.raises(ValueError, match=message):
        run(**change)


def test_bad_input():
    with pytest.raises(ValueError, match="constant"):
        fixed = INDICATORS.assign(scale_low=0.0, scale_high=[100.0, 1e5, 100.0])
        run(VALUES.assign(poverty=3.0), indicators=fixed)
    with pytest.raises(ValueError, match="draws"):
        run(draws=0)
