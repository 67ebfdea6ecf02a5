import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew

from etl.measures.composite import rank, two_level
from etl.measures.outliers import (
    fill_group_mean,
    log_error,
    log_transform,
    skewness_and_kurtosis,
    treat,
    winsorise,
)
from etl.measures.scaling import align, minmax, percentile_rank, zscore

from .conftest import SETTINGS

CASE = "need_synth24"
COINR = {"skewness": 2.0, "kurtosis": 3.5, "most": 5}


@pytest.fixture
def stages(reference):
    """The index from the raw data on, and what COINr has at each stage."""
    data = reference(f"{CASE}/iData.csv", index_col="uCode")
    meta = reference(f"{CASE}/iMeta.csv").set_index("iCode")
    inputs, outer = meta[meta["Level"] == 1], meta[meta["Level"] == 2]["Weight"]
    raw = data[list(inputs.index)].astype(float)
    filled = raw.apply(lambda x: fill_group_mean(x, data["Rural_group"]))
    treated = filled.apply(lambda x: pd.Series(winsorise(x, **COINR).values, index=x.index))
    return raw, filled, treated, inputs, outer


def test_coinr_imputed_and_treated(stages, reference):
    raw, filled, treated, _, _ = stages
    for got, name in ((filled, "imputed"), (treated, "treated")):
        expected = reference(f"{CASE}/stage_{name}.csv", index_col="uCode").astype(float)
        np.testing.assert_allclose(got[expected.columns], expected, rtol=0, atol=1e-6)
    assert raw.isna().to_numpy().sum() == 4  # the input is not written to


def scale(treated, inputs, name):
    scaled = {}
    for c in treated:
        x, sign = treated[c], int(inputs["Direction"][c])
        if name == "zscore_amean":
            scaled[c] = zscore(x * sign)
        elif name == "prank_amean":
            scaled[c] = percentile_rank(x * sign, out=(0.0, 1.0))
        else:
            out = (1.0, 100.0) if "1_100" in name else (0.0, 100.0)
            scaled[c] = align(minmax(x, out=out), sign, out)
    return pd.DataFrame(scaled)


@pytest.mark.parametrize(
    "name", ["minmax_amean", "minmax1_100_gmean", "zscore_amean", "prank_amean"]
)
def test_coinr_from_raw_data_to_index(stages, reference, name):
    _, _, treated, inputs, outer = stages
    scaled = scale(treated, inputs, name)
    if name == "minmax_amean":
        stage = reference(f"{CASE}/stage_normalised_minmax_0_100.csv", index_col="uCode")
        np.testing.assert_allclose(scaled[stage.columns], stage, rtol=0, atol=1e-6)
    result = two_level(
        scaled,
        inputs["Weight"],
        inputs["Parent"],
        outer,
        min_coverage=1.0,
        mean="geometric" if "gmean" in name else "arithmetic",
    )
    expected = reference(f"{CASE}/expected_index.csv", index_col="uCode")
    np.testing.assert_allclose(result.score, expected[f"{name}.NEED"], rtol=0, atol=1e-6)
    for domain in outer.index:
        np.testing.assert_allclose(
            result.domains[domain], expected[f"{name}.{domain}"], rtol=0, atol=1e-6
        )
    assert rank(result.score).tolist() == expected[f"{name}.rank"].tolist()


def test_what_was_changed_is_told(stages):
    _, filled, _, _, _ = stages
    got = winsorise(filled["suicide"], **COINR)
    assert filled.index[got.changed].tolist() == ["D06"]
    assert got.within
    assert not winsorise(filled["poverty"], **COINR).changed.any()
    low = winsorise(-filled["suicide"], **COINR)
    np.testing.assert_array_equal(low.values, -got.values)


def test_limits_that_cannot_be_met_are_told():
    x = np.array([*np.zeros(30), 1.0, 50.0, 60.0, 70.0, np.nan])
    got = winsorise(x, **(COINR | {"most": 2}))
    assert not got.within
    assert got.changed.sum() == 2
    assert got.values[[31, 32, 33]].tolist() == [50.0, 50.0, 50.0]
    assert np.isnan(got.values[-1])
    tied = winsorise(np.array([*np.zeros(40), 5.0, 5.0]), **(COINR | {"most": 1}))
    assert not tied.changed.any()  # both or neither
    assert not tied.within
    assert winsorise([3.0] * 9, **COINR).within
    assert winsorise([np.nan] * 3, **COINR).within


