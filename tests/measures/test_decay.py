import numpy as np
import pytest

from etl.measures.decay import binary, exponential, gaussian, kernel_density, logistic, step

ALL = [
    binary(20.0),
    step([10.0, 20.0, 30.0], [1.0, 0.68, 0.22]),
    gaussian(sigma=10.0),
    exponential(beta=0.1),
    kernel_density(bandwidth=25.0),
    logistic(midpoint=15.0, slope=0.3),
]


@pytest.mark.parametrize("decay", ALL, ids=lambda d: type(d).__name__)
def test_one_at_zero_falls_and_ends_at_zero(decay):
    cost = np.array([0.0, 1.0, 9.0, 15.0, 30.0, 60.0, 1e6, np.inf])
    before = cost.copy()
    weight = decay(cost)
    assert weight[0] == pytest.approx(1.0)
    assert (np.diff(weight) <= 0).all()
    assert weight[-1] == 0.0
    assert (cost == before).all()


@pytest.mark.parametrize("decay", ALL, ids=lambda d: type(d).__name__)
@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_bad_cost_is_named(decay, bad):
    with pytest.raises(ValueError, match="cost missing or negative at 1"):
        decay(np.array([0.0, bad]))


def test_boundary_is_in_and_the_higher_step_holds():  # METHODS mistake 4
    assert binary(30.0)([30.0, np.nextafter(30.0, 31)]).tolist() == [1.0, 0.0]
    weights = step([10.0, 20.0], [1.0, 0.68])([10.0, np.nextafter(10.0, 11), 20.0])
    assert weights.tolist() == [1.0, 0.68, 0.68]


def test_gaussian_is_the_one_its_parameter_says():  # METHODS mistake 5
    assert gaussian(sigma=20.0)([20.0])[0] == pytest.approx(np.exp(-0.5))
    assert gaussian(sigma=20.0)([40.0])[0] == pytest.approx(np.exp(-2.0))


def test_other_shapes_by_hand():
    assert exponential(beta=0.5)([2.0])[0] == pytest.approx(np.exp(-1))
    assert kernel_density(bandwidth=10.0)([5.0, 10.0]).tolist() == [0.75, 0.0]
    by_hand = (1 + np.exp(-3 * 2)) / (1 + np.exp(3 * (2.5 - 2)))
    assert logistic(midpoint=2.0, slope=3.0)([2.5])[0] == pytest.approx(by_hand)


@pytest.mark.parametrize(
    "make",
    [
        lambda: binary(0.0),
        lambda: gaussian(sigma=np.nan),
        lambda: exponential(beta=-1.0),
        lambda: kernel_density(bandwidth=np.inf),
        lambda: logistic(midpoint=-1.0, slope=1.0),
        lambda: step([], []),
        lambda: step([1.0], [1.0, 0.5]),
        lambda: step([2.0, 1.0], [1.0, 0.5]),
        lambda: step([1.0, 2.0], [0.5, 1.0]),
        lambda: step([1.0], [1.5]),
    ],
)
def test_bad_parameters(make):
    with pytest.raises(ValueError):
        make()
