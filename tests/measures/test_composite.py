import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from etl.measures.composite import (
    arithmetic,
    contributions,
    coverage,
    effective_weights,
    gap,
    geometric,
    rank,
    two_level,
)
from etl.measures.scaling import align, minmax, percentile_rank, zscore

from .conftest import SETTINGS

TABLE = pd.DataFrame(
    {"a": [100.0, 40.0, np.nan, np.nan], "b": [50.0, np.nan, 20.0, np.nan]}, index=list("wxyz")
)
WEIGHTS = pd.Series({"b": 1.0, "a": 3.0})  # by name, not by position


def test_arithmetic_by_hand():
    np.testing.assert_array_equal(coverage(TABLE, WEIGHTS), [1, 0.75, 0.25, 0])
    score = arithmetic(TABLE, WEIGHTS, min_coverage=0.5)
    assert score.index.tolist() == list("wxyz")
    np.testing.assert_array_equal(score, [87.5, 40, np.nan, np.nan])
    np.testing.assert_array_equal(
        arithmetic(TABLE, WEIGHTS, min_coverage=0.0), [87.5, 40, 20, np.nan]
    )
    np.testing.assert_array_equal(
        arithmetic(TABLE, WEIGHTS, min_coverage=0.75), [87.5, 40, np.nan, np.nan]
    )


def test_effective_weights_and_contributions():
    weights = effective_weights(TABLE, WEIGHTS, min_coverage=0.5)
    np.testing.assert_array_equal(weights["a"], [0.75, 1.0, np.nan, np.nan])
    points = contributions(TABLE, WEIGHTS, min_coverage=0.5)
    np.testing.assert_array_equal(points["b"], [12.5, np.nan, np.nan, np.nan])


def test_geometric():
    table = pd.DataFrame({"a": [100.0, 9.0], "b": [1.0, np.nan]})
    weights = pd.Series({"a": 1.0, "b": 1.0})
    np.testing.assert_allclose(geometric(table, weights, min_coverage=0.5), [10.0, 9.0])
    with pytest.raises(ValueError, match="above 0 at 1"):  # METHODS rule 14
        geometric(table.assign(b=[1.0, 0.0]), weights, min_coverage=0.5)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"a": 1.0}, "do not match: b"),
        ({"a": 1.0, "b": 1.0, "c": 1.0}, "do not match: c"),
        ({"a": 1.0, "b": -1.0}, "negative at b"),
        ({"a": 1.0, "b": np.nan}, "missing or negative at b"),
        ({"a": 0.0, "b": 0.0}, "all 0"),
    ],
)
def test_bad_weights(weights, message):
    with pytest.raises(ValueError, match=message):
        arithmetic(TABLE, pd.Series(weights), min_coverage=0.5)


def test_two_level_domains():
    domains = pd.Series({"a": "x", "b": "y"})
    result = two_level(
        TABLE,
        pd.Series({"a": 5.0, "b": 1.0}),
        domains,
        pd.Series({"x": 3.0, "y": 1.0}),
        min_coverage=0.5,
    )
    np.testing.assert_array_equal(result.score, [87.5, 40, np.nan, np.nan])
    np.testing.assert_array_equal(result.domains["x"], TABLE["a"])
    np.testing.assert_array_equal(result.coverage, [1, 0.75, 0.25, 0])
    for bad, message in (({"x": 1.0}, "weights for"), ({"x": 1.0, "y": -1.0}, "negative at y")):
        with pytest.raises(ValueError, match=message):
            two_level(TABLE, WEIGHTS, domains, pd.Series(bad), min_coverage=0.5)
    with pytest.raises(ValueError, match="without a domain: b"):
        two_level(TABLE, WEIGHTS, domains[["a"]], pd.Series({"x": 1.0}), min_coverage=0.5)


def test_min_domain_coverage():
    table = pd.DataFrame({"a": [10.0], "b": [np.nan], "c": [50.0]})
    setup = (
        pd.Series({"a": 1.0, "b": 3.0, "c": 1.0}),
        pd.Series({"a": "x", "b": "x", "c": "y"}),
        pd.Series({"x": 1.0, "y": 1.0}),
    )
    assert two_level(table, *setup, min_coverage=0.5).score[0] == 30.0
    strict = two_level(table, *setup, min_coverage=0.5, min_domain_coverage=0.5)
    assert strict.score[0] == 50.0
    assert np.isnan(strict.domains.loc[0, "x"])
    np.testing.assert_array_equal(strict.weights.loc[0], [np.nan, np.nan, 1.0])


# --- reference: COINr on 24 districts ----------------------------------------------------------


@pytest.fixture
def synth(reference):
    case = "need_synth24"
    treated = reference(f"{case}/stage_treated.csv", index_col="uCode").astype(float)
    meta = reference(f"{case}/iMeta.csv").set_index("iCode")
    inputs = meta[meta["Level"] == 1]
    outer = meta[meta["Level"] == 2]["Weight"]
    expected = reference(f"{case}/expected_index.csv", index_col="uCode")
    return treated, inputs, outer, expected


def _index(scaled, inputs, outer, mean="arithmetic"):
    return two_level(
        pd.DataFrame(scaled), inputs["Weight"], inputs["Parent"], outer, min_coverage=1.0, mean=mean
    )


