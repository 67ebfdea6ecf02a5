from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.classify import (
    classify,
    equal_breaks,
    natural_breaks,
    quantile_breaks,
    share_breaks,
    widened,
)

from .conftest import SETTINGS


def test_by_hand():
    values = pd.Series([5.0, 1.0, np.nan, 2.0, 3.0, 4.0], index=list("abcdef"))
    edges = quantile_breaks(values, 5)
    assert edges.tolist() == [1, 1, 2, 3, 4, 5]
    classes = classify(values, edges)
    assert classes.tolist() == [4, 0, -1, 1, 2, 3]
    assert classes.index.tolist() == list("abcdef")


def test_repeats_give_fewer_classes_and_are_never_split():
    assert quantile_breaks([0.0, 0.0, 0.0, 0.0, 9.0], 5).tolist() == [0, 0, 9]
    assert quantile_breaks([7.0, 7.0], 3).tolist() == [7, 7]
    assert classify(np.array([7.0, 7.0]), [7.0, 7.0]).tolist() == [0, 0]


def test_share_breaks():
    values = np.arange(1.0, 11.0)
    assert share_breaks(values, [0.2, 0.2, 0.2, 0.2, 0.2]).tolist() == [1, 2, 4, 6, 8, 10]
    assert share_breaks(values, [0.9, 0.1]).tolist() == [1, 9, 10]
    with pytest.raises(ValueError, match="sum to 1"):
        share_breaks(values, [0.5, 0.4])


def test_end_classes_are_open_and_nothing_present_is_fine():
    assert classify(np.array([-5.0, 99.0]), [1.0, 2.0, 3.0]).tolist() == [0, 1]
    assert quantile_breaks([np.nan], 5).size == 0
    assert classify(np.array([np.nan]), []).tolist() == [-1]


def test_bad_input():
    with pytest.raises(ValueError, match="k must"):
        quantile_breaks([1.0], 0)
    with pytest.raises(ValueError, match="infinite value at 1"):
        quantile_breaks([1.0, np.inf], 2)
    with pytest.raises(ValueError, match="ascending"):
        classify(np.array([1.0]), [2.0, 1.0])
    with pytest.raises(ValueError, match="ascending"):
        classify(np.array([1.0]), [])


@SETTINGS
@given(st.lists(st.integers(0, 12), min_size=1, max_size=40), st.integers(1, 7))
def test_every_class_is_used_and_quantiles_are_even(values, k):
    numbers = np.array(values, dtype=float)
    edges = quantile_breaks(numbers, k)
    classes = classify(numbers, edges)
    assert set(classes.tolist()) == set(range(len(edges) - 1))
    assert len(edges) - 1 <= k
    if len(set(values)) == len(values) >= k:
        counts = np.bincount(classes)
        assert counts.max() - counts.min() <= 1
    assert np.array_equal(edges, share_breaks(numbers, [1 / k] * k))


def least_squares(values: list[float], k: int) -> float:
    """Smallest sum of squares of k classes, by trying every way to cut the sorted values."""
    ordered = np.sort(values)
    ways = combinations(range(1, len(ordered)), k - 1)
    return min(
        sum(((part - part.mean()) ** 2).sum() for part in np.split(ordered, way)) for way in ways
    )


@SETTINGS
@given(st.lists(st.integers(0, 40), min_size=3, max_size=9, unique=True), st.integers(1, 3))
def test_natural_breaks_are_the_best_of_all_ways(values, k):
    edges = natural_breaks(np.array(values, dtype=float) * 1e6 + 1e9, k)
    classes = classify(np.array(values, dtype=float) * 1e6 + 1e9, edges)
    found = pd.Series(values, dtype=float).groupby(classes)
    spread = sum(((own - own.mean()) ** 2).sum() for _, own in found)
    assert len(edges) == k + 1
    assert spread == pytest.approx(least_squares([float(v) for v in values], k))


def test_natural_breaks_count_repeats_and_thin_out_many_values():
    assert natural_breaks([0.0] * 50 + [1.0, 10.0], 2).tolist() == [0, 1, 10]
    assert natural_breaks([np.nan], 3).size == 0
    edges = natural_breaks(np.arange(5000.0), 5, most=100)
    assert edges[[0, -1]].tolist() == [0, 4999]
    assert np.diff(edges) == pytest.approx(1000, abs=60)


def test_equal_steps_and_wider_ends():
    assert equal_breaks([0.0, 3.0, 10.0, np.nan], 5).tolist() == pytest.approx(
        [0, 10 / 3, 20 / 3, 10]
    )
    assert equal_breaks([4.0, 4.0], 5).tolist() == [4, 4]
    assert equal_breaks([np.nan], 5).size == 0
    assert widened([0.0, 5.0, 10.0], [-2.0, np.nan, 3.0]).tolist() == [-2, 5, 10]
    assert widened([0.0, 5.0], [np.nan]).size == 0
