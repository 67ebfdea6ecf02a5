import numpy as np
import pandas as pd
import pytest

from etl.measures.clusters import (
    bivariate_local_moran,
    getis_ord,
    local_moran,
    moran,
)
from etl.measures.discovery import fdr_threshold
from etl.measures.neighbourhood import Neighbourhood, from_pairs

CASE = "esda_columbus_sids"
TEST = {"permutations": 999, "seed": 1, "alpha": 0.05}


@pytest.fixture
def columbus(reference):
    table = reference(f"{CASE}/columbus_expected.csv")
    pairs = reference(f"{CASE}/columbus_queen_neighbors.csv")
    scalars = reference(f"{CASE}/expected_scalars.csv", index_col="name")["value"]
    return table, from_pairs(pairs["i"].to_numpy(), pairs["j"].to_numpy(), len(table)), scalars


def grid(side):
    """Queen neighbours on a square."""
    at = np.argwhere(np.ones((side, side)))
    near = np.abs(at[:, None] - at[None]).max(axis=2) == 1
    return from_pairs(*np.nonzero(near), side * side)


def test_esda_global(columbus):
    table, around, scalars = columbus
    got = moran(table["CRIME"], around)
    for ours, theirs in (
        (got.i, "Moran_I_CRIME_queen_r"),
        (got.expected, "EI"),
        (got.variance_normality, "VI_norm"),
        (got.z_normality, "z_norm"),
        (got.variance_randomisation, "VI_rand"),
        (got.z_randomisation, "z_rand"),
        (got.p_normality, "p_norm"),
    ):
        assert ours == pytest.approx(float(scalars[theirs]), rel=1e-6), theirs


