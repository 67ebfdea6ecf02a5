"""Compiled shortest paths: on a graph in CSR form and on an 8-neighbour grid. It imports numba.

Imported only by `routing` and `friction`, inside their functions. Every kernel holds its state in
its own arrays, so two threads may run them side by side. Nothing is checked here; the callers do.

Dijkstra (1959) with a 4-ary heap and stale entries skipped. Every arc is relaxed at most once, so
the heap never holds more than one entry per arc and per source. Everything lives in one file as
numba's disk cache does not notice a change in another one.
"""

from typing import Any

import numpy as np

from .checks import FloatArray, IntArray
from .jit import exact

Rows = tuple[IntArray, IntArray, FloatArray]


@exact
def _push(key: FloatArray, value: IntArray, size: int, k: float, v: int) -> int:
    i = size
    while i > 0:
        parent = (i - 1) >> 2
        if key[parent] <= k:
            break
        key[i] = key[parent]
        value[i] = value[parent]
        i = parent
    key[i] = k
    value[i] = v
    return size + 1


@exact
def _pop(key: FloatArray, value: IntArray, size: int) -> int:
    size -= 1
    k = key[size]
    v = value[size]
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least = child
        for q in range(child + 1, min(child + 4, size)):
            if key[q] < key[least]:
                least = q
        if key[least] >= k:
            break
        key[i] = key[least]
        value[i] = value[least]
        i = least
    key[i] = k
    value[i] = v
    return size


@exact
def _grown(array: Any, needed: int) -> Any:
    larger = np.empty(2 * needed, array.dtype)
    larger[: array.size] = array
    return larger


@exact
def _collect(
    best: FloatArray,
    touched: IntArray,
    seen: int,
    slot: IntArray,
    pairs: int,
    found: IntArray,
    costs: FloatArray,
) -> int:
    """Write down the targets among the nodes seen, make `best` infinite again; pairs so far."""
    for t in range(seen):
        v = touched[t]
        if slot[v] >= 0:
            found[pairs] = slot[v]
            costs[pairs] = best[v]
            pairs += 1
        best[v] = np.inf
    return pairs


@exact
def _search_graph(
    indptr: IntArray,
    index: IntArray,
    cost: FloatArray,
    source: int,
    limit: float,
    best: FloatArray,
    key: FloatArray,
    value: IntArray,
    touched: IntArray,
) -> int:
    """Search from one source; `best` must be infinite. Number of nodes seen (in `touched`)."""
    best[source] = 0.0
    touched[0] = source
    seen = 1
    size = _push(key, value, 0, 0.0, source)
    while size > 0:
        d = key[0]
        u = value[0]
        size = _pop(key, value, size)
        if d > best[u]:
            continue
        for arc in range(indptr[u], indptr[u + 1]):
            v = index[arc]
            x = d + cost[arc]
            if x <= limit and x < best[v]:
                if best[v] == np.inf:
                    touched[seen] = v
                    seen += 1
                best[v] = x
                size = _push(key, value, size, x, v)
    return seen


@exact
def graph_rows(
    indptr: IntArray,
    index: IntArray,
    cost: FloatArray,
    sources: IntArray,
    limits: FloatArray,
    slot: IntArray,
) -> Rows:
    """Cost from each source to every node with ``slot >= 0`` within the source's own limit.

    Returns (n_sources + 1,) starts, and the slot and cost of every pair found, row by row.
    """
    best = np.full(indptr.size - 1, np.inf)
    key = np.empty(index.size + 1)
    value = np.empty(index.size + 1, np.int64)
    touched = np.empty(indptr.size - 1, np.int64)
    starts = np.zeros(sources.size + 1, np.int64)
    found = np.empty(1024, np.int64)
    costs = np.empty(1024)
    pairs = 0
    for row in range(sources.size):
        if limits[row] >= 0.0:
            seen = _search_graph(
                indptr, index, cost, sources[row], limits[row], best, key, value, touched
            )
            if pairs + seen > found.size:
                found = _grown(found, pairs + seen)
                costs = _grown(costs, pairs + seen)
            pairs = _collect(best, touched, seen, slot, pairs, found, costs)
        starts[row + 1] = pairs
    return starts, found[:pairs].copy(), costs[:pairs].copy()


