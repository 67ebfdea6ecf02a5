import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.classify import classify, quantile_breaks, share_breaks

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
