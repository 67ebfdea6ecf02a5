import numpy as np
import pytest
from hypothesis import given

from etl.measures.catchment import raam, raam_settled
from etl.measures.raam import Schedule

from .conftest import SETTINGS
from .test_catchment import full, grid, worlds

__all__ = ["grid"]  # a fixture


@pytest.mark.parametrize("tau", [1.0, 60.0])
def test_grid_is_that_of_pysal_access(grid, reference, tau):
    build, people, fte = grid
    expected = reference("fca_grid5x5/expected.csv")[f"raam_tau{tau:g}"]
    np.testing.assert_allclose(raam(build(), people, fte, tau=tau), expected, atol=1e-9)


@pytest.mark.parametrize("tau", [1.0, 60.0])
def test_fixed_point(grid, tau):
    build, people, fte = grid
    settled = raam_settled(build(), people, fte, tau=tau, tolerance=1e-9)
    tighter = raam_settled(build(), people, fte, tau=tau, tolerance=1e-12)
    np.testing.assert_allclose(settled, tighter, atol=1e-6)  # the costs at the fixed point: one set
    # shares of persons, all moving at once, come near it; whole persons stay farther away
    shares = Schedule(cycles=600, least=1e-4, whole_people=False)
    assert np.abs(raam(build(), people, fte, tau=tau, schedule=shares) - settled).max() < 2e-2


def test_two_services_by_hand():
    # 100 people, services of 1 and 3 at equal cost: 25 and 75 people, congestion 1 at both
    net = full([[10.0, 10.0]])
    assert raam_settled(net, [100.0], [1.0, 3.0], tau=10.0)[0] == pytest.approx(2.0)
    # the second is 5 farther: congestion there is 0.5 lower; a = people at the first
    # a / 25 + 1 = (100 - a) / 75 + 1.5  ->  a = 34.375
    net = full([[10.0, 15.0]])
    assert raam_settled(net, [100.0], [1.0, 3.0], tau=10.0)[0] == pytest.approx(34.375 / 25 + 1)


def test_higher_is_worse_and_unreachable_is_worst():  # METHODS mistake 8
    net = full([[1.0, np.inf], [9.0, np.inf], [np.inf, np.inf], [np.inf, 1.0], [2.0, np.inf]])
    cost = raam(net, [10, 10, 10, 10, 0], [5.0, 0.0], tau=10.0)
    assert cost[0] < cost[4] < cost[1]  # nobody lives at 4: what a first person would pay
    assert np.isinf(cost[2])
    assert np.isinf(cost[3])  # only a service without supply


def test_nobody_and_nothing():
    net = full([[1.0, 2.0]])
    assert raam(net, [0.0], [1.0, 1.0], tau=10.0)[0] == pytest.approx(0.1)
    assert np.isinf(raam(net, [5.0], [0.0, 0.0], tau=10.0)[0])


def test_bad_parameters():
    net = full([[1.0]])
    with pytest.raises(ValueError, match="tau"):
        raam(net, [1.0], [1.0], tau=0.0)
    with pytest.raises(ValueError, match="whole_people"):
        raam(net, [1.5], [1.0], tau=1.0, schedule=Schedule(whole_people=True))
    with pytest.raises(ValueError, match="tolerance"):
        raam_settled(net, [1.5], [1.0], tau=1.0, tolerance=0.0)
    with pytest.raises(ValueError, match="not settled after 1 cycles"):
        raam_settled(full([[1.0, 1.0]]), [9.0], [1.0, 1.0], tau=1.0, tolerance=1e-9, max_cycles=1)


def test_many_points_use_several_cores(monkeypatch):
    from etl.measures import raam as module

    rng = np.random.default_rng(4)
    net = full(rng.random((60, 9)) * 30)
    people, offered = rng.integers(1, 90, 60), rng.integers(1, 9, 9)
    whole = raam(net, people, offered, tau=20.0)
    monkeypatch.setattr(module, "FEW_PAIRS", 1)
    assert np.array_equal(raam(net, people, offered, tau=20.0), whole)


@SETTINGS
@given(worlds())
def test_settled_costs_are_the_least_anyone_can_pay(world):
    cost, people, offered, _ = world
    result = raam_settled(full(cost), people, offered, tau=20.0, tolerance=1e-10)
    usable = np.where(offered > 0, cost, np.inf)
    assert (np.isfinite(result) == np.isfinite(usable).any(axis=1)).all()
    assert (
        result[np.isfinite(result)] >= usable.min(axis=1)[np.isfinite(result)] / 20 - 1e-9
    ).all()
    # doubling people and supply alike changes nothing
    again = raam_settled(full(cost), people * 2, offered * 2, tau=20.0, tolerance=1e-10)
    np.testing.assert_allclose(again, result, atol=1e-6)
