"""Where high or low values lie together: Moran's I, its local forms, Getis-Ord G.

Areas without a value are left out before anything is computed, so they neither form a cluster nor
dilute one. An area whose neighbours are all left out, or that has none, is an island: it counts in
the mean but gets no statistic, no p-value and no class. Neighbours weigh the same and sum to 1.

Inference for the local forms is by conditional permutation (Anselin 1995): the area keeps its
value, its neighbours' are drawn without replacement from all other areas. Significance is judged
at the false discovery rate (Benjamini & Hochberg 1995) over the areas tested.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .checks import FloatArray, IntArray, Numbers, floats, same_rows, totals
from .discovery import fdr_threshold, q_values
from .neighbourhood import Neighbourhood, present

CLASSES = ("high-high", "low-high", "low-low", "high-low")  # own value first; quadrants 1 to 4


@dataclass(frozen=True)
class Moran:
    """Moran's I with its variance under normality and under randomisation; p is two-sided."""

    i: float
    expected: float
    variance_normality: float
    variance_randomisation: float
    z_normality: float
    z_randomisation: float
    p_normality: float
    p_randomisation: float


def moran(values: Numbers, around: Neighbourhood) -> Moran:
    """Moran's I: how alike neighbours are; about ``-1/(n-1)`` without any pattern.

    Parameters
    ----------
    values : (n,) NaN is left out
    around : neighbours of the n areas

    Raises
    ------
    ValueError
        Infinite or constant values, fewer than four areas with a value, no neighbours at all, a
        neighbourhood of other areas.
    """
    keep, w = present(around, values)
    z = _centred(floats(values)[keep])
    degree, n = w.degree(), len(z)
    s0 = float((degree > 0).sum())
    lag = np.where(degree > 0, w.lag(z), 0.0)
    squares = float(z @ z)
    i = n / s0 * float(z @ lag) / squares
    s1, s2 = _weight_sums(w)
    expected = -1 / (n - 1)
    normal = (n**2 * s1 - n * s2 + 3 * s0**2) / (s0**2 * (n**2 - 1)) - expected**2
    kurtosis = n * float((z**4).sum()) / squares**2
    part = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * s0**2)
    other = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * s0**2)
    free = (part - other) / ((n - 1) * (n - 2) * (n - 3) * s0**2) - expected**2
    scores = [(i - expected) / np.sqrt(v) for v in (normal, free)]
    chances = [2 * float(ndtr(-abs(score))) for score in scores]
    return Moran(i, expected, normal, free, *(float(x) for x in (*scores, *chances)))


def local_moran(
    values: Numbers, around: Neighbourhood, *, permutations: int, seed: int, alpha: float
) -> pd.DataFrame:
    """Local Moran's I of each area, with its class.

    Parameters
    ----------
    values, around : as in `moran`
    permutations : e.g. 9,999; the smallest p-value is ``1 / (permutations + 1)``
    seed : the same seed gives the same p-values
    alpha : false discovery rate

    Returns
    -------
    frame of n rows (index of `values` if it is a series): ``local_i``; ``lag``, the mean of the
    neighbours' values; ``quadrant`` 1-4 as `CLASSES`; ``p_value``, the smaller tail; ``q_value``,
    the smallest false discovery rate at which the area counts; ``cluster``, one of `CLASSES`,
    "not significant", "island" or "no value". Numbers are missing for the last two.

    Raises
    ------
    ValueError
        As `moran`; fewer than one permutation; alpha outside 0..1.
    """
    return bivariate_local_moran(
        values, values, around, permutations=permutations, seed=seed, alpha=alpha
    )


def bivariate_local_moran(
    values: Numbers,
    nearby: Numbers,
    around: Neighbourhood,
    *,
    permutations: int,
    seed: int,
    alpha: float,
) -> pd.DataFrame:
    """Local Moran's I of one value here and another nearby, e.g. need here and access around.

    Parameters
    ----------
    values, nearby : (n,) the area's own value and the one of which its neighbours' mean is taken;
        an area that lacks either is left out
    around ... alpha : as in `local_moran`

    Returns
    -------
    as `local_moran`; ``lag`` is the neighbours' mean of `nearby`

    Raises
    ------
    ValueError
        As `local_moran`; series that do not have the same index.
    """
    if permutations < 1 or not 0 < alpha < 1:
        raise ValueError(f"permutations {permutations} or alpha {alpha} out of range")
    same_rows(values, nearby=nearby)
    keep, w = present(around, values, nearby)
    own, other = _centred(floats(values)[keep]), _centred(floats(nearby)[keep])
    n, lag, scale = len(own), w.lag(other), np.sqrt((own @ own) * (other @ other))
    p_value = _pseudo_p(other, w, lag, permutations, seed)
    quadrant = np.where(own > 0, np.where(lag > 0, 1, 4), np.where(lag > 0, 2, 3))
    cluster = np.array(CLASSES, dtype=object)[quadrant - 1]
    cluster[p_value > fdr_threshold(p_value, alpha)] = "not significant"
    island = w.degree() == 0
    cluster[island] = "island"
    index = values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(keep))
    table = pd.DataFrame(
        {
            "local_i": own * lag * (n - 1) / scale,
            "lag": lag + floats(nearby)[keep].mean(),
            "quadrant": pd.array(quadrant, dtype="Int64"),
            "p_value": p_value,
            "q_value": q_values(p_value),
            "cluster": cluster,
        },
        index=np.flatnonzero(keep),
    )
    table.loc[table.index[island], "quadrant"] = pd.NA
    table = table.reindex(range(len(keep))).set_axis(index)
    table["cluster"] = table["cluster"].fillna("no value").astype("str")
    return table


