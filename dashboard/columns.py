"""The columns that the rankings can show: what each is called, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import layers, text
from dashboard.i18n import t

# Kind of a column of the gap table, by its key; `_SOURCES` has the column where the key differs.
# Scores and ones have one decimal, shares are percentages, ranges and words are text.
KINDS = {
    "gap_score": "score",
    "gap_range": "range",
    "confidence": "words",
    "need_score": "score",
    "access_score": "score",
    "variants": "line",
    "gap_class": "words",
    "population": "whole",
    "group_people": "whole",
    "population_served": "whole",
    "population_over_capacity": "whole",
    "population_beyond_reach": "whole",
    "fte_per_100k": "one",
    "accessible_fte_per_100k": "one",
    "fte_shortage": "one",
    "nearest_service_minutes": "whole",
    "share_beyond_60min": "share",
    "services_count": "whole",
    "services_reporting_share": "share",
    "rural_share": "share",
    "is_rural": "yes_no",
    "rural_class": "words",
    "is_underserved": "yes_no",
    "is_underserved_rural": "yes_no",
    "gap_top_fifth_probability": "share",
    "data_coverage": "share",
    "parent_name": "name",
}
USUAL = (
    *("gap_score", "gap_range", "confidence", "need_score", "access_score", "variants"),
    *("population", "population_beyond_reach", "accessible_fte_per_100k"),
    *("nearest_service_minutes", "rural_share", "gap_class"),
)
# Known for everyone only: a group of people shows none of it.
OF_EVERYONE = {
    *("gap_range", "confidence", "variants", "population_served", "population_over_capacity"),
    *("population_beyond_reach", "fte_per_100k", "accessible_fte_per_100k", "fte_shortage"),
    "gap_top_fifth_probability",
}
OF_GROUP = {"group_people"}
MOST = 16


@dataclass(frozen=True)
class Column:
    """One column: `key` is a column of the frame, `heading` and `help` are in words."""

    key: str
    heading: str
    kind: str
    help: str = ""


def known(listed: pd.DataFrame, *, group: bool, parents: bool) -> dict[str, Column]:
    """Return every column that can be chosen, by key, in the order in which it is offered.

    `listed` is `layers.listed`; its indicators and access measures follow the gap table.
    `group` is true where a group of people is shown, `parents` where districts have larger areas.
    """
    out = {}
    for key, kind in KINDS.items():
        if key in (OF_EVERYONE if group else OF_GROUP) or (key == "parent_name" and not parents):
            continue
        out[key] = Column(key, t(f"table.column.{key}"), kind, t(f"table.help.{key}"))
    for row in listed[listed["family"] != "score"].to_dict("records"):
        key = str(row["layer"])
        out[key] = Column(key, layer_name(row), "figure", _about(row))
    return out


def usual(columns: Mapping[str, Column], layer: str) -> list[str]:
    """Return the keys shown when the reader has chosen none; the figure ranked by comes first."""
    first = ranked_by(layer)
    rest = [key for key in USUAL if key in columns and key != first]
    return [first, *rest, *(key for key in columns if key in OF_GROUP)]


def ranked_by(layer: str) -> str:
    """Return the key of the column that holds the figure of a layer."""
    return f"{layer}_score" if layer in text.SCORES else layer


def layer_name(row: Mapping[Any, Any]) -> str:
    """Return what a layer is called, a figure with its unit; `row` is one of `layers.listed`."""
    name = layers.name(row)
    if row["family"] == "score" or text.is_missing(row["unit"]):
        return name
    return t("table.with_unit", name=name, unit=text.label(row["unit"]))


def chosen(columns: Mapping[str, Column], wanted: Sequence[str], layer: str) -> list[Column]:
    """Return the columns to show: those wanted, else the usual ones."""
    return [columns[key] for key in wanted or usual(columns, layer)]


def _about(row: Mapping[Any, Any]) -> str:
    parts = [] if text.is_missing(row["definition"]) else [text.label(row["definition"])]
    if not text.is_missing(row["vintage"]):
        parts.append(t("table.vintage", vintage=text.vintage(row["vintage"])))
    if not text.is_missing(row["estimate"]) and bool(row["estimate"]):
        parts.append(t("table.estimate"))
    return " ".join(parts)
