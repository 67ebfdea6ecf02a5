"""Figures from small counts, drawn toward the rate around them; published beside the plain ones."""

import pandas as pd

from etl.config import Config
from etl.errors import BadValueError, examples
from etl.index.need_words import Row
from etl.measures.smoothing import toward_area
from etl.schema import PER

_ROUNDED = 0.051  # a rate published with one decimal may be this far from numerator / denominator


def smoothed_indicators(config: Config, core: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the smoothed figure of every indicator that asks for one (``smooth``).

    Returns
    -------
    pandas.DataFrame
        ``district_id``, ``indicator_id``, ``smoothed_value`` (in the indicator's unit); NaN where
        the count is missing.

    Raises
    ------
    BadValueError
        If such an indicator has a value without numerator or denominator, or one that is not their
        quotient.
    """
    parent = core["district"].set_index("district_id")["parent_id"]
    long = core["indicator"]
    there = set(long["indicator_id"])
    asked = [name for name, entry in config.indicators.items() if entry.smooth and name in there]
    parts = []
    for name in asked:
        rows = long[long["indicator_id"] == name].set_index("district_id")
        per = PER[config.indicators[name].unit]
        _check(name, rows, per)
        # A withheld count takes no part, whatever is known of the people behind it.
        people = rows["denominator"].where(rows["value"].notna(), 0.0)
        events = rows["numerator"].where(rows["value"].notna())
        rate = toward_area(events, people, parent.reindex(rows.index)) * per
        parts.append(
            pd.DataFrame({"district_id": rows.index, "indicator_id": name, "smoothed_value": rate})
        )
    if not parts:
        kinds = {"district_id": "string", "indicator_id": "string", "smoothed_value": "float64"}
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
    return pd.concat(parts, ignore_index=True)


def _check(name: str, rows: pd.DataFrame, per: float) -> None:
    """Refuse an indicator that is not numerator / denominator: there is no count to smooth."""
    given = rows[rows["value"].notna()]
    lacking = given[["numerator", "denominator"]].isna().any(axis=1)
    if lacking.any():
        raise BadValueError(
            f"indicator {name}: `smooth` in config/indicators.yaml needs numerator and "
            f"denominator; {int(lacking.sum())} district(s) lack one: "
            f"{examples(given.index[lacking].tolist())}. Supply them, or remove `smooth`."
        )
    rate = per * given["numerator"] / given["denominator"].where(given["denominator"] > 0)
    off = (rate - given["value"]).abs() > _ROUNDED
    if off.any():
        raise BadValueError(
            f"indicator {name}: {int(off.sum())} value(s) are not {per:,.0f} x numerator / "
            f"denominator: {examples(given.index[off].tolist())}. Such a figure cannot be smoothed."
        )


def for_index(
    config: Config, core: dict[str, pd.DataFrame], smoothed: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the core tables the need index is made from: smoothed where ``use_smoothed`` says so.

    Standard errors stay those of the plain figures, which is the wider and so the careful choice.
    """
    if not config.model.need.use_smoothed:
        return core
    keys = ["district_id", "indicator_id"]
    long = core["indicator"].merge(smoothed, on=keys, how="left")
    long["value"] = long["smoothed_value"].fillna(long["value"])
    return core | {"indicator": long.drop(columns="smoothed_value")}


def smoothing_rows(config: Config, smoothed: pd.DataFrame) -> list[Row]:
    """Return what the methods page says about smoothed figures, one row per figure."""
    rules, section = config.model.smoothing, "Small numbers"
    use = (
        "The index uses the smoothed figure."
        if config.model.need.use_smoothed
        else "The index uses the plain figure; the smoothed one is shown beside it."
    )
    rows: list[Row] = []
    for name, part in smoothed.groupby("indicator_id"):
        entry = config.indicators[str(name)]
        rows.append(
            (
                section,
                entry.label,
                f"{rules.note}. {use}",
                f"{int(part['smoothed_value'].notna().sum())} of {len(part)}",
                "districts with a smoothed figure",
                rules.reference,
            )
        )
    return rows
