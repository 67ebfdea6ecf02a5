import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from etl.measures.discovery import fdr_threshold, q_values

from .conftest import SETTINGS

P = st.lists(st.integers(1, 1000).map(lambda k: k / 1000), min_size=1, max_size=40)


def test_threshold():
    assert np.isnan(fdr_threshold([np.nan], 0.05))
    assert fdr_threshold([0.5, 0.6], 0.05) == 0.025


def test_q_by_hand():
    # In order 0.01, 0.02, 0.03, 0.5: 0.01 x 4/1, 0.02 x 4/2, 0.03 x 4/3, 0.5 x 4/4.
    got = q_values([0.5, 0.02, np.nan, 0.01, 0.03])
    np.testing.assert_allclose(got, [0.5, 0.04, np.nan, 0.04, 0.04])


@SETTINGS
@given(P)
def test_q_as_scipy_has_it(p):
    np.testing.assert_allclose(q_values(p), false_discovery_control(p))


@SETTINGS
@given(P, st.sampled_from([0.01, 0.05, 0.2]))
def test_below_the_threshold_is_below_the_rate(p, alpha):
    held = np.asarray(p) <= fdr_threshold(p, alpha) * (1 + 1e-12)
    if np.min(p) > fdr_threshold(p, alpha):  # nothing holds: the threshold is one nobody reaches
        held[:] = False
    assert (q_values(p) <= alpha * (1 + 1e-12)).tolist() == held.tolist()
    assert (q_values(p) >= p).all()


def test_nothing_tested():
    assert np.isnan(q_values([np.nan, np.nan])).all()
    assert q_values([]).shape == (0,)


def test_no_probability_is_refused():
    with pytest.raises(ValueError, match=r"outside 0..1 at 1"):
        q_values([0.1, 1.5])
