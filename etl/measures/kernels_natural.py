"""Compiled search for natural breaks; imported only inside `classify.natural_breaks`."""

import numpy as np

from .checks import FloatArray, IntArray
from .jit import exact


@exact
def natural_ends(values: FloatArray, counts: FloatArray, k: int) -> IntArray:
    """Position of the last value of each of `k` classes, ascending (Fisher 1958, exact).

    Parameters
    ----------
    values : (n,) different values, ascending
    counts : (n,) how often each stands
    k : classes, 1 to n
    """
    n = values.size
    centre = values.mean()  # sums of squares of large numbers that differ little lose their digits
    weight, total, square = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    for i in range(n):
        x = values[i] - centre
        weight[i + 1] = weight[i] + counts[i]
        total[i + 1] = total[i] + counts[i] * x
        square[i + 1] = square[i] + counts[i] * x * x
    best = np.full((k, n), np.inf)
    start = np.zeros((k, n), np.int64)
    for j in range(n):
        best[0, j] = square[j + 1] - total[j + 1] ** 2 / weight[j + 1]
    for c in range(1, k):
        for j in range(c, n):
            for i in range(c, j + 1):
                w, t = weight[j + 1] - weight[i], total[j + 1] - total[i]
                cost = best[c - 1, i - 1] + square[j + 1] - square[i] - t * t / w
                if cost < best[c, j]:
                    best[c, j], start[c, j] = cost, i
    ends = np.empty(k, np.int64)
    j = n - 1
    for c in range(k - 1, -1, -1):
        ends[c] = j
        j = start[c, j] - 1
    return ends
