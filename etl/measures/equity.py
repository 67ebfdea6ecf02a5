"""How unequally something is spread over people: population-weighted indices.

Every function takes one value per area and the people living there. An area whose value is missing
is left out with its people, and areas without people do not count. Zeros are values like any
other: Theil's index takes ``0 log 0`` as its limit 0 and drops nothing. An index that divides by
the mean is NaN where the mean is 0, and every index is NaN where nobody is left.
"""

from typing import Literal

import numpy as np

from .checks import FloatArray, Numbers, floats, refuse, same_rows, totals

Kind = Literal["standard", "erreygers"]


def gini(values: Numbers, population: Numbers) -> float:
    """Population-weighted Gini index, 0 (all equal) to nearly 1; values not negative.

    Examples
    --------
    >>> round(gini([1.0, 2.0, 3.0, 4.0, 5.0], [1.0] * 5), 6)
    0.266667
    """
    value, people = _read(values, population)
    return _by_position(value, people, value)


def concentration_index(
    values: Numbers,
    population: Numbers,
    rank_by: Numbers,
    *,
    kind: Kind,
    bounds: tuple[float, float] | None = None,
) -> float:
    """Concentration of `values` along the people ordered by `rank_by`, -1 to 1.

    Negative: concentrated on those with a small `rank_by`. Areas of equal rank share its middle
    position, so their order does not matter. "erreygers" (2009) is ``4 mean C / (high - low)``,
    for a variable that cannot leave `bounds`; C is the standard index.

    Parameters
    ----------
    values : (n,) not negative
    population : (n,) people
    rank_by : (n,) e.g. income, or poverty (then the order runs from the least poor)
    kind : which index
    bounds : smallest and largest possible value; needed for "erreygers" only. The published
        software (R package accessibility) takes those observed.

    Raises
    ------
    ValueError
        As all functions here, and bounds missing, reversed or exceeded.
    """
    value, people, order = _read(values, population, rank_by)
    standard = _by_position(value, people, order)
    if kind == "standard":
        return standard
    if bounds is None or not bounds[0] < bounds[1]:
        raise ValueError(f"Erreygers' index needs ascending bounds, got {bounds}")
    refuse((value < bounds[0]) | (value > bounds[1]), f"value outside {bounds}")
    return float(4 * _mean(value, people) * standard / (bounds[1] - bounds[0]))


def palma(
    values: Numbers,
    population: Numbers,
    rank_by: Numbers,
    *,
    top: float = 0.1,
    bottom: float = 0.4,
    whole_areas: bool = False,
) -> float:
    """Mean value of the best-off tenth of the people over that of the worst-off 40 %.

    Parameters
    ----------
    values, population, rank_by : (n,); the best-off have the largest `rank_by`
    top, bottom : shares of the people compared
    whole_areas : leave areas undivided, each in the group in which its first person is (as the R
        package accessibility does; equals stay in the order of the input); else the area on the
        border is divided, which compares exactly those shares

    Returns
    -------
    ratio; infinite if the worst-off have nothing, NaN if a group is empty or both have nothing
    """
    if not (0 < top <= 1 and 0 < bottom <= 1):
        raise ValueError(f"shares must be above 0 and at most 1, got {top} and {bottom}")
    value, people, order = _read(values, population, rank_by)
    if not people.size:
        return float("nan")
    value, people = _ordered(value, people, order, merge=not whole_areas)
    end = np.cumsum(people) / people.sum()
    start = np.concatenate([[0.0], end[:-1]])
    if whole_areas:
        high, low = people * (start >= 1 - top), people * (start < bottom)
    else:
        high = np.clip(end - np.maximum(start, 1 - top), 0.0, None)
        low = np.clip(np.minimum(end, bottom) - start, 0.0, None)
    return float(np.divide(_mean(value, high), _mean(value, low)))


def theil(values: Numbers, population: Numbers) -> float:
    """Theil's T, ``mean(x/m log(x/m))``: 0 to the logarithm of the number of people.

    Examples
    --------
    >>> round(theil([0.0, 2.0], [1.0, 1.0]), 6)
    0.693147
    """
    value, people = _read(values, population)
    mean = _mean(value, people)
    if not mean > 0:
        return float("nan")
    share = value / mean
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    return _mean(share * logs, people)


