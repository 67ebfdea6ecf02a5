import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.scaling import (
    align,
    cap,
    imd_exponential,
    minmax,
    percentile_rank,
    toward_need,
    zscore,
)

from .conftest import SETTINGS

X = pd.Series([2.0, np.nan, 4.0, 6.0], index=list("abcd"), name="poverty")
VALUES = st.lists(st.integers(-1000, 1000), min_size=2, max_size=30).map(
    lambda v: np.array(v, dtype=float)
)


def test_minmax_by_hand():
    result = minmax(X)
    np.testing.assert_array_equal(result, [0, np.nan, 50, 100])
    assert result.index.tolist() == list("abcd")
    np.testing.assert_array_equal(minmax(X, out=(1.0, 100.0)), [1, np.nan, 50.5, 100])


def test_fixed_bounds_clip():
    np.testing.assert_array_equal(minmax(X, lower=4.0, upper=5.0), [0, np.nan, 0, 100])
    np.testing.assert_array_equal(minmax(X, upper=10.0), [0, np.nan, 25, 50])


@pytest.mark.parametrize("bounds", [{"lower": 1.0, "upper": 1.0}, {"lower": 9.0}, {"upper": 2.0}])
def test_bounds_without_width_are_named(bounds):
    with pytest.raises(ValueError, match="poverty cannot be scaled"):
        minmax(X, **bounds)


def test_constant_infinite_and_empty():
    with pytest.raises(ValueError, match="poverty cannot be scaled: it runs from 3 to 3"):
        minmax(X * 0 + 3)
    with pytest.raises(ValueError, match="poverty is constant"):
        zscore(X * 0)
    with pytest.raises(ValueError, match="poverty is infinite at a"):
        minmax(X.replace(2.0, np.inf))
    for function in (minmax, zscore, imd_exponential, cap):
        assert function(X * np.nan).isna().all()
    with pytest.raises(ValueError, match="two values, got 0"):
        percentile_rank(X * np.nan)


def test_svi_reference(reference):
    table = reference("svi_percentile/expected.csv")
    rate = table["pov"].mask((table["pop"] == 0) | (table["pov"] == -999))
    rank = percentile_rank(rate, out=(0.0, 1.0))
    np.testing.assert_allclose(rank, table["epl"])
    flag = (rank >= 0.9).astype(float).where(rank.notna())
    np.testing.assert_array_equal(flag, table["flag90"])


def test_imd_reference(reference):
    table = reference("imd_transform/expected.csv")
    result = imd_exponential(np.arange(1.0, 1223.0))
    np.testing.assert_allclose(result[table["rank_least_deprived_1"] - 1], table["X"], rtol=1e-10)


def test_zscore_by_hand():
    np.testing.assert_allclose(zscore(X), [-1, np.nan, 0, 1])


def test_cap():
    x = np.array([0.0, 1.0, 2.0, 3.0, 100.0, np.nan])
    np.testing.assert_array_equal(cap(x, 0.25, 0.75), [1, 1, 2, 3, 3, np.nan])
    assert np.array_equal(cap(x), x, equal_nan=True)
    with pytest.raises(ValueError, match="in order"):
        cap(x, 0.9, 0.1)


def test_align():
    np.testing.assert_array_equal(align(minmax(X), -1), [100, np.nan, 50, 0])
    np.testing.assert_array_equal(align(minmax(X), 1), minmax(X))
    one = (1.0, 100.0)
    np.testing.assert_array_equal(align(minmax(X, out=one), -1, one), [100, np.nan, 50.5, 1])
    with pytest.raises(ValueError, match="direction"):
        align(X, 0)
    with pytest.raises(ValueError, match="poverty outside"):  # METHODS rule 14
        align(X * 100, -1)


@SETTINGS
@given(VALUES, st.sampled_from([minmax, percentile_rank, imd_exponential, zscore]))
def test_order_kept_and_input_untouched(values, scale):
    if values.min() == values.max():
        values = np.append(values, values[0] + 1)
    before = values.copy()
    scaled = scale(values)
    assert np.array_equal(values, before)
    order = np.argsort(values, kind="stable")
    assert (np.diff(scaled[order]) >= -1e-9).all()
    assert (np.diff(scaled[order])[np.diff(values[order]) == 0] == 0).all()
    if scale is not zscore:
        assert scaled.min() >= 0
        assert scaled.max() <= 100 + 1e-9


@SETTINGS
@given(VALUES, st.floats(0.1, 10), st.floats(-50, 50))
def test_minmax_ignores_the_unit(values, factor, shift):
    if values.min() == values.max():
        return
    np.testing.assert_allclose(minmax(values * factor + shift), minmax(values), atol=1e-6)


SCALINGS = ["minmax", "percentile_rank", "zscore", "imd_exponential"]


def test_toward_need_by_hand():
    x = pd.Series([1.0, 1.0, 2.0, np.nan, 5.0], name="income")
    up = {s: toward_need(x, s, 1, z_limit=2.0).dropna().tolist() for s in SCALINGS}
    assert up["minmax"] == [0, 0, 25, 100]
    assert up["percentile_rank"] == pytest.approx([0, 0, 200 / 3, 100])
    z = (np.array([1, 1, 2, 5]) - 2.25) / np.std([1, 1, 2, 5], ddof=1)
    assert up["zscore"] == pytest.approx(50 + 25 * z)
    assert up["imd_exponential"][0] == pytest.approx(
        -23 * np.log(1 - 0.375 * (1 - np.exp(-100 / 23)))
    )
    # turned before ranking: the tied poorest share the higher rank of both, not a mirrored 100
    assert toward_need(x, "percentile_rank", -1).dropna().tolist() == pytest.approx(
        [200 / 3] * 2 + [100 / 3, 0]
    )
    assert toward_need(x, "minmax", -1).dropna().tolist() == [100, 100, 75, 0]
    fixed = toward_need(x, "minmax", -1, lower=0.0, upper=4.0, out=(1.0, 100.0))
    assert fixed.dropna().tolist() == [75.25, 75.25, 50.5, 1.0]
    for scaling in SCALINGS:
        assert toward_need(x, scaling, 1, out=(1.0, 100.0)).min() >= 1.0
        with pytest.raises(ValueError, match="income: direction must be 1 or -1"):
            toward_need(x, scaling, 0)
    with pytest.raises(ValueError, match="'log'"):
        toward_need(x, "log", 1)


@SETTINGS
@given(VALUES, st.integers(0, 29), st.floats(0.5, 2000), st.sampled_from(SCALINGS))
def test_more_of_an_indicator_never_means_less_need(values, which, more, scaling):
    if values.min() == values.max():
        values = np.append(values, values[0] + 1)
    which = which % len(values)
    worse = values.copy()
    worse[which] += more
    if worse.min() == worse.max():
        return
    before, after = (toward_need(x, scaling, 1)[which] for x in (values, worse))
    assert after >= before - 1e-9
    before, after = (toward_need(x, scaling, -1)[which] for x in (values, worse))
    assert after <= before + 1e-9
