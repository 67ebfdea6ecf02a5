"""Figures and the equations between them, put together piece by piece."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse

from etl.measures.checks import BoolArray, FloatArray, IntArray
from etl.measures.suppress import withhold

# In which turn a figure may be withheld for another's sake: a total only where no district's figure
# is left that would do, and a need score last of all.
FIGURE, TOTAL, SCORE = range(3)


@dataclass
class Equations:
    """Figures, their limits, and the equations between them."""

    true: list[FloatArray] = field(default_factory=list)
    width: list[FloatArray] = field(default_factory=list)
    low: list[FloatArray] = field(default_factory=list)
    high: list[FloatArray] = field(default_factory=list)
    turn: list[IntArray] = field(default_factory=list)
    terms: list[tuple[IntArray, FloatArray]] = field(default_factory=list)
    n: int = 0

    def figures(
        self, true: FloatArray, width: FloatArray, low: FloatArray, high: FloatArray, turn: int
    ) -> IntArray:
        """Add figures; return their numbers."""
        for held, given in zip(
            (self.true, self.width, self.low, self.high), (true, width, low, high), strict=True
        ):
            held.append(np.asarray(given, dtype=np.float64))
        self.turn.append(np.full(len(true), turn))
        self.n += len(true)
        return np.arange(self.n - len(true), self.n)

    def total(self, amount: float, width: float, high: float, turn: int = TOTAL) -> int:
        """Add one figure that is a sum of others; return its number."""
        true, wide, low, most = (np.array([v]) for v in (amount, width, min(0.0, amount), high))
        return int(self.figures(true, wide, low, most, turn)[0])

    def bind(self, cells: IntArray, factors: FloatArray, total: int | None = None) -> None:
        """Say that factor x figure adds up to a figure of its own, or to something public."""
        if total is not None:
            cells, factors = np.append(cells, total), np.append(factors, -1.0)
        if len(cells):
            self.terms.append((cells, factors))

    def withheld(self) -> BoolArray:
        """Return which figures are withheld; ValueError as `etl.measures.suppress.withhold`."""
        true, width, low, high = (
            np.concatenate(part) for part in (self.true, self.width, self.low, self.high)
        )
        rows = np.repeat(np.arange(len(self.terms)), [len(cells) for cells, _ in self.terms])
        cells = np.concatenate([cells for cells, _ in self.terms])
        factors = np.concatenate([factors for _, factors in self.terms])
        matrix = sparse.csr_array((factors, (rows, cells)), shape=(len(self.terms), self.n))
        turn = np.concatenate(self.turn)
        return withhold(true, width, matrix, low=low, high=high, last=turn)


def numbers_of(frame: pd.DataFrame, column: str) -> FloatArray:
    """Return a column as floats, NaN where missing; all NaN where there is no such column."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
