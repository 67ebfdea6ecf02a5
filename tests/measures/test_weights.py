import numpy as np
import pandas as pd
import pytest

from etl.measures.weights import MixedSignsError, equal, given, principal_component

RNG = np.random.default_rng(2)
COMMON = RNG.normal(size=60)
FRAME = pd.DataFrame(
    {
        "a": COMMON + 0.3 * RNG.normal(size=60),
        "b": 100 * (COMMON + 0.6 * RNG.normal(size=60)),
        "c": COMMON + 1.5 * RNG.normal(size=60),
    }
)


def test_equal_and_given():
    assert equal(["x", "y", "z", "w"]).tolist() == [0.25] * 4
    weights = pd.Series({"a": 0.1, "b": 0.2, "c": 0.7})
    pd.testing.assert_series_equal(given(weights), weights.rename("weight"))
    with pytest.raises(ValueError, match="each once"):
        equal(["x", "x"])
    with pytest.raises(ValueError, match=r"a, b sum to 0\.9, not 1"):
        given(pd.Series({"a": 0.4, "b": 0.5}))
    given(pd.Series([0.3333333] * 3, index=["a", "b", "c"]))  # thirds with seven decimals
    with pytest.raises(ValueError, match=r"sum to 1\.00001"):
        given(pd.Series({"a": 0.50001, "b": 0.5}))
    with pytest.raises(ValueError, match="negative at b"):
        given(pd.Series({"a": 1.5, "b": -0.5}))
    with pytest.raises(ValueError, match="twice"):
        given(pd.Series([0.5, 0.5], index=["a", "a"]))


def test_component_against_singular_values():
    got = principal_component(FRAME)
    z = (FRAME - FRAME.mean()) / FRAME.std()
    _, size, vectors = np.linalg.svd(z.to_numpy(), full_matrices=False)
    expected = np.abs(vectors[0]) / np.abs(vectors[0]).sum()
    np.testing.assert_allclose(got.weights, expected)
    assert got.explained == pytest.approx(size[0] ** 2 / (size**2).sum())
    assert got.weights.index.tolist() == ["a", "b", "c"]
    assert got.weights["a"] > got.weights["c"]
    given(got.weights)


def test_component_minds_neither_unit_nor_order():
    got = principal_component(FRAME)
    np.testing.assert_allclose(principal_component(FRAME * [1, 9, 0.1]).weights, got.weights)
    np.testing.assert_allclose(principal_component(FRAME.iloc[::-1]).weights, got.weights)
    turned = principal_component(FRAME[["c", "a", "b"]]).weights
    np.testing.assert_allclose(turned[["a", "b", "c"]], got.weights)
    np.testing.assert_allclose(principal_component(-FRAME).weights, got.weights)


def test_component_leaves_incomplete_rows_out():
    holed = FRAME.copy()
    holed.loc[3, "a"] = np.nan
    got = principal_component(holed)
    assert got.rows == 59
    np.testing.assert_allclose(got.weights, principal_component(FRAME.drop(index=3)).weights)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (FRAME.assign(c=-FRAME["c"]), "both signs, against the others: c"),
        (FRAME[["a"]], "needs two"),
        (FRAME.head(3), "3 complete rows are too few"),
        (FRAME.assign(b=7.0), "constant at b"),
        (pd.DataFrame({"x": [1.0, 1, -1, -1], "y": [1.0, -1, 1, -1]}), "no larger"),
    ],
)
def test_component_refuses(frame, message):
    with pytest.raises(ValueError, match=message):
        principal_component(frame)


def test_indicators_that_move_against_the_others_are_listed():
    with pytest.raises(MixedSignsError) as caught:
        principal_component(FRAME.assign(d=-FRAME["a"]))
    assert caught.value.against == ["d"]
