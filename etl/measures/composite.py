"""Weighted indices: districts in rows, scaled and direction-aligned indicators in columns.

A missing cell is left out and the weights of the others in its row are scaled up to 1. A row with
less than `min_coverage` of the weight present has no score (NaN): nothing is filled in.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from .checks import FloatArray, floats, refuse, same_rows

Mean = Literal["arithmetic", "geometric"]
_ROUNDING = 1e-9  # a sum of weights times 100 may end a hair above 100


@dataclass(frozen=True, eq=False)
class Index:
    """A two-level index; rows are districts in the order they came.

    Attributes
    ----------
    score : (n,) index, NaN below the coverage rule
    domains : (n, n_domains) domain scores
    coverage : (n,) share 0-1 of the weight that is present
    weights : (n, n_indicators) effective weight of each indicator in the score; sums to 1 over
        the indicators that count, NaN for those that do not
    contributions : (n, n_indicators) points of the score; they sum to it. All NaN for a
        geometric mean, which cannot be split into points
    """

    score: pd.Series
    domains: pd.DataFrame
    coverage: pd.Series
    weights: pd.DataFrame
    contributions: pd.DataFrame


def coverage(frame: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Share (0-1) of the weight whose indicator is present, per row.

    Parameters
    ----------
    frame : (n, k) indicators, NaN where missing
    weights : one weight per column, by name; not negative, not all 0

    Raises
    ------
    ValueError
        Weights and columns do not name the same indicators, or a weight is missing or negative.
    """
    return _series(_present(frame) @ _weights(frame, weights), frame, "coverage")


def effective_weights(
    frame: pd.DataFrame, weights: pd.Series, *, min_coverage: float
) -> pd.DataFrame:
    """Weights each row is really scored with: they sum to 1, and are NaN where it is missing."""
    present, nominal = _present(frame), _weights(frame, weights)
    share = present @ nominal
    scored = (share > 0) & (share >= min_coverage - _ROUNDING)
    rows = np.where(scored, share, np.nan)[:, None]
    return _frame(np.where(present, nominal / rows, np.nan), frame)


def contributions(frame: pd.DataFrame, weights: pd.Series, *, min_coverage: float) -> pd.DataFrame:
    """Points each indicator adds to the arithmetic score: effective weight times value."""
    return effective_weights(frame, weights, min_coverage=min_coverage) * frame.astype(float)


def arithmetic(frame: pd.DataFrame, weights: pd.Series, *, min_coverage: float) -> pd.Series:
    """Weighted arithmetic mean per row: exactly the sum of its `contributions`.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [100.0, 40.0], "b": [50.0, np.nan]})
    >>> arithmetic(table, pd.Series({"a": 3.0, "b": 1.0}), min_coverage=0.5).tolist()
    [87.5, 40.0]
    """
    points = contributions(frame, weights, min_coverage=min_coverage)
    return points.sum(axis=1, min_count=1).rename("score")


def geometric(frame: pd.DataFrame, weights: pd.Series, *, min_coverage: float) -> pd.Series:
    """Weighted geometric mean per row; scale to 1-100 first.

    Raises
    ------
    ValueError
        A value of 0 or less, naming the rows.

    Examples
    --------
    >>> table = pd.DataFrame({"a": [100.0], "b": [1.0]})
    >>> geometric(table, pd.Series({"a": 1.0, "b": 1.0}), min_coverage=0.5).round(6).tolist()
    [10.0]
    """
    values = floats(frame)
    refuse((values <= 0).any(axis=1), "a geometric mean needs values above 0", at=frame)
    logs = _frame(np.log(values), frame)
    result: pd.Series = np.exp(arithmetic(logs, weights, min_coverage=min_coverage))
    return result


