"""Which published figures are withheld: the equations between them, as anyone can read them off.

The mathematics is `etl.measures.suppress`; here is what our tables give away. Scores are sums of
points, parts of the population add up to it, and counts add up to totals that sources and
``out_total`` publish. A total is withheld only where no district's figures are left that would do,
and a need score last of all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import sparse

from etl.measures.checks import BoolArray, FloatArray, IntArray
from etl.measures.suppress import small, withhold
from etl.schema.withholding import Split, Withholding

ALL, TRUE, FALSE = "all", "rural", "not rural"
SCOPES = {ALL: None, TRUE: True, FALSE: False}
FIGURE, TOTAL, SCORE = range(3)  # in which turn a figure may be withheld for another's sake


@dataclass
class _Equations:
    """Figures, their limits, and the equations between them, put together piece by piece."""

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
        one = [np.array([number]) for number in (amount, width, min(0.0, amount), high)]
        return int(self.figures(*one, turn=turn)[0])

    def bind(self, cells: IntArray, factors: FloatArray, total: int | None = None) -> None:
        """Say that factor x figure adds up to a figure of its own, or to something public."""
        if total is not None:
            cells, factors = np.append(cells, total), np.append(factors, -1.0)
        if len(cells):
            self.terms.append((cells, factors))

    def withheld(self) -> BoolArray:
        true, width, low, high = (
            np.concatenate(part) for part in (self.true, self.width, self.low, self.high)
        )
        rows = np.repeat(np.arange(len(self.terms)), [len(cells) for cells, _ in self.terms])
        cells = np.concatenate([cells for cells, _ in self.terms])
        factors = np.concatenate([factors for _, factors in self.terms])
        matrix = sparse.csr_array((factors, (rows, cells)), shape=(len(self.terms), self.n))
        turn = np.concatenate(self.turn)
        return withhold(true, width, matrix, low=low, high=high, last=turn)


def withheld_parts(
    gap: pd.DataFrame, rules: Withholding
) -> tuple[dict[str, BoolArray], set[tuple[str, str]]]:
    """Return the withheld cells of each part of a split, and the withheld totals.

    Parameters
    ----------
    gap
        Rows of ``out_gap``.

    Returns
    -------
    mask over the rows by column of ``out_gap``; (scope, column) of the totals
    """
    found: dict[str, BoolArray] = {}
    totals: set[tuple[str, str]] = set()
    for split in rules.splits:
        hidden, gone = _hide_parts(gap, split, rules.threshold)
        found |= {name: hidden[:, i] for i, name in enumerate(split.parts)}
        totals |= gone
    return found, totals


def _hide_parts(
    gap: pd.DataFrame, split: Split, threshold: int
) -> tuple[BoolArray, set[tuple[str, str]]]:
    amounts = np.column_stack([_floats(gap, name) for name in split.parts])
    primary = small(amounts, threshold)
    whole = _floats(gap, split.total)
    inside = scopes(gap[split.groups])
    sums = {
        (scope, i): float(np.nansum(amounts[rows, i]))
        for scope, rows in inside.items()
        for i in range(len(split.parts))
        if np.isfinite(amounts[rows, i]).any()
    }
    if not primary.any() and not small(list(sums.values()), threshold).any():
        return primary, set()
    equations = _Equations()
    most = np.broadcast_to(
        np.where(np.isfinite(whole), whole, np.nanmax(amounts))[:, None], amounts.shape
    )
    flat = amounts.ravel()
    cells = equations.figures(
        flat,
        np.where(primary.ravel(), float(threshold), 0.0),
        np.zeros(amounts.size),
        np.fmax(most.ravel(), flat),  # parts are rounded: one may exceed the total by a hair
        FIGURE,
    ).reshape(amounts.shape)
    known = np.isfinite(amounts)
    for row in np.flatnonzero(known.all(axis=1) & np.isfinite(whole)):
        equations.bind(cells[row], np.ones(len(split.parts)))
    numbers = {}
    for (scope, i), amount in sums.items():
        width = float(threshold) if small([amount], threshold)[0] else 0.0
        high = max(float(np.nansum(most[inside[scope], i])), amount)
        numbers[scope, i] = equations.total(amount, width, high)
        mine = cells[inside[scope] & known[:, i], i]
        equations.bind(mine, np.ones(len(mine)), numbers[scope, i])
    for scope, rows in inside.items():  # the totals of the parts add up as the parts do
        across = [numbers[scope, i] for i in range(len(split.parts)) if (scope, i) in numbers]
        if (known[rows].all() and np.isfinite(whole[rows]).all()) and len(across):
            equations.bind(np.array(across), np.ones(len(across)))
    for i in range(len(split.parts)):
        _groups_add_up(equations, numbers, i, inside, cells[:, i], known[:, i])
    hidden = equations.withheld()
    gone = {(s, split.parts[i]) for (s, i), number in numbers.items() if hidden[number]}
    return hidden[: amounts.size].reshape(amounts.shape), gone


def _groups_add_up(
    equations: _Equations,
    numbers: Mapping[tuple[str, int], int],
    part: int,
    inside: Mapping[str, BoolArray],
    cells: IntArray,
    known: BoolArray,
) -> None:
    """Bind the region's total to those of its groups and to the districts of neither."""
    if (ALL, part) not in numbers:
        return
    groups = [numbers[s, part] for s in (TRUE, FALSE) if (s, part) in numbers]
    neither = cells[known & ~inside[TRUE] & ~inside[FALSE]]
    all_of = np.append(neither, groups).astype(np.int64)
    equations.bind(all_of, np.ones(len(all_of)), numbers[ALL, part])