def test_logarithms_of_the_original_where_winsorising_fails():
    x = np.array([*np.linspace(0.0, 1.0, 30), 50.0, 60.0, 70.0, np.nan])
    limits = COINR | {"most": 1}
    pulled = treat(x, **limits, log=False)
    assert not pulled.within and not pulled.logged and pulled.changed.sum() == 1
    got = treat(x, **limits, log=True)
    np.testing.assert_allclose(got.values[:33], np.log(x[:33] + 0.7))  # 1 % of the range of 70
    assert got.logged and got.changed.sum() == 33 and np.isnan(got.values[33])
    assert got.within == (not (abs(got.skewness) > 2 and got.kurtosis > 3.5))
    mirrored = treat(-x, **limits, log=True)  # COINr's log_CT_plus on the long low side
    np.testing.assert_allclose(mirrored.values, -got.values)
    # what needs no treatment, or is cured by winsorising, is no logarithm
    mild = treat(np.arange(30.0), **COINR, log=True)
    assert mild.within and not mild.logged and not mild.changed.any()
    cured = treat([1.0, 2.0, 3.0, 4.0, 5.0, 99.0], **COINR, log=True)
    assert cured.values.tolist() == [1, 2, 3, 4, 5, 5] and not cured.logged


def test_logarithm_and_its_error():
    assert log_transform([3.0, 3.0, np.nan])[:2].tolist() == [3.0, 3.0]
    assert np.isnan(log_transform([np.nan])).all()
    x, step = np.array([*np.geomspace(1.0, 900.0, 12), 1000.0]), 1e-6
    for values in (x, -x):
        inside = np.arange(1, 12)
        for i in inside[:4]:
            moved = values.copy()
            moved[i] += step
            slope = (log_transform(moved)[i] - log_transform(values)[i]) / step
            error = log_error(values, np.full(13, 2.0))[i]
            assert error == pytest.approx(2.0 * slope, rel=1e-4)
    assert np.isnan(log_error(x, np.full(13, np.nan))).all()
    assert log_error([3.0, 3.0], [0.5, 0.5]).tolist() == [0.5, 0.5]


@SETTINGS
@given(st.lists(st.integers(-1000, 10_000), min_size=4, max_size=25), st.randoms())
def test_winsorise_keeps_the_order_and_does_not_mind_it(numbers, random):
    x = np.array(numbers, dtype=float)
    got = winsorise(x, **COINR)
    order = np.argsort(x, kind="stable")
    assert (np.diff(got.values[order]) >= 0).all()
    assert got.changed.sum() <= 5
    assert (got.values[~got.changed] == x[~got.changed]).all()
    shuffled = list(range(len(x)))
    random.shuffle(shuffled)
    np.testing.assert_array_equal(winsorise(x[shuffled], **COINR).values, got.values[shuffled])


def test_skewness_and_kurtosis_are_those_of_scipy():
    x = np.random.default_rng(0).gamma(1.0, size=30)
    expected = [skew(x, bias=False), kurtosis(x, bias=False)]
    np.testing.assert_allclose(skewness_and_kurtosis(np.append(x, np.nan)), expected)
    assert np.isnan(skewness_and_kurtosis([1.0, 2.0, 3.0])).all()


def test_refusals():
    with pytest.raises(ValueError, match="rate is infinite"):
        winsorise(pd.Series([np.inf, 1.0], name="rate"), **COINR)
    with pytest.raises(ValueError, match="limits below 0"):
        winsorise([1.0], **(COINR | {"most": -1}))
    with pytest.raises(ValueError, match="shapes differ"):
        fill_group_mean(np.array([1.0, 2.0]), ["a"])
    with pytest.raises(ValueError, match="one dimension"):
        winsorise([[1.0]], **COINR)
