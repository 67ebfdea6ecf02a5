"""Need index of a region from its indicators, by the steps that ``config/model.yaml`` chooses."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.measures.composite import Index, two_level
from etl.measures.outliers import log_error, treat
from etl.measures.ratios import se_from_moe90
from etl.measures.scaling import toward_need
from etl.measures.weights import MixedSignsError, principal_component
from etl.schema import NeedModel, OutlierRule

BOUNDS = ("direction", "low", "high", "scale_low", "scale_high")


@dataclass(frozen=True, eq=False)
class Figures:
    """What the index is made from; frames are districts x indicators.

    Attributes
    ----------
    raw : as published by the source, in the indicator's unit
    values : what is scaled: `raw`, or those after outlier treatment
    se : standard errors of `values`; NaN where unknown
    table : one row per indicator: label, domain, weight (inside its domain), direction, low and
        high (values that can exist), scale_low and scale_high (fixed bounds; NaN: the region's
        own), changed (districts pulled in or transformed), logged, within (limits of skewness
        kept)
    left_out : why an indicator of the model is not counted in this region, by indicator
    """

    raw: pd.DataFrame
    values: pd.DataFrame
    se: pd.DataFrame
    table: pd.DataFrame
    left_out: dict[str, str]


@dataclass(frozen=True, eq=False)
class Need:
    """Need index and what it was made from; all frames are districts x indicators.

    Attributes
    ----------
    index : scores, weights and contributions (`etl.measures.composite.Index`)
    raw, values, se, table, left_out : as in `Figures`, with the weights really used
    scaled : 0-100, higher is more need
    domain_weights : weight of each domain
    """

    index: Index
    raw: pd.DataFrame
    values: pd.DataFrame
    se: pd.DataFrame
    scaled: pd.DataFrame
    table: pd.DataFrame
    domain_weights: pd.Series
    left_out: dict[str, str]


def compute_need(
    config: Config, core: dict[str, pd.DataFrame], model: NeedModel | None = None
) -> Need:
    """Treat, scale, align, weight and sum the indicators that the model names and the region has.

    Parameters
    ----------
    model
        The choices of method; None takes those of ``config/model.yaml``.

    Raises
    ------
    BadValueError
        If no indicator of the index is there, the region has one district, an indicator is the
        same everywhere, or principal components cannot give weights.
    """
    model = model or config.model.need
    return need_of(gather(config, core, model), model)


def gather(config: Config, core: dict[str, pd.DataFrame], model: NeedModel) -> Figures:
    """Collect the figures of the model's indicators, leaving out those too few districts have.

    Raises
    ------
    BadValueError
        As `compute_need`.
    """
    long, order = core["indicator"], core["district"]["district_id"]
    table = _listed(config, model, set(long["indicator_id"]))
    wanted = long[long["indicator_id"].isin(table.index)]
    error = wanted["se"].fillna(pd.Series(se_from_moe90(wanted["moe"]), index=wanted.index))
    raw, se = (
        wanted.assign(figure=figure)
        .pivot(index="district_id", columns="indicator_id", values="figure")
        .reindex(index=order, columns=table.index)
        for figure in (wanted["value"], error)
    )
    left_out = _too_rare(raw, model)
    kept = [i for i in table.index if i not in left_out]
    if not kept:
        raise BadValueError(f"no indicator of the index is known in enough districts: {left_out}")
    if len(raw) == 1:
        raise BadValueError(
            f"need index: {order.iloc[0]} is the only district of the region, and scores compare "
            "districts with each other. Give its parts as districts, or make it part of a larger "
            "region."
        )
    flat = [i for i in kept if raw[i].nunique() == 1]
    if flat:
        raise BadValueError(
            f"need index: {', '.join(flat)} is the same in every district and tells none from "
            "another. A default read as a figure? Correct the source, or take the indicator out of "
            "need.weights in config/model.yaml."
        )
    return _treated(Figures(raw[kept], raw[kept], se[kept], table.loc[kept], left_out), model)


def need_of(figures: Figures, model: NeedModel) -> Need:
    """Scale, align, weight and sum figures that were gathered before (no configuration).

    Raises
    ------
    BadValueError
        If an indicator cannot be scaled, or principal components cannot give weights.
    """
    out, table = scale(model), figures.table
    try:
        scaled = pd.DataFrame(
            {i: _scaled(figures.values[i], table.loc[i], model, out) for i in table.index}
        )
    except ValueError as error:
        raise BadValueError(f"need index: {error}") from error
    if model.weighting == "principal_component":
        table = table.assign(weight=_component_weights(scaled, table))
    domain_weights = pd.Series({d: model.domains[d] for d in dict.fromkeys(table["domain"])})
    index = two_level(
        scaled,
        table["weight"],
        table["domain"],
        domain_weights,
        min_coverage=model.min_coverage,
        mean=model.aggregation,
    )
    parts = (figures.raw, figures.values, figures.se, scaled, table, domain_weights)
    return Need(index, *parts, figures.left_out)


def scale(model: NeedModel) -> tuple[float, float]:
    """Return the scale of indicators: 0-100, or 1-100 before a geometric mean (which needs > 0)."""
    return (1.0, 100.0) if model.aggregation == "geometric" else (0.0, 100.0)


def _listed(config: Config, model: NeedModel, there: set[str]) -> pd.DataFrame:
    """Return the indicators that the model names and the region has, with their rules."""
    rows = [
        {"indicator_id": i, "label": config.indicators[i].label, "domain": d, "weight": w}
        for d, weights in model.weights.items()
        if d in model.domains
        for i, w in weights.items()
        if i in there
    ]
    if not rows:
        raise BadValueError("the region has no indicator that config/model.yaml weighs")
    table = pd.DataFrame(rows).set_index("indicator_id")
    for name in BOUNDS:
        figures = [getattr(config.indicators[i], name) for i in table.index]
        table[name] = figures if name == "direction" else np.array(figures, dtype=np.float64)
    return table


def _too_rare(raw: pd.DataFrame, model: NeedModel) -> dict[str, str]:
    """Say of each indicator that too few districts have why it is left out."""
    n, least = len(raw), model.min_indicator_coverage
    counts = raw.notna().sum()
    return {
        str(name): f"known in {count} of {n} districts; an indicator of the index must be known in "
        f"at least {least:.0%} of them"
        for name, count in counts.items()
        if count == 0 or count < least * n
    }


def _treated(figures: Figures, model: NeedModel) -> Figures:
    """Pull in outliers by the model's rule; indicators scaled by fixed bounds are left alone.

    Fixed bounds clip what lies beyond them, and mean nothing to a logarithm.
    """
    rule, table = model.outliers, figures.table.assign(changed=0, logged=False, within=True)
    if not isinstance(rule, OutlierRule):
        return replace(figures, table=table)
    values, se = figures.values.copy(), figures.se.copy()
    fixed = table[["scale_low", "scale_high"]].notna().any(axis=1)
    for name in table.index[~fixed]:
        got = treat(
            values[name],
            skewness=rule.skewness,
            kurtosis=rule.kurtosis,
            most=rule.most,
            log=rule.fallback == "log",
        )
        if got.logged:
            se[name] = log_error(values[name], se[name])
            table.loc[name, ["low", "high"]] = np.nan  # bounds of the unit bound no logarithm
        values[name] = got.values
        table.loc[name, ["changed", "logged", "within"]] = (
            int(got.changed.sum()),
            got.logged,
            got.within,
        )
    return replace(figures, values=values, se=se, table=table)


def _scaled(
    values: pd.Series, row: pd.Series, model: NeedModel, out: tuple[float, float]
) -> pd.Series:
    lower, upper = (
        None if pd.isna(row[side]) else float(row[side]) for side in ("scale_low", "scale_high")
    )
    return toward_need(
        values,
        model.scaling,
        int(row["direction"]),
        out=out,
        z_limit=model.z_limit,
        lower=lower,
        upper=upper,
    )


def _component_weights(scaled: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Weights inside each domain from its first principal component; 1 for a single indicator."""
    weights = pd.Series(1.0, index=table.index)
    for domain, names in table.groupby("domain").groups.items():
        if len(names) == 1:
            continue
        try:
            weights[names] = principal_component(scaled[names]).weights
        except MixedSignsError as error:
            against = ", ".join(table.loc[error.against, "label"])
            raise BadValueError(
                f"the indicators of domain {domain!r} move against each other ({against} against "
                "the rest), so their first principal component cannot weigh them"
            ) from error
        except ValueError as error:
            raise BadValueError(f"weights of domain {domain!r}: {error}") from error
    return weights