@exact
def graph_nearest(
    indptr: IntArray, index: IntArray, cost: FloatArray, sources: IntArray, offset: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Least ``offset[s] + cost`` over all sources, of every node, and which source gives it."""
    best = np.full(indptr.size - 1, np.inf)
    owner = np.full(indptr.size - 1, -1, np.int64)
    key = np.empty(index.size + sources.size + 1)
    value = np.empty(index.size + sources.size + 1, np.int64)
    size = 0
    for s in range(sources.size):
        if offset[s] < best[sources[s]]:
            best[sources[s]] = offset[s]
            owner[sources[s]] = s
            size = _push(key, value, size, offset[s], sources[s])
    while size > 0:
        d = key[0]
        u = value[0]
        size = _pop(key, value, size)
        if d > best[u]:
            continue
        for arc in range(indptr[u], indptr[u + 1]):
            v = index[arc]
            x = d + cost[arc]
            if x < best[v]:
                best[v] = x
                owner[v] = owner[u]
                size = _push(key, value, size, x, v)
    return best, owner


@exact
def _search_grid(
    half: FloatArray,
    step: IntArray,
    length: FloatArray,
    source: int,
    limit: float,
    best: FloatArray,
    key: FloatArray,
    value: IntArray,
    touched: IntArray,
) -> tuple[int, FloatArray, IntArray, IntArray]:
    """As `_search_graph`, on a grid; also hands back the work arrays, which may have grown."""
    best[source] = 0.0
    touched[0] = source
    seen = 1
    size = _push(key, value, 0, 0.0, source)
    while size > 0:
        d = key[0]
        u = value[0]
        size = _pop(key, value, size)
        if d > best[u]:
            continue
        if size + 8 > key.size:
            key = _grown(key, size + 8)
            value = _grown(value, size + 8)
        if seen + 8 > touched.size:
            touched = _grown(touched, seen + 8)
        for k in range(8):
            v = u + step[k]
            x = d + (half[u] + half[v]) * length[k]
            if x <= limit and x < best[v]:
                if best[v] == np.inf:
                    touched[seen] = v
                    seen += 1
                best[v] = x
                size = _push(key, value, size, x, v)
    return seen, key, value, touched


@exact
def grid_rows(
    half: FloatArray,
    step: IntArray,
    length: FloatArray,
    sources: IntArray,
    limits: FloatArray,
    slot: IntArray,
) -> Rows:
    """As `graph_rows`, on a flattened grid whose border cells are impassable (infinite).

    A move from cell u to ``u + step[k]`` costs ``(half[u] + half[v]) * length[k]``, `half` being
    half the cost per metre.
    """
    best = np.full(half.size, np.inf)
    key = np.empty(4096)
    value = np.empty(4096, np.int64)
    touched = np.empty(4096, np.int64)
    starts = np.zeros(sources.size + 1, np.int64)
    found = np.empty(1024, np.int64)
    costs = np.empty(1024)
    pairs = 0
    for row in range(sources.size):
        if limits[row] >= 0.0:
            seen, key, value, touched = _search_grid(
                half, step, length, sources[row], limits[row], best, key, value, touched
            )
            if pairs + seen > found.size:
                found = _grown(found, pairs + seen)
                costs = _grown(costs, pairs + seen)
            pairs = _collect(best, touched, seen, slot, pairs, found, costs)
        starts[row + 1] = pairs
    return starts, found[:pairs].copy(), costs[:pairs].copy()


@exact
def grid_nearest(
    half: FloatArray,
    step: IntArray,
    length: FloatArray,
    sources: IntArray,
    limit: float,
) -> tuple[FloatArray, IntArray]:
    """Least cost from any source to every cell within `limit`, and which source gives it."""
    best = np.full(half.size, np.inf)
    owner = np.full(half.size, -1, np.int64)
    key = np.empty(4096 + sources.size)
    value = np.empty(4096 + sources.size, np.int64)
    size = 0
    for s in range(sources.size):
        if best[sources[s]] > 0.0:
            best[sources[s]] = 0.0
            owner[sources[s]] = s
            size = _push(key, value, size, 0.0, sources[s])
    while size > 0:
        d = key[0]
        u = value[0]
        size = _pop(key, value, size)
        if d > best[u]:
            continue
        if size + 8 > key.size:
            key = _grown(key, size + 8)
            value = _grown(value, size + 8)
        for k in range(8):
            v = u + step[k]
            x = d + (half[u] + half[v]) * length[k]
            if x <= limit and x < best[v]:
                best[v] = x
                owner[v] = owner[u]
                size = _push(key, value, size, x, v)
    return best, owner
