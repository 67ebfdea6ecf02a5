"""Access index of districts from their access figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.measures.composite import contributions, effective_weights
from etl.measures.scaling import align, cap, minmax
from etl.schema import AccessComponent, AccessReference

FloatArray = npt.NDArray[np.float64]


class Rule(NamedTuple):
    """How one component is scaled and weighed."""

    low: float
    high: float
    direction: int
    weight: float


@dataclass(frozen=True, eq=False)
class AccessIndex:
    """Access index and what it was made from; frames are districts x components in the index.

    Attributes
    ----------
    score : 0-100, higher is better; NaN where a component is missing
    values : the access figures, each in its own unit
    scaled : 0-100, higher is better
    weights, contributions : share of the score and points of it, which sum to the score
    table : one row per component of the configuration: position, label, unit, direction, weight
        (0-1, as used here; NaN if left out), low, high, is_fixed, reference, in_index, left_out
    """

    score: pd.Series
    values: pd.DataFrame
    scaled: pd.DataFrame
    weights: pd.DataFrame
    contributions: pd.DataFrame
    table: pd.DataFrame

    @cached_property
    def rules(self) -> list[Rule]:
        """How each component in the index is scaled and weighed, in their order."""
        used = self.table.loc[list(self.values.columns)]
        return [
            Rule(float(r["low"]), float(r["high"]), int(r["direction"]), float(r["weight"]))
            for r in used.to_dict("records")
        ]

    def score_of(self, figures: FloatArray) -> FloatArray:
        """Return the score (n,) of other figures (n, k), scaled between these bounds."""
        total = np.zeros(len(figures))
        for column, rule in zip(figures.T, self.rules, strict=True):
            scaled = minmax(column, lower=rule.low, upper=rule.high)
            total += rule.weight * align(scaled, rule.direction)
        return total


def access_index(
    config: Config,
    values: pd.DataFrame,
    references: Mapping[str, AccessReference] | None = None,
    left_out: Mapping[str, str] | None = None,
) -> AccessIndex:
    """Scale, align, weight and sum the components that ``model.yaml`` names.

    A component without a figure in any district is left out and its weight goes to the others: what
    a region has no data on must not count as bad. A district lacking one of the rest has no score.

    Parameters
    ----------
    values
        Access figures of districts, one column per component, indexed by district_id.
    references
        Bounds a region has frozen, by component; see ``access_references`` in its file.
    left_out
        Why a component without figures has none, in words.

    Raises
    ------
    BadValueError
        If a component is not an access figure, or is the same everywhere and has no reference.
    """
    components, reasons = config.model.access.components, left_out or {}
    absent = [name for name in components if name not in values]
    if absent:
        raise BadValueError(f"config/model.yaml: access component {absent[0]!r} is not computed")
    scaled, rows = {}, {}
    for position, (name, component) in enumerate(components.items(), start=1):
        frozen = _frozen(component, (references or {}).get(name))
        row = _row(config, name, frozen, position)
        rows[name] = row
        if values[name].isna().all():
            words = config.model.access.left_out_words
            row |= {"in_index": False, "left_out": reasons.get(name, words["no_figure"])}
            continue
        low, high = _bounds(values[name], frozen)
        row |= {"low": low, "high": high}
        try:
            scaled[name] = align(minmax(values[name], lower=low, upper=high), component.direction)
        except ValueError as error:
            raise BadValueError(f"access index: {error}") from error
    table = pd.DataFrame(rows).T.rename_axis("component")
    frame = pd.DataFrame(scaled, index=values.index)
    return _combined(table, values[list(scaled)].astype(float), frame)


def _combined(table: pd.DataFrame, values: pd.DataFrame, scaled: pd.DataFrame) -> AccessIndex:
    """Weigh and sum what is in the index; no scores where nothing is."""
    given = table["weight"].astype(float).where(table["in_index"].astype(bool))
    table["weight"] = given / given.sum()
    if scaled.empty or not len(scaled.columns):
        nothing = pd.Series(np.nan, index=values.index, name="access_score")
        return AccessIndex(nothing, values, scaled, scaled.copy(), scaled.copy(), table)
    weights = table["weight"].dropna()
    points = contributions(scaled, weights, min_coverage=1.0)
    return AccessIndex(
        points.sum(axis=1, min_count=1).rename("access_score"),
        values,
        scaled,
        effective_weights(scaled, weights, min_coverage=1.0),
        points,
        table,
    )


def _frozen(component: AccessComponent, given: AccessReference | None) -> AccessComponent:
    """Return a component with the bounds its region has frozen."""
    changes = {} if given is None else given.model_dump(exclude_none=True)
    return component.model_copy(update=changes)


def _row(config: Config, name: str, component: AccessComponent, position: int) -> dict[str, object]:
    """Return a component's row of the table, as if it were in the index."""
    return {
        "position": position,
        "label": component.label,
        "unit": config.model.access_measures[name].unit,
        "weight": component.weight,
        "direction": component.direction,
        "low": component.low,
        "high": component.high,
        "is_fixed": component.low is not None and component.high is not None,
        "reference": component.reference,
        "in_index": True,
        "left_out": None,
    }


def _bounds(values: pd.Series, component: AccessComponent) -> tuple[float, float]:
    """Return the bounds a component is scaled between: given ones, else those of the districts."""
    if component.cap_quantile is not None:
        values = cap(values, None, component.cap_quantile)
    low = values.min() if component.low is None else component.low
    high = values.max() if component.high is None else component.high
    return float(low), float(high)
