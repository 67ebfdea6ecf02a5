"""One possible world: indicators, weights, access, scaling and aggregation drawn together.

Every part of a world is numbered by a *level*: the same level gives the same part whatever else is
drawn, on any thread and in any block. A Monte Carlo takes a new level each time; a sensitivity
analysis combines levels. Arrays are (k indicators, n districts), so that a row is contiguous.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from .checks import BoolArray, FloatArray, IntArray, floats, refuse
from .composite import Mean
from .runs import Runs
from .scaling import IMD_SCALE, Scaling
from .uncertainty import dirichlet, possible_range

Range = tuple[float, float]
_FAR = 8.0  # standard errors: a bound this far off cuts nothing away that a float could show


@dataclass(frozen=True)
class Doubt:
    """What is uncertain, and how much.

    Attributes
    ----------
    concentration : of the Dirichlet weights; larger keeps them closer to the nominal ones
    scalings, means : one of each is taken per draw, with equal chance; the first is the nominal
        one. Name one twice to give it twice the chance.
    z_limit : z-scores run from minus this to this, as in `scaling.zscore_range`
    out, geometric_out : scales of the two means; a geometric mean needs one above 0
    """

    concentration: float
    scalings: tuple[Scaling, ...]
    means: tuple[Mean, ...]
    z_limit: float
    out: Range = (0.0, 100.0)
    geometric_out: Range = (1.0, 100.0)


@dataclass(frozen=True)
class World:
    """Levels of the parts of one draw, the positions of its choices in `Doubt`, and its run."""

    values: int
    weights: int
    scaling: int
    mean: int
    access: tuple[int, ...]

    @classmethod
    def of(cls, picks: list[int]) -> "World":
        """Return the world of the levels in order; those after the mean are of the run."""
        values, weights, scaling, mean, *access = picks
        return cls(values, weights, scaling, mean, tuple(access))


class Worlds:
    """Gaps of all districts in any possible world.

    Parameters
    ----------
    values, se, indicators, domain_weights, access : as in `choices.simulate_choices`, checked
        before
    doubt : what is uncertain
    seed : same seed, same worlds
    levels : how many different weights there are

    Raises
    ------
    ValueError
        No scaling or mean or an unknown one, a limit or scale that cannot be used, an indicator
        that is constant, naming it.
    """

    def __init__(
        self,
        values: pd.DataFrame,
        se: pd.DataFrame,
        indicators: pd.DataFrame,
        domain_weights: pd.Series,
        access: Runs,
        doubt: Doubt,
        *,
        seed: int,
        levels: int,
    ):
        _check(doubt)
        self.doubt, self.seed = doubt, seed
        self.cells: FloatArray = np.ascontiguousarray(floats(values).T)
        self.present: BoolArray = ~np.isnan(self.cells)
        self._held = self.present.astype(np.float64)
        self._sign = floats(indicators["direction"])[:, None]
        self._fixed = _fixed_bounds(indicators)
        flat = np.fmin.reduce(self.cells, axis=1) >= np.fmax.reduce(self.cells, axis=1)
        if set(doubt.scalings) != {"minmax"}:
            refuse(flat, "indicator is constant and cannot be scaled", at=indicators)
        self._lost: FloatArray = 100.0 - np.clip(access.scores, 0.0, 100.0)
        names = indicators["domain"].to_numpy()
        self._members = [np.flatnonzero(names == name) for name in domain_weights.index]
        self._noise(floats(se).T, indicators)
        self._weights(indicators, domain_weights, levels)

    def _noise(self, se: FloatArray, indicators: pd.DataFrame) -> None:
        """Sort the uncertain cells into those far from the ends of their range and those near."""
        low, high = (np.broadcast_to(b[:, None], se.shape) for b in possible_range(indicators))
        unsure = (se > 0) & self.present
        near = np.zeros_like(unsure)
        reach = _FAR * se[unsure]
        centre = self.cells[unsure]
        near[unsure] = (centre - reach < low[unsure]) | (centre + reach > high[unsure])
        free = unsure & ~near
        self._free = np.flatnonzero(free.ravel())
        self._near = np.flatnonzero(near.ravel())
        self._free_se, self._near_se = se[free], se[near]
        self._ends = low[near], high[near]
        self._start, end = (ndtr((b - self.cells[near]) / self._near_se) for b in self._ends)
        self._span = end - self._start

    def _weights(self, indicators: pd.DataFrame, domain_weights: pd.Series, levels: int) -> None:
        stream = np.random.default_rng(np.random.SeedSequence((self.seed, 0)))
        concentration, nominal = self.doubt.concentration, floats(indicators["weight"])
        self._outer = dirichlet(floats(domain_weights), concentration, levels, stream)
        self._inner = np.zeros((levels, len(nominal)))
        for rows in self._members:
            self._inner[:, rows] = dirichlet(nominal[rows], concentration, levels, stream)

    @property
    def noisy(self) -> bool:
        """Whether any indicator has a standard error."""
        return bool(self._free.size or self._near.size)

    def gap(self, world: World) -> FloatArray:
        """Gap 0-100 of each district, (n,), in one world; NaN where need or access is unknown."""
        mean = self.doubt.means[world.mean]
        need = self._need(world, mean)
        result: FloatArray = np.sqrt(need * self._lost[world.access])
        return result

    def _drawn(self, level: int) -> FloatArray:
        cells = self.cells.copy()
        flat = cells.reshape(-1)
        stream = self._stream(1, level)
        flat[self._free] += self._free_se * stream.standard_normal(self._free.size)
        if self._near.size:
            uniform = stream.random(self._near.size)
            draw = flat[self._near] + self._near_se * ndtri(self._start + uniform * self._span)
            flat[self._near] = np.clip(draw, *self._ends)
        return cells

    def _need(self, world: World, mean: Mean) -> FloatArray:
        out = self.doubt.geometric_out if mean == "geometric" else self.doubt.out
        scaled = self._scaled(self._drawn(world.values), self.doubt.scalings[world.scaling], out)
        if mean == "geometric":
            np.log(scaled, out=scaled)
        scaled[~self.present] = 0.0
        outer, inner = self._outer[world.weights], self._inner[world.weights]
        top, bottom = np.zeros(scaled.shape[1]), np.zeros(scaled.shape[1])
        for share, rows in zip(outer, self._members, strict=True):
            held = np.einsum("k,kn->n", inner[rows], self._held[rows])
            total = np.einsum("k,kn->n", inner[rows], scaled[rows])
            has = held > 0
            top += share * np.divide(total, held, out=np.zeros_like(held), where=has)
            bottom += share * has
        need = np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
        return np.clip(np.exp(need) if mean == "geometric" else need, 0.0, 100.0)

    def _scaled(self, cells: FloatArray, scaling: Scaling, out: Range) -> FloatArray:
        if scaling == "minmax":
            low, high = np.fmin.reduce(cells, axis=1), np.fmax.reduce(cells, axis=1)
            low, high = (
                np.where(np.isnan(f), b, f) for f, b in zip(self._fixed, (low, high), strict=True)
            )
            share = np.clip((cells - low[:, None]) / (high - low)[:, None], 0.0, 1.0)
            share = np.where(self._sign < 0, 1.0 - share, share)
        elif scaling == "zscore":
            count, limit = self._held.sum(axis=1), self.doubt.z_limit
            share = _zscore_share(cells * self._sign, self.present, count, limit)
        elif scaling == "percentile_rank":
            share = _rank_share(cells * self._sign, self._held.sum(axis=1))
        else:
            share = _imd_share(cells * self._sign, self._held.sum(axis=1))
        scaled: FloatArray = out[0] + share * (out[1] - out[0])
        return scaled

    def _stream(self, part: int, level: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence((self.seed, part, level)))


def descending_ranks(scores: FloatArray) -> IntArray:
    """Competition rank of each of (n,) scores, 1 for the largest, ties at their lowest rank."""
    order = np.argsort(-scores)
    ranks = np.empty(len(scores), dtype=np.int64)
    ranks[order] = _first_of_ties(scores[order][None])[0] + 1
    return ranks


def _rank_share(values: FloatArray, count: FloatArray) -> FloatArray:
    """`scaling.percentile_rank` of each row, 0-1; NaN sorts last and stays out of the count."""
    order = np.argsort(values, axis=1)
    place = _first_of_ties(np.take_along_axis(values, order, axis=1))
    share = np.empty_like(values)
    np.put_along_axis(share, order, place / (count[:, None] - 1), axis=1)
    return share


def _imd_share(values: FloatArray, count: FloatArray) -> FloatArray:
    """`scaling.imd_exponential` of each row, 0-1: tied values share their mean rank."""
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    # Positions of the last of ties are those of the first, seen from the other end.
    last = values.shape[1] - 1 - _first_of_ties(ordered[:, ::-1])[:, ::-1]
    share = np.empty_like(values)
    rank = (_first_of_ties(ordered) + last) / 2.0 + 1.0
    np.put_along_axis(share, order, np.minimum(rank / count[:, None], 1.0), axis=1)
    return np.asarray(-IMD_SCALE / 100.0 * np.log1p(share * np.expm1(-100.0 / IMD_SCALE)))


def _zscore_share(
    values: FloatArray, present: BoolArray, count: FloatArray, limit: float
) -> FloatArray:
    """`scaling.zscore_range` of each row, 0-1; meaningless where a value is missing."""
    centred = np.where(present, values, 0.0)
    centred -= (centred.sum(axis=1) / np.maximum(count, 1))[:, None]
    centred[~present] = 0.0
    sd = np.sqrt((centred**2).sum(axis=1) / np.maximum(count - 1, 1))
    sd[sd == 0] = np.inf  # an indicator without any value
    share: FloatArray = np.clip((centred / sd[:, None] + limit) / (2 * limit), 0.0, 1.0)
    return share


def _first_of_ties(ordered: FloatArray) -> IntArray:
    """Position (from 0) of the first of the values equal to each, along ordered rows."""
    place = np.broadcast_to(np.arange(ordered.shape[1]), ordered.shape).copy()
    place[:, 1:][ordered[:, 1:] == ordered[:, :-1]] = 0
    return np.maximum.accumulate(place, axis=1)


def _fixed_bounds(indicators: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    blank = np.full(len(indicators), np.nan)
    low, high = (
        floats(indicators[name]) if name in indicators else blank
        for name in ("scale_low", "scale_high")
    )
    return low, high


def _check(doubt: Doubt) -> None:
    known = set(get_args(Scaling)), {"arithmetic", "geometric"}
    for given, names in zip((doubt.scalings, doubt.means), known, strict=True):
        if not given or not set(given) <= names:
            raise ValueError(f"choose from {sorted(names)}, got {list(given)}")
    if not (doubt.concentration > 0 and doubt.z_limit > 0):
        raise ValueError("concentration and z_limit must be above 0")
    if not doubt.out[0] < doubt.out[1]:
        raise ValueError(f"the scale must run upwards, got {doubt.out}")
    if "geometric" in doubt.means and not 0 < doubt.geometric_out[0] < doubt.geometric_out[1]:
        raise ValueError(f"a geometric mean needs a scale above 0, got {doubt.geometric_out}")
