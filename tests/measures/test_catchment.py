import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from etl.measures.catchment import (
    cumulative,
    from_costs,
    gravity,
    nearest,
    reachable_supply,
    two_step,
)
from etl.measures.decay import binary, exponential, gaussian, kernel_density, step

from .conftest import SETTINGS

DECAYS = [
    binary(30.0),
    step([10.0, 20.0, 30.0], [1.0, 0.68, 0.22]),
    gaussian(sigma=10.0),
    exponential(beta=0.1),
    kernel_density(bandwidth=30.0),
]


def full(table, max_cost=np.inf):
    """A network from a dense table; infinity is unreachable."""
    table = np.asarray(table, dtype=float)
    i, j = np.indices(table.shape)
    return from_costs(
        i.ravel(),
        j.ravel(),
        table.ravel(),
        n_demand=table.shape[0],
        n_service=table.shape[1],
        max_cost=max_cost,
    )


def test_by_hand():
    # service 0 (3 FTE) seen by points 0 and 1 (300 people), service 1 (1 FTE) by point 1 (200)
    net = full([[5.0, np.inf], [10.0, 10.0], [99.0, np.inf]])
    access = two_step(net, [100, 200, 50], [3.0, 1.0], decay=binary(10.0))
    assert access == pytest.approx([0.01, 0.01 + 0.005, 0.0])


def test_supply_seen_by_nobody_gives_nobody_anything():  # METHODS mistake 1
    net = full([[1.0, np.inf], [np.inf, 1.0], [np.inf, np.inf]])
    access = two_step(net, [0, 50, 10], [4.0, 5.0], decay=binary(2.0))
    assert access.tolist() == [0.0, 0.1, 0.0]
    assert reachable_supply(net, [0, 50, 10], [4.0, 5.0], decay=binary(2.0)) == 5.0


def test_vanishing_weights_do_not_overflow():
    net = full([[0.0], [380.0]])
    access = two_step(net, [0.0, 1000.0], [1e6], decay=gaussian(sigma=10.0))
    assert np.isfinite(access).all()


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_bad_population_and_supply_are_named(bad):
    net = full([[1.0], [1.0]])
    with pytest.raises(ValueError, match="population missing, infinite or negative at b"):
        two_step(net, pd.Series([1.0, bad], index=["a", "b"]), [1.0], decay=binary(2.0))
    with pytest.raises(ValueError, match="supply missing, infinite or negative at 0"):
        two_step(net, [1.0, 1.0], [bad], decay=binary(2.0))
    with pytest.raises(ValueError, match="shape"):
        cumulative(net, [1.0, 2.0])


def test_asymmetric_costs_use_the_same_pair_in_both_steps():  # METHODS mistake 7
    net = full([[1.0, 9.0], [1.0, 1.0]])
    access = two_step(net, [100, 100], [2.0, 2.0], decay=binary(5.0))
    assert access == pytest.approx([0.01, 0.03])


# --- reference cases ---------------------------------------------------------------------------


@pytest.fixture
def grid(reference):
    cost = reference("fca_grid5x5/cost.csv")
    people = reference("fca_grid5x5/demand.csv")["pop"]
    fte = reference("fca_grid5x5/supply.csv")["fte"]

    def build(max_cost=np.inf, rows=None):
        part = cost if rows is None else cost[rows(cost)]
        return from_costs(
            part["origin"].to_numpy() - 1,
            part["dest"].to_numpy() - 1,
            part["cost"],
            n_demand=25,
            n_service=25,
            max_cost=max_cost,
        )

    return build, people, fte


STEPS = step([0.5, 1.5, 2.5], [1.0, 0.68, 0.22])


@pytest.mark.parametrize(
    ("table", "column", "max_cost", "decay"),
    [
        ("expected", "2sfca_1p5", np.inf, binary(1.5)),
        ("expected", "2sfca_2p0", np.inf, binary(2.0)),
        ("expected", "e2sfca_step", np.inf, STEPS),
        ("expected", "e2sfca_gauss1_max3", 3.0, gaussian(sigma=1.0)),
        ("expected_ipea", "ipea_2sfca_b1p5", np.inf, binary(1.5)),
        ("expected_ipea", "ipea_2sfca_exp0p7", np.inf, exponential(beta=0.7)),
        ("expected_aceso_r2sfca", "aceso_2sfca_r1p5", 1.5, binary(1.5)),
        ("expected_aceso_r2sfca", "aceso_gauss1", np.inf, gaussian(sigma=1.0)),
        ("expected_aceso_r2sfca", "r2sfca_access_exp0p7", np.inf, exponential(beta=0.7)),
    ],
)
def test_grid_two_step(grid, reference, table, column, max_cost, decay):
    build, people, fte = grid
    access = two_step(build(max_cost), people, fte, decay=decay)
    expected = reference(f"fca_grid5x5/{table}.csv")[column]
    np.testing.assert_allclose(access, expected, rtol=0, atol=1e-12)
    assert float((access * people).sum()) == pytest.approx(77.0)


