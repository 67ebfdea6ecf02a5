"""The ranked table, and the CSV of exactly what it shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import text
from dashboard.i18n import t

# Column of the frame: heading, kind, in the order they are shown.
_COLUMNS: dict[str, tuple[str, str]] = {
    "gap_score": ("Gap", "score"),
    "confidence": ("Confidence", "text"),
    "need_score": ("Need", "score"),
    "access_score": ("Access", "score"),
    "population": ("People", "whole"),
    "group_people": ("People in the group", "whole"),
    "population_beyond_reach": ("Out of reach (estimate)", "whole"),
    "accessible_fte_per_100k": ("Reachable FTE per 100,000 (estimate)", "one"),
    "nearest_service_minutes": ("Minutes to nearest service (estimate)", "whole"),
    "rural_share": ("Rural %", "percent"),
    "gap_class": ("Gap class", "text"),
}
_EVERYONE_ONLY = {
    *("confidence", "population", "population_beyond_reach", "accessible_fte_per_100k"),
}
_FORMATS = {"score": "%.1f", "whole": "localized", "one": "%.1f", "percent": "%.0f%%"}
_RANK_RANGE = ("gap_rank_low", "gap_rank_high")
_GAP_RANGE = ("gap_low", "gap_high")


@dataclass(frozen=True)
class Choice:
    """What the table shows: the layer it is ranked by, the filters, and whose scores these are.

    `group` is empty for everyone, else what the group is called; `lens` is its id.
    """

    layer: str
    rural: bool = False
    robust: bool = False
    lens: str = ""
    group: str = ""


def ranked(gap: pd.DataFrame, layer: str, shown: Sequence[bool]) -> pd.DataFrame:
    """Return the shown districts, worst rank of the layer first, unscored last; same columns."""
    return (
        gap[list(shown)]
        .sort_values([f"{layer}_rank", "district_id"], na_position="last")
        .reset_index(drop=True)
    )


def display(rows: pd.DataFrame, choice: Choice, region: Mapping[str, Any]) -> pd.DataFrame:
    """Return what the table shows: headings as people read them, percentages as percentages."""
    singular, _ = text.terms(region)
    out = pd.DataFrame({"Rank": rows[f"{choice.layer}_rank"].astype("Int64")})
    out[text.sentence(singular)] = [text.plain(name, 80) for name in rows["district_name"]]
    for column in _ordered(choice):
        heading, kind = _COLUMNS[column]
        if kind == "text":
            out[heading] = [text.sentence(value) for value in rows[column]]
        else:
            values = pd.to_numeric(rows[column], errors="raise").astype("float64")
            out[heading] = values * 100 if kind == "percent" else values
            # Parts of a person or a minute would claim more than an estimate knows.
            out[heading] = out[heading].round(0) if kind == "whole" else out[heading]
    return out


def with_ranges(rows: pd.DataFrame, shown: pd.DataFrame, choice: Choice) -> Any:
    """Return the table with likely ranges written into its cells: `3 (1–7)`.

    The cells stay numbers, so a click on a heading still sorts by number. Without ranges (another
    group than everyone) the frame comes back as it is.
    """
    if choice.group or shown.empty:
        return shown
    words = {"Gap": _spans(rows, "gap_score", _GAP_RANGE, 1)}
    if choice.layer == "gap":
        words["Rank"] = _spans(rows, "gap_rank", _RANK_RANGE, 0)
    style = shown.style
    for heading, cells in words.items():
        # Equal values may have unequal ranges, so a text belongs to a row, not to a value. Each
        # time the table is written out, its cells are formatted once, in the order of the rows.
        style = style.format(partial(_next_text, cycle(cells)), subset=[heading])
    return style


def _next_text(texts: Iterator[str], _: Any) -> str:
    return next(texts)


def _spans(rows: pd.DataFrame, value: str, ends: tuple[str, str], decimals: int) -> list[str]:
    columns = (rows[name] for name in (value, *ends))
    return [
        text.with_span(middle, low, high, decimals)
        for middle, low, high in zip(*columns, strict=True)
    ]


def column_config(choice: Choice, region: Mapping[str, Any]) -> dict[str, Any]:
    """Streamlit formats of the displayed columns.

    The layer's score is drawn as a bar, but not the gap with its range: a bar has no room for it.
    """
    singular, _ = text.terms(region)
    ranges = not choice.group
    narrow = not (ranges and choice.layer == "gap")
    out: dict[str, Any] = {
        "Rank": st.column_config.NumberColumn(
            width=52 if narrow else 96, format="%d" if narrow else None, help=_help(not narrow)
        ),
        text.sentence(singular): st.column_config.TextColumn(width=130),
    }
    for column in _ordered(choice):
        heading, kind = _COLUMNS[column]
        if column == "gap_score" and ranges:
            out[heading] = st.column_config.NumberColumn(width=130, help=_help(True))
        elif column == f"{choice.layer}_score":
            out[heading] = st.column_config.ProgressColumn(
                width=118, format="%.1f", min_value=0.0, max_value=100.0
            )
        elif kind != "text":
            width = 64 if kind == "score" else 96
            out[heading] = st.column_config.NumberColumn(width=width, format=_FORMATS[kind])
    return out


def csv_bytes(rows: pd.DataFrame, choice: Choice, region: Mapping[str, Any]) -> bytes:
    """UTF-8 CSV (with a byte-order mark, for spreadsheets) of the displayed table.

    The first lines, starting with `#`, say what it is. Likely ranges are columns of their own. Text
    cells are quoted, so ids keep their leading zeros, and none can run as a formula; numbers are
    left as numbers, missing is empty.
    """
    shown = display(rows, choice, region)
    identity = f"{text.sentence(text.terms(region)[0])} id"
    shown.insert(1, identity, rows["district_id"].astype("object"))
    if not choice.group:
        _insert_after(shown, "Gap", "Gap", rows, _GAP_RANGE)
        if choice.layer == "gap":
            _insert_after(shown, "Rank", "Rank", rows, _RANK_RANGE)
    out = io.StringIO()
    for note in _notes(len(rows), choice, region):
        out.write(f"# {' '.join(text.plain(note).split())}\r\n")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([text.csv_text(heading) for heading in shown.columns])
    for record in shown.astype("object").itertuples(index=False):
        writer.writerow([_cell(value) for value in record])
    return out.getvalue().encode("utf-8-sig")


def _insert_after(
    shown: pd.DataFrame, heading: str, name: str, rows: pd.DataFrame, ends: tuple[str, str]
) -> None:
    at = list(shown.columns).index(heading) + 1
    for step, (word, column) in enumerate(zip(("low", "high"), ends, strict=True)):
        shown.insert(at + step, f"{name}, likely {word}", pd.to_numeric(rows[column]))


def csv_name(choice: Choice, region: Mapping[str, Any]) -> str:
    """Return a file name that says what is in the file and which snapshot it came from."""
    parts = [region["region_id"], choice.layer, choice.lens, "rural" if choice.rural else ""]
    parts += ["robust" if choice.robust else "", region["snapshot_id"]]
    return f"mindgap-{'-'.join(str(part) for part in parts if part)}.csv"


def _notes(count: int, choice: Choice, region: Mapping[str, Any]) -> list[str]:
    _, plural = text.terms(region)
    which = f"rural {plural} only" if choice.rural else f"all {plural}"
    if choice.robust:
        which += ", only those robustly among the worst fifth"
    group = choice.group or "everyone"
    ranges = "Likely low and high hold 90 % of the trials with other plausible figures and choices."
    return [
        f"Mindgap: {region['name']}, {which} ({count}), ranked by "
        f"{text.score_words(choice.layer).score}, for: {group}",
        f"Snapshot {region['snapshot_id']}, method {region['method_version']}",
        f"People: population of {text.vintage(region['population_vintage'])}",
        "Scores 0-100. Need and gap: higher is worse. Access: higher is better. Rank 1 is worst.",
        t("common.everyone_only") if choice.group else ranges,
        f"Columns marked estimate: {text.plain(region['travel_note'])}",
        "Ids are text. An empty cell means no data.",
    ]


def _cell(value: Any) -> Any:
    if text.is_missing(value):
        return None
    if isinstance(value, str):
        return text.csv_text(value)
    return round(float(value), 3) if float(value) != int(value) else int(value)


def _ordered(choice: Choice) -> list[str]:
    first = f"{choice.layer}_score"
    left_out = _EVERYONE_ONLY if choice.group else {"group_people"}
    columns = [column for column in _COLUMNS if column != first and column not in left_out]
    return [first, *columns]


def _help(ranges: bool) -> str | None:
    if not ranges:
        return None
    return "In brackets: where it likely lies, in 90% of trials with other plausible choices."
