"""Which areas touch which, as compressed rows, every neighbour with the same weight.

Also which areas have the values to be compared, and whether they can be compared at all.
"""

from dataclasses import dataclass

import numpy as np

from .checks import BoolArray, FloatArray, IntArray, Numbers, floats, refuse, totals


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """Neighbours of n areas: those of area i are ``indices[indptr[i]:indptr[i + 1]]``.

    Attributes
    ----------
    indptr : (n + 1,) ascending from 0 to the number of pairs
    indices : (pairs,) positions of the neighbours; an area is not its own neighbour
    """

    indptr: IntArray
    indices: IntArray

    def check(self, n: int) -> None:
        """Refuse rows that do not fit `n` areas.

        Raises
        ------
        ValueError
            Wrong lengths, positions outside 0..n-1, an area that is its own neighbour or names
            one twice, giving the positions.
        """
        starts, ends = self.indptr, self.indices
        if starts.shape != (n + 1,) or starts[0] != 0 or starts[-1] != ends.size:
            raise ValueError(f"indptr does not fit {n} areas and {ends.size} pairs")
        if (np.diff(starts) < 0).any():
            raise ValueError("indptr must not descend")
        refuse((ends < 0) | (ends >= n), f"neighbour outside 0..{n - 1}")
        rows = self.rows()
        refuse(rows == ends, "an area is its own neighbour")
        pair = np.sort(rows * n + ends)
        refuse(pair[1:] == pair[:-1], "a neighbour is named twice")

    def rows(self) -> IntArray:
        """Area of each pair, (pairs,)."""
        found: IntArray = np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))
        return found

    def among(self, keep: BoolArray) -> "Neighbourhood":
        """Keep some areas only, numbered anew; an area may lose all its neighbours."""
        number = np.cumsum(keep) - 1
        rows = self.rows()
        use = keep[rows] & keep[self.indices]
        count = np.bincount(number[rows[use]], minlength=int(keep.sum()))
        return Neighbourhood(
            np.concatenate([[0], np.cumsum(count)]).astype(np.int64), number[self.indices[use]]
        )

    def degree(self) -> IntArray:
        """Count the neighbours of each area, (n,)."""
        return np.diff(self.indptr)

    def lag(self, values: FloatArray) -> FloatArray:
        """Mean of the neighbours' values, (n,); NaN for an area without any."""
        degree = self.degree()
        total = totals(self.rows(), values[self.indices], len(degree))
        mean = np.full(len(degree), np.nan)
        np.divide(total, degree, out=mean, where=degree > 0)
        return mean


def from_pairs(first: IntArray, second: IntArray, n: int) -> Neighbourhood:
    """Neighbourhood from pairs of positions, each listed both ways; order is free.

    Examples
    --------
    >>> from_pairs(np.array([2, 0]), np.array([0, 2]), 3).degree()
    array([1, 0, 1])
    """
    refuse((first < 0) | (first >= n), f"area outside 0..{n - 1}")
    order = np.lexsort((second, first))
    ends = np.cumsum(np.bincount(first, minlength=n))
    found = Neighbourhood(
        np.concatenate([[0], ends]).astype(np.int64), np.asarray(second, dtype=np.int64)[order]
    )
    found.check(n)
    return found


def complete(*values: Numbers) -> BoolArray:
    """Tell which areas have every one of the values, (n,)."""
    table = np.column_stack([floats(v) for v in values])
    return np.asarray(~np.isnan(table).any(axis=1), dtype=np.bool_)


def obstacle(around: Neighbourhood, *values: Numbers) -> str:
    """Say why these values cannot be compared with their neighbours'; empty where they can.

    Parameters
    ----------
    around : neighbours of the n areas
    values : (n,) each; an area that lacks one is left out

    Raises
    ------
    ValueError
        A neighbourhood of other areas.

    Examples
    --------
    >>> obstacle(from_pairs(np.array([0, 1]), np.array([1, 0]), 3), [1.0, 2.0, np.nan])
    '2 areas have a value, at least 4 are needed'
    """
    keep = complete(*values)
    around.check(len(keep))
    if keep.sum() < 4:
        return f"{keep.sum()} areas have a value, at least 4 are needed"
    if any(np.ptp(floats(v)[keep]) == 0 for v in values):
        return "the values are constant: nothing clusters"
    if not around.among(keep).indices.size:
        return "no area with a value has a neighbour with one"
    return ""


def present(around: Neighbourhood, *values: Numbers) -> tuple[BoolArray, Neighbourhood]:
    """Areas with every value, (n,), and who touches whom among them, numbered anew.

    Raises
    ------
    ValueError
        Values of different lengths or infinite, or an `obstacle`.
    """
    columns = [floats(v) for v in values]
    for column, given in zip(columns, values, strict=True):
        if column.shape != (columns[0].size,):
            raise ValueError(f"shapes differ: {[c.shape for c in columns]}")
        refuse(np.isinf(column), "infinite value", at=given)
    if reason := obstacle(around, *columns):
        raise ValueError(reason)
    keep = complete(*columns)
    return keep, around.among(keep)
