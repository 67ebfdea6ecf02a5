"""Coordinates to access without stored pairs: the same as in memory, and exact on the sphere."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures import kernels_sphere, network, streaming
from etl.measures.catchment import (
    cumulative,
    from_points,
    gravity,
    three_step,
    two_step,
    with_costs,
    within,
)
from etl.measures.decay import binary, exponential, gaussian, kernel_density, logistic, step
from etl.measures.neighbours import bands, places
from etl.measures.reach import reach
from etl.measures.streaming import (
    stream_cumulative,
    stream_gravity,
    stream_three_step,
    stream_two_step,
)
from etl.measures.travel import EARTH_RADIUS_KM, arc_km, great_circle_km

from .conftest import SETTINGS

DECAYS = [
    binary(25.0),
    step([10.0, 20.0, 30.0], [1.0, 0.68, 0.22]),
    gaussian(sigma=10.0),
    gaussian(sigma=0.3),  # vanishes long before the edge
    exponential(beta=0.1),
    kernel_density(bandwidth=30.0),
    logistic(midpoint=15.0, slope=0.4),
    logistic(midpoint=900.0, slope=1.0),  # too steep for the compiled form
    lambda d: 1.0 / (1.0 + np.asarray(d)),  # any callable
]


def region(rng, n=300, m=40, box=2.0):
    towns = rng.uniform(0, box, (6, 2)) + np.array([20.0, 40.0])
    demand = towns[rng.integers(0, 6, n)] + rng.normal(0, 0.15, (n, 2))
    service = towns[rng.integers(0, 6, m)] + rng.normal(0, 0.15, (m, 2))
    people = rng.integers(0, 900, n).astype(float)
    return demand, service, people, rng.integers(0, 9, m).astype(float)


@SETTINGS
@given(st.integers(0, 2**31), st.sampled_from(DECAYS), st.floats(0, 80), st.booleans())
def test_streaming_equals_in_memory(seed, decay, max_km, in_minutes):
    rng = np.random.default_rng(seed)
    demand, service, people, offered = region(rng)
    net = from_points(demand, service, max_km=max_km)
    options = {}
    if in_minutes:
        rate, most = rng.uniform(0.5, 2.0, len(demand)), rng.uniform(5.0, 60.0, len(demand))
        net = with_costs(net, net.cost * rate[net.demand], max_cost=np.inf)
        net = within(net, demand=most)
        options = {"cost_per_km": rate, "max_cost": most}
    for stream, measure in ((stream_two_step, two_step), (stream_three_step, three_step)):
        found = stream(demand, service, people, offered, decay=decay, max_km=max_km, **options)
        expected = measure(net, people, offered, decay=decay)
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)
    found = stream_gravity(demand, service, offered, decay=decay, max_km=max_km, **options)
    np.testing.assert_allclose(found, gravity(net, offered, decay=decay), rtol=1e-9, atol=1e-12)
    found = stream_cumulative(demand, service, offered, max_km=max_km, **options)
    assert np.array_equal(found, cumulative(net, offered))


@pytest.mark.parametrize("decay", DECAYS[:7], ids=lambda d: type(d).__name__)
def test_compiled_weights_are_those_of_the_decay(decay):
    km = np.r_[0.0, np.geomspace(1e-6, 40.0, 200), 10.0, 20.0, 25.0, 30.0]
    lonlat = np.column_stack([np.zeros_like(km), np.degrees(km / EARTH_RADIUS_KM)])
    away = great_circle_km(0, 0, lonlat[:, 0], lonlat[:, 1])
    one = stream_gravity(lonlat, [[0.0, 0.0]], [1.0], decay=decay, max_km=40.1)
    np.testing.assert_allclose(one, decay(away), rtol=1e-12, atol=1e-300)


def test_blocks_and_slices_do_not_change_anything(monkeypatch):
    world = region(np.random.default_rng(1))
    for decay in (DECAYS[2], DECAYS[-1]):
        whole = stream_two_step(*world, decay=decay, max_km=30.0)
        for name in ("BLOCK", "DEMAND_SLICE", "SERVICES"):
            monkeypatch.setattr(streaming, name, 7)
        part = stream_two_step(*world, decay=decay, max_km=30.0)
        np.testing.assert_allclose(part, whole, rtol=1e-13)
        monkeypatch.undo()


def test_edges_of_the_input():
    demand, service, people, offered = region(np.random.default_rng(1))
    decay = gaussian(sigma=5.0)
    nothing = stream_two_step(demand, [], people, [], decay=decay, max_km=9.0)
    assert nothing.tolist() == [0.0] * len(demand)
    assert stream_two_step([], service, [], offered, decay=decay, max_km=9.0).shape == (0,)
    everywhere = stream_two_step(demand, service, people, offered, decay=decay, max_km=np.inf)
    net = from_points(demand, service, max_km=30_000.0)
    np.testing.assert_allclose(
        everywhere, two_step(net, people, offered, decay=decay), rtol=1e-9, atol=1e-15
    )
    for bad, message in (
        ({"max_km": -1.0}, "max_km"),
        ({"max_km": 9.0, "cost_per_km": np.ones(3)}, "cost_per_km has shape"),
        ({"max_km": 9.0, "max_cost": np.nan}, "max_cost missing"),
    ):
        with pytest.raises(ValueError, match=message):
            stream_two_step(demand, service, people, offered, decay=decay, **bad)
    with pytest.raises(ValueError, match="population missing, infinite or negative at 2"):
        people = people.copy()
        people[2] = np.nan
        stream_two_step(demand, service, people, offered, decay=decay, max_km=9.0)


# --- the search ---------------------------------------------------------------------------------


def brute(demand, service, max_km):
    table = great_circle_km(demand[:, :1], demand[:, 1:], service[:, 0], service[:, 1])
    return np.where(table <= max_km, table, np.inf)


def dense(net):
    table = np.full((net.n_demand, net.n_service), np.inf)
    table[net.demand, net.index] = net.cost
    return table


@SETTINGS
@given(
    st.integers(0, 2**31),
    st.sampled_from([0.0, 5.0, 50.0, 500.0, 789.0, 797.0, 3_000.0, 10_010.0, 19_000.0, 25_000.0]),
    st.sampled_from(["globe", "poles", "date line", "lattice"]),
)
def test_pairs_are_exact_everywhere(seed, max_km, where):
    rng = np.random.default_rng(seed)

    def points(n):
        if where == "lattice":  # equal distances, points on each other, on every edge
            return np.column_stack([rng.integers(-4, 5, n) * 45.0, rng.integers(-2, 3, n) * 45.0])
        lon, lat = rng.uniform(-180, 180, n), np.degrees(np.arcsin(rng.uniform(-1, 1, n)))
        if where == "poles":
            lat = np.sign(lat) * (90.0 - rng.exponential(2.0, n) % 90.0)
        if where == "date line":
            lon = (180.0 + rng.normal(0, 3.0, n) + 180.0) % 360.0 - 180.0
        return np.column_stack([lon, lat])

    demand, service = points(60), points(30)
    if max_km > 0 and where != "lattice":  # exactly on the boundary for one pair
        i, j = rng.integers(60), rng.integers(30)
        max_km = float(great_circle_km(*demand[i], *service[j]))
    expected = brute(demand, service, max_km)
    assert np.array_equal(dense(from_points(demand, service, max_km=max_km)), expected)
    near = reach(demand, max_km=max_km)
    for j in range(3):
        found, km = near.around(service[j])
        assert found.tolist() == np.flatnonzero(np.isfinite(expected[:, j])).tolist()
        assert np.array_equal(km, expected[found, j])
    reached = stream_cumulative(demand, service, np.ones(30), max_km=max_km)
    assert np.array_equal(reached, np.isfinite(expected).sum(axis=1))


def test_arc_is_the_arc_sine():
    chord = np.r_[0.0, np.geomspace(1e-12, 2.0, 5000), 0.125, np.nextafter(0.125, 1)]
    exact = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(chord / 2, 1.0))
    near = chord < 1.9  # at the antipodes the arc sine loses half its digits
    np.testing.assert_allclose(arc_km(chord**2)[near], exact[near], rtol=5e-16 * 4)
    assert (np.diff(arc_km(np.sort(chord) ** 2)) >= 0).all()


def test_kernel_constants_are_those_of_travel():
    assert kernels_sphere.RADIUS_KM == EARTH_RADIUS_KM


def test_a_disc_may_ask_for_all_longitudes():
    """A band at the pole: every longitude is within reach, and each point is found once."""
    lon = np.linspace(-180, 180, 50)
    demand = np.column_stack([lon, np.full(50, 89.9)])
    net = from_points(demand, [[0.0, 89.95]], max_km=100.0)
    assert net.demand.tolist() == list(range(50))


def test_bands_hold_every_point_once():
    demand, *_ = region(np.random.default_rng(3), n=70_000)
    found = bands(demand, 30.0)
    assert np.array_equal(np.sort(found.order), np.arange(70_000))
    assert found.sorted.start[-1] == 70_000
    inside = np.diff(found.sorted.lon) >= 0
    starts = found.sorted.start[1:-1]
    assert inside[np.setdiff1d(np.arange(69_999), starts - 1)].all()
    assert places(demand[:2]).shape == (2, 5)
    assert network.BLOCK > 0
