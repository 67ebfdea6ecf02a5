"""Access index of districts from their access figures."""

from dataclasses import dataclass

import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.measures.composite import contributions, effective_weights
from etl.measures.scaling import align, cap, minmax
from etl.schema import AccessComponent


@dataclass(frozen=True, eq=False)
class AccessIndex:
    """Access index and what it was made from; frames are districts x components.

    Attributes
    ----------
    score : 0-100, higher is better; NaN where a component is missing
    values : the access figures, each in its own unit
    scaled : 0-100, higher is better
    weights, contributions : share of the score and points of it; contributions sum to the score
    table : one row per component: label, direction, weight, low, high, reference
    """

    score: pd.Series
    values: pd.DataFrame
    scaled: pd.DataFrame
    weights: pd.DataFrame
    contributions: pd.DataFrame
    table: pd.DataFrame


def access_index(config: Config, access: pd.DataFrame) -> AccessIndex:
    """Scale, align, weight and sum the components that ``model.yaml`` names.

    Every component must be there: a district lacking one has no score.

    Parameters
    ----------
    access
        Access figures of districts, one column per component, indexed by district_id.

    Raises
    ------
    BadValueError
        If a component is not an access figure, or is the same everywhere.
    """
    components = config.model.access.components
    absent = [name for name in components if name not in access]
    if absent:
        raise BadValueError(f"config/model.yaml: access component {absent[0]!r} is not computed")
    scaled, bounds = {}, {}
    for name, component in components.items():
        scaled[name], bounds[name] = _scaled(component, access[name])
    table = pd.DataFrame({k: c.model_dump() for k, c in components.items()}).T
    table[["low", "high"]] = pd.DataFrame(bounds, index=["low", "high"]).T
    frame, weights = pd.DataFrame(scaled), table["weight"].astype(float)
    points = contributions(frame, weights, min_coverage=1.0)
    return AccessIndex(
        points.sum(axis=1, min_count=1).rename("access_score"),
        access[list(components)].astype(float),
        frame,
        effective_weights(frame, weights, min_coverage=1.0),
        points,
        table,
    )


def _scaled(component: AccessComponent, values: pd.Series) -> tuple[pd.Series, tuple[float, float]]:
    """Return one component on 0-100 and the bounds it was scaled between."""
    if component.cap_quantile is not None:
        values = cap(values, None, component.cap_quantile)
    low = values.min() if component.low is None else component.low
    high = values.max() if component.high is None else component.high
    try:
        scaled = minmax(values, lower=component.low, upper=component.high)
    except ValueError as error:
        raise BadValueError(f"access index: {error}") from error
    return align(scaled, component.direction), (float(low), float(high))
