"""Map classes: breaks that are observed values, so equal values are never split.

Breaks are the edges ``[smallest, upper_0, upper_1, ..., largest]``: class 0 runs from the smallest
value to ``upper_0`` (both included), class i from above ``upper_(i-1)`` to ``upper_i``. Every
class holds at least one value, and there are fewer classes when values repeat.
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
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    ordered = _ordered(values)
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


def _ordered(values: Numbers) -> FloatArray:
    numbers = floats(values)
    refuse(np.isinf(numbers), "infinite value", at=values)
    return np.sort(numbers[~np.isnan(numbers)])


def _edges(ordered: FloatArray, upper: list[int]) -> FloatArray:
    if ordered.size == 0:
        return np.empty(0)
    chosen = np.unique(ordered[[i for i in upper if i >= 0]])
    return np.concatenate([ordered[:1], chosen])
