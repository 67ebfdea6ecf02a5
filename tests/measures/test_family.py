"""The rest of the catchment family: reference cases, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.catchment import (
    balanced,
    crowding,
    from_costs,
    gravity,
    modified_two_step,
    reachable_supply,
    spatial_availability,
    three_step,
    two_step,
)
from etl.measures.decay import binary, exponential, gaussian, kernel_density

from .conftest import SETTINGS
from .test_catchment import STEPS, full, grid, worlds

__all__ = ["grid"]  # a fixture
FAMILY = [two_step, three_step, modified_two_step, balanced, spatial_availability, crowding]
SLOW = exponential(beta=0.7)


@pytest.mark.parametrize(
    ("measure", "table", "column", "max_cost", "decay"),
    [
        (three_step, "expected", "3sfca_step", np.inf, STEPS),
        (three_step, "expected", "3sfca_gauss1_max1p5_truncG", 1.5, gaussian(sigma=1.0)),
        (
            modified_two_step,
            "expected_aceso_r2sfca",
            "aceso_m2sfca_gauss1_exp2",
            np.inf,
            gaussian(sigma=1.0),
        ),
        (crowding, "expected_aceso_r2sfca", "i2sfca_crowd_exp0p7", np.inf, SLOW),
        (balanced, "expected_ipea", "ipea_bfca_b1p5", np.inf, binary(1.5)),
        (balanced, "expected_ipea", "ipea_bfca_exp0p7", np.inf, SLOW),
        (spatial_availability, "expected_ipea", "ipea_spatial_avail_exp0p7", np.inf, SLOW),
    ],
)
def test_grid(grid, reference, measure, table, column, max_cost, decay):
    build, people, fte = grid
    expected = reference(f"fca_grid5x5/{table}.csv")[column]
    result = measure(build(max_cost), people, fte, decay=decay)
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("case", "measure"),
    [
        ("3sfca_gaussian_s1", three_step),
        ("m2sfca_gaussian_s1", modified_two_step),
        ("bfca_gaussian_s1", balanced),
    ],
)
def test_sdc_quickstart(reference, case, measure):
    people, offered = (reference(f"sdc_quickstart/{f}.csv") for f in ("consumers", "providers"))
    net = full(np.abs(people[["x"]].to_numpy() - offered["x"].to_numpy()))
    expected = reference("sdc_quickstart/expected.csv").query("case == @case")["access"]
    result = measure(net, people["value"], offered["value"], decay=gaussian(sigma=1.0))
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-9)


def test_kernel_density_is_dais():
    net = full([[0.0], [5.0], [10.0]])
    access = two_step(net, [10, 10, 10], [3.5], decay=kernel_density(bandwidth=10.0))
    assert access == pytest.approx([0.2, 0.15, 0.0])


def test_three_step_normalises_inside_the_catchment(grid):  # METHODS mistake 6
    build, people, fte = grid
    everywhere = three_step(build(), people, fte, decay=gaussian(sigma=1.0))
    inside = three_step(build(1.5), people, fte, decay=gaussian(sigma=1.0))
    far_cut = three_step(
        build(), people, fte, decay=lambda d: gaussian(sigma=1.0)(d) * (np.asarray(d) <= 1.5)
    )
    np.testing.assert_allclose(inside, far_cut, rtol=1e-12)
    assert np.abs(everywhere - inside).max() > 1e-3


def test_a_decay_that_gives_nonsense_is_refused():
    net = full([[1.0, 2.0]])
    for bad in (lambda d: -np.asarray(d), lambda d: np.full(len(d), np.nan), lambda d: np.ones(7)):
        with pytest.raises(ValueError, match="decay must give"):
            two_step(net, [1.0], [1.0, 1.0], decay=bad)


@SETTINGS
@given(worlds())
def test_always_finite_in_order_and_no_more_than_there_is(world):
    cost, people, offered, decay = world
    net = full(cost)
    reached = reachable_supply(net, people, offered, decay=decay)
    for measure in FAMILY:
        result = measure(net, people, offered, decay=decay)
        assert result.shape == ((len(offered),) if measure is crowding else (len(people),))
        assert np.isfinite(result).all()
        assert (result >= 0).all()
    three = three_step(net, people, offered, decay=decay)
    available = spatial_availability(net, people, offered, decay=decay)
    assert float(available.sum()) == pytest.approx(reached, rel=1e-9, abs=1e-12)
    assert float(three @ people) == pytest.approx(reached, rel=1e-9, abs=1e-9)  # METHODS rule 9
    lost = modified_two_step(net, people, offered, decay=decay) @ people
    assert float(lost) <= reached * (1 + 1e-9)
    crowd = crowding(net, people, offered, decay=decay)
    served = people[gravity(net, offered, decay=decay) > 1e-150].sum()
    assert float(crowd @ offered) == pytest.approx(served, rel=1e-9, abs=1e-9)


@SETTINGS
@given(worlds(), st.randoms(), st.sampled_from(FAMILY))
def test_order_does_not_matter(world, random, measure):
    cost, people, offered, decay = world
    rows, columns = list(range(len(people))), list(range(len(offered)))
    random.shuffle(rows)
    random.shuffle(columns)
    result = measure(full(cost), people, offered, decay=decay)
    turned = measure(full(cost[rows][:, columns]), people[rows], offered[columns], decay=decay)
    expected = result[columns] if measure is crowding else result[rows]
    np.testing.assert_allclose(turned, expected, rtol=1e-9, atol=1e-15)


@SETTINGS
@given(worlds(), st.floats(0.1, 50), st.sampled_from(FAMILY[:4]))
def test_scale(world, factor, measure):
    cost, people, offered, decay = world
    net = full(cost)
    result = measure(net, people, offered, decay=decay)
    more = measure(net, people, offered * factor, decay=decay)
    np.testing.assert_allclose(more, result * factor, rtol=1e-9, atol=1e-300)
    crowd = measure(net, people * factor, offered, decay=decay)
    np.testing.assert_allclose(crowd, result / factor, rtol=1e-9, atol=1e-300)


@SETTINGS
@given(worlds(), st.data(), st.sampled_from(FAMILY[:5]))
def test_more_supply_never_lowers_access(world, data, measure):
    cost, people, offered, decay = world
    raised = offered.copy()
    raised[data.draw(st.integers(0, len(offered) - 1))] += 5.0
    net = full(cost)
    before = measure(net, people, offered, decay=decay)
    assert (measure(net, people, raised, decay=decay) >= before * (1 - 1e-12)).all()


@SETTINGS
@given(
    worlds(),
    st.sampled_from(FAMILY),
    st.sampled_from([np.int32, np.uint16, np.float32, ">f8"]),
    st.booleans(),
)
def test_any_dtype_and_memory_order(world, measure, dtype, strided):
    cost, people, offered, decay = world
    offered = np.ceil(offered)
    expected = measure(full(cost), people, offered, decay=decay)
    given_people, given_supply = people.astype(dtype), offered.astype(dtype)
    if strided:
        given_people = np.column_stack([given_people, given_people])[:, 0]
        given_supply = np.repeat(given_supply, 2)[::2]
    before = given_people.copy(), given_supply.copy()
    result = measure(full(np.asfortranarray(cost)), given_people, given_supply, decay=decay)
    assert np.array_equal(result, expected)
    assert np.array_equal(given_people, before[0])
    assert np.array_equal(given_supply, before[1])


def test_costs_in_any_order_give_the_same_network():
    rng = np.random.default_rng(2)
    i, j = np.divmod(rng.permutation(200)[:120], 10)
    cost = rng.random(120)
    one = from_costs(i, j, cost, n_demand=20, n_service=10)
    for rows, columns in ((i.astype(np.uint8), j), (i, j.astype(np.int16))):
        order = np.lexsort((j, i))
        two = from_costs(rows[order], columns[order], cost[order], n_demand=20, n_service=10)
        for name in ("indptr", "index", "cost"):
            assert np.array_equal(getattr(one, name), getattr(two, name))
    assert cost.flags.writeable
