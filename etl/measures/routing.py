"""Shortest travel costs on a directed graph: within a limit, to the nearest, and all asymmetric.

A graph is arrays in compressed sparse rows. Nothing here knows of roads, coordinates or files:
nodes are numbers from 0, costs are in one unit (minutes). The cost of an arc is that of travelling
it in its own direction; `reverse` turns every arc round, so that "to this service" is asked as
"from" it.

Compiled with numba, which is imported on the first call, not with this module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from . import parts
from .checks import BoolArray, FloatArray, IntArray, Numbers, floats, refuse

Rows = tuple[IntArray, IntArray, FloatArray]
SLICES_PER_WORKER = 4  # so that a thread with easy sources does not wait for one with hard ones


@dataclass(frozen=True, eq=False)
class Graph:
    """Directed arcs with a cost, in CSR order; no loops, no parallel arcs.

    Attributes
    ----------
    indptr : (n_nodes + 1,) start of each node's outgoing arcs
    index : (n_arcs,) node each arc leads to, ascending inside a node
    cost : (n_arcs,) cost of the arc, not negative
    """

    indptr: IntArray
    index: IntArray
    cost: FloatArray

    @property
    def n_nodes(self) -> int:
        """Number of nodes, with or without arcs."""
        return len(self.indptr) - 1

    @cached_property
    def tail(self) -> IntArray:
        """Node each arc leaves from, (n_arcs,)."""
        return np.repeat(np.arange(self.n_nodes, dtype=np.int64), np.diff(self.indptr))


def graph(tail: Numbers, head: Numbers, cost: Numbers, *, n_nodes: int) -> Graph:
    """Graph from a list of arcs. Loops are left out; of parallel arcs the cheapest counts.

    Parameters
    ----------
    tail, head : (n,) node each arc leaves from and leads to, whole numbers from 0
    cost : (n,) cost of the arc

    Raises
    ------
    ValueError
        Different lengths, a node out of range, a cost missing, infinite or negative, by position.

    Examples
    --------
    >>> graph([0, 0, 1], [1, 1, 1], [5.0, 3.0, 1.0], n_nodes=2).cost
    array([3.])
    """
    start, end, values = _nodes(tail, n_nodes, "tail"), _nodes(head, n_nodes, "head"), floats(cost)
    if not start.shape == end.shape == values.shape:
        raise ValueError(f"shapes differ: {start.shape}, {end.shape}, {values.shape}")
    refuse(~np.isfinite(values) | (values < 0), "arc cost missing, infinite or negative")
    order = np.lexsort((values, end, start))
    start, end, values = start[order], end[order], values[order]
    keep = start != end
    keep[1:] &= (np.diff(start) != 0) | (np.diff(end) != 0)
    counts = np.bincount(start[keep], minlength=n_nodes)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Graph(indptr, end[keep], values[keep])


def reverse(net: Graph) -> Graph:
    """Turn every arc round: costs *from* a node in the result are costs *to* it in `net`."""
    return graph(net.index, net.tail, net.cost, n_nodes=net.n_nodes)


def strong_parts(net: Graph) -> IntArray:
    """Part of each node, (n_nodes,): 0 is the largest part, ties by lowest node.

    Within a part every node reaches every other and can be reached back (strongly connected
    components; Pearce 2005 as implemented by scipy).
    """
    if net.n_nodes == 0:
        return np.empty(0, np.int64)
    matrix = csr_matrix(
        (np.ones(len(net.index)), net.index, net.indptr), shape=(net.n_nodes, net.n_nodes)
    )
    _, labels = connected_components(matrix, directed=True, connection="strong")
    _, first, counts = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(len(counts), np.int64)
    rank[np.lexsort((first, -counts))] = np.arange(len(counts))
    part: IntArray = rank[labels]
    return part


def contract(net: Graph, keep: Numbers) -> tuple[Graph, IntArray]:
    """Smaller graph with the same costs between the kept nodes.

    Dead ends without a kept node are cut back, and nodes that only join two others are replaced by
    one arc, in the directions that can be travelled. Costs are sums in another order, so they may
    differ from the full graph's in the last digits of rounding.

    Parameters
    ----------
    keep : nodes that must stay, e.g. where people and services are

    Returns
    -------
    the graph, and (n_nodes of `net`,) the new number of each node, -1 where it is gone
    """
    from .kernels_chains import follow_chains, prune_leaves

    kept = np.zeros(net.n_nodes, dtype=bool)
    kept[_nodes(keep, net.n_nodes, "node")] = True
    both = graph(
        np.concatenate([net.tail, net.index]),
        np.concatenate([net.index, net.tail]),
        np.zeros(2 * len(net.index)),
        n_nodes=net.n_nodes,
    )
    alive: BoolArray = prune_leaves(both.index, both.indptr, kept, np.diff(both.indptr))
    living = alive[both.index].astype(np.int64)
    degree = np.bincount(both.tail, weights=living, minlength=net.n_nodes)
    stop = alive & (kept | (degree != 2))
    number = np.where(stop, np.cumsum(stop) - 1, -1).astype(np.int64)
    tail, head, cost = follow_chains(net.indptr, net.index, net.cost, stop, alive)
    return graph(number[tail], number[head], cost, n_nodes=int(stop.sum())), number


def costs_within(net: Graph, sources: Numbers, targets: Numbers, *, limit: Numbers) -> Rows:
    """Least cost from each source to every target within the limit (inclusive).

    Truncated Dijkstra from each source, spread over threads.

    Parameters
    ----------
    sources, targets : (n,) nodes; each target once
    limit : largest cost, one figure or one per source; a negative limit finds nothing

    Returns
    -------
    (n_sources + 1,) starts; position in `targets` of each pair; its cost. In the order in which
    they were found inside a source.

    Raises
    ------
    ValueError
        A node out of range, a target listed twice, a missing limit.

    Examples
    --------
    >>> line = graph([0, 1], [1, 2], [5.0, 5.0], n_nodes=3)
    >>> costs_within(line, [0, 2], [2, 0], limit=10.0)[1:]
    (array([1, 0, 0]), array([ 0., 10.,  0.]))
    """
    from .kernels_paths import graph_rows

    start = _nodes(sources, net.n_nodes, "source")
    limits, slot = limits_of(limit, len(start)), slots(targets, net.n_nodes)

    def run(part: slice) -> Rows:
        return graph_rows(net.indptr, net.index, net.cost, start[part], limits[part], slot)

    return in_threads(run, len(start))


def nearest_cost(
    net: Graph, sources: Numbers, *, offset: Numbers = 0.0
) -> tuple[FloatArray, IntArray]:
    """Least ``offset + cost`` from any source to every node, and the position of that source.

    Parameters
    ----------
    sources : (n,) nodes; may repeat
    offset : cost before each source is entered, one figure or one per source, not negative

    Returns
    -------
    (n_nodes,) costs, infinite where no source leads; (n_nodes,) positions, -1 there

    Examples
    --------
    >>> line = graph([0, 1], [1, 2], [5.0, 5.0], n_nodes=3)
    >>> nearest_cost(line, [0, 2], offset=[0.0, 1.0])
    (array([0., 5., 1.]), array([0, 0, 1]))
    """
    from .kernels_paths import graph_nearest

    start = _nodes(sources, net.n_nodes, "source")
    first = np.ascontiguousarray(np.broadcast_to(floats(offset), start.shape))
    refuse(~(first >= 0), "offset missing or negative", at=offset)
    return graph_nearest(net.indptr, net.index, net.cost, start, first)


def limits_of(limit: Numbers, n_sources: int) -> FloatArray:
    """One limit per source, (n_sources,); ``ValueError`` where one is missing."""
    limits = np.ascontiguousarray(np.broadcast_to(floats(limit), (n_sources,)))
    refuse(np.isnan(limits), "limit missing", at=limit)
    return limits


def slots(targets: Numbers, size: int) -> IntArray:
    """Position in `targets` of each of `size` nodes, -1 where it is no target."""
    places = _nodes(targets, size, "target")
    slot = np.full(size, -1, np.int64)
    slot[places] = np.arange(len(places))
    refuse(slot[places] != np.arange(len(places)), "target listed twice", at=targets)
    return slot


def in_threads(run: Callable[[slice], Rows], n_sources: int) -> Rows:
    """Run a row kernel over slices of the sources in threads, and join the rows in order."""
    size = max(1, -(-n_sources // (parts.workers() * SLICES_PER_WORKER)))
    slices = [slice(start, end) for start, end in parts.slices(n_sources, size)]
    if not slices:
        return np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0)
    done: dict[int, Rows] = {}

    def work(part: slice) -> None:
        done[part.start] = run(part)

    parts.run(work, slices)
    rows = [done[part.start] for part in slices]
    sizes = np.concatenate([np.diff(starts) for starts, _, _ in rows])
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return starts, np.concatenate([r[1] for r in rows]), np.concatenate([r[2] for r in rows])


def _nodes(values: Numbers, n_nodes: int, name: str) -> IntArray:
    nodes = np.asarray(values)
    if nodes.ndim != 1:
        raise ValueError(f"{name} has shape {nodes.shape}, expected one dimension")
    if nodes.size and not np.issubdtype(nodes.dtype, np.integer):
        raise ValueError(f"{name} must be whole numbers, got {nodes.dtype}")
    refuse((nodes < 0) | (nodes >= n_nodes), f"{name} outside 0..{n_nodes - 1}", at=values)
    return np.ascontiguousarray(nodes, dtype=np.int64)