def test_grid_other_measures(grid, reference):
    build, people, fte = grid
    ours, ipea = (reference(f"fca_grid5x5/{f}.csv") for f in ("expected", "expected_ipea"))
    near = build(1.5)
    assert cumulative(near, fte).tolist() == ipea["ipea_cum_1p5"].tolist()
    np.testing.assert_allclose(cumulative(near, fte) / cumulative(near, people), ours["fca_1p5"])
    np.testing.assert_allclose(
        gravity(build(), fte, decay=exponential(beta=0.7)), ipea["ipea_grav_exp0p7"], rtol=1e-12
    )
    np.testing.assert_allclose(
        gravity(build(3.0), fte, decay=lambda d: 1 / np.maximum(d, 0.5)),
        ours["gravity_a-1_min0p5_max3"],
        rtol=1e-12,
    )
    staffed = build(rows=lambda c: fte.to_numpy()[c["dest"] - 1] > 0)
    np.testing.assert_allclose(nearest(staffed)[0], ipea["ipea_closest"], rtol=1e-12)


@pytest.mark.parametrize(
    ("case", "decay", "tolerance"),
    [
        ("gaussian_s1_noadjustzeros", gaussian(sigma=1.0), 1e-10),
        ("2sfca_lt1.5", binary(1.5), 1e-12),
        ("e2sfca_steps", STEPS, 1e-12),
        # sdc adds 1e-6 to weights of 0 and to distances unless told otherwise
        ("gaussian_s1 (README quickstart)", gaussian(sigma=1.0), 1e-10),
        ("exponential_s0.5", exponential(beta=0.5), 1e-7),
        ("kd2sfca_linear_s3", lambda d: np.maximum(1 - d / 3, 0), 1e-7),
    ],
)
def test_sdc_quickstart(reference, case, decay, tolerance):
    folder = "sdc_quickstart"
    people, offered = (reference(f"{folder}/{f}.csv") for f in ("consumers", "providers"))
    net = full(np.abs(people[["x"]].to_numpy() - offered["x"].to_numpy()))
    expected = reference(f"{folder}/expected.csv").query("case == @case")["access"]
    access = two_step(net, people["value"], offered["value"], decay=decay)
    np.testing.assert_allclose(access, expected, rtol=0, atol=tolerance)


# --- invariants --------------------------------------------------------------------------------


@st.composite
def worlds(draw):
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    cost = draw(hnp.arrays(float, (n, m), elements=st.floats(0, 60)))
    people = draw(hnp.arrays(float, n, elements=st.sampled_from([0.0, 1.0, 120.0, 5e4])))
    offered = draw(hnp.arrays(float, m, elements=st.sampled_from([0.0, 0.5, 3.0, 40.0])))
    cost = np.where(draw(hnp.arrays(bool, (n, m))), cost, np.inf)
    return cost, people, offered, draw(st.sampled_from(DECAYS))


@SETTINGS
@given(worlds())
def test_conservation(world):  # METHODS rule 9
    cost, people, offered, decay = world
    net = full(cost)
    access = two_step(net, people, offered, decay=decay)
    assert np.isfinite(access).all()
    assert (access >= 0).all()
    reached = reachable_supply(net, people, offered, decay=decay)
    assert float(access @ people) == pytest.approx(reached, rel=1e-9, abs=1e-12)
    assert reached <= offered.sum() + 1e-9


@SETTINGS
@given(worlds(), st.randoms())
def test_order_does_not_matter(world, random):
    cost, people, offered, decay = world
    rows, columns = list(range(len(people))), list(range(len(offered)))
    random.shuffle(rows)
    random.shuffle(columns)
    access = two_step(full(cost), people, offered, decay=decay)
    turned = two_step(full(cost[rows][:, columns]), people[rows], offered[columns], decay=decay)
    np.testing.assert_allclose(turned, access[rows], rtol=1e-9, atol=1e-15)


@SETTINGS
@given(worlds(), st.floats(0.1, 50))
def test_scale(world, factor):
    cost, people, offered, decay = world
    access = two_step(full(cost), people, offered, decay=decay)
    more = two_step(full(cost), people, offered * factor, decay=decay)
    crowd = two_step(full(cost), people * factor, offered, decay=decay)
    np.testing.assert_allclose(more, access * factor, rtol=1e-9)
    np.testing.assert_allclose(crowd, access / factor, rtol=1e-9)


@SETTINGS
@given(worlds(), st.data())
def test_more_supply_never_lowers_access(world, data):
    cost, people, offered, decay = world
    raised = offered.copy()
    raised[data.draw(st.integers(0, len(offered) - 1))] += 5.0
    before = two_step(full(cost), people, offered, decay=decay)
    assert (two_step(full(cost), people, raised, decay=decay) >= before - 1e-12).all()


@SETTINGS
@given(worlds())
def test_inputs_are_not_mutated(world):  # METHODS mistake 10
    cost, people, offered, decay = world
    copies = [a.copy() for a in (cost, people, offered)]
    net = full(cost)
    two_step(net, people, offered, decay=decay)
    gravity(net, offered, decay=decay)
    for now, then in zip((cost, people, offered), copies, strict=True):
        assert np.array_equal(now, then)
