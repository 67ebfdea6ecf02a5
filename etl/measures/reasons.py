"""Why a district's gap is what it is: points of the gap by figure, and what would change it."""

from typing import NamedTuple

import numpy as np

from .checks import BoolArray, FloatArray, Numbers, floats, refuse
from .composite import Mean

__all__ = ["Typical", "gap_points", "need_points", "typical"]


class Typical(NamedTuple):
    """What would change if one figure were typical; NaN where the figure does not count.

    Attributes
    ----------
    scaled : (k,) the typical scaled figure: the median over the scored districts
    gap : (n, k) gap of the district if this one figure were typical
    rank : (n, k) its rank (1 is the largest gap) among the other districts, whose gaps stay
    """

    scaled: FloatArray
    gap: FloatArray
    rank: FloatArray


def need_points(weights: Numbers, scaled: Numbers, *, mean: Mean = "arithmetic") -> FloatArray:
    """Points of the need score that each indicator stands for; they sum to the score.

    For an arithmetic mean: weight times scaled figure. For a geometric mean, which is a sum of
    logarithms: the score shared out by ``weight x ln(scaled figure)``; by weight where every
    figure is at the start of the scale and no logarithm differs from 0. (The elasticities alone
    would not do: they are the weights, whatever the figures.)

    Parameters
    ----------
    weights, scaled : (n, k) effective weights (sum 1 over a row) and scaled figures (from 1 up
        for a geometric mean); NaN where an indicator does not count

    Returns
    -------
    (n, k) points, NaN as given

    Raises
    ------
    ValueError
        A figure below 1 before a geometric mean, whose logarithm would count against the others.

    Examples
    --------
    >>> need_points([[0.5, 0.5]], [[80.0, 20.0]])
    array([[40., 10.]])
    >>> need_points([[0.5, 0.5]], [[100.0, 1.0]], mean="geometric")
    array([[10.,  0.]])
    """
    share, value = floats(weights), floats(scaled)
    if mean == "arithmetic":
        return np.asarray(share * value)
    refuse((value < 1.0).any(axis=1), "a geometric mean is split from a scale of 1 or more")
    logs = share * np.log(value)
    total = np.nansum(logs, axis=1, keepdims=True)
    parts = np.where(total > 0, np.divide(logs, total, where=total > 0, out=share.copy()), share)
    return np.asarray(np.exp(total) * parts)


def gap_points(need: Numbers, lost: Numbers) -> tuple[FloatArray, FloatArray]:
    """Points of the gap that each part of need and of lost access stands for.

    ``gap = sqrt(need x lost)`` is homogeneous of degree 1, so by Euler's theorem it is the sum of
    each part times its slope: a part c of need adds ``gap / 2 x c / need``, a part d of lost access
    ``gap / 2 x d / lost``. Need and access add half of the gap each.

    Parameters
    ----------
    need : (n, k) points of need, NaN where an indicator does not count
    lost : (n, m) points of access that are lost: weight times (100 - scaled figure)

    Returns
    -------
    two arrays of the same shapes, whose rows together sum to the gap; 0 where the gap is 0

    Examples
    --------
    >>> gap_points([[60.0, 20.0]], [[20.0]])
    (array([[15.,  5.]]), array([[20.]]))
    """
    parts = floats(need), floats(lost)
    sums = [np.nansum(p, axis=1, keepdims=True) for p in parts]
    gap = np.sqrt(sums[0] * sums[1])
    halves = [
        np.where(
            np.isnan(part),
            np.nan,
            np.divide(gap * part, 2.0 * total, out=np.zeros_like(part), where=gap > 0),
        )
        for part, total in zip(parts, sums, strict=True)
    ]
    return halves[0], halves[1]


def typical(
    score: Numbers,
    other: Numbers,
    weights: Numbers,
    scaled: Numbers,
    *,
    mean: Mean = "arithmetic",
) -> Typical:
    """Gap and rank of each district if one of its figures were that of the typical district.

    All else stays: the district's other figures, the scales, and the other districts' gaps.

    Parameters
    ----------
    score : (n,) the score the figures make up: need, or lost access (100 - access)
    other : (n,) the other score of ``gap = sqrt(score x other)``; NaN: the district is not scored
    weights, scaled : (n, k) as in `need_points`; for lost access, ``100 - scaled``
    mean : how `score` was put together

    Examples
    --------
    >>> typical([80.0, 20.0, 40.0], [50.0] * 3, [[1.0]] * 3, [[80.0], [20.0], [40.0]]).rank
    array([[1.],
           [3.],
           [2.]])
    """
    whole, rest = floats(score), floats(other)
    share, value = floats(weights), floats(scaled)
    gap = np.sqrt(whole * rest)
    counts = ~np.isnan(gap)
    usual = _medians(value, counts)
    if mean == "geometric":
        changed = whole[:, None] * (usual / value) ** share
    else:
        changed = whole[:, None] + share * (usual - value)
    # Taking a figure out and putting it back can end a hair below 0.
    after = np.sqrt(np.clip(changed, 0.0, 100.0) * rest[:, None])
    ordered = np.sort(gap[counts])
    larger = ordered.size - np.searchsorted(ordered, np.nan_to_num(after), side="right")
    larger = larger - (gap[:, None] > after)  # itself, as it is now, is none of the others
    return Typical(usual, after, np.where(np.isnan(after), np.nan, larger + 1.0))


def _medians(values: FloatArray, rows: BoolArray) -> FloatArray:
    """Median of each column over some rows; NaN where none of them has a value."""
    kept = values[rows]
    known = ~np.isnan(kept).all(axis=0) if kept.size else np.zeros(values.shape[1], dtype=bool)
    result = np.full(values.shape[1], np.nan)
    if known.any():
        result[known] = np.nanmedian(kept[:, known], axis=0)
    return result
