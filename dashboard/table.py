"""The ranked table, and the CSV of exactly what it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import text

# Column of out_gap: heading, kind, in the order they are shown.
_COLUMNS: dict[str, tuple[str, str]] = {
    "gap_score": ("Gap", "score"),
    "need_score": ("Need", "score"),
    "access_score": ("Access", "score"),
    "population": ("People", "whole"),
    "population_beyond_reach": ("Out of reach (estimate)", "whole"),
    "accessible_fte_per_100k": ("Reachable FTE per 100,000 (estimate)", "one"),
    "nearest_service_minutes": ("Minutes to nearest service (estimate)", "whole"),
    "rural_share": ("Rural %", "percent"),
    "gap_class": ("Gap class", "text"),
}
_FORMATS = {"score": "%.1f", "whole": "%,.0f", "one": "%.1f", "percent": "%.0f%%"}


def ranked(gap: pd.DataFrame, layer: str, shown: Sequence[bool]) -> pd.DataFrame:
    """Return the shown districts, worst rank of the layer first, unscored last; same columns."""
    return (
        gap[list(shown)]
        .sort_values([f"{layer}_rank", "district_id"], na_position="last")
        .reset_index(drop=True)
    )


def display(rows: pd.DataFrame, layer: str, region: Mapping[str, Any]) -> pd.DataFrame:
    """Return what the table shows: headings as people read them, percentages as percentages."""
    singular, _ = text.terms(region)
    out = pd.DataFrame({"Rank": rows[f"{layer}_rank"].astype("Int64")})
    out[text.sentence(singular)] = [text.plain(name, 80) for name in rows["district_name"]]
    for column in _ordered(layer):
        heading, kind = _COLUMNS[column]
        if kind == "text":
            out[heading] = [text.sentence(value) for value in rows[column]]
        else:
            values = pd.to_numeric(rows[column], errors="raise").astype("float64")
            out[heading] = values * 100 if kind == "percent" else values
    return out


def column_config(layer: str, region: Mapping[str, Any]) -> dict[str, Any]:
    """Streamlit formats of the displayed columns; the layer's score is drawn as a bar."""
    singular, _ = text.terms(region)
    out: dict[str, Any] = {
        "Rank": st.column_config.NumberColumn(width=52, format="%d"),
        text.sentence(singular): st.column_config.TextColumn(width=140),
    }
    for column in _ordered(layer):
        heading, kind = _COLUMNS[column]
        if column == f"{layer}_score":
            out[heading] = st.column_config.ProgressColumn(
                width=118, format="%.1f", min_value=0.0, max_value=100.0
            )
        elif kind != "text":
            width = 64 if kind == "score" else 96
            out[heading] = st.column_config.NumberColumn(width=width, format=_format(kind))
    return out


def csv_bytes(rows: pd.DataFrame, layer: str, region: Mapping[str, Any], rural_only: bool) -> bytes:
    """UTF-8 CSV (with a byte-order mark, for spreadsheets) of the displayed table.

    The first lines, starting with `#`, say what it is. Text cells are quoted, so ids keep their
    leading zeros, and none can run as a formula; numbers are left as numbers, missing is empty.
    """
    shown = display(rows, layer, region)
    identity = f"{text.sentence(text.terms(region)[0])} id"
    shown.insert(1, identity, rows["district_id"].astype("object"))
    out = io.StringIO()
    for note in _notes(len(rows), layer, region, rural_only):
        out.write(f"# {' '.join(text.plain(note).split())}\r\n")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([text.csv_text(heading) for heading in shown.columns])
    for record in shown.astype("object").itertuples(index=False):
        writer.writerow([_cell(value) for value in record])
    return out.getvalue().encode("utf-8-sig")


def csv_name(layer: str, region: Mapping[str, Any], rural_only: bool) -> str:
    """Return a file name that says what is in the file and which snapshot it came from."""
    rural = "-rural" if rural_only else ""
    return f"mindgap-{region['region_id']}-{layer}{rural}-{region['snapshot_id']}.csv"


def _notes(count: int, layer: str, region: Mapping[str, Any], rural_only: bool) -> list[str]:
    _, plural = text.terms(region)
    which = f"rural {plural} only" if rural_only else f"all {plural}"
    return [
        f"Mindgap: {region['name']}, {which} ({count}), ranked by {text.LAYERS[layer].score}",
        f"Snapshot {region['snapshot_id']}, method {region['method_version']}",
        f"People: population of {text.vintage(region['population_vintage'])}",
        "Scores 0-100. Need and gap: higher is worse. Access: higher is better. Rank 1 is worst.",
        f"Columns marked estimate: {text.plain(region['travel_note'])}",
        "Ids are text. An empty cell means no data.",
    ]


def _cell(value: Any) -> Any:
    if text.is_missing(value):
        return None
    if isinstance(value, str):
        return text.csv_text(value)
    return round(float(value), 3) if float(value) != int(value) else int(value)


def _ordered(layer: str) -> list[str]:
    first = f"{layer}_score"
    return [first, *(column for column in _COLUMNS if column != first)]


def _format(kind: str) -> str:
    return "localized" if kind == "whole" else _FORMATS[kind]