def test_esda_local(columbus):
    table, around, scalars = columbus
    got = local_moran(table["CRIME"], around, permutations=9999, seed=12345, alpha=0.05)
    np.testing.assert_allclose(got["local_i"], table["Is"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(got["lag"], table["lag_crime"], rtol=0, atol=1e-6)
    assert got["quadrant"].tolist() == table["quad"].tolist()
    p = table["p_sim_9999"]
    error = 5 * np.sqrt(2 * p * (1 - p) / 9999) + 2e-4
    assert (np.abs(got["p_value"] - p) <= error).all()
    assert fdr_threshold(p, 0.05) == pytest.approx(float(scalars["FDR_threshold_alpha0.05"]))
    assert (p <= fdr_threshold(p, 0.05)).sum() == int(float(scalars["n_sig_fdr"]))
    clear = np.abs(p - fdr_threshold(p, 0.05)) > error
    significant = got["cluster"] != "not significant"
    assert significant[clear].equals((p <= fdr_threshold(p, 0.05))[clear])
    assert (got["p_value"] <= 0.05).sum() == pytest.approx(20, abs=1)


def test_esda_bivariate_and_getis_ord(columbus):
    table, around, scalars = columbus
    got = bivariate_local_moran(table["INC"], table["CRIME"], around, **TEST)
    np.testing.assert_allclose(got["local_i"], table["Is_bv_inc_crime"], rtol=0, atol=1e-6)
    whole = got["local_i"].sum() / 48
    assert whole == pytest.approx(float(scalars["Moran_BV_I(INC,CRIME)"]), abs=1e-6)
    for star, name in ((True, "G_star_z"), (False, "G_z")):
        z = getis_ord(table["CRIME"], around, star=star)
        np.testing.assert_allclose(z, table[name], rtol=0, atol=1e-6)


def test_a_planted_cluster_is_found_and_noise_is_not():
    values = np.random.default_rng(0).normal(size=144)
    around = grid(12)
    assert (local_moran(values, around, **TEST)["cluster"] == "not significant").mean() > 0.97
    hot = np.zeros((12, 12), dtype=bool)
    hot[:3, :3] = True
    got = local_moran(values + 6 * hot.ravel(), around, **(TEST | {"permutations": 9999}))
    assert (got["cluster"][[0, 1, 12, 13]] == "high-high").all()
    assert not (got["cluster"][~hot.ravel()] == "high-high").any()
    need = values + 6 * hot.ravel()
    pair = bivariate_local_moran(need, -need, around, **(TEST | {"permutations": 9999}))
    assert (pair["cluster"][[0, 1, 12, 13]] == "high-low").all()


def test_islands_and_missing_values_get_no_class():
    side = grid(6)
    n = 38  # the last two touch nobody
    around = Neighbourhood(np.append(side.indptr, [side.indices.size] * 2), side.indices)
    values = pd.Series(np.arange(n, dtype=float) % 7, index=[f"d{i}" for i in range(n)])
    values["d37"] = np.nan
    values["d1"] = values["d6"] = values["d7"] = np.nan  # leaves d0 alone
    got = local_moran(values, around, **TEST)
    assert got.index.equals(values.index)
    assert got.loc[["d0", "d36"], "cluster"].tolist() == ["island", "island"]
    assert got.loc[["d1", "d6", "d7", "d37"], "cluster"].tolist() == ["no value"] * 4
    without = got["cluster"].isin(["island", "no value"])
    assert got.loc[without, ["local_i", "lag", "quadrant", "p_value"]].isna().all(axis=None)
    assert got.loc[~without].notna().all(axis=None)
    z = getis_ord(values, around, star=True)
    assert np.isnan(z).tolist() == without.tolist()
    # leaving a value out is the same as leaving the area out
    keep = values.notna().to_numpy()
    alone = local_moran(values[keep], around.among(keep), **TEST)
    pd.testing.assert_frame_equal(got[keep], alone)
    assert moran(values, around) == moran(values[keep], around.among(keep))


def test_one_neighbour_with_the_lowest_value_is_no_rarer_than_one_in_the_others():
    # A row of 30 areas: the end has one neighbour; one draw in 29 gives it the same value.
    n = 30
    first = np.concatenate([np.arange(n - 1), np.arange(1, n)])
    around = from_pairs(first, np.concatenate([np.arange(1, n), np.arange(n - 1)]), n)
    values = np.random.default_rng(5).permutation(n).astype(float)
    values[1] = -1.0
    for lowest in (values, -values):
        got = local_moran(lowest, around, permutations=9999, seed=1, alpha=0.05)
        assert got.loc[0, "p_value"] == pytest.approx(1 / 29, abs=0.01)


def test_q_values_say_the_same_as_the_classes():
    values = np.random.default_rng(8).normal(size=144)
    values[:30] += 3
    got = local_moran(values, grid(12), **(TEST | {"permutations": 9999}))
    significant = got["cluster"] != "not significant"
    assert significant.any() and not significant.all()
    assert (got["q_value"] <= TEST["alpha"]).equals(significant)


def test_seeded():
    values, around = np.random.default_rng(3).normal(size=36), grid(6)
    first = local_moran(values, around, **TEST)
    pd.testing.assert_frame_equal(first, local_moran(values, around, **TEST))
    assert not first.equals(local_moran(values, around, **(TEST | {"seed": 2})))


def test_relabelling_changes_no_statistic():
    rng = np.random.default_rng(4)
    values, around, order = rng.normal(size=36), grid(6), rng.permutation(36)
    place = np.argsort(order)
    moved = from_pairs(place[around.rows()], place[around.indices], 36)
    assert moran(values[order], moved).i == pytest.approx(moran(values, around).i)
    got = local_moran(values[order], moved, **TEST)["local_i"]
    np.testing.assert_allclose(got, local_moran(values, around, **TEST)["local_i"][order])


def test_one_way_neighbours_by_hand():
    first, second = np.array([0, 1, 2, 3, 3]), np.array([1, 2, 3, 0, 1])
    w = np.zeros((4, 4))
    w[first, second] = 1
    w /= w.sum(axis=1, keepdims=True)
    s1, s2 = ((w + w.T) ** 2).sum() / 2, ((w.sum(0) + w.sum(1)) ** 2).sum()
    variance = (16 * s1 - 4 * s2 + 48) / (16 * 15) - 1 / 9
    got = moran([1.0, 2.0, 4.0, 9.0], from_pairs(first, second, 4))
    assert got.variance_normality == pytest.approx(variance)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones(9), "constant"),
        (np.full(9, np.nan), "0 areas have a value"),
        (np.arange(8.0), "does not fit"),
        (np.append(np.arange(8.0), np.inf), "infinite value at 8"),
    ],
)
def test_refusals(values, message):
    with pytest.raises(ValueError, match=message):
        moran(values, grid(3))


def test_bad_neighbours():
    with pytest.raises(ValueError, match="own neighbour at 0"):
        from_pairs(np.array([1]), np.array([1]), 2)
    with pytest.raises(ValueError, match="named twice"):
        from_pairs(np.array([0, 0]), np.array([1, 1]), 2)
    with pytest.raises(ValueError, match="outside"):
        from_pairs(np.array([0]), np.array([5]), 2)
    lonely = Neighbourhood(np.zeros(5, dtype=np.int64), np.empty(0, dtype=np.int64))
    with pytest.raises(ValueError, match="has a neighbour"):
        moran(np.arange(4.0), lonely)
    with pytest.raises(ValueError, match="alpha"):
        local_moran(np.arange(9.0), grid(3), permutations=9, seed=0, alpha=0.0)
