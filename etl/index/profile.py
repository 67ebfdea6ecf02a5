"""Gap profile: which link of care is missing in a district, by the rules of the configuration."""

import operator
from collections.abc import Callable

import numpy as np
import pandas as pd

from etl import schema
from etl.errors import BadValueError

OPERATORS: dict[str, Callable[[pd.Series, float], pd.Series]] = {
    "at least": operator.ge,
    "above": operator.gt,
    "at most": operator.le,
    "below": operator.lt,
}
MISSING, PRESENT, NO_DATA = "missing", "present", "no data"


def figures(
    district: pd.DataFrame, measures: pd.DataFrame, indicators: pd.DataFrame
) -> pd.DataFrame:
    """Return every figure a rule may name, districts in rows.

    Columns are those of `district`; ``measure.tier`` for each access measure; and
    ``indicator_id.indicator`` for each indicator's value.
    """
    names = measures["measure"] + "." + measures["tier"]
    access = measures.assign(name=names).pivot(index="district_id", columns="name", values="value")
    wide = indicators.pivot(index="district_id", columns="indicator_id", values="value")
    wide.columns = pd.Index([f"{name}.indicator" for name in wide.columns])
    return district.join(access).join(wide)


def gap_profile(profile: schema.Profile, table: pd.DataFrame) -> pd.DataFrame:
    """Judge every link in every district.

    Parameters
    ----------
    profile
        The links and their conditions.
    table
        `figures`, indexed by district_id. A figure the region does not have counts as unknown.

    Returns
    -------
    pandas.DataFrame
        One row per district and link: ``district_id``, ``link``, ``position``, ``state`` (missing,
        present, no data), ``figures`` (the figures behind it, as text).

    Raises
    ------
    BadValueError
        If a rule names a figure that no region can have.
    """
    parts = []
    for position, (name, link) in enumerate(profile.links.items(), start=1):
        holds, known = _judge(name, link, table)
        state = np.where(known, np.where(holds, MISSING, PRESENT), NO_DATA)
        parts.append(
            pd.DataFrame(
                {
                    "district_id": table.index,
                    "link": name,
                    "position": position,
                    "state": state,
                    "figures": _words(link, table),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _judge(name: str, link: schema.Link, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Whether all conditions hold, and whether all their figures are known."""
    holds, known = np.ones(len(table), dtype=bool), np.ones(len(table), dtype=bool)
    for condition in link.missing_when:
        values = _figure(name, condition, table)
        known &= values.notna().to_numpy()
        holds &= OPERATORS[condition.is_](values, condition.value).to_numpy(dtype=bool)
    return holds, known


def _figure(name: str, condition: schema.Condition, table: pd.DataFrame) -> pd.Series:
    if condition.figure in table:
        return table[condition.figure].astype(float)
    if "." in condition.figure:  # a measure, tier or indicator this region has no data on
        return pd.Series(np.nan, index=table.index)
    raise BadValueError(
        f"config/profile.yaml: links.{name}: no figure {condition.figure!r}. Known: "
        f"{sorted(c for c in table.columns if '.' not in c)}, measure.tier or indicator.indicator."
    )


def _words(link: schema.Link, table: pd.DataFrame) -> list[str]:
    """Return the figures of a link as text, one entry per district."""
    columns = [
        _figure("", condition, table).map(lambda v: "no data" if pd.isna(v) else f"{v:g}")
        for condition in link.missing_when
    ]
    names = [condition.figure for condition in link.missing_when]
    rows = zip(*columns, strict=True)
    return ["; ".join(f"{n} {v}" for n, v in zip(names, row, strict=True)) for row in rows]
