"""Compiled contraction of a graph : cut back dead ends, follow chains between junctions.

Imported only inside `routing.contract`, as `kernels_paths` is.
"""

import numpy as np

from .checks import BoolArray, FloatArray, IntArray
from .jit import exact


@exact
def prune_leaves(
    neighbours: IntArray, indptr: IntArray, keep: BoolArray, degree: IntArray
) -> BoolArray:
    """Nodes left after dead ends that hold no kept node are cut back, again and again."""
    alive = np.ones(keep.size, np.bool_)
    stack = np.empty(keep.size, np.int64)
    size = 0
    for u in range(keep.size):
        if degree[u] <= 1 and not keep[u]:
            stack[size] = u
            size += 1
    while size > 0:
        size -= 1
        u = stack[size]
        if not alive[u]:
            continue
        alive[u] = False
        for k in range(indptr[u], indptr[u + 1]):
            v = neighbours[k]
            if alive[v]:
                degree[v] -= 1
                if degree[v] == 1 and not keep[v]:
                    stack[size] = v
                    size += 1
    return alive


@exact
def follow_chains(
    indptr: IntArray, index: IntArray, cost: FloatArray, stop: BoolArray, alive: BoolArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Arcs between stop nodes: every arc out of one, followed through the nodes between."""
    tail = np.empty(index.size, np.int64)
    head = np.empty(index.size, np.int64)
    total = np.empty(index.size)
    arcs = 0
    for u in np.flatnonzero(stop):
        for first in range(indptr[u], indptr[u + 1]):
            before = u
            at = index[first]
            length = cost[first]
            while alive[at] and not stop[at]:
                onward = -1
                for k in range(indptr[at], indptr[at + 1]):
                    if index[k] != before and alive[index[k]]:
                        onward = k
                if onward < 0:
                    break
                before = at
                at = index[onward]
                length += cost[onward]
            if stop[at] and at != u:
                tail[arcs] = u
                head[arcs] = at
                total[arcs] = length
                arcs += 1
    return tail[:arcs].copy(), head[:arcs].copy(), total[:arcs].copy()