@pytest.mark.parametrize(
    ("prefix", "out", "mean"),
    [
        ("minmax_amean", (0.0, 100.0), "arithmetic"),
        ("minmax1_100_gmean", (1.0, 100.0), "geometric"),
    ],
)
def test_coinr_minmax(synth, prefix, out, mean):
    treated, inputs, outer, expected = synth
    scaled = {
        c: align(minmax(treated[c], out=out), int(inputs["Direction"][c]), out) for c in treated
    }
    result = _index(scaled, inputs, outer, mean)
    np.testing.assert_allclose(result.score, expected[f"{prefix}.NEED"], rtol=0, atol=1e-6)
    for domain in outer.index:
        np.testing.assert_allclose(
            result.domains[domain], expected[f"{prefix}.{domain}"], rtol=0, atol=1e-6
        )
    assert rank(result.score).tolist() == expected[f"{prefix}.rank"].tolist()
    np.testing.assert_allclose(result.weights.sum(axis=1), 1.0)
    if mean == "arithmetic":
        np.testing.assert_array_equal(result.contributions.sum(axis=1), result.score)
    else:
        assert result.contributions.isna().all(axis=None)


def test_coinr_normalised_stage(synth, reference):
    treated, inputs, _, _ = synth
    stage = reference("need_synth24/stage_normalised_minmax_0_100.csv", index_col="uCode")
    for name in treated:
        ours = align(minmax(treated[name]), int(inputs["Direction"][name]))
        np.testing.assert_allclose(ours, stage[name], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("prefix", "scale"),
    [("zscore_amean", zscore), ("prank_amean", lambda x: percentile_rank(x, out=(0.0, 1.0)))],
)
def test_coinr_other_scalings(synth, prefix, scale):
    treated, inputs, outer, expected = synth
    # direction before ranks: ties take the lowest rank (see percentile_rank)
    scaled = {c: scale(treated[c] * inputs["Direction"][c]) for c in treated}
    result = _index(scaled, inputs, outer)
    np.testing.assert_allclose(result.score, expected[f"{prefix}.NEED"], rtol=0, atol=1e-6)


# --- gap and rank ------------------------------------------------------------------------------


def test_gap():
    need = pd.Series([80.0, 100.0, 0.0, np.nan, 50.0], index=list("abcde"))
    access = pd.Series([20.0, 0.0, 0.0, 5.0, np.nan], index=list("abcde"))
    np.testing.assert_array_equal(gap(need, access), [80, 100, 0, np.nan, np.nan])
    plain = gap(need, access, mean="arithmetic")
    np.testing.assert_array_equal(plain, [80, 100, 50, np.nan, np.nan])
    with pytest.raises(ValueError, match=r"need outside 0..100 at a"):
        gap(need + 30, access)
    with pytest.raises(ValueError, match="same index"):
        gap(need, access.iloc[::-1])


def test_rank_never_ranks_the_missing():
    scores = pd.Series([5.0, 9.0, np.nan, 9.0], index=list("abcd"))
    assert rank(scores).tolist() == [3, 1, pd.NA, 1]
    assert rank(scores, descending=False).tolist() == [1, 2, pd.NA, 2]
    assert str(rank(scores).dtype) == "Int64"


# --- invariants --------------------------------------------------------------------------------

CELLS = hnp.arrays(float, (6, 4), elements=st.one_of(st.floats(0, 100), st.just(np.nan)))
SETUP = (
    pd.Series({"a": 1.0, "b": 2.0, "c": 1.0, "d": 0.5}),
    pd.Series({"a": "x", "b": "x", "c": "y", "d": "y"}),
    pd.Series({"x": 0.6, "y": 0.4}),
)


@SETTINGS
@given(CELLS, st.floats(0, 1))
def test_contributions_sum_to_the_score(cells, minimum):
    frame = pd.DataFrame(cells, columns=list("abcd"))
    before = frame.copy()
    result = two_level(frame, *SETUP, min_coverage=minimum)
    pd.testing.assert_frame_equal(frame, before)
    scored = result.score.notna()
    assert (scored == ((result.coverage >= minimum - 1e-9) & frame.notna().any(axis=1))).all()
    points = result.contributions.sum(axis=1, min_count=1)
    np.testing.assert_array_equal(points, result.score)
    np.testing.assert_allclose(result.weights[scored].sum(axis=1), 1.0)
    assert ((result.score[scored] >= -1e-9) & (result.score[scored] <= 100 + 1e-9)).all()
    inside = result.domains.mul(SETUP[2])
    shares = result.domains.notna().mul(SETUP[2]).sum(axis=1)
    np.testing.assert_allclose(
        (inside.sum(axis=1) / shares)[scored], result.score[scored], atol=1e-9
    )


@SETTINGS
@given(CELLS, st.integers(0, 5), st.sampled_from("abcd"), st.floats(0, 50))
def test_more_of_a_bad_indicator_never_lowers_need(cells, row, name, more):
    frame = pd.DataFrame(cells, columns=list("abcd"))
    worse = frame.copy()
    worse.loc[row, name] = (
        min(100.0, worse.loc[row, name] + more) if frame.notna().loc[row, name] else np.nan
    )
    before, after = (two_level(f, *SETUP, min_coverage=0.3).score for f in (frame, worse))
    assert (before.isna() == after.isna()).all()
    assert (after.dropna() >= before.dropna() - 1e-9).all()


@SETTINGS
@given(CELLS, st.permutations(range(6)), st.permutations(list("abcd")))
def test_order_of_rows_and_columns_does_not_matter(cells, rows, columns):
    frame = pd.DataFrame(cells, columns=list("abcd"))
    before = two_level(frame, *SETUP, min_coverage=0.3).score
    after = two_level(frame.loc[rows, columns], *SETUP, min_coverage=0.3).score
    np.testing.assert_allclose(after, before.loc[rows], atol=1e-9)
