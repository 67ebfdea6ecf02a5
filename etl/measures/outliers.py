"""Before scaling: filling gaps with a group's mean, and pulling in outliers one at a time.

Both change data, so both say which cells they changed; a caller that publishes the result flags
them. Source of the steps: the OECD/JRC handbook as carried out by the R package COINr.
"""

from dataclasses import dataclass

import numpy as np

from .checks import (
    BoolArray,
    FloatArray,
    IntArray,
    Numbers,
    Values,
    floats,
    label,
    like,
    refuse,
    same_rows,
    totals,
)


@dataclass(frozen=True, eq=False)
class Treated:
    """An indicator after treatment.

    Attributes
    ----------
    values : (n,) in the order they came; NaN stays NaN
    changed : (n,) true where a value was pulled in
    skewness, kurtosis : of the result (sample-adjusted, kurtosis in excess of the normal's); NaN
        for fewer than four values or a constant
    within : whether the result is inside the limits; if not, the largest number of values was
        changed in vain, and the indicator should be transformed or left out
    logged : whether the values are logarithms (`treat`), no longer in the indicator's unit
    """

    values: FloatArray
    changed: BoolArray
    skewness: float
    kurtosis: float
    within: bool
    logged: bool = False


def fill_group_mean(x: Values, group: Numbers) -> Values:
    """Replace missing values by the mean of the values present in the same group.

    Parameters
    ----------
    x : (n,) values
    group : (n,) names or numbers of groups

    Returns
    -------
    as `x`; a value stays NaN where its group has none

    Raises
    ------
    ValueError
        Infinite values, different lengths.

    Examples
    --------
    >>> fill_group_mean(np.array([1.0, np.nan, 3.0, np.nan]), ["a", "a", "a", "b"])
    array([ 1.,  2.,  3., nan])
    """
    values, names = _finite(x), np.asarray(group)
    same_rows(x, group=group)
    if names.shape != values.shape:
        raise ValueError(f"shapes differ: {values.shape}, {names.shape}")
    levels, place = np.unique(names.astype(str), return_inverse=True)
    present = ~np.isnan(values)
    count = totals(place[present], np.ones(int(present.sum())), len(levels))
    total = totals(place[present], values[present], len(levels))
    mean = np.divide(total, count, out=np.full(len(levels), np.nan), where=count > 0)
    return like(np.where(present, values, mean[place]), x)


def winsorise(x: Numbers, *, skewness: float, kurtosis: float, most: int) -> Treated:
    """Pull in extreme values until the distribution is no longer badly skewed.

    While the absolute skewness and the excess kurtosis are both above their limits, the most
    extreme value on the long side is set to the next one; values already pulled in move along.

    Parameters
    ----------
    x : (n,) values
    skewness, kurtosis : limits; both must be exceeded (COINr: 2 and 3.5)
    most : largest number of values to change (COINr: 5)

    Raises
    ------
    ValueError
        Infinite values, a limit or number below 0.

    Examples
    --------
    >>> winsorise([1.0, 2.0, 3.0, 4.0, 5.0, 99.0], skewness=2.0, kurtosis=3.5, most=5).values
    array([1., 2., 3., 4., 5., 5.])
    """
    if skewness < 0 or kurtosis < 0 or most < 0:
        raise ValueError(f"limits below 0: {skewness}, {kurtosis}, {most}")
    original = _finite(x)
    values, changed = original.copy(), np.zeros(len(original), dtype=bool)
    while True:
        shape = skewness_and_kurtosis(values)
        within = not (abs(shape[0]) > skewness and shape[1] > kurtosis)
        if within:
            return Treated(values, changed, *shape, within)
        extreme = _next_extreme(values, changed, upper=shape[0] > 0)
        if not extreme.size or changed.sum() + extreme.size > most:
            return Treated(values, changed, *shape, within)
        changed[extreme] = True
        rest = values[~changed & ~np.isnan(values)]
        # the long side changes with the shape: only this side's pulled-in values move along
        side = changed & (values >= rest.max() if shape[0] > 0 else values <= rest.min())
        values[side] = rest.max() if shape[0] > 0 else rest.min()


