"""Compiled steps of RAAM. Import it inside functions: it imports numba."""

import numpy as np
import numpy.typing as npt

from .checks import FloatArray, IntArray
from .jit import exact

Index = npt.NDArray[np.uint32]


@exact
def first_choice(
    indptr: IntArray, travel: FloatArray, people: FloatArray, assigned: FloatArray
) -> None:
    """Send everyone to the nearest service (the first of equals)."""
    for i in range(people.shape[0]):
        best = indptr[i]
        for k in range(indptr[i], indptr[i + 1]):
            if travel[k] < travel[best]:
                best = k
        if indptr[i + 1] > indptr[i]:
            assigned[best] = people[i]


@exact
def best_moves(
    indptr: IntArray,
    index: Index,
    travel: FloatArray,
    assigned: FloatArray,
    congestion: FloatArray,
    capacity: FloatArray,
    crowd: FloatArray,
    people: FloatArray,
    share: float,
    whole: bool,
    low: int,
    high: int,
    to: IntArray,
    away: IntArray,
    moved: FloatArray,
) -> None:
    """For each point: from its dearest service in use to its cheapest, until they cost the same.

    If only this point moved, the two would be equal after `new` people at the cheaper one.
    """
    for i in range(low, high):
        cheap, dear, least, most = np.int64(-1), np.int64(-1), np.inf, -np.inf
        for k in range(indptr[i], indptr[i + 1]):
            cost = congestion[index[np.uint64(k)]] + travel[np.uint64(k)]
            if cost < least:
                least, cheap = cost, np.int64(k)
            if cost > most and assigned[np.uint64(k)] != 0:
                most, dear = cost, np.int64(k)
        to[i], away[i], moved[i] = cheap, dear, 0.0
        if cheap < 0 or dear < 0 or cheap == dear:
            continue
        a, b = index[cheap], index[dear]
        s, t = capacity[a], capacity[b]
        both = assigned[cheap] + assigned[dear]
        others_a, others_b = crowd[a] - assigned[cheap], crowd[b] - assigned[dear]
        new = ((s * t) / (s + t)) * (
            (travel[dear] - travel[cheap]) + (both + others_b) / t - others_a / s
        )
        change = min(new - assigned[cheap], assigned[dear], share * people[i])
        moved[i] = float(int(change)) if whole else max(change, 0.0)


@exact
def apply_moves(
    index: Index,
    assigned: FloatArray,
    crowd: FloatArray,
    to: IntArray,
    away: IntArray,
    moved: FloatArray,
) -> None:
    """Move the people."""
    for i in range(to.shape[0]):
        change = moved[i]
        if change != 0:
            a, b = to[i], away[i]
            assigned[a] += change
            assigned[b] -= change
            crowd[index[a]] += change
            crowd[index[b]] -= change


@exact
def mean_cost(
    indptr: IntArray,
    index: Index,
    travel: FloatArray,
    assigned: FloatArray,
    congestion: FloatArray,
    result: FloatArray,
) -> None:
    """Cost by person; the cheapest choice where nobody lives, infinity without any."""
    for i in range(result.shape[0]):
        total, people, least = 0.0, 0.0, np.inf
        for k in range(np.uint64(indptr[i]), np.uint64(indptr[i + 1])):
            cost = congestion[index[k]] + travel[k]
            total += cost * assigned[k]
            people += assigned[k]
            least = min(least, cost)
        result[i] = total / people if people > 0 else least


@exact
def settle(
    indptr: IntArray,
    index: Index,
    travel: FloatArray,
    assigned: FloatArray,
    capacity: FloatArray,
    crowd: FloatArray,
    tolerance: float,
    max_cycles: int,
) -> float:
    """Let points move one by one until the largest gain left is within the tolerance; return it."""
    gain = np.inf
    for _ in range(max_cycles):
        gain = 0.0
        for i in range(indptr.shape[0] - 1):
            cheap, dear, least, most = np.int64(-1), np.int64(-1), np.inf, -np.inf
            for k in range(indptr[i], indptr[i + 1]):
                j = index[np.uint64(k)]
                cost = crowd[j] / capacity[j] + travel[np.uint64(k)]
                if cost < least:
                    least, cheap = cost, np.int64(k)
                if cost > most and assigned[np.uint64(k)] > 0:
                    most, dear = cost, np.int64(k)
            if dear < 0 or cheap == dear or most <= least:
                continue
            gain = max(gain, most - least)
            a, b = index[cheap], index[dear]
            s, t = capacity[a], capacity[b]
            change = min((most - least) * (s * t) / (s + t), assigned[dear])
            assigned[cheap] += change
            assigned[dear] -= change
            crowd[a] += change
            crowd[b] -= change
        if gain <= tolerance:
            break
    return gain
