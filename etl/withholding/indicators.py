"""Which indicator figures are withheld, from the equations that anyone can read off our tables.

Scores are sums of points, and counts add up to totals that sources publish.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.measures.checks import BoolArray, FloatArray, IntArray
from etl.measures.suppress import small
from etl.schema.withholding import Withholding
from etl.withholding.equations import FIGURE, SCORE, Equations, numbers_of


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
    counts = np.where(counted, numbers_of(long, "numerator"), np.nan)
    # What is no count of people stays in the table, so it is no unknown of any equation.
    value = np.where(counted, numbers_of(long, "value"), np.nan)
    primary = small(counts, rules.threshold) & np.isfinite(value)
    if not primary.any():
        return HiddenIndicators(primary, set(), set())
    by_district = gap.assign(district_id=gap["district_id"].astype(str)).set_index("district_id")
    people = by_district["population"].reindex(long["district_id"]).to_numpy(dtype=float)
    out_of = numbers_of(long, "denominator")
    per_person, steepness = np.ones(len(long)), np.zeros(len(long))
    low, high = np.nan_to_num(value), np.nan_to_num(value)
    columns = dict(_groups(long, "indicator_id"))
    for rows in columns.values():
        per_person[rows] = _value_per_person(value[rows], counts[rows], out_of[rows])
        steepness[rows] = _points_per_unit(long.iloc[rows])
        low[rows] = np.fmin(np.nanmin(value[rows], initial=np.inf), low[rows])
        high[rows] = np.fmax(np.nanmax(value[rows], initial=-np.inf), high[rows])
    equations = Equations()
    width = np.where(primary, rules.threshold * per_person, 0.0)
    equations.figures(value, width, low, high, FIGURE)
    group_totals = {}
    for name, rows in columns.items():
        summed = rows[np.isfinite(counts[rows]) & np.isfinite(value[rows])]
        equations.bind(summed, 1.0 / per_person[summed])
        if name in groups and len(shared := summed[np.isfinite(people[summed])]):
            amounts = people[shared] / 100.0
            number = equations.total(
                float(amounts @ value[shared]), 0.0, float(people[shared].sum())
            )
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
    equations: Equations,
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
    value, scaled = numbers_of(rows, "value"), numbers_of(rows, "scaled_value")
    known = np.isfinite(value) & np.isfinite(scaled)
    if known.sum() < 2 or np.ptp(value[known]) == 0:
        return np.zeros(len(rows))
    slope = float(np.polyfit(value[known], scaled[known], 1)[0])
    return np.where(known, np.nan_to_num(numbers_of(rows, "weight")) * slope, 0.0)
