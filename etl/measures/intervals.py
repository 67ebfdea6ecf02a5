"""Rank intervals and the probability of being among the worst, from scores of many draws."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from .checks import FloatArray, floats, refuse

RankArray = np.ndarray[tuple[int, ...], np.dtype[np.int32]]


def rank_intervals(
    draws: pd.DataFrame, *, low_quantile: float, high_quantile: float, top_share: float
) -> pd.DataFrame:
    """Rank interval and probability of being in the worst share, from scores of many draws.

    Parameters
    ----------
    draws : one row per draw, one column per district, higher is worse; a column that is all NaN
        is a district without a score
    low_quantile, high_quantile : e.g. 0.05 and 0.95; ranks are whole order statistics (the
        ``ceil(q n)``-th smallest of the n drawn ranks), never interpolated
    top_share : share of the scored districts that counts as worst, rounded down, at least one

    Returns
    -------
    frame indexed by district: rank_low, rank_high (nullable integers, 1 is the worst),
    top_probability (0-1); missing for a district without a score

    Raises
    ------
    ValueError
        No draws, a district scored in some draws only, or quantiles out of order.

    Examples
    --------
    >>> rank_intervals(pd.DataFrame({"A": [9.0, 8.0], "B": [1.0, 2.0]}),
    ...                low_quantile=0.05, high_quantile=0.95, top_share=0.5)
       rank_low  rank_high  top_probability
    A         1          1              1.0
    B         2          2              0.0
    """
    scores = floats(draws)
    if not len(scores):
        raise ValueError("no draws")
    missing = np.isnan(scores)
    odd = missing.any(axis=0) & ~missing.all(axis=0)
    refuse(odd, "scored in some draws only", at=pd.Series(0, index=draws.columns))
    scored = ~missing.all(axis=0)
    return from_ranks(
        competition_ranks(scores[:, scored]),
        pd.Series(scored, index=draws.columns),
        (low_quantile, high_quantile),
        top_share,
    )


def competition_ranks(scores: FloatArray) -> RankArray:
    """Rank each row of (draws, n) scores, 1 for the largest, ties at their lowest rank."""
    ranks: RankArray = rankdata(-scores, method="min", axis=1).astype(np.int32)
    return ranks


def from_ranks(
    ranks: RankArray, scored: pd.Series, quantiles: tuple[float, float], top_share: float
) -> pd.DataFrame:
    """`rank_intervals` from (draws, n_scored) ranks; `scored` says which districts they are."""
    if not 0 < quantiles[0] <= quantiles[1] <= 1 or not 0 < top_share <= 1:
        raise ValueError(f"quantiles {quantiles} and top share {top_share} must be in 0..1")
    count, n = ranks.shape
    low, high = (max(int(np.ceil(q * count - 1e-9)) - 1, 0) for q in quantiles)
    worst = max(1, int(np.floor(top_share * n + 1e-9)))
    ordered = np.sort(ranks, axis=0)
    names = scored.index[scored.to_numpy()]
    table = pd.DataFrame(
        {
            "rank_low": pd.array(ordered[low].astype(np.int64), dtype="Int64"),
            "rank_high": pd.array(ordered[high].astype(np.int64), dtype="Int64"),
            "top_probability": (ranks <= worst).mean(axis=0),
        },
        index=names,
    )
    return table.reindex(scored.index)


def confidence_class(
    top_probability: pd.Series, *, robust: float, likely: float, unlikely: float
) -> pd.Series:
    """Say in plain words how sure it is that a district is among the worst.

    Parameters
    ----------
    top_probability : (n,) 0-1, as from `rank_intervals`; NaN is a district without a score
    robust, likely, unlikely : bounds, 0 <= unlikely < likely < robust <= 1

    Returns
    -------
    "robustly worst" (from `robust` on), "likely" (from `likely` on), "not worst" (`unlikely` or
    less), "uncertain" between; missing where there is no probability

    Raises
    ------
    ValueError
        Bounds out of order, a probability outside 0..1.

    Examples
    --------
    >>> confidence_class(pd.Series([0.97, 0.6, 0.3, 0.0]), robust=0.9, likely=0.5,
    ...                  unlikely=0.05).tolist()
    ['robustly worst', 'likely', 'uncertain', 'not worst']
    """
    if not 0 <= unlikely < likely < robust <= 1:
        raise ValueError(f"bounds out of order: {unlikely}, {likely}, {robust}")
    share = floats(top_probability)
    refuse((share < 0) | (share > 1), "probability outside 0..1", at=top_probability)
    words = np.select(
        [np.isnan(share), share >= robust, share >= likely, share <= unlikely],
        ["", "robustly worst", "likely", "not worst"],
        "uncertain",
    )
    result = pd.Series(words, index=top_probability.index, dtype="str", name="confidence")
    return result.where(~np.isnan(share))
