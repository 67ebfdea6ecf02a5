import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.measures.composite import gap, rank, two_level
from etl.measures.reasons import gap_points, need_points, typical

from .conftest import SETTINGS


def test_points_by_hand():
    # need 80 = 60 + 20, lost access 20: gap 40, half of it from each side
    need, lost = gap_points([[60.0, 20.0]], [[20.0, 0.0]])
    np.testing.assert_allclose(need, [[15.0, 5.0]])
    np.testing.assert_allclose(lost, [[20.0, 0.0]])


def test_a_gap_of_zero_has_no_points_and_a_missing_figure_none():
    need, lost = gap_points([[0.0, 0.0], [50.0, np.nan]], [[30.0], [0.0]])
    np.testing.assert_array_equal(need, [[0.0, 0.0], [0.0, np.nan]])
    np.testing.assert_array_equal(lost, [[0.0], [0.0]])


def test_points_are_slopes():
    """Each point is the figure times the slope of the gap (Euler), by a numerical derivative."""
    parts, lost, step = np.array([30.0, 5.0, 10.0]), np.array([12.0, 40.0]), 1e-6
    need_part, lost_part = gap_points(parts[None], lost[None])
    whole = np.sqrt(parts.sum() * lost.sum())
    for i, found in enumerate(np.concatenate([need_part[0], lost_part[0]])):
        moved = np.concatenate([parts, lost])
        moved[i] += step
        slope = (np.sqrt(moved[:3].sum() * moved[3:].sum()) - whole) / step
        assert found == pytest.approx(slope * (moved[i] - step), rel=1e-5)


def test_points_of_a_geometric_mean():
    got = need_points([[0.5, 0.25, 0.25]], [[100.0, 10.0, 1.0]], mean="geometric")
    score = 100**0.5 * 10**0.25
    np.testing.assert_allclose(got, [[score * 0.8, score * 0.2, 0.0]])
    low = need_points([[0.5, 0.5, np.nan]], [[1.0, 1.0, np.nan]], mean="geometric")
    np.testing.assert_array_equal(low, [[0.5, 0.5, np.nan]])
    with pytest.raises(ValueError, match="scale of 1 or more"):
        need_points([[1.0]], [[0.5]], mean="geometric")


FIGURES = st.lists(
    st.lists(st.one_of(st.none(), st.floats(1, 100)), min_size=3, max_size=3),
    min_size=2, max_size=12,
)  # fmt: skip


def index_of(rows, mean):
    frame = pd.DataFrame(rows, columns=list("abc"), dtype=float)
    domains = pd.Series({"a": "x", "b": "x", "c": "y"})
    weights, outer = pd.Series({"a": 1.0, "b": 3.0, "c": 1.0}), pd.Series({"x": 2.0, "y": 1.0})
    used = frame.columns[frame.notna().any()]
    if set(used) != set("abc"):
        frame = frame.fillna(50.0)
    return frame, two_level(frame, weights, domains, outer, min_coverage=0.4, mean=mean)


@SETTINGS
@given(FIGURES, st.lists(st.floats(0, 100), min_size=12, max_size=12),
       st.sampled_from(["arithmetic", "geometric"]))  # fmt: skip
def test_points_sum_to_the_gap(rows, reached, mean):
    frame, index = index_of(rows, mean)
    access = pd.Series(reached[: len(frame)])
    need, lost = gap_points(
        need_points(index.weights, frame, mean=mean), (100 - access).to_numpy()[:, None]
    )
    total = np.nansum(need, axis=1) + np.nansum(lost, axis=1)
    expected = gap(index.score.clip(0, 100), access)
    scored = expected.notna().to_numpy()
    np.testing.assert_allclose(total[scored], expected[scored], atol=1e-6)
    assert (need[~np.isnan(need)] >= 0).all()
    if mean == "arithmetic":
        points = need_points(index.weights, frame)
        np.testing.assert_allclose(np.nansum(points, axis=1)[scored], index.score[scored])


@SETTINGS
@given(FIGURES, st.lists(st.floats(0, 100), min_size=12, max_size=12),
       st.sampled_from(["arithmetic", "geometric"]))  # fmt: skip
def test_typical_is_one_figure_changed_and_all_ranked_again(rows, reached, mean):
    frame, index = index_of(rows, mean)
    access = pd.Series(reached[: len(frame)])
    score = index.score.clip(0, 100)
    gaps = gap(score, access)
    found = typical(score, 100 - access, index.weights, frame, mean=mean)
    for k, name in enumerate(frame):
        usual = frame.loc[gaps.notna(), name].median()
        for n in frame.index:
            if pd.isna(frame.loc[n, name]) or pd.isna(gaps[n]):
                assert np.isnan(found.gap[n, k]) and np.isnan(found.rank[n, k])
                continue
            # the published weights and scales stay: only this row's score is put together again
            row, share = frame.loc[n].copy(), index.weights.loc[n]
            row[name] = usual
            if mean == "arithmetic":
                changed = (row * share).sum()
            else:
                changed = np.exp((np.log(row) * share).sum())
            after = np.sqrt(np.clip(changed, 0, 100) * (100 - access[n]))
            assert found.gap[n, k] == pytest.approx(after, abs=1e-6)
            others = gaps.drop(n).dropna()
            clear = (others - found.gap[n, k]).abs().min() > 1e-6 if len(others) else True
            if clear:
                again = pd.concat([others, pd.Series({n: found.gap[n, k]})])
                assert found.rank[n, k] == rank(again)[n]


def test_a_typical_district_stays_where_it_is():
    weights, scaled = np.full((3, 2), 0.5), np.array([[10.0, 90.0], [50.0, 40.0], [70.0, 20.0]])
    score = (weights * scaled).sum(axis=1)
    found = typical(score, [50.0] * 3, weights, scaled)
    np.testing.assert_array_equal(found.scaled, [50.0, 40.0])
    np.testing.assert_array_equal(found.gap[1], np.sqrt(score[1] * 50.0))
    assert found.rank[1].tolist() == [2.0, 2.0]


def test_nobody_scored():
    found = typical([np.nan], [1.0], [[1.0]], [[5.0]])
    assert np.isnan(found.gap).all() and np.isnan(found.rank).all() and np.isnan(found.scaled).all()
