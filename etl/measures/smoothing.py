"""Empirical Bayes: rates of small areas drawn toward the rate around them (Marshall 1991).

A rate from few people varies by chance; it keeps the weight ``A / (A + m / people)``, where m is
the rate it is drawn toward and A the variance of the true rates, by the method of moments. Where
the observed rates vary no more than chance explains, A is 0 and every area gets m. A missing
(suppressed) count is missing, not zero, and takes no part; an area without people has no rate.
"""

import numpy as np

from .checks import (
    BoolArray,
    FloatArray,
    IntArray,
    Numbers,
    Values,
    floats,
    like,
    refuse,
    same_rows,
    totals,
)
from .neighbourhood import Neighbourhood


def toward_all(events: Values, people: Numbers) -> Values:
    """Rates drawn toward the rate of all areas together.

    Parameters
    ----------
    events : (n,) counts, NaN where missing or suppressed
    people : (n,) people, or person-years

    Returns
    -------
    (n,) events per person; NaN where the count is missing or nobody lives

    Raises
    ------
    ValueError
        Different lengths, a count negative or infinite, people missing, negative or infinite.

    Examples
    --------
    >>> toward_all(np.array([0.0, 30.0]), [100.0, 1000.0]).round(4)
    array([0.025 , 0.0286])
    """
    count, mass, known = _read(events, people)
    group = np.zeros(len(count), dtype=np.int64)
    return like(_by_group(count, mass, known, group), events)


def toward_parent(events: Values, people: Numbers, parent: Numbers) -> Values:
    """Rates drawn toward the rate of the area each belongs to, e.g. county toward state.

    Parameters
    ----------
    events, people : as in `toward_all`
    parent : (n,) names or numbers of the parent areas, none missing. The variance is estimated
        inside each; an only child has its parent's rate, which is its own.

    Returns
    -------
    as `toward_all`
    """
    count, mass, known = _read(events, people)
    same_rows(events, parent=parent)
    names = np.asarray(parent)
    if names.shape != count.shape:
        raise ValueError(f"parent has shape {names.shape}, expected {count.shape}")
    missing = np.array([name is None or name != name for name in names.tolist()], dtype=bool)
    refuse(missing, "parent missing", at=events)
    _, group = np.unique(names.astype(str), return_inverse=True)
    return like(_by_group(count, mass, known, group.astype(np.int64)), events)


def toward_area(events: Values, people: Numbers, parent: Numbers) -> Values:
    """Rates drawn toward the parent area where it has two areas or more, else toward all together.

    Parameters
    ----------
    events, people : as in `toward_all`
    parent : (n,) names of the parent areas, missing (None or NaN) where there is none. Only areas
        with a count and people make a parent: one alone would be drawn toward itself.

    Returns
    -------
    as `toward_all`

    Raises
    ------
    ValueError
        As `toward_all`, and another number of parents than areas.

    Examples
    --------
    >>> toward_area(np.array([0.0, 30.0]), [100.0, 1000.0], [None, None]).round(4)
    array([0.025 , 0.0286])
    """
    count, mass, known = _read(events, people)
    given = np.asarray(parent, dtype=object).tolist()
    names = np.array([name if isinstance(name, str) else "" for name in given], dtype=str)
    if names.shape != count.shape:
        raise ValueError(f"parent has shape {names.shape}, expected {count.shape}")
    same_rows(events, parent=parent)
    result = _by_group(count, mass, known, np.zeros(len(count), dtype=np.int64))
    _, inside = np.unique(names, return_inverse=True)
    members = np.bincount(inside[known], minlength=len(names) + 1)[inside]
    near = (names != "") & (members >= 2)
    if near.any():
        result[near] = _by_group(count, mass, known, inside.astype(np.int64))[near]
    return like(result, events)


def toward_neighbours(events: Values, people: Numbers, around: Neighbourhood) -> Values:
    """Rates drawn toward the rate of the area and its neighbours together.

    Parameters
    ----------
    events, people : as in `toward_all`
    around : neighbours of each area; one without any keeps its own rate

    Returns
    -------
    as `toward_all`
    """
    count, mass, known = _read(events, people)
    around.check(len(count))
    own = np.arange(len(count))
    centre = np.concatenate([around.rows(), own])
    member = np.concatenate([around.indices, own])
    use = known[centre] & known[member]
    centre, member = centre[use], member[use]
    found = _moments(count[member], mass[member], centre, len(count))
    return like(_shrink(count, mass, known, *found), events)


def standardised_rates(events: Values, people: Numbers) -> Values:
    """Deviation of each rate from that of all, in standard deviations (Assuncao & Reis 1999).

    For Moran's I of rates: it takes out that rates of small areas vary more.
    """
    count, mass, known = _read(events, people)
    group = np.zeros(int(known.sum()), dtype=np.int64)
    mean, between = (x[0] for x in _moments(count[known], mass[known], group, 1, clip=False))
    chance = np.full(len(count), np.nan)
    chance[known] = mean / mass[known]
    variance = np.where(between + chance < 0, chance, between + chance)
    result = np.full(len(count), np.nan)
    result[known] = (count[known] / mass[known] - mean) / np.sqrt(variance[known])
    return like(result, events)


def _by_group(count: FloatArray, mass: FloatArray, known: BoolArray, group: IntArray) -> FloatArray:
    size = int(group.max()) + 1 if group.size else 0
    mean, between = _moments(count[known], mass[known], group[known], size)
    return _shrink(count, mass, known, mean[group], between[group])


def _moments(
    count: FloatArray, mass: FloatArray, group: IntArray, size: int, *, clip: bool = True
) -> tuple[FloatArray, FloatArray]:
    """Rate of each group, and the variance of the true rates of its members."""
    people, members = totals(group, mass, size), totals(group, np.ones(len(mass)), size)
    with np.errstate(invalid="ignore", divide="ignore"):  # groups without members: NaN
        mean = totals(group, count, size) / people
        spread = totals(group, mass * (count / mass - mean[group]) ** 2, size) / people
        between = spread - mean * members / people
    return mean, np.maximum(between, 0.0) if clip else between


def _shrink(
    count: FloatArray, mass: FloatArray, known: BoolArray, mean: FloatArray, between: FloatArray
) -> FloatArray:
    result = np.full(len(count), np.nan)
    rate, mean, between = count[known] / mass[known], mean[known], between[known]
    spread = between + mean / mass[known]
    own = np.divide(between, spread, out=np.zeros_like(spread), where=spread > 0)
    result[known] = own * rate + (1 - own) * mean
    return result


def _read(events: Numbers, people: Numbers) -> tuple[FloatArray, FloatArray, BoolArray]:
    count, mass = floats(events), floats(people)
    if count.ndim != 1 or count.shape != mass.shape:
        raise ValueError(f"shapes differ: {count.shape}, {mass.shape}")
    same_rows(events, people=people)
    refuse((count < 0) | np.isinf(count), "count negative or infinite", at=events)
    refuse(~np.isfinite(mass) | (mass < 0), "people missing, negative or infinite", at=people)
    return count, mass, ~np.isnan(count) & (mass > 0)
