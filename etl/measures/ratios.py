"""Provider ratios, weighted means, and 90 % margins of error of census estimates.

Margins of error: US Census Bureau, "Understanding and Using American Community Survey Data",
chapter 8. A negative margin is one of the Bureau's codes for "none published": it is missing.
"""

import numpy as np

from .checks import FloatArray, IntArray, Numbers, Values, floats, like, refuse, same_rows, totals

Z90 = 1.645  # the Bureau's value for 90 %, used instead of 1.6449 so that published errors match


def provider_ratio(fte: Values, population: Values, per: float = 100_000) -> Values:
    """Full-time equivalents per `per` people; higher is better.

    Returns
    -------
    same shape (and index) as `fte`; NaN where the population is 0 or anything is missing

    Raises
    ------
    ValueError
        Negative FTE or population, naming the positions.

    Examples
    --------
    >>> provider_ratio(np.array([5.0, 1.0]), np.array([50_000.0, 0.0]))
    array([10., nan])
    """
    staff, people = _staff_and_people(fte, population)
    return like(_divide(staff, people) * per, fte)


def population_per_fte(population: Values, fte: Values) -> Values:
    """People per full-time equivalent; higher is worse (the form of the US shortage rules).

    Returns
    -------
    same shape (and index) as `population`; infinity where people have no FTE at all, so that a
    shortage threshold is exceeded; NaN where both are 0 or anything is missing

    Examples
    --------
    >>> population_per_fte(np.array([9000.0, 10.0, 0.0]), np.array([1.5, 0.0, 0.0]))
    array([6000.,   inf,   nan])
    """
    staff, people = _staff_and_people(fte, population)
    result = _divide(people, staff)
    return like(np.where((staff == 0) & (people > 0), np.inf, result), population)


def weighted_mean(values: Numbers, weights: Numbers) -> float:
    """Mean of the values that are present, weighted; NaN when none carries weight.

    Raises
    ------
    ValueError
        A missing or negative weight, or different lengths.

    Examples
    --------
    >>> weighted_mean([1.0, 4.0, np.nan], [1.0, 2.0, 5.0])
    3.0
    """
    group = np.zeros(floats(values).shape, dtype=np.int64)
    return float(grouped_weighted_mean(values, weights, group, n_groups=1)[0])


def grouped_weighted_mean(
    values: Numbers, weights: Numbers, group: Numbers, *, n_groups: int
) -> FloatArray:
    """`weighted_mean` of each group, e.g. of the demand points of each district.

    Parameters
    ----------
    values, weights : (n,) values (NaN is left out) and their weights
    group : (n,) whole numbers from 0 to ``n_groups - 1``

    Returns
    -------
    (n_groups,); NaN for a group without weight

    Examples
    --------
    >>> grouped_weighted_mean([1.0, 3.0, 8.0], [1.0, 1.0, 0.0], [0, 0, 1], n_groups=2)
    array([ 2., nan])
    """
    numbers, mass = floats(values), floats(weights)
    where: IntArray = np.asarray(group, dtype=np.int64)
    if not numbers.shape == mass.shape == where.shape:
        raise ValueError(f"shapes differ: {numbers.shape}, {mass.shape}, {where.shape}")
    same_rows(values, weights=weights, group=group)
    refuse(~(mass >= 0), "weight missing or negative", at=weights)
    refuse((where < 0) | (where >= n_groups), f"group outside 0..{n_groups - 1}")
    present = ~np.isnan(numbers)
    where, mass = where[present], mass[present]
    top = totals(where, mass * numbers[present], n_groups)
    return _divide(top, totals(where, mass, n_groups))


def sum_moe(moes: Numbers, axis: int = -1) -> FloatArray:
    """Margin of error of a sum: the root of the summed squares along `axis`.

    Examples
    --------
    >>> sum_moe([3.0, 4.0])
    np.float64(5.0)
    """
    total: FloatArray = np.sqrt(np.sum(_margin(moes) ** 2, axis=axis))
    return total


def proportion_moe(
    numerator: Values, numerator_moe: Values, denominator: Values, denominator_moe: Values
) -> Values:
    """Margin of error of a proportion (the numerator is part of the denominator).

    ``sqrt(mn^2 - p^2 md^2) / den``; where the radicand is negative the formula of a ratio holds.

    Returns
    -------
    same shape as `numerator`, as a share (not %); NaN where the denominator is 0
    """
    return _quotient_moe(numerator, numerator_moe, denominator, denominator_moe, sign=-1.0)


def ratio_moe(
    numerator: Values, numerator_moe: Values, denominator: Values, denominator_moe: Values
) -> Values:
    """Margin of error of a ratio: ``sqrt(mn^2 + r^2 md^2) / den``; NaN where `denominator` is 0."""
    return _quotient_moe(numerator, numerator_moe, denominator, denominator_moe, sign=1.0)


def se_from_moe90(moe: Values) -> Values:
    """Turn into a standard error a 90 % margin of error: ``moe / 1.645``.

    NaN where the margin is missing, 0 (a controlled estimate) or a negative code.

    Examples
    --------
    >>> se_from_moe90(np.array([1.645, 0.0, -555555555.0]))
    array([ 1., nan, nan])
    """
    margin = floats(moe)
    return like(np.where(margin > 0, margin / Z90, np.nan), moe)


def _quotient_moe(
    numerator: Values,
    numerator_moe: Values,
    denominator: Values,
    denominator_moe: Values,
    *,
    sign: float,
) -> Values:
    same_rows(
        numerator,
        numerator_moe=numerator_moe,
        denominator=denominator,
        denominator_moe=denominator_moe,
    )
    top, bottom = floats(numerator), floats(denominator)
    share = _divide(top, bottom)
    spread, base = _margin(numerator_moe) ** 2, (share * _margin(denominator_moe)) ** 2
    radicand = spread + sign * base
    radicand = np.where(radicand < 0, spread + base, radicand)
    return like(_divide(np.sqrt(radicand), np.abs(bottom)), numerator)


def _margin(moe: Numbers) -> FloatArray:
    margin = floats(moe)
    return np.where(margin < 0, np.nan, margin)


def _staff_and_people(fte: Values, population: Values) -> tuple[FloatArray, FloatArray]:
    same_rows(fte, population=population)
    staff, people = floats(fte), floats(population)
    refuse(staff < 0, "negative FTE", at=fte)
    refuse(people < 0, "negative population", at=population)
    return staff, people


def _divide(top: FloatArray, bottom: FloatArray) -> FloatArray:
    shape = np.broadcast_shapes(np.shape(top), np.shape(bottom))
    out = np.full(shape, np.nan)
    np.divide(top, bottom, out=out, where=np.asarray(bottom) != 0)
    return out
