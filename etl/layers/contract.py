"""The contract of the five layers: columns, types, ranges, keys, and how figures are rounded.

Rounding is part of the contract because the embedded sample and the raw files must lead to the same
published tables, byte for byte.
"""

import difflib
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.errors import BadValueError, KeyJoinError, examples


@dataclass(frozen=True)
class Field:
    """One column: its kind, whether every row needs it, its range and its decimals."""

    kind: str = "text"
    required: bool = False
    low: float | None = None
    high: float | None = None
    decimals: int | None = None


TEXT, NEEDED = Field(), Field(required=True)
COUNT = Field("number", low=0, decimals=3)
LON = Field("number", low=-180, high=180, decimals=5)
LAT = Field("number", low=-90, high=90, decimals=5)
FIGURE = Field("number", decimals=4)
ERROR = Field("number", low=0, decimals=4)

LAYERS: dict[str, dict[str, Field]] = {
    "district": {
        "district_id": NEEDED,
        "name": NEEDED,
        "parent_id": TEXT,
        "parent_name": TEXT,
        "population": Field("number", required=True, low=0, decimals=0),
        "area_km2": Field("number", low=0, decimals=1),
        "rural_code": Field("number", decimals=2),
        "rural_share": Field("number", low=0, high=1, decimals=4),
        "rural_class": TEXT,
    },
    "demand_point": {
        "point_id": NEEDED,
        "lon": Field("number", required=True, low=-180, high=180, decimals=4),
        "lat": Field("number", required=True, low=-90, high=90, decimals=4),
        "population": Field("number", required=True, low=0, decimals=1),
        "district_id": TEXT,  # blank: the polygon it stands in
        "stands_for_district": Field("boolean"),  # the only point of a district without any
    },
    "service": {
        "service_id": NEEDED,
        "name": NEEDED,
        "service_type": NEEDED,
        "scope": NEEDED,
        "lon": LON,
        "lat": LAT,
        "ownership": TEXT,
        "capacity_fte": COUNT,
        "beds": COUNT,
        "status": TEXT,
        "services_reported": Field("boolean"),
        "district_id": TEXT,  # blank: the polygon it stands in
        "source_id": NEEDED,
    },
    "workforce": {
        "district_id": NEEDED,
        "cadre": NEEDED,
        "ownership": TEXT,
        "headcount": COUNT,
        "fte": COUNT,
        "vintage": NEEDED,
        "source_id": NEEDED,
    },
    "indicator": {
        "district_id": NEEDED,
        "indicator_id": NEEDED,
        "value": FIGURE,
        "numerator": FIGURE,
        "denominator": FIGURE,
        "moe": ERROR,
        "se": ERROR,
        "vintage": NEEDED,
        "flag": TEXT,
        "source_id": NEEDED,
    },
}
KEYS: dict[str, list[str]] = {
    "district": ["district_id"],
    "demand_point": ["point_id"],
    "service": ["service_id"],
    "workforce": ["district_id", "cadre", "ownership"],
    "indicator": ["district_id", "indicator_id"],
}


