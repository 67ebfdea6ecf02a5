"""Scores recomputed under every combination of uncertain circumstances."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .checks import FloatArray, floats, refuse

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Runs:
    """One score per district in every combination of the levels of some factors.

    Attributes
    ----------
    factors : what was varied, in the order of the axes of `scores`
    scores : (levels of the first factor, ..., levels of the last, n districts), 0-100, higher is
        better; NaN where a district has no score, the same districts in every combination
    nominal : the level of each factor that is published
    index : names of the districts
    """

    factors: tuple[str, ...]
    scores: FloatArray
    nominal: tuple[int, ...]
    index: pd.Index

    def __post_init__(self) -> None:
        """Refuse what a draw could not use."""
        levels = self.scores.shape[:-1]
        if not len(self.factors) == len(levels) == len(self.nominal):
            raise ValueError(
                f"{len(self.factors)} factors and {len(self.nominal)} nominal levels for scores "
                f"of shape {self.scores.shape}"
            )
        if self.scores.shape[-1] != len(self.index) or 0 in levels:
            raise ValueError(f"scores of shape {self.scores.shape} for {len(self.index)} districts")
        if any(not 0 <= at < size for at, size in zip(self.nominal, levels, strict=True)):
            raise ValueError(f"nominal levels {self.nominal} outside {levels}")
        flat = self.scores.reshape(-1, len(self.index))
        names = pd.Series(0, index=self.index)
        missing = np.isnan(flat)
        refuse(missing.any(axis=0) & ~missing.all(axis=0), "access in some runs only", at=names)
        outside = (flat < -_ROUNDING) | (flat > 100 + _ROUNDING)
        refuse(outside.any(axis=0), "access outside 0..100", at=names)

    @property
    def levels(self) -> tuple[int, ...]:
        """Number of levels of each factor."""
        return self.scores.shape[:-1]

    @property
    def published(self) -> pd.Series:
        """The scores at the nominal level of every factor."""
        return pd.Series(self.scores[self.nominal], index=self.index, name="access_score")


def certain(scores: pd.Series) -> Runs:
    """Scores that are not in doubt: no factor, one run.

    Examples
    --------
    >>> certain(pd.Series({"A": 40.0})).published.tolist()
    [40.0]
    """
    return Runs((), floats(scores), (), scores.index)