def treat(x: Numbers, *, skewness: float, kurtosis: float, most: int, log: bool) -> Treated:
    """Winsorise; where that fails within `most` values, take logarithms of the original instead.

    The logarithm is `log_transform` of the original values, not of the winsorised ones, as COINr
    does by default (`Treat` with ``f1 = winsorise``, ``f2 = log_CT``).

    Parameters
    ----------
    x, skewness, kurtosis, most : as in `winsorise`
    log : whether to take logarithms at all; without, the winsorised values stand

    Returns
    -------
    `Treated`; `within` tells whether the final values are inside the limits

    Raises
    ------
    ValueError
        As `winsorise`.

    Examples
    --------
    >>> tail = [0.0, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 200.0]
    >>> treat(tail, skewness=2.0, kurtosis=3.5, most=0, log=True).logged
    True
    """
    result = winsorise(x, skewness=skewness, kurtosis=kurtosis, most=most)
    if result.within or not log:
        return result
    values = log_transform(x)
    shape = skewness_and_kurtosis(values)
    within = not (abs(shape[0]) > skewness and shape[1] > kurtosis)
    return Treated(values, ~np.isnan(values), *shape, within, logged=True)


def log_transform(x: Numbers) -> FloatArray:
    """Take logarithms on the long side: ``log(x - min + a)``, ``a`` a hundredth of the range.

    For a long tail on the low side ``-log(max + a - x)``, so that the order of values stays.
    Source: functions ``log_CT`` and ``log_CT_plus`` of the R package COINr 1.1.14, after the COIN
    Tool of the European Commission's Joint Research Centre.

    Parameters
    ----------
    x : (n,) values; NaN stays NaN; a constant stays as it is

    Raises
    ------
    ValueError
        Infinite values.

    Examples
    --------
    >>> log_transform([0.0, 9.0, 100.0]).round(3)
    array([0.   , 2.303, 4.615])
    """
    values = _finite(x)
    if not (~np.isnan(values)).any() or np.nanmin(values) == np.nanmax(values):
        return values.copy()
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    shift = 0.01 * (high - low)
    if skewness_and_kurtosis(values)[0] < 0:
        return np.asarray(-np.log(high + shift - values))
    return np.asarray(np.log(values - low + shift))


def log_error(x: Numbers, se: Numbers) -> FloatArray:
    """Carry standard errors through `log_transform`: error times the slope of the logarithm.

    Parameters
    ----------
    x, se : (n,) values before the transform and their standard errors, in the same unit

    Returns
    -------
    (n,) standard errors of the logarithms; NaN where unknown. First-order (delta) rule, with the
    ends of the range held fixed.

    Examples
    --------
    >>> log_error([0.0, 9.0, 100.0], [1.0, 1.0, 1.01]).round(3)
    array([1.  , 0.1 , 0.01])
    """
    values, errors = _finite(x), floats(se)
    if not (~np.isnan(values)).any() or np.nanmin(values) == np.nanmax(values):
        return errors.copy()
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    shift = 0.01 * (high - low)
    long_low = skewness_and_kurtosis(values)[0] < 0
    return np.asarray(errors / (high + shift - values if long_low else values - low + shift))


def skewness_and_kurtosis(x: Numbers) -> tuple[float, float]:
    """Sample-adjusted skewness and excess kurtosis (types 2 of Joanes & Gill 1998).

    Returns
    -------
    two numbers; NaN for fewer than four values or a constant
    """
    values = floats(x)
    values = values[~np.isnan(values)]
    n = len(values)
    if n < 4 or np.ptp(values) == 0:
        return float("nan"), float("nan")
    centred = values - values.mean()
    second, third, fourth = (float(np.mean(centred**p)) for p in (2, 3, 4))
    skew = third / second**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (fourth / second**2 - 3) + 6)
    return float(skew), float(excess)


def _next_extreme(values: FloatArray, changed: BoolArray, *, upper: bool) -> IntArray:
    """Find the most extreme values not yet changed, none if nothing would be left below them.

    All that are equal are found, so that a district's place in the file decides nothing.
    """
    free = ~changed & ~np.isnan(values)
    if not free.any():
        return np.empty(0, dtype=np.int64)
    end = values[free].max() if upper else values[free].min()
    found = np.flatnonzero(free & (values == end))
    return found if found.size < free.sum() else np.empty(0, dtype=np.int64)


def _finite(x: Numbers) -> FloatArray:
    values = floats(x)
    if values.ndim != 1:
        raise ValueError(f"{label(x, 'x')} has shape {values.shape}, expected one dimension")
    refuse(np.isinf(values), f"{label(x, 'x')} is infinite", at=x)
    return values
