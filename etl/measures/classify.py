"""Map classes: breaks that are observed values, so equal values are never split.

Breaks are the edges ``[smallest, upper_0, upper_1, ..., largest]``: class 0 runs from the smallest
value to ``upper_0`` (both included), class i from above ``upper_(i-1)`` to ``upper_i``. Except in
classes of equal width every class holds at least one value; there are fewer classes when values
repeat.
"""

from collections.abc import Sequence

import numpy as np

from .checks import FloatArray, Numbers, Values, floats, like, refuse


def quantile_breaks(values: Numbers, k: int) -> FloatArray:
    """Edges of at most `k` classes with about the same number of values each.

    Parameters
    ----------
    values : (n,) values; NaN is left out
    k : number of classes asked for, at least 1

    Returns
    -------
    ascending edges, one more than there are classes; empty when no value is present

    Examples
    --------
    >>> quantile_breaks([1.0, 2.0, 3.0, 4.0], 2)
    array([1., 2., 4.])
    >>> quantile_breaks([7.0, 7.0, 7.0, 9.0], 4)
    array([7., 7., 9.])
    """
    ordered = _asked(values, k)
    n = ordered.size
    # whole-number arithmetic: ceil(i n / k) - 1, free of rounding at the edges
    return _edges(ordered, [-(-i * n // k) - 1 for i in range(1, k + 1)])


def share_breaks(values: Numbers, shares: Sequence[float]) -> FloatArray:
    """Edges of classes that hold given shares of the values, lowest class first.

    Parameters
    ----------
    values : (n,) values; NaN is left out
    shares : share of each class, all above 0, summing to 1

    Examples
    --------
    >>> share_breaks([1.0, 2.0, 3.0, 4.0, 5.0], [0.8, 0.2])
    array([1., 4., 5.])
    """
    parts = np.asarray(shares, dtype=np.float64)
    if parts.size == 0 or not (parts > 0).all() or not np.isclose(parts.sum(), 1.0):
        raise ValueError(f"shares must be above 0 and sum to 1, got {list(shares)}")
    ordered = _ordered(values)
    # 1e-9: a cumulative 0.6000000000000001 of 5 values is 3 values, not 4
    upper = np.ceil(np.cumsum(parts) * ordered.size - 1e-9).astype(int) - 1
    upper[-1] = ordered.size - 1
    return _edges(ordered, [int(i) for i in upper])


def equal_breaks(values: Numbers, k: int) -> FloatArray:
    """Edges of at most `k` classes of equal width; no more classes than different values.

    Parameters
    ----------
    values : (n,) values; NaN is left out
    k : number of classes asked for, at least 1

    Examples
    --------
    >>> equal_breaks([0.0, 1.0, 2.0, 10.0], 2)
    array([ 0.,  5., 10.])
    """
    different = np.unique(_asked(values, k))
    if different.size == 0:
        return np.empty(0)
    return np.linspace(different[0], different[-1], min(k, different.size) + 1)


def natural_breaks(values: Numbers, k: int, most: int = 3000) -> FloatArray:
    """Edges of at most `k` classes whose values lie as near together as can be (Jenks).

    The sum of squared distances from the mean of each class is the smallest there is (Fisher 1958,
    "On grouping for maximum homogeneity", doi:10.1080/01621459.1958.10501479).

    Parameters
    ----------
    values : (n,) values; NaN is left out
    k : number of classes asked for, at least 1
    most : of more different values than this, as many are taken, evenly spaced in their order, the
        smallest and the largest among them; the effort grows with the square of their number

    Examples
    --------
    >>> natural_breaks([1.0, 2.0, 9.0, 10.0, 30.0], 3)
    array([ 1.,  2., 10., 30.])
    """
    different, counts = np.unique(_asked(values, k), return_counts=True)
    if different.size == 0:
        return np.empty(0)
    if different.size > most:
        kept = np.linspace(0, different.size - 1, most).round().astype(np.int64)
        different, counts = different[kept], counts[kept]
    from .kernels_natural import natural_ends

    ends = natural_ends(different, counts.astype(np.float64), min(k, different.size))
    return np.concatenate([different[:1], different[ends]])


def widened(breaks: Numbers, values: Numbers) -> FloatArray:
    """Edges whose ends are moved out as far as values lie beyond them; empty without values.

    Examples
    --------
    >>> widened([0.0, 5.0, 10.0], [2.0, 12.0])
    array([ 0.,  5., 12.])
    """
    edges, ordered = floats(breaks).copy(), _ordered(values)
    if ordered.size == 0:
        return np.empty(0)
    edges[0], edges[-1] = min(edges[0], ordered[0]), max(edges[-1], ordered[-1])
    return edges


def classify(values: Values, breaks: Numbers) -> Values:
    """Class index of each value, 0 lowest; -1 where the value is missing.

    Parameters
    ----------
    values : (n,) values. One below the first or above the last edge falls in the end class, so
        that a what-if can be shown in the classes of the published map.
    breaks : ascending edges, as from `quantile_breaks`

    Raises
    ------
    ValueError
        Fewer than two edges although there are values, or edges not ascending.

    Examples
    --------
    >>> classify(np.array([1.0, 2.0, 2.1, np.nan]), [1.0, 2.0, 4.0])
    array([ 0,  0,  1, -1])
    """
    numbers, edges = floats(values), floats(breaks)
    present = ~np.isnan(numbers)
    result = np.full(numbers.shape, -1, dtype=np.int64)
    if present.any():
        if edges.size < 2 or np.isnan(edges).any() or (np.diff(edges) < 0).any():
            raise ValueError(f"breaks must be two or more ascending edges, got {edges.tolist()}")
        found = np.searchsorted(edges[1:], numbers[present], side="left")
        result[present] = np.minimum(found, edges.size - 2)
    return like(result, values)


def _asked(values: Numbers, k: int) -> FloatArray:
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    return _ordered(values)


def _ordered(values: Numbers) -> FloatArray:
    numbers = floats(values)
    refuse(np.isinf(numbers), "infinite value", at=values)
    return np.sort(numbers[~np.isnan(numbers)])


def _edges(ordered: FloatArray, upper: list[int]) -> FloatArray:
    if ordered.size == 0:
        return np.empty(0)
    chosen = np.unique(ordered[[i for i in upper if i >= 0]])
    return np.concatenate([ordered[:1], chosen])
