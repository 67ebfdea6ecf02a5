import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.catchment import from_costs, spatial_availability, two_step
from etl.measures.decay import binary, gaussian
from etl.measures.near import levels_share, within
from etl.measures.ratios import grouped_weighted_mean
from etl.measures.shares import supply_shares


def test_the_limit_itself_is_near_and_what_cannot_be_reached_is_not():
    assert within([0.0, 30.0, 30.001, np.inf, np.nan], 30.0).tolist() == [1, 1, 0, 0, 0]


def test_levels_by_hand():
    # three levels at two places: within, exactly at, beyond; none reachable, within, beyond
    ratio = np.array([[0.4, np.nan], [1.0, 0.9], [1.2, 7.0]])
    assert levels_share(ratio).tolist() == [2 / 3, 1 / 3]
    assert levels_share(ratio, 1.2).tolist() == [1.0, 1 / 3]
    assert levels_share(ratio, 0.0).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: within([-1.0], 5.0), "negative minutes"),
        (lambda: within([1.0], -5.0), "limit must not be negative"),
        (lambda: within([1.0], np.nan), "limit must not be negative"),
        (lambda: levels_share(np.empty((0, 3))), "no level of care"),
        (lambda: levels_share([[-0.1]]), "negative minutes"),
    ],
)
def test_what_is_no_distance_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def random_case(seed):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 60, (12, 5))
    row, column = np.nonzero(cost < 40)
    net = from_costs(row, column, cost[row, column], n_demand=12, n_service=5)
    people = rng.integers(0, 4, 12) * 100.0
    return net, people, rng.integers(0, 3, 12), rng.uniform(0, 5, 5)


@given(st.integers(0, 10_000))
def test_shares_times_supply_is_the_two_step_measure_by_district(seed):
    net, people, district, supply = random_case(seed)
    decay = gaussian(sigma=15.0)
    shares = supply_shares(net, people, district, n_districts=3, decay=decay)
    mine = np.bincount(district, spatial_availability(net, people, supply, decay=decay),
                       minlength=3)  # fmt: skip
    np.testing.assert_allclose(shares @ supply, mine, atol=1e-12)
    total = np.bincount(district, people, minlength=3)
    mean = grouped_weighted_mean(
        two_step(net, people, supply, decay=decay), people, district, n_groups=3
    )
    some = total > 0
    np.testing.assert_allclose((shares @ supply)[some] / total[some], mean[some], atol=1e-15)
    sums = shares.sum(axis=0)
    assert (np.isclose(sums, 1) | (sums == 0)).all()


def test_a_network_without_pairs_shares_nothing():
    net = from_costs([], [], [], n_demand=2, n_service=3)
    shares = supply_shares(net, [1, 2], [0, 1], n_districts=2, decay=binary(5.0))
    assert shares.tolist() == [[0.0] * 3] * 2


def test_shares_refuse_wrong_districts():
    net = from_costs([0], [0], [1.0], n_demand=1, n_service=1)
    with pytest.raises(ValueError, match=r"district outside 0\.\.0"):
        supply_shares(net, [1], [1], n_districts=1, decay=binary(5.0))
    with pytest.raises(ValueError, match="district has shape"):
        supply_shares(net, [1], [0, 0], n_districts=1, decay=binary(5.0))
