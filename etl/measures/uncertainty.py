"""What a Monte Carlo of the gap needs of its inputs: checks, nominal need, ranges, weights."""

import numpy as np
import pandas as pd

from .checks import FloatArray, floats, refuse, same_rows
from .composite import Mean, two_level
from .scaling import align, minmax


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
    """Refuse labels that do not match, impossible errors, and values outside their own range."""
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