def scopes(groups: pd.Series) -> dict[str, BoolArray]:
    """Return which rows are in the region, its rural districts, and the others known not to be."""
    told = groups.astype("boolean")
    return {
        scope: np.ones(len(told), dtype=bool)
        if value is None
        else (told == value).fillna(False).to_numpy(dtype=bool)
        for scope, value in SCOPES.items()
    }


@dataclass(frozen=True, eq=False)
class HiddenIndicators:
    """What is withheld of the indicators.

    Attributes
    ----------
    rows : mask over the rows of ``out_indicator``
    scores : ids of districts whose need score is withheld with them
    totals : indicators whose number of people in the region is withheld (of a group of people)
    """

    rows: BoolArray
    scores: set[str]
    totals: set[str]


def withheld_indicators(
    long: pd.DataFrame,
    gap: pd.DataFrame,
    rules: Withholding,
    groups: Sequence[str] = (),
) -> HiddenIndicators:
    """Return which rows of the indicator table are withheld, and what goes with them.

    A figure can be worked out from the count's known total over the region, from the number of
    people of a group that it is the share of, and from the need score of its district, which is a
    sum of points: the steepness of points per unit is what a straight line through the region's own
    figures says.

    Parameters
    ----------
    long
        Rows of ``out_indicator``, index 0..n-1.
    gap
        ``out_gap``: population and need score.
    groups
        Indicators that are the share of a group whose total over the region is published.
    """
    counted = long["indicator_id"].isin(rules.indicators).to_numpy()
    counts = np.where(counted, _floats(long, "numerator"), np.nan)
    # What is no count of people stays in the table, so it is no unknown of any equation.
    value = np.where(counted, _floats(long, "value"), np.nan)
    primary = small(counts, rules.threshold) & np.isfinite(value)
    if not primary.any():
        return HiddenIndicators(primary, set(), set())
    by_district = gap.assign(district_id=gap["district_id"].astype(str)).set_index("district_id")
    people = by_district["population"].reindex(long["district_id"]).to_numpy(dtype=float)
    out_of = _floats(long, "denominator")
    per_person, steepness = np.ones(len(long)), np.zeros(len(long))
    low, high = np.nan_to_num(value), np.nan_to_num(value)
    columns = dict(_groups(long, "indicator_id"))
    for rows in columns.values():
        per_person[rows] = _value_per_person(value[rows], counts[rows], out_of[rows])
        steepness[rows] = _points_per_unit(long.iloc[rows])
        low[rows] = np.fmin(np.nanmin(value[rows], initial=np.inf), low[rows])
        high[rows] = np.fmax(np.nanmax(value[rows], initial=-np.inf), high[rows])
    equations = _Equations()
    width = np.where(primary, rules.threshold * per_person, 0.0)
    equations.figures(value, width, low, high, FIGURE)
    group_totals = {}
    for name, rows in columns.items():
        summed = rows[np.isfinite(counts[rows]) & np.isfinite(value[rows])]
        equations.bind(summed, 1.0 / per_person[summed])
        if name in groups and len(shared := summed[np.isfinite(people[summed])]):
            amounts = people[shared] / 100.0
            number = equations.total(float(amounts @ value[shared]), 0.0, float(people[shared].sum()))
            equations.bind(shared, amounts, number)
            group_totals[name] = number
    score_of = _bind_scores(equations, long, by_district, value, steepness)
    hidden = equations.withheld()
    return HiddenIndicators(
        hidden[: len(long)],
        {district for district, number in score_of.items() if hidden[number]},
        {name for name, number in group_totals.items() if hidden[number]},
    )


def _bind_scores(
    equations: _Equations,
    long: pd.DataFrame,
    by_district: pd.DataFrame,
    value: FloatArray,
    steepness: FloatArray,
) -> dict[str, int]:
    """Bind each district's figures to its need score; return the number of the score."""
    found = {}
    scores = by_district["need_score"].astype(float).to_dict()
    for district, rows in _groups(long, "district_id"):
        given = rows[np.isfinite(value[rows]) & (steepness[rows] != 0)]
        score = scores.get(district, np.nan)
        if len(given) and np.isfinite(score):
            found[district] = equations.total(score, 0.0, max(100.0, score), turn=SCORE)
            equations.bind(given, steepness[given], found[district])
    return found


def _groups(long: pd.DataFrame, column: str) -> list[tuple[str, IntArray]]:
    """Return each value of a column with its row numbers, in the order of the values."""
    numbers, names = pd.factorize(long[column], sort=True)
    order = np.argsort(numbers, kind="stable")
    rows = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return [(str(name), mine) for name, mine in zip(names, rows, strict=True)]


def _value_per_person(value: FloatArray, counts: FloatArray, out_of: FloatArray) -> FloatArray:
    """Return by how much the figure grows with one person more; from the region where unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where((counts > 0) & (value > 0), value / counts, np.nan)
        scale = np.nanmedian(own * out_of) if np.isfinite(own * out_of).any() else np.nan
        own = np.where(np.isfinite(own), own, scale / out_of)
    usual = np.nanmedian(own) if np.isfinite(own).any() else 1.0
    return np.where(np.isfinite(own) & (own > 0), own, usual)


def _points_per_unit(rows: pd.DataFrame) -> FloatArray:
    """Return the points of the need score per unit of the figure; 0 where it does not count."""
    value, scaled = _floats(rows, "value"), _floats(rows, "scaled_value")
    known = np.isfinite(value) & np.isfinite(scaled)
    if known.sum() < 2 or np.ptp(value[known]) == 0:
        return np.zeros(len(rows))
    slope = float(np.polyfit(value[known], scaled[known], 1)[0])
    return np.where(known, np.nan_to_num(_floats(rows, "weight")) * slope, 0.0)


def _floats(frame: pd.DataFrame, column: str) -> FloatArray:
    if column not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
