import numpy as np
import pandas as pd
import pytest

from etl.measures.ratios import (
    grouped_weighted_mean,
    population_per_fte,
    proportion_moe,
    provider_ratio,
    ratio_moe,
    se_from_moe90,
    sum_moe,
    weighted_mean,
)


def test_provider_ratio_keeps_the_index():
    fte = pd.Series([5.0, 1.0, np.nan], index=["a", "b", "c"])
    people = pd.Series([50_000, 0, 10], index=["a", "b", "c"])
    result = provider_ratio(fte, people)
    assert result.index.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(result, [10.0, np.nan, np.nan])
    assert provider_ratio(np.array([1.0]), np.array([4.0]), per=1000).tolist() == [250.0]


def test_series_in_another_order_are_refused():
    fte = pd.Series([5.0, 1.0], index=["a", "b"])
    with pytest.raises(ValueError, match="same index"):
        provider_ratio(fte, fte.loc[["b", "a"]])


def test_negative_figures_are_named():
    fte = pd.Series([5.0, -1.0], index=["a", "b"])
    with pytest.raises(ValueError, match="negative FTE at b"):
        provider_ratio(fte, fte.abs())
    with pytest.raises(ValueError, match="negative population at b"):
        population_per_fte(fte, fte.abs())


def test_population_per_fte():
    result = population_per_fte(np.array([9000.0, 10.0, 0.0]), np.array([1.5, 0.0, 0.0]))
    np.testing.assert_array_equal(result, [6000.0, np.inf, np.nan])


def test_weighted_mean():
    assert weighted_mean([1.0, 4.0, np.nan], [1.0, 2.0, 9.0]) == 3.0
    assert np.isnan(weighted_mean([1.0], [0.0]))
    assert np.isnan(weighted_mean([], []))
    with pytest.raises(ValueError, match="weight missing or negative at 1"):
        weighted_mean([1.0, 1.0], [1.0, -1.0])


def test_grouped_weighted_mean():
    result = grouped_weighted_mean(
        [1.0, 3.0, np.nan, 7.0], [1.0, 3.0, 5.0, 2.0], [0, 0, 1, 2], n_groups=4
    )
    np.testing.assert_array_equal(result, [2.5, np.nan, 7.0, np.nan])
    with pytest.raises(ValueError, match="group outside"):
        grouped_weighted_mean([1.0], [1.0], [1], n_groups=1)
    with pytest.raises(ValueError, match="shapes"):
        grouped_weighted_mean([1.0, 2.0], [1.0], [0, 0], n_groups=1)


def test_acs_reference(reference):
    expected = reference("acs_moe/expected.csv")["moe_or_cv"].to_numpy()
    total = sum_moe([3860, 2642, 1957])
    n, nm, d, dm = ([v] for v in (4634, 989, 31713, 601))
    args = [np.array(v, dtype=float) for v in (n, nm, d, dm)]
    assert total == pytest.approx(expected[0])
    assert proportion_moe(*args)[0] == pytest.approx(expected[1])
    assert ratio_moe(*args)[0] == pytest.approx(expected[2])
    negative = [np.array([v]) for v in (900.0, 50.0, 1000.0, 200.0)]  # METHODS rule 16
    assert proportion_moe(*negative)[0] == pytest.approx(expected[3])
    cv = 100 * se_from_moe90(np.array([total]))[0] / 203119
    assert cv == pytest.approx(expected[4])


def test_margins_that_are_not_there():
    moe = pd.Series([1.645, 0.0, -555555555.0, np.nan], index=list("abcd"))
    np.testing.assert_array_equal(se_from_moe90(moe), [1.0, np.nan, np.nan, np.nan])
    assert np.isnan(sum_moe([3.0, -555555555.0]))
    one = np.array([1.0])
    assert np.isnan(proportion_moe(one, one, np.array([0.0]), one))[0]
