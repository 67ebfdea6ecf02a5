"""Weights of the indicators of one domain: equal, given, or from a principal component."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .checks import floats, refuse

_ROUNDING = 1e-9
_SUM = 1e-6  # thirds written with seven decimals still sum to 1
_ZERO = 1e-6  # a loading this small has no sign


@dataclass(frozen=True, eq=False)
class Component:
    """Weights from the first principal component.

    Attributes
    ----------
    weights : per indicator, above or equal 0, summing to 1
    explained : share 0-1 of the indicators' variance that the component explains
    rows : districts it rests on: those with every indicator
    """

    weights: pd.Series
    explained: float
    rows: int


class MixedSignsError(ValueError):
    """Loadings of both signs; `against` names the smaller party."""

    def __init__(self, against: Sequence[str]) -> None:
        super().__init__(f"loadings have both signs, against the others: {', '.join(against)}")
        self.against = list(against)


def equal(names: Sequence[str]) -> pd.Series:
    """Give each of the named indicators the same weight.

    Examples
    --------
    >>> equal(["a", "b"]).to_dict()
    {'a': 0.5, 'b': 0.5}
    """
    if not len(names) or len(set(names)) != len(names):
        raise ValueError(f"indicators must be named, each once, got {list(names)}")
    return pd.Series(1.0 / len(names), index=list(names), name="weight")


def given(weights: pd.Series) -> pd.Series:
    """Take weights as they are, refusing those that do not sum to 1.

    Raises
    ------
    ValueError
        A weight missing, infinite or negative, a name twice, a sum that is not 1.

    Examples
    --------
    >>> given(pd.Series({"a": 0.7, "b": 0.3})).tolist()
    [0.7, 0.3]
    """
    values = floats(weights)
    refuse(~(np.isfinite(values) & (values >= 0)), "weight missing or negative", at=weights)
    if not weights.index.is_unique:
        raise ValueError("an indicator is named twice")
    if abs(values.sum() - 1.0) > _SUM:
        names = ", ".join(str(n) for n in weights.index)
        raise ValueError(f"weights of {names} sum to {values.sum():g}, not 1")
    return weights.astype(float).rename("weight")


def principal_component(frame: pd.DataFrame) -> Component:
    """Weights in proportion to the loadings of the first principal component.

    The component is that of the correlation matrix, so the scale of an indicator plays no part.
    Loadings of both signs would turn an indicator's direction round, which was decided before:
    they are refused, never made positive.

    Parameters
    ----------
    frame : (n, k) direction-aligned indicators; rows with a missing one are left out

    Raises
    ------
    MixedSignsError
        Loadings of both signs.
    ValueError
        Fewer than two indicators, no more complete rows than indicators, a constant indicator, a
        first component that is no larger than the second.
    """
    complete = floats(frame)
    complete = complete[~np.isnan(complete).any(axis=1)]
    n, k = complete.shape
    if k < 2:
        raise ValueError(f"a principal component needs two indicators, got {k}")
    if n <= k:
        raise ValueError(f"{n} complete rows are too few for {k} indicators")
    refuse(np.isinf(complete).any(axis=0), "infinite value in indicator", at=frame.T)
    refuse(np.ptp(complete, axis=0) == 0, "indicator is constant", at=frame.T)
    size, vectors = np.linalg.eigh(np.corrcoef(complete, rowvar=False))
    if size[-1] - size[-2] < _ROUNDING * k:
        raise ValueError("the first principal component is no larger than the second")
    loading = np.where(np.abs(vectors[:, -1]) < _ZERO, 0.0, vectors[:, -1])
    if (loading > 0).any() and (loading < 0).any():
        few = loading < 0 if (loading < 0).sum() <= (loading > 0).sum() else loading > 0
        raise MixedSignsError([str(c) for c, odd in zip(frame.columns, few, strict=True) if odd])
    share = np.abs(loading) / np.abs(loading).sum()
    weights = pd.Series(share, index=frame.columns, name="weight")
    return Component(weights, float(size[-1] / k), n)
