import numpy as np
import pandas as pd
import pytest

from etl.measures.clusters import moran
from etl.measures.neighbourhood import from_pairs
from etl.measures.smoothing import (
    standardised_rates,
    toward_all,
    toward_area,
    toward_neighbours,
    toward_parent,
)

CASE = "esda_columbus_sids"


@pytest.fixture
def sids(reference):
    table = reference(f"{CASE}/sids2_expected.csv")
    pairs = reference(f"{CASE}/sids2_queen_neighbors.csv")
    around = from_pairs(pairs["i"].to_numpy(), pairs["j"].to_numpy(), len(table))
    return table, around


def test_esda(sids, reference):
    table, around = sids
    events, people = table["SID79"], table["BIR79"]
    np.testing.assert_allclose(toward_all(events, people), table["EB"], rtol=1e-12)
    near, expected = toward_neighbours(events, people, around), table["spatial_EB_queen"]
    # one county and all around it had no event: esda divides 0 by 0, the rate is 0
    assert near[expected.isna()].tolist() == [0.0]
    np.testing.assert_allclose(near, expected.fillna(0.0), rtol=1e-9)
    scalars = reference(f"{CASE}/expected_scalars.csv", index_col="name")["value"]
    found = moran(standardised_rates(events, people), around).i
    assert found == pytest.approx(float(scalars["Moran_Rate_EB_I_SID79"]), abs=1e-9)


def test_parent_is_the_global_one_inside_each(sids):
    table, _ = sids
    parent = pd.Series(np.where(table.index % 3, "a", "b"), index=table.index)
    got = toward_parent(table["SID79"], table["BIR79"], parent)
    for name in "ab":
        part = table[parent == name]
        expected = toward_all(part["SID79"], part["BIR79"])
        np.testing.assert_allclose(got[parent == name], expected, rtol=1e-12)
    alone = toward_parent(pd.Series([3.0, 1.0]), [10.0, 10.0], ["x", "y"])
    np.testing.assert_allclose(alone, [0.3, 0.1])


def test_small_areas_move_more():
    got = toward_all(np.array([0.0, 900.0, 100.0, 2.0]), [10.0, 10_000.0, 10_000.0, 10.0])
    raw = np.array([0.0, 0.09, 0.01, 0.2])
    mean = 1002 / 20_020
    moved = np.abs(got - raw) / np.abs(mean - raw)
    assert moved[0] == pytest.approx(moved[3])
    assert moved[0] > 10 * moved[1]
    assert (np.sign(got - raw) == np.sign(mean - raw)).all()


def test_suppressed_counts_are_missing_and_take_no_part():
    events, people = np.array([5.0, 40.0, 2.0]), np.array([100.0, 500.0, 90.0])
    around = from_pairs(np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), 5)
    more, with_more = np.append(events, [np.nan, 0.0]), np.append(people, [80.0, 0.0])
    for smooth in (toward_all, lambda e, p: toward_parent(e, p, np.zeros(len(e)))):
        got = smooth(more, with_more)
        np.testing.assert_allclose(got[:3], smooth(events, people))
        assert np.isnan(got[3:]).all()
    assert np.isnan(toward_neighbours(more, with_more, around)).tolist() == [False] * 3 + [True] * 2
    assert np.isnan(toward_all(np.array([np.nan]), [1.0])).all()


def test_no_more_variation_than_chance_gives_the_mean():
    got = toward_all(np.array([1.0, 1.0, 2.0]), [10.0, 11.0, 20.0])
    np.testing.assert_allclose(got, 4 / 41)
    assert toward_all(np.zeros(2), [5.0, 6.0]).tolist() == [0.0, 0.0]


def test_refusals():
    with pytest.raises(ValueError, match="count negative"):
        toward_all(np.array([-1.0]), [1.0])
    with pytest.raises(ValueError, match="people missing"):
        toward_all(np.array([1.0]), [np.nan])
    with pytest.raises(ValueError, match="shapes differ"):
        toward_all(np.array([1.0]), [1.0, 2.0])
    with pytest.raises(ValueError, match="parent missing at 1"):
        toward_parent(np.array([1.0, 1.0]), [1.0, 2.0], ["a", None])
    with pytest.raises(ValueError, match="indptr does not fit"):
        toward_neighbours(np.array([1.0]), [1.0], from_pairs(np.array([0]), np.array([1]), 2))


def test_toward_area_by_hand():
    # m = 30 / 1100; A = 7.438e-5 - m * 2 / 1100 = 2.479e-5; own weights 1/12 and 10/21
    got = toward_area(np.array([0.0, 30.0]), [100.0, 1000.0], ["a", "a"])
    mean = 30 / 1100
    np.testing.assert_allclose(got, [mean * 11 / 12, mean + (0.03 - mean) * 10 / 21])


def test_parents_need_two_areas_with_a_count():
    events = pd.Series([0.0, 30.0, 5.0, np.nan, 7.0])
    people = [100.0, 1000.0, 50.0, 0.0, 400.0]
    got = toward_area(events, people, ["a", "a", "b", "b", None])
    everyone = toward_all(events, people)
    np.testing.assert_allclose(got[:2], toward_all(events[:2], people[:2]))
    np.testing.assert_allclose(got[2:], everyone[2:])  # b has one count, the last no parent
    assert np.isnan(got[3])
    with pytest.raises(ValueError, match="parent has shape"):
        toward_area(events, people, ["a"])
