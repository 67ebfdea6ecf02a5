import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.catchment import from_costs, from_points, smooth_catchment, within

from .conftest import SETTINGS


@SETTINGS
@given(st.floats(1, 50), st.floats(1, 200))
def test_no_jumps_and_no_kinks(urban, rural):
    x = np.linspace(0, 1, 2001)
    size = smooth_catchment(x, urban=urban, rural=rural)
    assert size[0] == pytest.approx(urban)
    assert size[-1] == pytest.approx(rural)
    step = np.diff(size) * np.sign(rural - urban)
    assert (step >= -1e-9).all()
    assert step.max(initial=0) <= 1.6 * abs(rural - urban) / 2000 + 1e-9  # no jump
    assert abs(step[0]) < 1e-2 * abs(rural - urban) / 2000 + 1e-9  # no kink at the ends


def test_catchments_of_points_and_services_include_their_edge():  # METHODS mistake 4
    net = from_costs([0, 0, 1, 1], [0, 1, 0, 1], [5.0, 6.0, 7.0, 8.0], n_demand=2, n_service=2)
    near = within(net, demand=[6.0, 7.0])
    assert list(zip(near.demand, near.index, strict=True)) == [(0, 0), (0, 1), (1, 0)]
    assert near.complete_to == 7.0
    near = within(net, demand=[6.0, 8.0], service=[5.0, 8.0])
    assert list(zip(near.demand, near.index, strict=True)) == [(0, 0), (0, 1), (1, 1)]
    assert len(within(net, demand=7.0).cost) == 3
    assert len(within(net).cost) == 4


def test_a_catchment_the_network_does_not_cover_is_refused():
    net = from_points([[0, 0], [1, 0]], [[0, 0]], max_km=50.0)
    with pytest.raises(ValueError, match=r"demand catchment larger than .* \(50\) at 1"):
        within(net, demand=[50.0, 50.1])
    with pytest.raises(ValueError, match="service catchment missing"):
        within(net, service=[np.nan])
    with pytest.raises(ValueError, match="shape"):
        within(net, demand=[1.0, 2.0, 3.0])


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_bad_rurality_and_sizes(bad):
    with pytest.raises(ValueError, match=r"rurality missing or outside 0\.\.1 at 1"):
        smooth_catchment([0.5, bad], urban=1.0, rural=2.0)
    with pytest.raises(ValueError, match="urban catchment"):
        smooth_catchment([0.5], urban=bad if bad < 1 else -1.0, rural=2.0)
