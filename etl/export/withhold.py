"""Which published figures are withheld: the equations between them, as anyone can read them off.

The mathematics is `etl.measures.suppress`; here is what our tables give away. Scores are sums of
points, parts of the population add up to it, and counts add up to totals that sources and the
dashboard publish.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from etl.measures.checks import BoolArray, FloatArray
from etl.measures.suppress import small, withhold
from etl.schema.export import Split, Suppression

Terms = list[tuple[np.ndarray, np.ndarray]]  # of each equation: cells, coefficients


def withheld_parts(gap: pd.DataFrame, rules: Suppression) -> dict[str, BoolArray]:
    """Return the withheld cells of each column of the gap table that is a part of a split.

    Examples
    --------
    See ``tests/export/test_withhold.py``.
    """
    found: dict[str, BoolArray] = {}
    for split in rules.splits:
        parts = [name for name in split.parts if name in gap]
        amounts = gap[parts].to_numpy(dtype=np.float64, na_value=np.nan)
        hidden = _hide_parts(amounts, gap, split, rules.threshold)
        for i, name in enumerate(parts):
            for column in (name, *split.withheld_with.get(name, ())):
                found[column] = found.get(column, np.zeros(len(gap), dtype=bool)) | hidden[:, i]
    return found


def _hide_parts(amounts: FloatArray, gap: pd.DataFrame, split: Split, threshold: int) -> BoolArray:
    primary = small(amounts, threshold)
    if not primary.any():
        return primary
    cells = np.arange(amounts.size).reshape(amounts.shape)
    known = np.isfinite(amounts)
    total = gap[split.total].to_numpy(dtype=np.float64, na_value=np.nan)
    terms: Terms = [
        (row[given], np.ones(given.sum()))
        for row, given, people in zip(cells, known, total, strict=True)
        if given.all() and np.isfinite(people)
    ]
    groups = gap[split.groups].astype("string").fillna("").to_numpy()
    for group in np.unique(groups):
        for part in range(amounts.shape[1]):
            inside = (groups == group) & known[:, part]
            terms.append((cells[inside, part], np.ones(inside.sum())))
    limit = np.where(np.isfinite(total), total, np.nanmax(amounts))
    most = np.broadcast_to(limit[:, None], amounts.shape)
    flat = amounts.ravel()
    hidden = withhold(
        flat,
        np.where(primary.ravel(), float(threshold), 0.0),
        _matrix(terms, amounts.size),
        low=np.zeros(amounts.size),
        high=np.fmax(most.ravel(), flat),  # parts are rounded: one may exceed the total by a hair
    )
    return hidden.reshape(amounts.shape)


def withheld_indicators(
    long: pd.DataFrame, need_score: Mapping[str, float], rules: Suppression
) -> BoolArray:
    """Return which rows of the indicator table are withheld.

    A figure can be worked out from the count's known total over the region, and from the need
    score of its district, which is a sum of points: the steepness of points per unit is what a
    straight line through the region's own figures says.

    Parameters
    ----------
    long
        Rows of ``out_indicator``, index 0..n-1.
    need_score
        Need score by district id.
    """
    counted = long["indicator_id"].isin(rules.indicators).to_numpy()
    counts = _floats(long, "numerator")
    primary = counted & small(np.where(counted, counts, np.nan), rules.threshold)
    primary &= np.isfinite(_floats(long, "value"))
    if not primary.any():
        return primary
    # What is no count of people stays in the table, so it is no unknown of any equation.
    value = np.where(counted, _floats(long, "value"), np.nan)
    per_person, steepness = np.ones(len(long)), np.zeros(len(long))
    low, high = np.nan_to_num(value), np.nan_to_num(value)
    terms: Terms = []
    out_of = _floats(long, "denominator")
    for rows in _groups(long, "indicator_id"):
        per_person[rows] = _value_per_person(value[rows], counts[rows], out_of[rows])
        steepness[rows] = _points_per_unit(long.iloc[rows])
        low[rows] = np.fmin(np.nanmin(value[rows], initial=np.inf), low[rows])
        high[rows] = np.fmax(np.nanmax(value[rows], initial=-np.inf), high[rows])
        summed = rows[np.isfinite(counts[rows]) & np.isfinite(value[rows])]
        terms.append((summed, 1.0 / per_person[summed]))
    for rows in _groups(long, "district_id"):
        given = rows[np.isfinite(value[rows]) & (steepness[rows] != 0)]
        if np.isfinite(need_score.get(str(long["district_id"].iloc[rows[0]]), np.nan)):
            terms.append((given, steepness[given]))
    width = np.where(primary, rules.threshold * per_person, 0.0)
    return withhold(value, width, _matrix(terms, len(long)), low=low, high=high)


def _groups(long: pd.DataFrame, column: str) -> list[np.ndarray]:
    """Return the row numbers of each value of a column, in the order of the values."""
    numbers, _ = pd.factorize(long[column], sort=True)
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)


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


def _matrix(terms: Sequence[tuple[np.ndarray, np.ndarray]], n: int) -> sparse.csr_array:
    kept = [(cells, factors) for cells, factors in terms if len(cells)]
    if not kept:
        return sparse.csr_array((0, n))
    rows = np.repeat(np.arange(len(kept)), [len(cells) for cells, _ in kept])
    cells = np.concatenate([cells for cells, _ in kept])
    factors = np.concatenate([factors for _, factors in kept])
    return sparse.csr_array((factors, (rows, cells)), shape=(len(kept), n))


def _floats(frame: pd.DataFrame, column: str) -> FloatArray:
    if column not in frame:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
