"""Shortest paths on graphs, against scipy and networkx."""

import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from etl.measures.routing import (
    contract,
    costs_within,
    graph,
    nearest_cost,
    reverse,
    strong_parts,
)

from .measures.conftest import SETTINGS


@st.composite
def graphs(draw):
    n = draw(st.integers(1, 14))
    arcs = draw(
        st.lists(
            st.tuples(
                st.integers(0, n - 1),
                st.integers(0, n - 1),
                # whole quarters: sums are exact in any order, so results must be equal
                st.integers(0, 40).map(lambda x: x / 4),
            ),
            max_size=40,
        )
    )
    tail, head, cost = (np.array(c) for c in zip(*arcs, strict=True)) if arcs else ([], [], [])
    return graph(np.array(tail, int), np.array(head, int), cost, n_nodes=n)


def table(net):
    """All costs by networkx (scipy reads an arc of cost 0 as no arc)."""
    other = nx.DiGraph()
    other.add_nodes_from(range(net.n_nodes))
    other.add_weighted_edges_from(zip(net.tail.tolist(), net.index.tolist(), net.cost, strict=True))
    found = np.full((net.n_nodes, net.n_nodes), np.inf)
    for i, row in nx.all_pairs_dijkstra_path_length(other):
        for j, cost in row.items():
            found[i, j] = cost
    return found


def dense(rows, shape):
    starts, column, cost = rows
    found = np.full(shape, np.inf)
    found[np.repeat(np.arange(shape[0]), np.diff(starts)), column] = cost
    return found


@SETTINGS
@given(graphs(), st.integers(0, 200).map(lambda x: x / 4))
def test_costs_equal_networkx(net, limit):
    everything = np.arange(net.n_nodes)
    want = table(net)
    found = dense(costs_within(net, everything, everything, limit=limit), want.shape)
    assert np.array_equal(found, np.where(want <= limit, want, np.inf))
    back = dense(costs_within(reverse(net), everything, everything, limit=np.inf), want.shape)
    assert np.array_equal(back.T, want)


@SETTINGS
@given(graphs(), st.data())
def test_contraction_keeps_costs(net, data):
    keep = data.draw(st.lists(st.integers(0, net.n_nodes - 1), min_size=1, unique=True))
    small, number = contract(net, np.array(keep))
    at = number[keep]
    assert (at >= 0).all()
    assert small.n_nodes <= net.n_nodes
    rows = costs_within(small, at, at, limit=np.inf)
    assert np.array_equal(dense(rows, (len(keep),) * 2), table(net)[np.ix_(keep, keep)])


@SETTINGS
@given(graphs(), st.data())
def test_nearest_equals_the_least_over_sources(net, data):
    sources = data.draw(st.lists(st.integers(0, net.n_nodes - 1), max_size=4))
    offset = [s / 4 for s in range(len(sources))]
    cost, who = nearest_cost(net, np.array(sources, int), offset=offset)
    options = table(net)[sources] + np.array(offset)[:, None]
    want = options.min(axis=0, initial=np.inf)
    assert np.array_equal(cost, want)
    assert (who[np.isinf(want)] == -1).all()
    for node in np.flatnonzero(np.isfinite(want)):
        assert options[who[node], node] == want[node]


@SETTINGS
@given(graphs())
def test_strong_parts(net):
    both = np.isfinite(table(net))
    part = strong_parts(net)
    assert np.array_equal(part[:, None] == part, both & both.T)
    assert (np.diff(np.bincount(part)) <= 0).all()


def test_larger_graph_equals_scipy_and_limits_per_source():
    rng = np.random.default_rng(5)
    n = 4000
    net = graph(
        rng.integers(0, n, 14000), rng.integers(0, n, 14000), rng.uniform(1, 9, 14000), n_nodes=n
    )
    sources, targets = rng.choice(n, 60, replace=False), rng.choice(n, 300, replace=False)
    limit = rng.uniform(-5, 40, 60)
    matrix = csr_matrix((net.cost, net.index, net.indptr), shape=(n, n))
    want = dijkstra(matrix, indices=sources)[:, targets]
    want[want > limit[:, None]] = np.inf
    found = dense(costs_within(net, sources, targets, limit=limit), want.shape)
    assert np.array_equal(np.isinf(found), np.isinf(want))
    assert np.allclose(found, want, rtol=1e-13)
    short, number = contract(net, np.concatenate([sources, targets]))
    rows = costs_within(short, number[sources], number[targets], limit=limit)
    assert np.allclose(dense(rows, want.shape), want, rtol=1e-12)


def test_boundary_is_included_and_one_way_is_one_way():
    line = graph([0, 1], [1, 2], [5.0, 5.0], n_nodes=3)
    assert costs_within(line, [0], [2], limit=10.0)[2].tolist() == [10.0]
    assert costs_within(line, [0], [2], limit=np.nextafter(10.0, 0))[2].tolist() == []
    assert costs_within(line, [2], [0], limit=np.inf)[2].tolist() == []


def test_parallel_arcs_loops_and_empty():
    net = graph([0, 0, 1], [1, 1, 1], [5.0, 3.0, 1.0], n_nodes=2)
    assert (net.index.tolist(), net.cost.tolist()) == ([1], [3.0])
    empty = graph([], [], [], n_nodes=0)
    assert strong_parts(empty).tolist() == []
    assert costs_within(empty, [], [], limit=1.0)[0].tolist() == [0]
    alone = graph([], [], [], n_nodes=1)
    assert costs_within(alone, [0], [0], limit=0.0)[2].tolist() == [0.0]


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: graph([0], [1], [-1.0], n_nodes=2), "arc cost missing, infinite or negative at 0"),
        (lambda: graph([0], [1], [np.nan], n_nodes=2), "arc cost"),
        (lambda: graph([0], [2], [1.0], n_nodes=2), r"head outside 0..1 at 0"),
        (lambda: graph([0.5], [1], [1.0], n_nodes=2), "whole numbers"),
        (lambda: graph([0], [1], [1.0, 2.0], n_nodes=2), "shapes differ"),
        (lambda: graph([[0]], [1], [1.0], n_nodes=2), "one dimension"),
    ],
)
def test_bad_graphs(call, match):
    with pytest.raises(ValueError, match=match):
        call()


def test_bad_questions():
    net = graph([0], [1], [1.0], n_nodes=2)
    with pytest.raises(ValueError, match="source outside"):
        costs_within(net, [2], [0], limit=1.0)
    with pytest.raises(ValueError, match="target listed twice at 0"):
        costs_within(net, [0], [1, 1], limit=1.0)
    with pytest.raises(ValueError, match="limit missing"):
        costs_within(net, [0], [1], limit=np.nan)
    with pytest.raises(ValueError, match="offset"):
        nearest_cost(net, [0], offset=-1.0)


def test_numba_is_not_imported_with_the_modules():
    code = (
        "import sys, etl.measures.routing, etl.measures.friction, etl.travel.models;"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
