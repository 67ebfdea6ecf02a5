"""How sure the ranking by gap is when every modelling choice is in doubt, and which one matters."""

import numpy as np
import pandas as pd

from . import parts
from .checks import BoolArray, FloatArray
from .composite import gap
from .draws import Doubt, World, Worlds, descending_ranks
from .intervals import RankArray, from_ranks
from .runs import Runs
from .sensitivity import Sobol, sobol
from .uncertainty import check_inputs, nominal_need

_ROWS = 64  # draws of one task of a thread


def simulate_choices(
    values: pd.DataFrame,
    se: pd.DataFrame,
    indicators: pd.DataFrame,
    domain_weights: pd.Series,
    access: Runs,
    doubt: Doubt,
    *,
    draws: int,
    seed: int,
    min_coverage: float,
    low_quantile: float,
    high_quantile: float,
    top_share: float,
) -> pd.DataFrame:
    """Monte Carlo of the gap: each draw takes new values, weights, scaling, mean and run of access.

    Parameters
    ----------
    values : (n, k) raw indicators, NaN where missing
    se : (n, k) standard errors, same labels; NaN or 0 where none is known: the value is then
        held fixed, which makes the interval too narrow, never too wide
    indicators : one row per column of `values`: direction (1 or -1), domain, weight (inside its
        domain), low and high (possible range; NaN or infinite is open), and, if scaling uses
        fixed bounds, scale_low and scale_high (NaN: the smallest and largest of each draw)
    domain_weights : weight of each domain
    access : access score 0-100 of each district in every run; NaN leaves it unscored. A draw takes
        one level of each factor, with equal chance.
    doubt : what else is uncertain
    draws, seed : number of draws; the same seed gives the same bytes on any number of threads
    min_coverage : as in `composite.two_level`: decides who is scored
    low_quantile, high_quantile, top_share : as in `intervals.rank_intervals`

    Returns
    -------
    frame indexed like `values`: rank_low, rank_high, top_probability as `rank_intervals`, and
    gap_low, gap_high (points 0-100, order statistics like the ranks); missing without a score

    Raises
    ------
    ValueError
        Labels that do not match, a negative standard error, a value outside its own range, no
        draws, or as `draws.Worlds`.
    """
    if draws < 1:
        raise ValueError(f"draws must be above 0, got {draws}")
    worlds, rows = _worlds(
        values, se, indicators, domain_weights, access, doubt, min_coverage, seed, draws
    )
    stream = np.random.default_rng(np.random.SeedSequence((seed, 3)))
    scaling = stream.integers(len(doubt.scalings), size=draws)
    mean = stream.integers(len(doubt.means), size=draws)
    runs = [stream.integers(size, size=draws) for size in access.levels]
    picks = np.column_stack([np.arange(draws), np.arange(draws), scaling, mean, *runs])
    gaps = np.empty((draws, int(rows.sum())), dtype=np.float32)
    ranks = np.empty(gaps.shape, dtype=np.int32)
    _fill(worlds, picks, rows, ranks, gaps)
    scored = pd.Series(rows, index=values.index)
    table = from_ranks(ranks, scored, (low_quantile, high_quantile), top_share)
    del ranks
    gaps.sort(axis=0)
    for name, q in (("gap_low", low_quantile), ("gap_high", high_quantile)):
        found = gaps[max(int(np.ceil(q * draws - 1e-9)) - 1, 0)].astype(np.float64)
        table[name] = pd.Series(found, index=values.index[rows]).reindex(values.index)
    return table


def choice_indices(
    values: pd.DataFrame,
    se: pd.DataFrame,
    indicators: pd.DataFrame,
    domain_weights: pd.Series,
    access: Runs,
    doubt: Doubt,
    *,
    base: int,
    seed: int,
    min_coverage: float,
) -> Sobol:
    """Sobol indices of each district's gap rank: which doubt moves the ranking most.

    Factors, those of them that vary: "indicator values" (all standard errors together),
    "weights", "scaling", "aggregation", and the factors of `access`.

    Parameters
    ----------
    values ... doubt, min_coverage : as in `simulate_choices`
    base : as in `sensitivity.sobol`: the ranking is made ``base (factors + 2)`` times
    seed : same seed, same indices

    Returns
    -------
    `Sobol` whose columns are the districts with a score

    Raises
    ------
    ValueError
        As `simulate_choices` and `sensitivity.sobol`; nothing in doubt; no district scored.
    """
    worlds, rows = _worlds(
        values, se, indicators, domain_weights, access, doubt, min_coverage, seed, base
    )
    if not rows.any():
        raise ValueError("no district has a score")
    sizes = {
        "indicator values": base if worlds.noisy else 1,
        "weights": base,
        "scaling": len(doubt.scalings),
        "aggregation": len(doubt.means),
    } | dict(zip(access.factors, access.levels, strict=True))
    varied = [name for name, size in sizes.items() if size > 1]

    def model(points: FloatArray) -> FloatArray:
        picks = np.zeros((len(points), len(sizes)), dtype=np.int64)
        for column, name in enumerate(sizes):
            if name in varied:
                share = points[:, varied.index(name)]
                picks[:, column] = np.minimum(share * sizes[name], sizes[name] - 1)
        ranks = np.empty((len(points), int(rows.sum())), dtype=np.int32)
        _fill(worlds, picks, rows, ranks, None)
        return ranks.astype(np.float64)

    result = sobol(model, varied, base=base, seed=seed)
    names = values.index[rows]
    return Sobol(
        result.first.set_axis(names, axis=1), result.total.set_axis(names, axis=1), result.variance
    )


def _worlds(
    values: pd.DataFrame,
    se: pd.DataFrame,
    indicators: pd.DataFrame,
    domain_weights: pd.Series,
    access: Runs,
    doubt: Doubt,
    min_coverage: float,
    seed: int,
    levels: int,
) -> tuple[Worlds, BoolArray]:
    """Check everything; the worlds, and which districts are scored."""
    check_inputs(values, se, indicators, access.published)
    need = nominal_need(values, indicators, domain_weights, min_coverage, "arithmetic", doubt.out)
    rows = gap(need, access.published).notna().to_numpy(dtype=bool)
    worlds = Worlds(values, se, indicators, domain_weights, access, doubt, seed=seed, levels=levels)
    return worlds, rows


def _fill(
    worlds: Worlds,
    picks: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    rows: BoolArray,
    ranks: RankArray,
    gaps: np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None,
) -> None:
    """Rank the scored districts in the world of each row of `picks`, on threads."""

    def work(piece: tuple[int, int]) -> None:
        for i in range(*piece):
            found = worlds.gap(World.of(picks[i].tolist()))[rows]
            ranks[i] = descending_ranks(found)
            if gaps is not None:
                gaps[i] = found

    parts.run(work, parts.slices(len(picks), _ROWS))
