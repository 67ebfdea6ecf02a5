"""Withholding small counts so that nothing published gives them away.

A published table is a set of figures bound by equations: parts add up to totals, points add up to
a score. Leaving out the small counts alone is not enough, because the equations give them back.
Further figures are withheld until, from all that is left, every small count could still be
anything within a range of a required width (the protection range of Willenborg and de Waal,
*Elements of Statistical Disclosure Control*, Springer 2001, chapter 4). The ranges are found by
linear programming, as an attacker would.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from .checks import BoolArray, FloatArray, IntArray, Numbers, floats, refuse

WITNESSES = 12  # arbitrary directions tried before each figure is looked at alone
SLACK = 1e-6  # relative; room for the solver's own tolerance


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


def attainable(
    amounts: Numbers,
    withheld: BoolArray,
    equations: sparse.csr_array,
    cell: int,
    *,
    low: Numbers,
    high: Numbers,
) -> tuple[float, float]:
    """Smallest and largest value that one withheld figure could have, given all that is shown.

    Parameters
    ----------
    amounts : (n,) true figures
    withheld : (n,) which of them are not shown
    equations : (m, n) coefficients; what each row adds up to is public
    cell : the figure in question, a withheld one
    low, high : (n,) limits everyone knows, such as 0 and the population

    Returns
    -------
    the two ends of the range, in the figure's unit

    Raises
    ------
    ValueError
        If `cell` is not withheld.

    Examples
    --------
    4 and 6 are withheld of a row that adds up to 110, of which 100 is shown:

    >>> rows = sparse.csr_array(np.ones((1, 3)))
    >>> attainable([4, 6, 100], np.array([True, True, False]), rows, 0, low=[0] * 3, high=[110] * 3)
    (0.0, 10.0)
    """
    if not withheld[cell]:
        raise ValueError(f"figure {cell} is shown, not withheld")
    true, least, most = floats(amounts), floats(low), floats(high)
    chosen, rows = _linked(withheld, equations, cell)
    part = _Part(true, equations, chosen, rows, least, most)
    aim = (chosen == cell).astype(np.float64)
    ends = [float(found[chosen == cell][0]) for found in (part.furthest(-aim), part.furthest(aim))]
    return ends[0], ends[1]


class _Part:
    """Withheld figures that hang together, and all that is known of them."""

    def __init__(
        self,
        true: FloatArray,
        equations: sparse.csr_array,
        chosen: IntArray,
        rows: IntArray,
        least: FloatArray,
        most: FloatArray,
    ) -> None:
        self.true = true[chosen]
        # Figures in units of their own size, equations scaled: the solver's tolerance is absolute.
        self.unit = np.maximum(np.abs(self.true), 1e-9 + np.median(np.abs(self.true)))
        system = equations[rows][:, chosen].multiply(self.unit[None, :]).tocsr()
        largest = abs(system).max(axis=1).toarray().reshape(-1, 1)
        self.system = system.multiply(1.0 / largest).tocsr() if len(rows) else None
        self.known = None if self.system is None else self.system @ (self.true / self.unit)
        self.limits = np.column_stack([least[chosen] / self.unit, most[chosen] / self.unit])

    def furthest(self, aim: FloatArray) -> FloatArray:
        """Return the figures furthest along `aim` (in their own sizes) that fit what is shown."""
        found = linprog(-aim, A_eq=self.system, b_eq=self.known, bounds=self.limits, method="highs")
        # The truth always fits; where the solver still fails, nothing is taken as protected.
        where: FloatArray = found.x * self.unit if found.status == 0 else self.true
        return where


def withhold(
    amounts: Numbers,
    width: Numbers,
    equations: sparse.csr_array,
    *,
    low: Numbers,
    high: Numbers,
) -> BoolArray:
    """Which figures to withhold so that none of the small ones can be worked out.

    Parameters
    ----------
    amounts : (n,) true figures; NaN where there is none (never withheld, in no equation)
    width : (n,) range that must stay possible for a figure, in its own unit; 0 where it need
        not be protected
    equations : (m, n) coefficients; what each row adds up to is public
    low, high : (n,) limits everyone knows

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
    true, needed = floats(amounts), floats(width)
    least, most = floats(low), floats(high)
    refuse((true < least) | (true > most), "figure beyond its limits", at=amounts)
    bound = (equations != 0).astype(np.float64)
    columns = bound.T.tocsr()
    withheld: BoolArray = needed > 0
    exposed = [int(c) for c in np.flatnonzero(withheld)]
    while exposed:
        _close(withheld, true, least, bound, columns)
        exposed = _exposed(exposed, true, needed, withheld, equations, least, most)
        added = [_widen(c, withheld, true, least, bound, columns) for c in exposed]
        if exposed and not any(added):
            raise ValueError(
                f"{len(exposed)} figure(s) can be worked out though all that is bound to them is "
                f"withheld, such as figure {exposed[0]}: withhold a total"
            )
    return withheld


