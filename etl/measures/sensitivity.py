"""Which uncertain choice moves a result most: Sobol indices, for every district at once.

The design is Saltelli's (2010): two independent samples A and B of the unit cube, and one matrix
per factor that is A with that factor's column from B. The model turns rows of the unit cube into
one result per district (a rank, a score) and is run on a block of rows at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import qmc

from .checks import FloatArray

Model = Callable[[FloatArray], FloatArray]
_CELLS = 2_000_000  # results held at a time, 16 MB


@dataclass(frozen=True, eq=False)
class Sobol:
    """Shares of the variance of a result that factors explain.

    Attributes
    ----------
    first : (n_factors, n) share explained by a factor alone, in expectation at most 1 in all
    total : (n_factors, n) share that involves the factor, alone or with others; at least `first`
        Both are estimates: small ones may come out slightly below 0. NaN where nothing varies.
    variance : (n,) variance of the result
    """

    first: pd.DataFrame
    total: pd.DataFrame
    variance: FloatArray

    def overall(self) -> pd.DataFrame:
        """Put all districts together, weighted by their variances.

        Returns
        -------
        frame of one row per factor: first, total, largest total first; a district whose result
        does not vary counts for nothing
        """
        mass = np.where(self.variance > 0, self.variance, 0.0)
        with np.errstate(invalid="ignore"):
            share = mass / mass.sum()
        columns = {
            name: np.where(mass > 0, table.to_numpy(), 0.0) @ share
            for name, table in (("first", self.first), ("total", self.total))
        }
        table = pd.DataFrame(columns, index=self.first.index)
        return table.sort_values("total", ascending=False, kind="stable")


def sobol(model: Model, factors: list[str], *, base: int, seed: int) -> Sobol:
    """First-order and total Sobol indices of every result of `model`.

    First order after Saltelli et al. (2010), total after Jansen (1999); both samples come from one
    scrambled Sobol sequence.

    Parameters
    ----------
    model : takes (rows, n_factors) points of the unit cube, gives (rows, n) results without NaN;
        a row's result must depend on that row alone
    factors : names of the columns
    base : rows of each sample, a power of 2; the model is run on ``base (n_factors + 2)`` rows
    seed : the same seed gives the same indices

    Raises
    ------
    ValueError
        No factors or a name twice, `base` not a power of 2, a result of another shape, missing or
        infinite.
    """
    count = len(factors)
    if not count or len(set(factors)) != count:
        raise ValueError(f"factors must be named, each once, got {factors}")
    if base < 2 or base & (base - 1):
        raise ValueError(f"base must be a power of 2, at least 2, got {base}")
    rng = np.random.default_rng(seed)
    points = qmc.Sobol(2 * count, scramble=True, rng=rng).random(base)
    first, second = points[:, :count], points[:, count:]
    width = _run(model, first[:1]).shape[1]
    sums = _Sums.empty(count, width)
    rows = max(1, _CELLS // max(width * (count + 2), 1))
    for start in range(0, base, rows):
        sums.add(model, first[start : start + rows], second[start : start + rows])
    return sums.indices(factors, base)


@dataclass
class _Sums:
    """Running sums over the rows; results are taken about those of the first row."""

    shift: FloatArray
    total: FloatArray  # (n,) of A and B
    square: FloatArray  # (n,) of A and B
    alone: FloatArray  # (n_factors, n) of B (AB - A)
    change: FloatArray  # (n_factors, n) of AB - A
    jansen: FloatArray  # (n_factors, n) of (AB - A) squared

    @classmethod
    def empty(cls, factors: int, width: int) -> "_Sums":
        flat, table = (width,), (factors, width)
        return cls(
            np.full(flat, np.nan),
            *(np.zeros(flat) for _ in range(2)),
            *(np.zeros(table) for _ in range(3)),
        )

    def add(self, model: Model, first: FloatArray, second: FloatArray) -> None:
        own, other = _run(model, first), _run(model, second)
        if np.isnan(self.shift).any():
            self.shift = own[0].copy()  # keeps large results with small differences exact
        own, other = own - self.shift, other - self.shift
        self.total += own.sum(axis=0) + other.sum(axis=0)
        self.square += (own**2).sum(axis=0) + (other**2).sum(axis=0)
        for j in range(first.shape[1]):
            mixed = first.copy()
            mixed[:, j] = second[:, j]
            change = _run(model, mixed) - self.shift - own
            self.alone[j] += (other * change).sum(axis=0)
            self.change[j] += change.sum(axis=0)
            self.jansen[j] += (change**2).sum(axis=0)

    def indices(self, factors: list[str], base: int) -> Sobol:
        mean = self.total / (2 * base)
        variance = np.maximum(self.square / (2 * base) - mean**2, 0.0)
        # results that differ by rounding only do not vary
        variance[variance <= 1e-24 * self.shift**2] = 0.0
        divisor = np.where(variance > 0, variance, np.nan) * base
        alone = (self.alone - mean * self.change) / divisor
        names = pd.Index(factors, name="factor")
        first = pd.DataFrame(alone, index=names)
        total = pd.DataFrame(self.jansen / (2 * divisor), index=names)
        return Sobol(first, total, variance)


def _run(model: Model, points: FloatArray) -> FloatArray:
    result = np.asarray(model(points), dtype=np.float64)
    if result.ndim != 2 or len(result) != len(points):
        raise ValueError(f"the model gave {result.shape} for {len(points)} rows")
    if not np.isfinite(result).all():
        raise ValueError("the model gave a missing or infinite result")
    return result
