import numpy as np
import pytest

from etl.measures.clusters import bivariate_local_moran, moran
from etl.measures.cross_moran import bivariate_moran
from etl.measures.neighbourhood import Neighbourhood, from_pairs

CASE = "esda_columbus_sids"
TEST = {"permutations": 999, "seed": 1}


def grid(side):
    at = np.argwhere(np.ones((side, side)))
    near = np.abs(at[:, None] - at[None]).max(axis=2) == 1
    return from_pairs(*np.nonzero(near), side * side)


def test_esda(reference):
    table = reference(f"{CASE}/columbus_expected.csv")
    pairs = reference(f"{CASE}/columbus_queen_neighbors.csv")
    scalars = reference(f"{CASE}/expected_scalars.csv", index_col="name")["value"]
    around = from_pairs(pairs["i"].to_numpy(), pairs["j"].to_numpy(), len(table))
    got = bivariate_moran(table["INC"], table["CRIME"], around, **TEST)
    assert got.i == pytest.approx(float(scalars["Moran_BV_I(INC,CRIME)"]), abs=1e-6)
    assert got.p_value == 1 / 1000  # income is low where crime around is high: no draw comes near


def test_of_one_value_with_itself_is_morans_i():
    values, around = np.random.default_rng(2).normal(size=36), grid(6)
    assert bivariate_moran(values, values, around, **TEST).i == pytest.approx(
        moran(values, around).i
    )


def test_is_the_mean_of_the_local_figures():
    rng = np.random.default_rng(3)
    x, y, around = rng.normal(size=36), rng.normal(size=36), grid(6)
    local = bivariate_local_moran(x, y, around, permutations=9, seed=1, alpha=0.05)["local_i"]
    assert bivariate_moran(x, y, around, **TEST).i == pytest.approx(local.sum() / 35)


def test_p_values_of_noise_are_even_and_of_a_pattern_small():
    rng, around = np.random.default_rng(4), grid(6)
    p = [
        bivariate_moran(rng.normal(size=36), rng.normal(size=36), around, **TEST).p_value
        for _ in range(200)
    ]
    assert np.mean(np.asarray(p) <= 0.05) < 0.1 and np.mean(p) == pytest.approx(0.5, abs=0.08)
    slope = np.repeat(np.arange(6.0), 6)
    got = bivariate_moran(slope, -slope, around, **TEST)
    assert got.i < -0.5 and got.p_value == 1 / 1000 and got.expected == 0


def test_without_value_is_without_the_area_and_islands_count_in_the_mean_only():
    side = grid(6)
    around = Neighbourhood(np.append(side.indptr, side.indices.size), side.indices)
    x, y = np.random.default_rng(6).normal(size=(2, 37))
    with_hole = np.where(np.arange(37) == 3, np.nan, y)
    keep = ~np.isnan(with_hole)
    got = bivariate_moran(x, with_hole, around, **TEST)
    assert got == bivariate_moran(x[keep], y[keep], around.among(keep), **TEST)
    # By hand: the mean over areas with neighbours, about the mean of all.
    a, b = x - x.mean(), y - y.mean()
    w = np.zeros((37, 37))
    w[around.rows(), around.indices] = 1 / around.degree()[around.rows()]
    whole = bivariate_moran(x, y, around, **TEST).i
    assert whole == pytest.approx(37 / 36 * (a @ w @ b) / np.sqrt((a @ a) * (b @ b)))


def test_seeded():
    x, y = np.random.default_rng(7).normal(size=(2, 36))
    first = bivariate_moran(x, y, grid(6), **TEST)
    assert first == bivariate_moran(x, y, grid(6), **TEST)
    assert first.p_value != bivariate_moran(x, y, grid(6), permutations=999, seed=2).p_value


def test_refusals():
    with pytest.raises(ValueError, match="permutations 0"):
        bivariate_moran(np.arange(9.0), np.arange(9.0), grid(3), permutations=0, seed=1)
    with pytest.raises(ValueError, match="constant"):
        bivariate_moran(np.arange(9.0), np.ones(9), grid(3), **TEST)
    with pytest.raises(ValueError, match="shapes differ"):
        bivariate_moran(np.arange(9.0), np.arange(8.0), grid(3), **TEST)