def getis_ord(values: Numbers, around: Neighbourhood, *, star: bool) -> FloatArray:
    """Getis-Ord G as a standard score: high where high values lie together, negative where low.

    Parameters
    ----------
    values, around : as in `moran`; values are usually not negative
    star : G*, which counts the area among its own neighbours

    Returns
    -------
    (n,) z; NaN for islands and areas without a value
    """
    keep, w = present(around, values)
    y, degree = floats(values)[keep], w.degree()
    n, members = len(y), degree + star
    total = np.where(degree > 0, w.lag(y) * degree, 0.0) + star * y
    others = n - (not star)
    mean = (y.sum() - (not star) * y) / others
    variance = ((y**2).sum() - (not star) * y**2) / others - mean**2
    with np.errstate(invalid="ignore", divide="ignore"):  # islands: overwritten below
        z = (total - members * mean) / np.sqrt(
            variance * (others * members - members**2) / (others - 1)
        )
    z[degree == 0] = np.nan
    result = np.full(len(keep), np.nan)
    result[keep] = z
    return result


def _pseudo_p(
    other: FloatArray,
    w: Neighbourhood,
    lag: FloatArray,
    permutations: int,
    seed: int,
) -> FloatArray:
    """Share of permutations at least as extreme, in the smaller tail, the data among them.

    A draw equal to the data is as extreme in either tail. With few neighbours such ties are common,
    and folding one tail over instead would call an area with one neighbour, whose value happens to
    be the lowest of all, as rare as the number of permutations allows.
    """
    degree = w.degree()
    draws = _without_replacement(len(other) - 1, int(degree.max()), permutations, seed)
    result = np.full(len(other), np.nan)
    for i in np.flatnonzero(degree > 0):
        rest = np.delete(other, i)
        drawn = rest[draws[: degree[i]]].sum(axis=0) / degree[i]
        # I rises or falls with the lag alone, so the smaller tail does not depend on the own value
        margin = 1e-12 * abs(lag[i])
        larger = np.count_nonzero(drawn >= lag[i] - margin)
        smaller = np.count_nonzero(drawn <= lag[i] + margin)
        result[i] = (min(larger, smaller) + 1) / (permutations + 1)
    return result


def _without_replacement(size: int, count: int, permutations: int, seed: int) -> IntArray:
    """Positions below `size`, (count, permutations), none twice in a column.

    The first k rows are a random choice of k, so areas with fewer neighbours use fewer rows.
    """
    rng = np.random.default_rng(seed)
    taken = np.empty((count, permutations), dtype=np.int64)
    for k in range(count):
        pick = rng.integers(size - k, size=permutations)
        for smaller in np.sort(taken[:k], axis=0):
            pick += pick >= smaller  # counts among those not yet taken
        taken[k] = pick
    return taken


def _centred(values: FloatArray) -> FloatArray:
    centred: FloatArray = values - values.mean()
    return centred


def _weight_sums(w: Neighbourhood) -> tuple[float, float]:
    """Compute sums S1 and S2 of Cliff and Ord for weights that sum to 1 in each row."""
    rows, n, degree = w.rows(), len(w.indptr) - 1, w.degree()
    weight = 1.0 / degree[rows]
    forward, back = rows * n + w.indices, w.indices * n + rows
    order = np.argsort(forward)
    place = np.minimum(np.searchsorted(forward[order], back), len(rows) - 1)
    mutual = forward[order][place] == back
    opposite = np.where(mutual, weight[order][place], 0.0)
    # each pair is met from both ends; a one-way one only once, so it counts double
    s1 = 0.5 * float(np.sum((weight + opposite) ** 2 * np.where(mutual, 1.0, 2.0)))
    incoming = totals(w.indices, weight, n)
    return s1, float((((degree > 0) + incoming) ** 2).sum())
