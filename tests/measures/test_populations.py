import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.populations import three_populations

from .conftest import SETTINGS


def test_by_hand():
    people = pd.Series([100, 50, 30, 40], index=list("abcd"))
    access = pd.Series([0.005, 0.0, 0.5, np.nan], index=list("abcd"))
    reach = pd.Series([True, False, True, True], index=list("abcd"))
    result = three_populations(people, access, reach, population_per_fte=100)
    assert result.index.tolist() == list("abcd")
    np.testing.assert_array_equal(result["served"], [50, 0, 30, np.nan])
    np.testing.assert_array_equal(result["over_capacity"], [50, 0, 0, np.nan])
    np.testing.assert_array_equal(result["beyond_reach"], [0, 50, 0, 0])


@pytest.mark.parametrize(
    ("people", "access", "reach", "target", "message"),
    [
        ([-1.0], [0.1], [True], 10, "population missing, infinite or negative at 0"),
        ([1.0], [-0.1], [True], 10, "negative access at 0"),
        ([1.0], [0.1], [1.0], 10, "true or false"),
        ([1.0], [0.1, 0.2], [True], 10, "expected 1 rows"),
        ([1.0], [0.1], [True], 0, "population_per_fte"),
    ],
)
def test_bad_input(people, access, reach, target, message):
    with pytest.raises(ValueError, match=message):
        three_populations(people, access, reach, population_per_fte=target)


@SETTINGS
@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1), st.booleans()), max_size=20),
    st.floats(1, 1e5),
)
def test_they_add_up(rows, target):
    people, access, reach = (np.array([r[i] for r in rows]) for i in range(3))
    result = three_populations(people, access, reach.astype(bool), population_per_fte=target)
    np.testing.assert_allclose(result.sum(axis=1), people, rtol=1e-12)
    assert (result >= 0).all(axis=None)
