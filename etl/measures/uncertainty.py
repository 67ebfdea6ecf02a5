"""Rank intervals of the gap by Monte Carlo: how sure is it that a district is among the worst.

Each draw samples every indicator from its standard error and the weights around the nominal ones,
rebuilds the need index and the gap with access held fixed, and ranks the districts. Districts
without a score have no interval and never rank.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from .checks import FloatArray, IntArray, floats, refuse, same_rows
from .composite import Mean, gap, two_level
from .intervals import competition_ranks, from_ranks, rank_intervals
from .scaling import align, minmax

__all__ = ["rank_intervals", "simulate"]

_CELLS = 1_000_000  # draws x districts x indicators held at a time, about 8 MB an array


@dataclass(frozen=True)
class _Plan:
    """What stays the same in every draw: n districts (scored or not), k indicators."""

    cells: FloatArray  # (n, k) raw values
    se: FloatArray
    indicators: pd.DataFrame
    members: list[IntArray]  # columns of each domain
    access: FloatArray
    out: tuple[float, float]
    mean: Mean


def simulate(
    values: pd.DataFrame,
    se: pd.DataFrame,
    indicators: pd.DataFrame,
    domain_weights: pd.Series,
    access: pd.Series,
    *,
    draws: int,
    seed: int,
    concentration: float,
    min_coverage: float,
    low_quantile: float,
    high_quantile: float,
    top_share: float,
    mean: Mean = "arithmetic",
    out: tuple[float, float] = (0.0, 100.0),
) -> pd.DataFrame:
    """Rank intervals of the gap under sampling error of the indicators and doubt on the weights.

    Values are drawn from a normal distribution cut off at the indicator's possible range; weights
    from a Dirichlet distribution with parameters ``concentration x nominal share``, for the
    domains and inside each domain. Scaling is min-max, redone in each draw, so the nominal need
    is that of `scaling.minmax`, `scaling.align` and `composite.two_level`.

    Parameters
    ----------
    values : (n, k) raw indicators, NaN where missing
    se : (n, k) standard errors, same labels; NaN or 0 where none is known: the value is then
        held fixed, which makes the interval too narrow, never too wide
    indicators : one row per column of `values`: direction (1 or -1), domain, weight (inside its
        domain), low and high (possible range; NaN or infinite is open), and, if scaling uses
        fixed bounds, scale_low and scale_high (NaN: the smallest and largest of each draw)
    domain_weights : weight of each domain
    access : (n,) access score 0-100, held fixed; NaN leaves the district unscored
    draws, seed : number of draws, seed of the generator; the same seed gives the same result
    concentration : larger keeps the weights closer to the nominal ones
    min_coverage : as in `composite.two_level`
    low_quantile, high_quantile, top_share : as in `rank_intervals`
    mean, out : as in `composite.two_level` and `scaling.minmax`

    Returns
    -------
    as `rank_intervals`, indexed like `values`

    Raises
    ------
    ValueError
        Labels that do not match, a negative standard error, a value outside its own range, an
        indicator that cannot be scaled (constant), naming them.
    """
    if draws < 1 or not concentration > 0:
        raise ValueError(f"draws {draws} and concentration {concentration} must be above 0")
    check_inputs(values, se, indicators, access)
    need = nominal_need(values, indicators, domain_weights, min_coverage, mean, out)
    scored = gap(need, access).notna()
    rows = scored.to_numpy(dtype=bool)
    domains = indicators["domain"].to_numpy()
    plan = _Plan(
        floats(values),
        floats(se),
        indicators,
        [np.flatnonzero(domains == name) for name in domain_weights.index],
        floats(access),
        out,
        mean,
    )
    value_seed, weight_seed = np.random.SeedSequence(seed).spawn(2)
    stream = np.random.default_rng(value_seed)
    outer, inner = _draw_weights(plan, domain_weights, draws, concentration, weight_seed)
    size = max(1, _CELLS // max(plan.cells.size, 1))
    ranks = np.empty((draws, int(rows.sum())), dtype=np.int32)
    # values come from one stream in draw order, so the block size does not change the result
    for start in range(0, draws if rows.any() else 0, size):
        part = slice(start, min(start + size, draws))
        drawn = _draw_values(plan, part.stop - start, stream)
        ranks[part] = competition_ranks(_gap(plan, drawn, outer[part], inner[part])[:, rows])
    return from_ranks(ranks, scored, (low_quantile, high_quantile), top_share)


def nominal_need(
    values: pd.DataFrame,
    indicators: pd.DataFrame,
    domain_weights: pd.Series,
    min_coverage: float,
    mean: Mean,
    out: tuple[float, float],
) -> pd.Series:
    """Need without sampling: decides who is scored, and refuses what the draws could not use."""
    scaled = {}
    for name, row in indicators.iterrows():
        low, high = (
            None if pd.isna(row.get(side)) else float(row[side])
            for side in ("scale_low", "scale_high")
        )
        scaled[name] = align(
            minmax(values[name], lower=low, upper=high, out=out), int(row["direction"]), out
        )
    return two_level(
        pd.DataFrame(scaled, index=values.index),
        indicators["weight"],
        indicators["domain"],
        domain_weights,
        min_coverage=min_coverage,
        mean=mean,
    ).score


def _gap(plan: _Plan, drawn: FloatArray, outer: FloatArray, inner: FloatArray) -> FloatArray:
    """Gap of each draw and district, (draws, n), from drawn values and weights."""
    scaled = _scale(drawn, plan)
    if plan.mean == "geometric":
        scaled = np.log(scaled)
    present = ~np.isnan(plan.cells)
    scaled = np.where(present, scaled, 0.0)
    top = np.zeros(drawn.shape[:2])
    bottom = np.zeros_like(top)
    for d, columns in enumerate(plan.members):
        weight = inner[:, columns]
        held = weight @ present[:, columns].T.astype(float)
        has = held > 0
        total = np.einsum("cnk,ck->cn", scaled[:, :, columns], weight)
        top += outer[:, d, None] * np.divide(total, held, out=np.zeros_like(held), where=has)
        bottom += outer[:, d, None] * has
    need = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
    need = np.clip(np.exp(need) if plan.mean == "geometric" else need, 0.0, 100.0)
    result: FloatArray = np.sqrt(need * (100.0 - np.clip(plan.access, 0.0, 100.0)))
    return result


def _draw_values(plan: _Plan, count: int, stream: np.random.Generator) -> FloatArray:
    drawn = np.repeat(plan.cells[None], count, axis=0)
    unsure = (plan.se > 0) & ~np.isnan(plan.cells)
    if unsure.any():
        centre, spread = plan.cells[unsure], plan.se[unsure]
        low, high = (
            np.broadcast_to(bound, plan.cells.shape)[unsure]
            for bound in possible_range(plan.indicators)
        )
        start, end = ndtr((low - centre) / spread), ndtr((high - centre) / spread)
        uniform = stream.random((count, centre.size))
        draw = centre + spread * ndtri(start + uniform * (end - start))
        drawn[:, unsure] = np.clip(draw, low, high)
    return drawn


def _scale(drawn: FloatArray, plan: _Plan) -> FloatArray:
    low, high = np.fmin.reduce(drawn, axis=1), np.fmax.reduce(drawn, axis=1)
    for side, name in ((low, "scale_low"), (high, "scale_high")):
        if name in plan.indicators:
            fixed = floats(plan.indicators[name])
            side[:, ~np.isnan(fixed)] = fixed[~np.isnan(fixed)]
    flat = (high <= low).any(axis=0)
    refuse(flat, "indicator is constant and cannot be scaled", at=plan.indicators)
    share = np.clip((drawn - low[:, None]) / (high - low)[:, None], 0.0, 1.0)
    better = floats(plan.indicators["direction"]) < 0
    share[:, :, better] = 1.0 - share[:, :, better]
    scaled: FloatArray = plan.out[0] + share * (plan.out[1] - plan.out[0])
    return scaled


def _draw_weights(
    plan: _Plan,
    domain_weights: pd.Series,
    draws: int,
    concentration: float,
    seed: np.random.SeedSequence,
) -> tuple[FloatArray, FloatArray]:
    """Domain weights (draws, n_domains) and weights inside the domains (draws, k)."""
    stream = np.random.default_rng(seed)
    outer = dirichlet(floats(domain_weights), concentration, draws, stream)
    nominal, inner = floats(plan.indicators["weight"]), np.zeros((draws, plan.cells.shape[1]))
    for columns in plan.members:
        inner[:, columns] = dirichlet(nominal[columns], concentration, draws, stream)
    return outer, inner


def dirichlet(
    nominal: FloatArray, concentration: float, draws: int, stream: np.random.Generator
) -> FloatArray:
    """Draws around `nominal`; a weight of 0 stays 0, because a Dirichlet parameter must not be."""
    result = np.zeros((draws, nominal.size))
    used = nominal > 0
    result[:, used] = stream.dirichlet(concentration * nominal[used] / nominal.sum(), size=draws)
    return result


def possible_range(indicators: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Possible range of each indicator; an end that is not given is open."""
    low, high = floats(indicators["low"]), floats(indicators["high"])
    return np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)


def check_inputs(
    values: pd.DataFrame, se: pd.DataFrame, indicators: pd.DataFrame, access: pd.Series
) -> None:
    same_rows(values, se=se, access=access)
    for name, labels in (("se columns", se.columns), ("indicators", indicators.index)):
        if not values.columns.equals(labels):
            raise ValueError(f"{name} do not match the columns of values, in the same order")
    spread = floats(se)
    refuse(
        ((spread < 0) | np.isinf(spread)).any(axis=1), "standard error negative or infinite", at=se
    )
    numbers, (low, high) = floats(values), possible_range(indicators)
    for k, name in enumerate(values.columns):
        refuse(
            (numbers[:, k] < low[k]) | (numbers[:, k] > high[k]),
            f"{name} outside its range {low[k]:g}..{high[k]:g}",
            at=values,
        )
