"""Withholding: by hand, against every whole-number table that fits, and shown to be needed."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from etl.measures.protection import attainable
from etl.measures.suppress import small, withhold


def margins(rows: int, columns: int) -> sparse.csr_array:
    """Return the equations of a table whose row and column totals are public."""
    cells = np.arange(rows * columns).reshape(rows, columns)
    lines = [*cells, *cells.T]
    out = np.zeros((len(lines), rows * columns))
    for i, line in enumerate(lines):
        out[i, line] = 1
    return sparse.csr_array(out)


def limits(amounts: np.ndarray) -> dict[str, np.ndarray]:
    return {"low": np.zeros(len(amounts)), "high": np.full(len(amounts), amounts.sum())}


def test_small_counts_are_those_between_zero_and_the_threshold():
    assert small([0, 1, 9, 10, np.nan], 10).tolist() == [False, True, True, False, False]
    with pytest.raises(ValueError, match="negative count at 1"):
        small([1, -2], 10)
    with pytest.raises(ValueError, match="above 0"):
        small([1], 0)


def test_a_count_alone_in_a_total_can_be_worked_out_to_the_person():
    table = np.array([4.0, 30, 100])
    alone = np.array([True, False, False])
    rows = sparse.csr_array(np.ones((1, 3)))
    assert attainable(table, alone, rows, 0, **limits(table)) == pytest.approx((4, 4))
    hidden = withhold(table, [10, 0, 0], rows, **limits(table))
    assert hidden.tolist() == [True, True, False]  # the smaller of the two that would do
    assert attainable(table, hidden, rows, 0, **limits(table)) == pytest.approx((0, 34))


def test_a_second_figure_too_small_to_hide_behind_takes_a_third():
    # 4 and 2 withheld: 4 could only be 0 to 6.
    table = np.array([4.0, 2, 100])
    rows = sparse.csr_array(np.ones((1, 3)))
    assert withhold(table, [10, 0, 0], rows, **limits(table)).all()


def test_rows_and_columns_take_a_rectangle():
    table = np.array([[4.0, 50, 60], [40, 50, 60], [70, 50, 60]]).ravel()
    hidden = withhold(table, np.where(table < 10, 10, 0), margins(3, 3), **limits(table))
    assert hidden.sum() == 4
    assert sorted(hidden.reshape(3, 3).sum(axis=0)) == [0, 2, 2]
    low, high = attainable(table, hidden, margins(3, 3), 0, **limits(table))
    assert high - low >= 10


def test_nothing_small_nothing_withheld():
    table = np.array([40.0, 50, 60])
    rows = sparse.csr_array(np.ones((1, 3)))
    assert not withhold(table, [0, 0, 0], rows, **limits(table)).any()


def test_missing_figures_are_in_no_equation():
    table = np.array([4.0, 30, np.nan])
    rows = sparse.csr_array(np.array([[1.0, 1, 0]]))
    hidden = withhold(table, [10, 0, 0], rows, low=[0] * 3, high=[34] * 3)
    assert hidden.tolist() == [True, True, False]


def test_what_cannot_be_hidden_is_refused():
    rows = sparse.csr_array(np.array([[1.0]]))
    with pytest.raises(ValueError, match="withhold a total"):
        withhold([4.0], [10], rows, low=[0.0], high=[100.0])
    with pytest.raises(ValueError, match="beyond its limits at 0"):
        withhold([4.0], [10], rows, low=[5.0], high=[100.0])
    with pytest.raises(ValueError, match="is shown"):
        attainable([4.0], np.array([False]), rows, 0, low=[0.0], high=[9.0])


def completions(table: np.ndarray, hidden: np.ndarray) -> list[np.ndarray]:
    """Return every table of whole numbers with the same shown cells and the same margins."""
    unknown = np.flatnonzero(hidden)
    bound, found = margins(3, 3), []
    row_left = np.where(hidden, table, 0).reshape(3, 3).sum(axis=1)
    ranges = [range(int(row_left[c // 3]) + 1) for c in unknown]
    for values in itertools.product(*ranges):
        guess = table.copy()
        guess[unknown] = values
        if np.allclose(bound @ guess, bound @ table):
            found.append(guess)
    return found


@settings(max_examples=20)
@given(st.lists(st.integers(1, 6), min_size=9, max_size=9))
def test_ranges_hold_every_whole_table_that_fits(cells: list[int]):
    table = np.array(cells, dtype=float)
    hidden = withhold(table, np.where(table < 3, 2.0, 0.0), margins(3, 3), **limits(table))
    if hidden.sum() > 5:
        return  # too many tables to list
    fits = completions(table, hidden)
    for cell in np.flatnonzero(table < 3):
        low, high = attainable(table, hidden, margins(3, 3), int(cell), **limits(table))
        values = {guess[cell] for guess in fits}
        assert high - low >= 2 - 1e-5
        assert low - 1e-5 <= min(values) and max(values) <= high + 1e-5
        assert len(values) > 1  # no attacker who knows that people are whole has only one answer


@settings(max_examples=15)
@given(st.integers(0, 10_000))
def test_every_small_count_stays_hidden_in_tables_of_all_kinds(seed: int):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 60, 24).astype(float)
    needed = np.where((table > 0) & (table < 10), 10.0, 0.0)
    bound = margins(6, 4)
    hidden = withhold(table, needed, bound, **limits(table))
    for cell in np.flatnonzero(needed):
        low, high = attainable(table, hidden, bound, int(cell), **limits(table))
        assert high - low >= 10 - 1e-4
    again = withhold(table, needed, bound, **limits(table))
    assert (hidden == again).all()
