"""How far withheld figures could be from the truth, given all that is shown.

An attacker knows every shown figure, the equations that bind figures, and their limits. What a
withheld figure could be is then a range, found by linear programming (the protection range of
Willenborg and de Waal, *Elements of Statistical Disclosure Control*, Springer 2001, chapter 4).

Whatever fits what is shown is a witness for every figure in it at once. In a large table figures
far apart are left at their true values while others are moved: a figure that can be moved far
enough so, can be moved at least as far in the whole. So the table is taken in blocks.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from .checks import BoolArray, FloatArray, IntArray, Numbers, floats

WHOLE = 10**9
# Withheld figures taken together: at first, where that was not enough, and last for a few alone.
BLOCKS = (60, 240, WHOLE)
LONG = 24  # an equation of more withheld figures than this may run through several blocks
PUSHES = 12  # moves of many figures at once before each is looked at alone
ENOUGH = 0.93  # a move that leaves more than this share of them as narrow as before is the last
PICKED = 0.4  # share of the figures still too narrow that one move is for
MANY = 40  # where more are left than this, none is looked at alone: they are taken as exposed
SLACK = 1e-6  # relative; room for the solver's own tolerance


@dataclass(frozen=True, eq=False)
class Bound:
    """Figures and what binds them.

    Attributes
    ----------
    true : (n,) true figures; NaN where there is none
    needed : (n,) range that must stay possible, 0 where a figure need not be protected
    equations : (m, n) coefficients; what each row adds up to is public
    low, high : (n,) limits that everyone knows
    """

    true: FloatArray
    needed: FloatArray
    equations: sparse.csr_array
    low: FloatArray
    high: FloatArray


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
    true = floats(amounts)
    bound = Bound(true, np.zeros(len(true)), equations, floats(low), floats(high))
    chosen = np.flatnonzero(withheld)
    system = equations[:, chosen].tocsr()
    mine = components(system)
    chosen, system = chosen[mine == mine[chosen == cell]], system[:, mine == mine[chosen == cell]]
    part = _Part(bound, chosen, system)
    aim = (chosen == cell).astype(np.float64)
    ends = [float(part.furthest(sign * aim)[chosen == cell][0]) for sign in (-1.0, 1.0)]
    return ends[0], ends[1]


class Ranges:
    """What every figure to protect could be, as far as found; wider as more is withheld.

    Parameters
    ----------
    bound : figures and what binds them
    """

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.start, self.end = bound.true.copy(), bound.true.copy()
        # A figure whose own limits are narrower than asked is hidden no better than by them.
        self.wanted = np.minimum(bound.needed, bound.high - bound.low) * (1 - SLACK)

    def exposed(self, withheld: BoolArray) -> IntArray:
        """Return the figures to protect whose possible range is narrower than needed.

        Parameters
        ----------
        withheld : (n,) which figures are not shown: all that need protection, and no fewer than at
            the last call, because what could be then can be still

        Returns
        -------
        numbers of the figures, ascending. Among more than `MANY` one may be named that is safe,
        never the reverse.
        """
        chosen = np.flatnonzero(withheld)
        still = chosen[self._short(chosen)]
        if not len(still):
            return still
        system = self.bound.equations[:, chosen].tocsr()
        parts = components(system)
        for size in BLOCKS:
            blocks = _blocks(system, parts, size)
            if size < WHOLE:
                self._push_all(chosen, system, blocks)
            still = still[self._short(still)]
            for cell in still if len(still) <= MANY else ():
                if self._short(np.array([cell]))[0]:
                    near = blocks == blocks[np.searchsorted(chosen, cell)]
                    part = _Part(self.bound, chosen[near], system[:, near].tocsr())
                    for sign in (1.0, -1.0):
                        where = part.furthest(np.where(chosen[near] == cell, sign, 0.0))
                        self._note(where, chosen[near])
            still = still[self._short(still)]
            if not len(still) or blocks.max() == parts.max():  # nothing was cut: exact
                break
        return still

    def _push_all(self, chosen: IntArray, system: sparse.csr_array, blocks: IntArray) -> None:
        """Move figures of all blocks at once, some of those whose range is still too narrow.

        The others are free to make room for them. Blocks that need no more are left out.
        """
        picks = np.random.default_rng(0)  # which go first does not matter, only that some do
        before = len(chosen) * 2
        for _ in range(PUSHES):
            short = self._short(chosen)
            if not short.any() or short.sum() > ENOUGH * before:
                return
            before = int(short.sum())
            wide = np.isin(blocks, blocks[short])
            mine, cut = chosen[wide], _cut(system[:, wide].tocsr(), blocks[wide])
            aim = picks.random(len(mine)) * short[wide] * (picks.random(len(mine)) < PICKED)
            # None of those it is for moves further than it must; the others need the room, too.
            most = np.where(aim > 0, self.wanted[mine], np.inf)
            self._note(_Part(self.bound, mine, cut, most).furthest(aim), mine)

    def _short(self, cells: IntArray) -> BoolArray:
        short: BoolArray = self.end[cells] - self.start[cells] < self.wanted[cells]
        return short

    def _note(self, where: FloatArray, chosen: IntArray) -> None:
        self.start[chosen] = np.fmin(self.start[chosen], where)
        self.end[chosen] = np.fmax(self.end[chosen], where)


class _Part:
    """Withheld figures that hang together, and all that is known of them.

    The unknowns are distances from the truth in units of a figure's own size: the truth is 0 and
    always fits, and the solver's tolerance, which is absolute, means the same for all.
    """

    def __init__(
        self,
        bound: Bound,
        chosen: IntArray,
        system: sparse.csr_array,
        most: FloatArray | None = None,
    ) -> None:
        true, needed = bound.true[chosen], bound.needed[chosen]
        self.true = true
        usual = np.median(np.abs(true)) + 1e-9
        self.unit = np.where(needed > 0, needed, np.maximum(np.abs(true), usual))
        scaled = system.multiply(self.unit[None, :]).tocsr()
        scaled = scaled[np.flatnonzero(np.diff(scaled.indptr))]
        largest = abs(scaled).max(axis=1).toarray().reshape(-1, 1) if scaled.shape[0] else None
        self.system = None if largest is None else scaled.multiply(1.0 / largest).tocsr()
        room = [bound.low[chosen] - true, bound.high[chosen] - true]
        if most is not None:
            room = [np.fmax(room[0], -most), np.fmin(room[1], most)]
        self.limits = np.column_stack([side / self.unit for side in room])

    def furthest(self, aim: FloatArray) -> FloatArray:
        """Return the figures furthest along `aim` (in their own sizes) that fit what is shown."""
        known = None if self.system is None else np.zeros(self.system.shape[0])
        found = linprog(-aim, A_eq=self.system, b_eq=known, bounds=self.limits, method="highs")
        # The truth always fits; where the solver still fails, nothing is taken as protected.
        far: FloatArray = found.x * self.unit if found.status == 0 else np.zeros(len(self.true))
        return self.true + far


def components(system: sparse.csr_array) -> IntArray:
    """Return the number of the set that each figure is in; sets share no equation."""
    graph = sparse.block_array([[None, system], [system.T, None]], format="csr")
    _, group = connected_components(graph, directed=False)
    _, numbers = np.unique(group[system.shape[0] :], return_inverse=True)
    found: IntArray = numbers.astype(np.int64)
    return found


def _blocks(system: sparse.csr_array, parts: IntArray, size: int) -> IntArray:
    """Return the block of each figure: a set of `components`, cut up if larger than `size`.

    It is cut where only long equations run, and pieces bound by the same long equations are put
    together, so that these have several figures in a block.
    """
    lengths = np.diff(system.indptr)
    pieces = components(system[lengths <= LONG])
    long = system[lengths > LONG].tocoo()
    marks = np.random.default_rng(1).random(long.shape[0])
    pairs = np.unique(np.column_stack([pieces[long.col], long.row]), axis=0)
    n = int(pieces.max()) + 1
    alike = np.bincount(pairs[:, 0], weights=marks[pairs[:, 1]], minlength=n)
    part_of, in_piece = np.zeros(n, dtype=np.int64), np.bincount(pieces, minlength=n)
    part_of[pieces] = parts
    order = np.lexsort((np.arange(n), alike, part_of))
    small_part = np.bincount(parts)[part_of] <= size
    block_of = np.zeros(n, dtype=np.int64)
    block, filled, last = -1, 0, -1
    for piece in order:
        full = filled + in_piece[piece] > size and not small_part[piece]
        if part_of[piece] != last or full:
            block, filled, last = block + 1, 0, part_of[piece]
        block_of[piece] = block
        filled += in_piece[piece]
    found: IntArray = block_of[pieces]
    return found


def _cut(system: sparse.csr_array, blocks: IntArray) -> sparse.csr_array:
    """Return the equations, each taken apart into one for every block that it runs through."""
    terms = system.tocoo()
    pairs = np.column_stack([terms.row, blocks[terms.col]])
    _, rows = np.unique(pairs, axis=0, return_inverse=True)
    shape = (int(rows.max(initial=-1)) + 1, system.shape[1])
    return sparse.csr_array((terms.data, (rows.ravel(), terms.col)), shape=shape)
