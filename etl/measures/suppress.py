"""Withholding small counts so that nothing published gives them away.

A published table is a set of figures bound by equations: parts add up to totals, points add up to
a score. Leaving out the small counts alone is not enough, because the equations give them back.
Further figures are withheld until, from all that is left, every small count could still be
anything within a range of a required width (`etl.measures.protection`).
"""

import numpy as np
from scipy import sparse

from .checks import BoolArray, IntArray, Numbers, floats, refuse
from .protection import Bound, Ranges, components


def small(counts: Numbers, threshold: float) -> BoolArray:
    """Tell which counts are above 0 and below the threshold; a missing count is not small.

    Parameters
    ----------
    counts : (n,) persons; may be NaN
    threshold : the smallest count that may be shown, above 0

    Returns
    -------
    (n,) boolean

    Raises
    ------
    ValueError
        Negative counts (naming the rows), a threshold that is not above 0.

    Examples
    --------
    >>> small([0, 3, 9.5, 10, float("nan")], 10)
    array([False,  True,  True, False, False])
    """
    numbers = floats(counts)
    refuse(numbers < 0, "negative count", at=counts)
    if not threshold > 0:
        raise ValueError(f"the threshold must be above 0, got {threshold}")
    return (numbers > 0) & (numbers < threshold)


def withhold(
    amounts: Numbers,
    width: Numbers,
    equations: sparse.csr_array,
    *,
    low: Numbers,
    high: Numbers,
    last: IntArray | None = None,
) -> BoolArray:
    """Which figures to withhold so that none of the small ones can be worked out.

    Parameters
    ----------
    amounts : (n,) true figures; NaN where there is none (never withheld, in no equation)
    width : (n,) range that must stay possible for a figure, in its own unit; 0 where it need
        not be protected
    equations : (m, n) coefficients; what each row adds up to is public
    low, high : (n,) limits everyone knows
    last : (n,) in which turn a figure may be withheld for another's sake: 0 first, higher numbers
        only where nothing else is left; all 0 by default

    Returns
    -------
    (n,) boolean: the figures to protect, and those withheld for their sake

    Raises
    ------
    ValueError
        Amounts beyond their limits, or figures that stay exposed though all that is bound to them
        is withheld; the caller must then withhold a total.

    Examples
    --------
    A row of three that adds up to a public total: 4 alone could be worked out.

    >>> rows = sparse.csr_array(np.ones((1, 3)))
    >>> withhold([4, 30, 100], [10, 0, 0], rows, low=[0] * 3, high=[134] * 3)
    array([ True,  True, False])
    """
    bound = Bound(floats(amounts), floats(width), equations, floats(low), floats(high))
    refuse(
        (bound.true < bound.low) | (bound.true > bound.high),
        "figure beyond its limits",
        at=amounts,
    )
    turn = np.zeros(len(bound.true), dtype=np.int64) if last is None else np.asarray(last)
    pattern, ranges = _Pattern(bound, turn), Ranges(bound)
    pattern.close()
    while len(cells := ranges.exposed(pattern.withheld)):
        if not pattern.widen(cells):
            raise ValueError(
                f"{len(cells)} figure(s) can be worked out though all that is bound to them is "
                f"withheld, such as figure {cells[0]}: withhold a total"
            )
        pattern.close()
    return pattern.withheld


class _Pattern:
    """Which figures are withheld so far, and how many of each equation."""

    def __init__(self, bound: Bound, turn: IntArray) -> None:
        self.bound, self.turn = bound, turn
        self.rows = bound.equations.tocsr()
        self.columns = (bound.equations != 0).astype(np.float64).T.tocsr()
        self.withheld: BoolArray = bound.needed > 0
        self.counts = (self.columns.T @ self.withheld.astype(np.float64)).astype(np.int64)

    def close(self) -> None:
        """Withhold a second figure in every equation that has one alone, until none has."""
        alone = list(np.flatnonzero(self.counts == 1)[::-1])
        while alone:
            equation = int(alone.pop())
            if self.counts[equation] == 1 and (cell := self._add_best(equation)) is not None:
                touched = _members(self.columns, cell)
                alone += [e for e in touched[::-1] if self.counts[e] == 1]

    def widen(self, cells: IntArray) -> bool:
        """Withhold one more figure in each equation of each cell; tell whether there was any.

        Where its own equations are used up, in those further away; a figure whose turn is later
        only where no earlier one is left.
        """
        hidden = np.flatnonzero(self.withheld)
        group = components(self.rows[:, hidden].tocsr())
        found = False
        for cell in cells:
            mine = hidden[group == group[np.searchsorted(hidden, cell)]]
            for turn in np.unique(self.turn):
                around = _members(self.columns, int(cell))
                if sum(self._add_best(int(e), turn) is not None for e in around):  # all of them
                    found = True
                    break
                linked = np.unique(self.columns[mine].indices)
                if any(self._add_best(int(e), turn) is not None for e in linked):
                    found = True
                    break
        return found

    def _add_best(self, equation: int, turn: int | None = None) -> int | None:
        """Withhold the figure of an equation that costs least; return it, None if there is none.

        It costs least if its turn is early, if it leaves no other equation with one figure alone,
        then if it gives room (is above its lower limit), then if it is small.
        """
        bound, members = self.bound, _members(self.rows, equation)
        free = ~self.withheld[members] & np.isfinite(bound.true[members])
        members = np.sort(members[free & (bound.high[members] > bound.low[members])])
        if turn is not None:
            members = members[self.turn[members] <= turn]
        if not len(members):
            return None
        empty = (self.counts == 0).astype(np.float64)
        empty[equation] = 0.0
        alone = (self.columns @ empty)[members]
        room = bound.true[members] - bound.low[members]
        best = int(members[np.lexsort((room, room <= 0, alone, self.turn[members]))[0]])
        self.withheld[best] = True
        self.counts[_members(self.columns, best)] += 1
        return best


def _members(matrix: sparse.csr_array, line: int) -> IntArray:
    found: IntArray = matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]].astype(np.int64)
    return found
