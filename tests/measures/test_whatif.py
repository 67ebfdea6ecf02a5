"""Adding, closing, moving and resizing services equals computing everything again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures import whatif
from etl.measures.catchment import from_costs, from_points, gravity, three_step, two_step
from etl.measures.decay import binary, exponential, gaussian, step
from etl.measures.district_means import district_means
from etl.measures.ratios import grouped_weighted_mean
from etl.measures.reach import reach

from .conftest import SETTINGS
from .test_streaming import region

MEASURES = {
    "two_step": two_step,
    "three_step": three_step,
    "gravity": lambda net, people, supply, *, decay: gravity(net, supply, decay=decay),
}
DECAYS = [
    gaussian(sigma=8.0),
    gaussian(sigma=1.0),
    binary(15.0),
    step([5.0, 15.0], [1.0, 0.3]),
    exponential(beta=0.2),
]


def assert_equals_full(scenario, measure, people, decay):
    net, supply = scenario.as_network()
    full = MEASURES[measure](net, people, supply, decay=decay)
    np.testing.assert_allclose(scenario.access, full, rtol=1e-12, atol=1e-280)


@SETTINGS
@given(
    st.integers(0, 2**31),
    st.sampled_from(sorted(MEASURES)),
    st.sampled_from(DECAYS),
    st.lists(st.sampled_from(["add", "close", "resize", "move", "costs"]), min_size=1, max_size=7),
)
def test_any_sequence_equals_a_full_recompute(seed, measure, decay, changes):
    rng = np.random.default_rng(seed)
    demand, service, people, supply = region(rng, n=80, m=12)
    scenario = whatif.start(
        from_points(demand, service, max_km=20.0),
        people,
        supply,
        decay=decay,
        measure=measure,
        reach=reach(demand, max_km=20.0),
    )
    for change in changes:
        before, frozen = scenario, scenario.access.copy()
        place = demand[rng.integers(80)] + rng.normal(0, 0.3, 2)
        number = int(rng.choice(scenario.services))
        if change == "add":
            scenario = scenario.add(float(rng.integers(0, 9)), lonlat=place)
        elif change == "costs":
            points = np.flatnonzero(rng.random(80) < 0.2)
            scenario = scenario.add(3.0, costs=(points, rng.uniform(0, 20, len(points))))
        elif change == "resize":
            scenario = scenario.resize(number, float(rng.integers(0, 9)))
        elif change == "move":
            scenario = scenario.move(number, lonlat=place)
        elif len(scenario.services) > 1:
            scenario = scenario.close(number)
        assert_equals_full(scenario, measure, people, decay)
        assert np.array_equal(before.access, frozen)  # going back is keeping the old one
        changed = np.flatnonzero(before.access != scenario.access)
        assert np.isin(changed, scenario.touched).all()
        assert (np.diff(scenario.touched) > 0).all()


def test_only_the_catchment_is_touched():
    demand, service, people, supply = region(np.random.default_rng(8))
    net = from_points(demand, service, max_km=15.0)
    near = reach(demand, max_km=15.0)
    base = whatif.start(net, people, supply, decay=gaussian(sigma=5.0), reach=near)
    after = base.add(4.0, lonlat=demand[0])
    assert after.touched.tolist() == near.around(demand[0])[0].tolist()
    assert 0 < len(after.touched) < len(demand)
    assert base.close(3).touched.tolist() == net.demand[net.index == 3].tolist()
    assert after.services.tolist() == list(range(41))
    assert after.supply[-1] == 4.0
    undone = after.close(40)
    np.testing.assert_allclose(undone.access, base.access, rtol=1e-13)


def test_reach_follows_the_cost_model():
    demand, service, *_ = region(np.random.default_rng(8))
    rate = np.linspace(0.5, 2.0, len(demand))
    near = reach(demand, max_km=40.0, cost_per_km=rate, max_cost=30.0)
    points, cost = near.around(service[0])
    net = from_points(demand, service[:1], max_km=40.0)
    all_cost = net.cost * rate[net.demand]
    assert points.tolist() == net.demand[all_cost <= 30.0].tolist()
    assert np.array_equal(cost, all_cost[all_cost <= 30.0])


def test_district_means_follow():
    rng = np.random.default_rng(8)
    demand, service, people, supply = region(rng)
    district = rng.integers(0, 9, len(demand))
    people[district == 4] = 0.0
    means = district_means(people, district, n_districts=10)
    near = reach(demand, max_km=10.0)
    net = from_points(demand, service, max_km=10.0)
    base = whatif.start(net, people, supply, decay=binary(10.0), reach=near)
    before = means.of(base.access)
    expected = grouped_weighted_mean(base.access, people, district, n_groups=10)
    np.testing.assert_allclose(before, expected, rtol=1e-13)
    assert np.isnan(before[[4, 9]]).all()
    after = base.add(9.0, lonlat=demand[5])
    updated, which = means.update(before, after.access, after.touched)
    np.testing.assert_allclose(updated, means.of(after.access), rtol=0)
    assert which.tolist() == np.unique(district[after.touched]).tolist()
    with pytest.raises(ValueError, match=r"district outside 0..1 at 0"):
        district_means([1.0], [2], n_districts=2)
    with pytest.raises(ValueError, match="whole numbers"):
        district_means([1.0], [0.5], n_districts=2)


def test_bad_changes_are_refused():
    net = from_costs([0, 1], [0, 1], [1.0, 1.0], n_demand=2, n_service=2)
    base = whatif.start(net, [1.0, 2.0], [1.0, 1.0], decay=binary(5.0))
    for act, message in (
        (lambda: base.add(1.0), "either lonlat or costs"),
        (lambda: base.add(1.0, lonlat=[0, 0]), "started with a reach"),
        (lambda: base.add(-1.0, costs=([0], [1.0])), "supply missing"),
        (lambda: base.add(1.0, costs=([0, 0], [1.0, 2.0])), "duplicate"),
        (lambda: base.add(1.0, costs=([2], [1.0])), "outside"),
        (lambda: base.add(1.0, costs=([1], [np.nan])), "cost missing"),
        (lambda: base.close(2), "no service 2"),
        (lambda: base.close(1).resize(1, 3.0), "service 1 is closed"),
        (lambda: base.resize(1, np.nan), "supply missing"),
        (lambda: whatif.start(net, [1, 1], [1, 1], decay=binary(1.0), measure="x"), "measure"),
        (lambda: reach([[0, 0]], max_km=-1.0), "max_km"),
        (lambda: reach([[0, 0]], max_km=1.0).around([0, 91]), "service coordinates"),
    ):
        with pytest.raises(ValueError, match=message):
            act()