def _exposed(
    cells: list[int],
    true: FloatArray,
    needed: FloatArray,
    withheld: BoolArray,
    equations: sparse.csr_array,
    least: FloatArray,
    most: FloatArray,
) -> list[int]:
    """Return those of `cells` whose possible range is narrower than needed.

    Every set of figures that fits what is shown is a witness for all of them at once, so a few
    pushed in arbitrary directions spare most cells a search of their own.
    """
    # A figure whose own limits are narrower than asked cannot be hidden any better than by them.
    wanted = np.minimum(needed, most - least) * (1 - SLACK)
    start, end, open_ = true.copy(), true.copy(), set(cells)
    signs = np.random.default_rng(0)  # which directions does not matter, only that there are some
    while open_:
        cell = min(open_)
        chosen, rows = _linked(withheld, equations, cell)
        part = _Part(true, equations, chosen, rows, least, most)
        mine = np.array([c in open_ for c in chosen])
        pushes = [signs.choice([-1.0, 1.0], len(chosen)) * mine for _ in range(WITNESSES)]
        pushes += [np.where(chosen == c, sign, 0.0) for c in chosen[mine] for sign in (1.0, -1.0)]
        for push in pushes:
            aimed = chosen[push != 0]
            if (end[aimed] - start[aimed] >= wanted[aimed]).all():
                continue
            where = part.furthest(push)
            start[chosen], end[chosen] = np.fmin(start[chosen], where), np.fmax(end[chosen], where)
        open_ -= set(chosen.tolist())
    return [c for c in cells if end[c] - start[c] < wanted[c]]


def _linked(
    withheld: BoolArray, equations: sparse.csr_array, cell: int
) -> tuple[IntArray, IntArray]:
    """Return the withheld figures bound to `cell`, and the equations that bind them."""
    hidden = np.flatnonzero(withheld)
    part = equations[:, hidden]
    graph = sparse.block_array([[None, part], [part.T, None]], format="csr")
    _, group = connected_components(graph, directed=False)
    mine = group[part.shape[0] + int(np.searchsorted(hidden, cell))]
    rows = np.flatnonzero(group[: part.shape[0]] == mine)
    return hidden[group[part.shape[0] :] == mine], rows


def _members(matrix: sparse.csr_array, line: int) -> IntArray:
    found: IntArray = matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]].astype(np.int64)
    return found


def _close(
    withheld: BoolArray,
    true: FloatArray,
    least: FloatArray,
    bound: sparse.csr_array,
    columns: sparse.csr_array,
) -> None:
    """Withhold a second figure in every equation that has one alone, until none has."""
    closed = False
    while not closed:
        closed = True
        for e in np.flatnonzero(bound @ withheld.astype(np.float64) == 1):
            # One withheld for an earlier equation may have closed this one too.
            if withheld[_members(bound, int(e))].sum() == 1:
                closed &= not _add_best(int(e), withheld, true, least, bound, columns)


def _widen(
    cell: int,
    withheld: BoolArray,
    true: FloatArray,
    least: FloatArray,
    bound: sparse.csr_array,
    columns: sparse.csr_array,
) -> bool:
    """Withhold one more figure in each equation of `cell`; tell whether there was any."""
    around = _members(columns, cell)
    added = [_add_best(int(e), withheld, true, least, bound, columns) for e in around]
    if any(added):
        return True
    # Further away, where its own equations are used up.
    _, rows = _linked(withheld, bound, cell)
    further = [_add_best(int(e), withheld, true, least, bound, columns) for e in rows]
    return any(further)


def _add_best(
    equation: int,
    withheld: BoolArray,
    true: FloatArray,
    least: FloatArray,
    bound: sparse.csr_array,
    columns: sparse.csr_array,
) -> bool:
    """Withhold the figure of an equation that costs least; tell whether there was any.

    It costs least if it leaves no other equation with one figure alone, then if it gives room (is
    above its lower limit), then if it is small.
    """
    members = _members(bound, equation)
    members = np.sort(members[~withheld[members] & np.isfinite(true[members])])
    if not len(members):
        return False
    empty = (bound @ withheld.astype(np.float64) == 0).astype(np.float64)
    empty[equation] = 0.0
    alone = (columns @ empty)[members]
    room = true[members] - least[members]
    withheld[members[np.lexsort((room, room <= 0, alone))[0]]] = True
    return True
