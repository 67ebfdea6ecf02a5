"""Need index of a region from its indicators."""

from dataclasses import dataclass

import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.measures.composite import Index, two_level
from etl.measures.ratios import se_from_moe90
from etl.measures.scaling import align, minmax
from etl.schema import NeedModel


@dataclass(frozen=True)
class Need:
    """Need index and what it was made from; all frames are districts x indicators.

    Attributes
    ----------
    index : scores, weights and contributions (`etl.measures.composite.Index`)
    values, se : raw figures and standard errors, in the indicator's unit
    scaled : 0-100, higher is more need
    table : one row per indicator: direction, domain, weight, low, high
    """

    index: Index
    values: pd.DataFrame
    se: pd.DataFrame
    scaled: pd.DataFrame
    table: pd.DataFrame
    domain_weights: pd.Series


def compute_need(
    config: Config, core: dict[str, pd.DataFrame], model: NeedModel | None = None
) -> Need:
    """Scale, align, weight and sum the indicators that ``model.yaml`` names and the region has.

    Parameters
    ----------
    model
        The choices of method; None takes those of ``config/model.yaml``.

    Raises
    ------
    BadValueError
        If no indicator of the index is there, or one of them is the same everywhere.
    """
    model, long = model or config.model.need, core["indicator"]
    order = core["district"]["district_id"]
    there = set(long["indicator_id"])
    rows = [
        {"indicator_id": i, "domain": d, "weight": w}
        for d, weights in model.weights.items()
        for i, w in weights.items()
        if i in there
    ]
    if not rows:
        raise BadValueError("the region has no indicator that config/model.yaml weighs")
    table = pd.DataFrame(rows).set_index("indicator_id")
    for name in ("direction", "low", "high"):
        table[name] = [getattr(config.indicators[i], name) for i in table.index]
    values = long.pivot(index="district_id", columns="indicator_id", values="value")
    values = values.reindex(index=order, columns=table.index)
    error = long["se"].fillna(pd.Series(se_from_moe90(long["moe"]), index=long.index))
    se = long.assign(error=error).pivot(index="district_id", columns="indicator_id", values="error")
    se = se.reindex(index=order, columns=table.index)
    out = scale(model)
    try:
        scaled = pd.DataFrame(
            {
                i: align(minmax(values[i], out=out), int(table.loc[i, "direction"]), out)
                for i in table.index
            }
        )
    except ValueError as error_:
        raise BadValueError(f"need index: {error_}") from error_
    domain_weights = pd.Series({d: model.domains[d] for d in dict.fromkeys(table["domain"])})
    index = two_level(
        scaled,
        table["weight"],
        table["domain"],
        domain_weights,
        min_coverage=model.min_coverage,
        mean=model.aggregation,
    )
    return Need(index, values, se, scaled, table, domain_weights)


def scale(model: NeedModel) -> tuple[float, float]:
    """Return the scale of indicators: 0-100, or 1-100 before a geometric mean (which needs > 0)."""
    return (1.0, 100.0) if model.aggregation == "geometric" else (0.0, 100.0)