def conform(layer: str, frame: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return a layer's frame with exactly the contract's columns, typed, rounded and sorted by key.

    Parameters
    ----------
    layer
        A key of `LAYERS`.
    frame
        Any subset of its columns (the required ones at least) and ``_row``, the row in its file.
    where
        File or SELECT the rows come from, for the messages.

    Raises
    ------
    BadValueError
        Unknown or missing columns, blank required cells, text where a number belongs, values out of
        range.
    KeyJoinError
        Duplicate keys.
    """
    fields = LAYERS[layer]
    _check_columns(layer, frame, where)
    rows = frame["_row"] if "_row" in frame else pd.Series(range(1, len(frame) + 1), frame.index)
    typed = {}
    for name, field in fields.items():
        column = frame[name] if name in frame else pd.Series(None, index=frame.index, dtype=object)
        typed[name] = _typed(column, field, name, rows, where)
    result = pd.DataFrame(typed)
    repeated = result.duplicated(KEYS[layer], keep=False)
    if repeated.any():
        text = result.loc[repeated, KEYS[layer]].astype("string").fillna("(blank)")
        keys = text.agg(" / ".join, axis=1)
        raise KeyJoinError(
            f"{where}: {int(repeated.sum())} rows share a key ({', '.join(KEYS[layer])}): "
            f"{examples(keys.drop_duplicates().tolist())} in row(s) "
            f"{examples(rows[repeated].tolist())}",
            _rejected(where, ", ".join(KEYS[layer]), rows[repeated], keys, "duplicate_key"),
        )
    return result.sort_values(KEYS[layer], kind="stable").reset_index(drop=True)


def _check_columns(layer: str, frame: pd.DataFrame, where: str) -> None:
    fields = LAYERS[layer]
    given = [c for c in frame.columns if not c.startswith("_") and c != "geometry"]
    absent = [n for n, f in fields.items() if f.required and n not in given]
    unknown = [n for n in given if n not in fields]
    if not absent and not unknown:
        return
    parts = []
    if absent:
        parts.append(f"lacks the column(s) {absent}")
    for name in unknown:
        near = difflib.get_close_matches(name, fields, n=1)
        parts.append(f"has an unknown column {name!r}" + (f" (meant {near[0]!r}?)" if near else ""))
    raise BadValueError(f"{where}: {'; '.join(parts)}. Columns of this layer: {list(fields)}.")


def _typed(column: pd.Series, field: Field, name: str, rows: pd.Series, where: str) -> pd.Series:
    blank = column.isna() | (column.astype("string").str.strip() == "").fillna(False)
    blank = blank.astype(bool)
    if field.required and blank.any():
        raise BadValueError(
            f"{where}: column {name!r} is blank in {int(blank.sum())} row(s): "
            f"{examples(rows[blank].tolist())}. Every row needs it.",
            _rejected(where, name, rows[blank], column[blank], "blank"),
        )
    if field.kind == "text":
        return column.astype("string").str.strip().mask(blank)
    if field.kind == "boolean":
        text = column.astype("string").str.lower()
        values: pd.Series = text.map({"true": True, "false": False, "unknown": pd.NA}).astype(
            "boolean"
        )
        bad = (~blank & values.isna() & (text != "unknown")).astype(bool)
    else:
        values = pd.to_numeric(column, errors="coerce").astype("float64")
        bad = ~blank & values.isna()
        low = -np.inf if field.low is None else field.low
        high = np.inf if field.high is None else field.high
        bad |= ~blank & ~values.between(low, high)
        values = values.round(field.decimals) if field.decimals is not None else values
    if bad.any():
        limits = "" if field.low is None else f" of at least {field.low}"
        if field.low is not None and field.high is not None:
            limits = f" between {field.low} and {field.high}"
        raise BadValueError(
            f"{where}: column {name!r}: {int(bad.sum())} cell(s) are not a {field.kind}{limits}: "
            f"{examples(column[bad].tolist())} in row(s) {examples(rows[bad].tolist())}",
            _rejected(where, name, rows[bad], column[bad], f"not_a_{field.kind}{limits}"),
        )
    return values


def _rejected(
    where: str, column: str, rows: pd.Series, values: pd.Series, rule: str
) -> list[dict[str, object]]:
    """Return the rows at fault for the list that an analyst works through."""
    base = {"file": where, "column_name": column, "rule": rule, "action": "refresh stopped"}
    return [base | {"row": r, "value": v} for r, v in zip(rows, values, strict=True)]


def check_ids(ids: pd.Series, pattern: str, where: str) -> None:
    """Raise KeyJoinError where a district id does not look as the region declares.

    Tells when the id would fit with its leading zeros back.
    """
    odd = sorted({i for i in ids if not re.fullmatch(pattern, i)})
    if not odd:
        return
    hints = []
    for value in odd[:5]:
        fits = next((p for n in range(1, 4) if re.fullmatch(pattern, p := "0" * n + value)), None)
        hints.append(
            f"{value!r} (has it lost its leading zero? {fits!r} would fit)" if fits else repr(value)
        )
    raise KeyJoinError(
        f"{where}: {len(odd)} district id(s) do not match {pattern!r}: {', '.join(hints)}. "
        "Store ids as text."
    )


def check_join(frame: pd.DataFrame, known: set[str], where: str) -> None:
    """Raise KeyJoinError naming the ids (or names) that belong to no district of the region."""
    stray = frame[~frame["district_id"].isin(known)]
    if len(stray):
        label = "source_name" if "source_name" in stray else "district_id"
        names = sorted({str(v) for v in stray[label]})
        raise KeyJoinError(
            f"{where}: {len(stray)} row(s) join to no district: {examples(names, 10)}. "
            "Correct the id, or add the spelling to the crosswalk of the region.",
            _rejected(where, label, stray.get("_row", stray.index.to_series()), stray[label],
                      "joins_to_no_district"),
        )  # fmt: skip