def atkinson(values: Numbers, population: Numbers, *, epsilon: float) -> float:
    """Atkinson's index: the share of the mean one would give up to have the rest spread equally.

    ``1 - (mean((x/m)^(1-e)))^(1/(1-e))``, at e = 1 one minus the geometric over the mean. From
    e = 1 on a single zero makes it 1.

    Parameters
    ----------
    epsilon : dislike of inequality, above 0
    """
    if not (epsilon > 0 and np.isfinite(epsilon)):
        raise ValueError(f"epsilon must be above 0, got {epsilon}")
    value, people = _read(values, population)
    mean = _mean(value, people)
    if not mean > 0:
        return float("nan")
    share = value / mean
    if epsilon >= 1 and (share == 0).any():
        return 1.0
    if epsilon == 1:
        return 1 - float(np.exp(_mean(np.log(share), people)))
    return float(1 - _mean(share ** (1 - epsilon), people) ** (1 / (1 - epsilon)))


def kolm_pollak_ede(values: Numbers, population: Numbers, *, epsilon: float) -> float:
    """Level which, had by all, would be as good as the actual spread (Kolm-Pollak).

    ``-1/k log(mean(exp(-k x)))`` with ``k = epsilon mean(x) / mean(x^2)`` (Sheriff & Maguire 2020,
    Logan et al. 2021), so that the dislike of inequality does not depend on the unit. For a good
    thing `epsilon` is above 0 and the level lies below the mean; for a burden it is below 0 and the
    level lies above it.

    Returns
    -------
    level, in the unit of `values`; 0 where all are 0
    """
    if epsilon == 0 or not np.isfinite(epsilon):
        raise ValueError(f"epsilon must be a number other than 0, got {epsilon}")
    value, people = _read(values, population)
    square = _mean(value**2, people)
    if not square > 0:
        return square
    exponent = -epsilon * _mean(value, people) / square * value
    top = float(exponent.max())  # taken out, so that the exponential neither overflows nor vanishes
    log_mean = top + float(np.log(_mean(np.exp(exponent - top), people)))
    return log_mean * square / (-epsilon * _mean(value, people))


def fgt(values: Numbers, population: Numbers, *, line: float, alpha: float) -> float:
    """Foster-Greer-Thorbecke: share of people below `line` (0), how far below (1), squared (2).

    Parameters
    ----------
    line : below it one counts as poor (of access), in the unit of `values`; above 0
    alpha : exponent of the relative shortfall, 0 or more

    Examples
    --------
    >>> [fgt([0.0, 5.0, 10.0], [1.0, 1.0, 2.0], line=10.0, alpha=a) for a in (0, 1, 2)]
    [0.5, 0.375, 0.3125]
    """
    if not line > 0 or not alpha >= 0:
        raise ValueError(f"line must be above 0 and alpha not below it, got {line} and {alpha}")
    value, people = _read(values, population)
    below = value < line
    shortfall = np.where(below, 1 - value / line, 0.0)
    return _mean(np.where(below, shortfall**alpha, 0.0), people)


def _by_position(value: FloatArray, people: FloatArray, order: FloatArray) -> float:
    """Concentration index of the values along `order`."""
    mean = _mean(value, people)
    if not mean > 0:
        return float("nan")
    value, people = _ordered(value, people, order, merge=True)
    share = people / people.sum()
    position = np.cumsum(share) - share / 2
    # centred, so that equal values give exactly 0
    return float(2 * np.sum(share * (value / mean - 1) * (position - 0.5)))


def _ordered(
    value: FloatArray, people: FloatArray, order: FloatArray, *, merge: bool
) -> tuple[FloatArray, FloatArray]:
    """Areas in ascending order; those of equal rank become one, if asked for."""
    if not merge:
        found = np.argsort(order, kind="stable")
        return value[found], people[found]
    levels, group = np.unique(order, return_inverse=True)
    total = totals(group, people, len(levels))
    return totals(group, people * value, len(levels)) / total, total


def _mean(value: FloatArray, people: FloatArray) -> float:
    total = people.sum()
    return float(np.sum(value * people) / total) if total > 0 else float("nan")


def _read(values: Numbers, population: Numbers, *more: Numbers) -> tuple[FloatArray, ...]:
    """Areas with people and all their figures.

    Raises
    ------
    ValueError
        Different lengths, an infinite or negative value, a population missing or negative.
    """
    columns = [floats(values), floats(population), *(floats(m) for m in more)]
    for column in columns:
        if column.shape != (columns[0].size,):
            raise ValueError(f"shapes differ: {[c.shape for c in columns]}")
    for k, other in enumerate((population, *more)):
        same_rows(values, **{f"input {k + 2}": other})
    refuse((columns[0] < 0) | np.isinf(columns[0]), "value negative or infinite", at=values)
    people = columns[1]
    refuse(~np.isfinite(people) | (people < 0), "population missing or negative", at=population)
    for column, given in zip(columns[2:], more, strict=True):
        refuse(np.isinf(column), "infinite rank", at=given)
    keep = (people > 0) & ~np.isnan(np.column_stack(columns)).any(axis=1)
    return tuple(column[keep] for column in columns)