def two_level(
    frame: pd.DataFrame,
    weights: pd.Series,
    domains: pd.Series,
    domain_weights: pd.Series,
    *,
    min_coverage: float,
    min_domain_coverage: float = 0.0,
    mean: Mean = "arithmetic",
) -> Index:
    """Combine indicators into domains, and domains into one index.

    Parameters
    ----------
    frame : (n, k) scaled, direction-aligned indicators
    weights : weight of each indicator inside its domain, by column name
    domains : domain of each indicator, by column name
    domain_weights : weight of each domain
    min_coverage : share of the whole nominal weight a district needs to be scored
    min_domain_coverage : share of a domain's weight it needs to have a score of its own; with 0,
        any indicator is enough. A domain without a score hands its weight to the others.
    mean : how both levels are put together

    Raises
    ------
    ValueError
        An indicator without a domain, a domain without a weight or without an indicator,
        weights that are missing or negative; for "geometric" a value of 0 or less.
    """
    names = _domain_names(frame, domains, domain_weights)
    combine = arithmetic if mean == "arithmetic" else geometric
    scores, inside, nominal = {}, {}, pd.Series(0.0, index=frame.columns)
    share = domain_weights.astype(float) / float(domain_weights.sum())
    for name in names:
        columns = [c for c in frame.columns if domains[c] == name]
        part, own = frame[columns], weights.reindex(columns)
        scores[name] = combine(part, own, min_coverage=min_domain_coverage)
        inside[name] = effective_weights(part, own, min_coverage=min_domain_coverage)
        nominal[columns] = share[name] * _weights(part, own)
    table = pd.DataFrame(scores, index=frame.index)
    covered = coverage(frame, nominal)
    scored = covered >= min_coverage - _ROUNDING
    outer = effective_weights(table, share, min_coverage=0.0).where(scored, axis=0)
    effective = pd.concat([inside[n].mul(outer[n], axis=0) for n in names], axis=1)
    effective = effective[list(frame.columns)]
    if mean == "arithmetic":
        points = effective * frame.astype(float)
        score = points.sum(axis=1, min_count=1)
    else:
        points = _frame(np.full(frame.shape, np.nan), frame)
        score = combine(table, share, min_coverage=0.0).where(scored)
    return Index(score.rename("score"), table, covered, effective, points)


def gap(need: pd.Series, access: pd.Series, *, mean: Mean = "geometric") -> pd.Series:
    """Resource gap 0-100: ``sqrt(need * (100 - access))``, so both must be bad for a large one.

    Parameters
    ----------
    need, access : (n,) scores 0-100; NaN where missing
    mean : "geometric", as above, or "arithmetic": half of ``need + (100 - access)``, which is
        large where one of them alone is bad

    Raises
    ------
    ValueError
        A score outside 0..100, or two series that do not list the same districts in order.

    Examples
    --------
    >>> gap(pd.Series([80.0, 80.0]), pd.Series([20.0, np.nan])).tolist()
    [80.0, nan]
    """
    same_rows(need, access=access)
    wanted, reached = (_score(s, n) for s, n in ((need, "need"), (access, "access")))
    lost = 100.0 - reached
    value = np.sqrt(wanted * lost) if mean == "geometric" else (wanted + lost) / 2.0
    return pd.Series(value, index=need.index, name="gap")


def rank(scores: pd.Series, *, descending: bool = True) -> pd.Series:
    """Competition rank (1, 2, 2, 4) as nullable integers; NaN has no rank.

    Examples
    --------
    >>> rank(pd.Series([5.0, 9.0, np.nan, 9.0])).tolist()
    [3, 1, <NA>, 1]
    """
    ranks = scores.astype(float).rank(method="min", ascending=not descending)
    return ranks.astype("Int64").rename("rank")


def _domain_names(frame: pd.DataFrame, domains: pd.Series, domain_weights: pd.Series) -> list[str]:
    without = [str(c) for c in frame.columns if c not in domains.index or pd.isna(domains[c])]
    if without:
        raise ValueError(f"indicators without a domain: {', '.join(without)}")
    used = {str(domains[c]) for c in frame.columns}
    names = [str(n) for n in domain_weights.index]
    if used != set(names) or len(names) != len(set(names)):
        raise ValueError(f"domains in use {sorted(used)} but weights for {sorted(names)}")
    refuse(~(floats(domain_weights) >= 0), "domain weight missing or negative", at=domain_weights)
    if not float(domain_weights.sum()) > 0:
        raise ValueError("the domain weights are all 0")
    return names


def _weights(frame: pd.DataFrame, weights: pd.Series) -> FloatArray:
    if not weights.index.is_unique or not frame.columns.is_unique:
        raise ValueError("an indicator is named twice")
    odd = sorted(str(n) for n in set(frame.columns) ^ set(weights.index))
    if odd:
        raise ValueError(f"weights and indicators do not match: {', '.join(odd)}")
    values = floats(weights.reindex(frame.columns))
    refuse(
        ~(np.isfinite(values) & (values >= 0)),
        "weight missing or negative",
        at=weights.reindex(frame.columns),
    )
    if not values.sum() > 0:
        raise ValueError("the weights are all 0")
    share: FloatArray = values / values.sum()
    return share


def _present(frame: pd.DataFrame) -> FloatArray:
    return frame.notna().to_numpy(dtype=np.float64)


def _score(scores: pd.Series, name: str) -> FloatArray:
    values = floats(scores)
    refuse((values < -_ROUNDING) | (values > 100 + _ROUNDING), f"{name} outside 0..100", at=scores)
    return np.clip(values, 0.0, 100.0)


def _series(values: FloatArray, frame: pd.DataFrame, name: str) -> pd.Series:
    return pd.Series(values, index=frame.index, name=name)


def _frame(values: FloatArray, frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(values, index=frame.index, columns=frame.columns)
