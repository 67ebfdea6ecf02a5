import numpy as np
import pandas as pd
import pytest

from etl.measures import network
from etl.measures.catchment import (
    cumulative,
    from_costs,
    from_points,
    nearest,
    nearest_point_km,
    to_minutes,
    with_costs,
)
from etl.measures.travel import great_circle_km

RNG = np.random.default_rng(1)
DEMAND = np.column_stack([RNG.uniform(-85, -81, 60), RNG.uniform(30, 35, 60)])
SERVICE = np.column_stack([RNG.uniform(-85, -81, 25), RNG.uniform(30, 35, 25)])
TABLE = great_circle_km(DEMAND[:, :1], DEMAND[:, 1:], SERVICE[:, 0], SERVICE[:, 1])


def dense(net):
    result = np.full((net.n_demand, net.n_service), np.inf)
    result[net.demand, net.index] = net.cost
    return result


@pytest.mark.parametrize("block", [7, 8192])
def test_points_equal_brute_force(monkeypatch, block):
    monkeypatch.setattr(network, "BLOCK", block)
    net = from_points(DEMAND, SERVICE, max_km=120.0)
    assert np.array_equal(dense(net), np.where(TABLE <= 120.0, TABLE, np.inf))
    starts, pairs = net.by_service
    for j in range(25):
        found = net.demand[pairs[starts[j] : starts[j + 1]]]
        assert found.tolist() == np.flatnonzero(TABLE[:, j] <= 120.0).tolist()


def test_boundary_is_included():  # METHODS mistake 4
    edge = float(TABLE[3, 4])
    assert np.isfinite(dense(from_points(DEMAND, SERVICE, max_km=edge))[3, 4])
    short = from_points(DEMAND, SERVICE, max_km=np.nextafter(edge, 0))
    assert np.isinf(dense(short)[3, 4])


def test_same_place_date_line_and_whole_earth():
    assert from_points([[5, 5]], [[5, 5], [6, 6]], max_km=0.0).index.tolist() == [0]
    assert from_points([[179.9, 0]], [[-179.9, 0]], max_km=30.0).cost[0] < 23
    assert len(from_points([[0, 0]], [[180, 0]], max_km=30_000.0).cost) == 1


def test_empty_sets():
    none = from_points(np.empty((0, 2)), SERVICE, max_km=10.0)
    assert (none.n_demand, none.n_service, len(none.cost)) == (0, 25, 0)
    no_service = from_points(DEMAND, [], max_km=10.0)
    assert cumulative(no_service, []).tolist() == [0.0] * 60
    assert cumulative(no_service, []).dtype == np.float64
    cost, index = nearest(no_service)
    assert np.isinf(cost).all()
    assert (index == -1).all()
    assert (nearest_point_km(DEMAND, [])[1] == -1).all()


@pytest.mark.parametrize("bad", [[np.nan, 0], [181, 0], [0, -90.5], [np.inf, 0]])
def test_bad_coordinates_name_the_row(bad):
    with pytest.raises(ValueError, match=r"service coordinates .* at 1"):
        from_points([[0, 0]], [[0, 0], bad], max_km=1.0)
    frame = pd.DataFrame([[0.0, 0.0], bad], columns=["lon", "lat"], index=["a", "b"])
    with pytest.raises(ValueError, match=r"demand coordinates .* at b"):
        from_points(frame, [[0, 0]], max_km=1.0)
    with pytest.raises(ValueError, match="max_km"):
        from_points([[0, 0]], [[0, 0]], max_km=-1.0)


def test_duplicate_pairs_are_refused_by_name():  # METHODS mistake 2
    with pytest.raises(ValueError, match=r"1 duplicate .* \(2, 0\)"):
        from_costs([2, 0, 2], [0, 0, 0], [1.0, 2.0, 3.0], n_demand=3, n_service=1)


def test_absent_pair_is_unreachable_not_free():  # METHODS mistake 3
    net = from_costs([0], [1], [4.0], n_demand=2, n_service=2)
    assert cumulative(net, [10.0, 1.0]).tolist() == [1.0, 0.0]
    assert nearest(net)[0].tolist() == [4.0, np.inf]


@pytest.mark.parametrize("cost", [-1.0, np.nan])
def test_bad_cost(cost):
    with pytest.raises(ValueError, match="cost missing or negative at 1"):
        from_costs([0, 1], [0, 0], [1.0, cost], n_demand=2, n_service=1)
    net = from_costs([0], [0], [1.0], n_demand=1, n_service=1)
    with pytest.raises(ValueError, match="cost missing or negative"):
        with_costs(net, [cost], max_cost=9.0)


def test_bad_indices_and_shapes():
    with pytest.raises(ValueError, match=r"service_index outside 0..0 at 0"):
        from_costs([0], [1], [1.0], n_demand=1, n_service=1)
    with pytest.raises(ValueError, match="whole numbers"):
        from_costs([0.5], [0], [1.0], n_demand=1, n_service=1)
    with pytest.raises(ValueError, match="shapes differ"):
        from_costs([0], [0], [1.0, 2.0], n_demand=1, n_service=1)
    net = from_costs([], [], [], n_demand=2, n_service=2)
    with pytest.raises(ValueError, match="shape"):
        with_costs(net, [1.0], max_cost=1.0)


def test_infinite_cost_and_limit():
    net = from_costs(
        [1, 0, 0], [0, 1, 0], [5.0, np.inf, 5.1], n_demand=2, n_service=2, max_cost=5.0
    )
    assert (net.demand.tolist(), net.index.tolist()) == ([1], [0])


def test_minutes_per_demand_point():
    net = from_points(DEMAND, SERVICE, max_km=200.0)
    speed = np.where(np.arange(60) % 2, 60.0, 90.0)
    minutes = to_minutes(net, detour_factor=1.3, speed_kmh=speed, max_minutes=60.0)
    full = TABLE * 1.3 / speed[:, None] * 60.0
    assert np.allclose(dense(minutes), np.where(full <= 60.0, full, np.inf))
    assert minutes.complete_to == 60.0


def test_too_small_a_radius_is_refused():
    net = from_points(DEMAND, SERVICE, max_km=40.0)
    with pytest.raises(ValueError, match=r"need a search radius of 75.000 km"):
        to_minutes(net, detour_factor=1.0, speed_kmh=[75.0] + [30.0] * 59, max_minutes=60.0)


def test_nearest_and_ties():
    net = from_costs([0, 0, 0, 2], [2, 1, 0, 1], [3.0, 3.0, 7.0, 0.0], n_demand=3, n_service=3)
    cost, index = nearest(net)
    assert cost.tolist() == [3.0, np.inf, 0.0]
    assert index.tolist() == [1, -1, 1]


def test_nearest_point_equals_brute_force_and_ties_take_the_first():
    km, index = nearest_point_km(DEMAND, SERVICE)
    assert np.array_equal(km, TABLE.min(axis=1))
    assert np.array_equal(index, TABLE.argmin(axis=1))
    assert nearest_point_km([[0, 0]], [[2, 0], [1, 0], [1, 0]])[1].tolist() == [1]


def test_network_cannot_be_written_to():
    net = from_points(DEMAND, SERVICE, max_km=50.0)
    with pytest.raises(ValueError, match="read-only"):
        net.cost[0] = 1.0
