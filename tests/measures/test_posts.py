import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.posts import COLUMNS, posts_at_target

from .conftest import SETTINGS


def test_by_hand():
    ids = pd.Index(["a", "b", "c"], name="district_id")
    people = pd.Series([12_000.0, 3_000.0, 6_000.0], index=ids)
    got = posts_at_target(people, pd.Series([1.5, 4.0, np.nan], index=ids), 6_000)
    assert got.index.equals(ids) and tuple(got.columns) == COLUMNS
    assert got.loc["a"].tolist() == pytest.approx([2.0, 0.5, 3_000.0])
    assert got.loc["b"].tolist() == [0.5, 0.0, 0.0]  # a surplus is no shortage, nor a credit
    assert got.loc["c", "fte_wanted"] == 1.0
    assert got.loc["c", ["fte_shortage", "people_without"]].isna().all()


def test_nobody_needs_nothing_and_no_staff_leaves_everybody():
    got = posts_at_target(np.array([0.0, 500.0]), np.array([0.0, 0.0]), 100)
    assert got["fte_shortage"].tolist() == [0, 5]
    assert got["people_without"].tolist() == [0, 500]


@SETTINGS
@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e3)), min_size=1, max_size=10),
    st.floats(10, 1e5),
    st.floats(1.1, 10),
)
def test_more_staff_or_a_softer_target_never_lacks_more(rows, target, factor):
    people, fte = (np.array(c) for c in zip(*rows, strict=True))
    base = posts_at_target(people, fte, target)
    for easier in (
        posts_at_target(people, fte + 1, target),
        posts_at_target(people, fte, target * factor),
    ):
        assert (easier["fte_shortage"] <= base["fte_shortage"] * (1 + 1e-9) + 1e-9).all()
    assert (base["fte_shortage"] <= base["fte_wanted"] * (1 + 1e-9)).all()
    assert (base["people_without"] <= people * (1 + 1e-9)).all()


@pytest.mark.parametrize(
    ("people", "fte", "target", "message"),
    [
        ([1.0], [1.0], 0.0, "target of 0.0"),
        ([1.0], [1.0], float("nan"), "target of nan"),
        ([-1.0], [1.0], 5.0, "population"),
        ([np.nan], [1.0], 5.0, "population"),
        ([1.0], [-1.0], 5.0, "negative FTE"),
        ([1.0, 2.0], [1.0], 5.0, "shapes differ"),
    ],
)
def test_refusals(people, fte, target, message):
    with pytest.raises(ValueError, match=message):
        posts_at_target(np.array(people), np.array(fte), target)


def test_series_in_another_order_are_refused():
    with pytest.raises(ValueError, match="same index"):
        posts_at_target(pd.Series([1.0, 2.0], index=["a", "b"]),
                        pd.Series([1.0, 2.0], index=["b", "a"]), 5.0)  # fmt: skip
