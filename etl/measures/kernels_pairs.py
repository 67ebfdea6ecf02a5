"""Compiled passes over the pairs of a network. Import it inside functions: it imports numba.

Indices come as unsigned numbers: numba checks signed ones for being negative, which costs a third.
"""

import numpy as np
import numpy.typing as npt

from .checks import FloatArray, IntArray
from .jit import exact, summing

Index = npt.NDArray[np.uint32]


@exact
def counting_order(keys: Index, n_keys: int) -> tuple[IntArray, IntArray]:
    """Return starts of each key's group (n_keys + 1,) and the positions by key, in input order."""
    starts = np.zeros(n_keys + 1, np.int64)
    for k in range(keys.shape[0]):
        starts[np.uint64(keys[k]) + np.uint64(1)] += 1
    for j in range(n_keys):
        starts[j + 1] += starts[j]
    cursor = starts[:-1].copy()
    order = np.empty(keys.shape[0], np.int64)
    for k in range(keys.shape[0]):
        at = cursor[keys[k]]
        order[np.uint64(at)] = k
        cursor[keys[k]] = at + 1
    return starts, order


@summing
def row_sums(
    starts: IntArray,
    index: Index,
    weight: FloatArray,
    values: FloatArray,
    squared: bool,
    low: int,
    high: int,
    sums: FloatArray,
) -> None:
    """``sums[i] = sum_k weight[k] values[index[k]]`` of rows low..high; weight squared if asked."""
    for i in range(low, high):
        total = 0.0
        if squared:
            for k in range(np.uint64(starts[i]), np.uint64(starts[i + 1])):
                total += weight[k] * weight[k] * values[index[k]]
        else:
            for k in range(np.uint64(starts[i]), np.uint64(starts[i + 1])):
                total += weight[k] * values[index[k]]
        sums[i] = total


@exact
def column_sums(
    starts: IntArray,
    index: Index,
    weight: FloatArray,
    values: FloatArray,
    squared: bool,
    low: int,
    high: int,
    sums: FloatArray,
) -> None:
    """Add ``weight[k] values[i]`` of rows low..high to ``sums[index[k]]``."""
    for i in range(low, high):
        value = values[i]
        if squared:
            for k in range(np.uint64(starts[i]), np.uint64(starts[i + 1])):
                sums[index[k]] += weight[k] * weight[k] * value
        else:
            for k in range(np.uint64(starts[i]), np.uint64(starts[i + 1])):
                sums[index[k]] += weight[k] * value


@summing
def some_row_sums(
    rows: IntArray,
    starts: IntArray,
    index: Index,
    weight: FloatArray,
    values: FloatArray,
    squared: bool,
    low: int,
    high: int,
    sums: FloatArray,
) -> None:
    """``sums[r]`` as `row_sums` of row ``rows[r]``, for r in low..high."""
    for r in range(low, high):
        i = np.uint64(rows[r])
        total = 0.0
        if squared:
            for k in range(np.uint64(starts[i]), np.uint64(starts[i + np.uint64(1)])):
                total += weight[k] * weight[k] * values[index[k]]
        else:
            for k in range(np.uint64(starts[i]), np.uint64(starts[i + np.uint64(1)])):
                total += weight[k] * values[index[k]]
        sums[r] = total


@exact
def mark(rows: IntArray, starts: IntArray, index: Index, seen: npt.NDArray[np.bool_]) -> None:
    """Set `seen` at every index that one of the rows holds."""
    for i in rows:
        for k in range(np.uint64(starts[i]), np.uint64(starts[i + 1])):
            seen[index[k]] = True
