"""What changed: how the last refresh moved the ranking, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import changes, panels, state, text
from dashboard.views import frame

SHOWN = 15
_COLORS = {"by_data": "#0b5563", "by_boundaries": "#7a5195", "by_model": "#e0a100",
           "by_method": "#a50021"}  # fmt: skip
_TABLES = {
    "out_gap": "Scores and figures of districts",
    "out_indicator": "Indicators",
    "out_access": "Access measures",
    "out_staff": "Staff by cadre",
    "out_profile": "Links of care",
    "out_service": "Services",
    "out_source": "Sources",
}


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    start = frame.start()
    if start is None:
        return
    snapshot, region = start.snapshot, start.region
    state.save(start.view)
    frame.notes()
    head = st.container()
    name = text.plain(region["name"], 60)
    with head:
        st.html(panels.title(
            f"What changed in {name} with the last refresh?",
            "A refresh publishes a new snapshot beside the old one. This page holds one against "
            "the other: which places moved, and whether data, boundaries, settings or the method "
            "moved them.",
        ))  # fmt: skip
    found = changes.older(snapshot)
    if not found:
        st.info(
            "Nothing to compare yet: there is only one snapshot of this region, or the figures "
            "have been the same since. After the next refresh that changes a figure, this page "
            "says what moved and why."
        )
        return
    chosen = _pick(list(found)) if len(found) > 1 else next(iter(found))
    _record(found[chosen], region)


def _pick(ids: list[str]) -> str:
    return st.selectbox(
        "Compared with snapshot", ids, key="w_older", help="The newest older snapshot comes first."
    )


def _record(path: Any, region: Mapping[str, Any]) -> None:
    try:
        record = changes.load(path)
    except changes.UnreadableRecordError as error:
        st.error(
            f"The record of this change cannot be read ({text.markdown(error)}). Run "
            f"`mindgap diff {text.markdown(region['region_id'])}` to compare the snapshots again."
        )
        return
    st.html(f'<p class="mg-answer">{headline(record, region)}</p>')
    if not record.about["separable"]:
        st.warning(f"Causes cannot be told apart. {text.markdown(record.about['note'])}")
    st.html(panels.page_section("moved", "Places that moved most", moved(record, region)))
    st.html(panels.page_section("worst", "The worst fifth", crossing(record, region)))
    st.html(panels.page_section("data", "What is different in the figures", tables(record)))
    st.html(panels.page_section("versions", "What is compared", versions(record.about)))


def headline(record: changes.Record, region: Mapping[str, Any]) -> str:
    """Return the change in one sentence, HTML."""
    _, plural = text.terms(region)
    rows = record.districts
    count = int((rows["gap_rank_change"].fillna(0) != 0).sum())
    if not count:
        return f"No rank changed among the {len(rows):,} {text.esc(plural)}."
    words = f"<b>{count:,} of {len(rows):,} {text.esc(plural)} changed rank.</b>"
    entered = int(rows["entered_worst_fifth"].fillna(False).astype(bool).sum())
    left = int(rows["left_worst_fifth"].fillna(False).astype(bool).sum())
    words += f" {entered} entered the worst fifth, {left} left it."
    cause = _main_cause(rows)
    return words + (
        f" Most of the movement comes from: {text.esc(cause.lower())}." if cause else ""
    )


def _main_cause(rows: pd.DataFrame) -> str:
    size = {label: float(rows[f"gap_rank_{c}"].abs().sum()) for c, label in changes.CAUSES.items()}
    largest = max(size, key=lambda label: size[label])
    return largest if size[largest] else ""


def moved(record: changes.Record, region: Mapping[str, Any]) -> str:
    """Return the table of the largest moves with their causes, HTML."""
    singular, _ = text.terms(region)
    rows = record.districts
    rows = rows[rows["gap_rank_change"].fillna(0) != 0].head(SHOWN)
    if rows.empty:
        return "<p>None.</p>"
    known = bool(record.about["separable"])
    headings = [text.sentence(singular), "Rank", "Gap score", "Move"]
    headings += ["Why", *changes.CAUSES.values()] if known else []
    body = [_move(row, known) for row in rows.to_dict("records")]
    note = (
        "<p class='mg-note'>Rank 1 is the largest gap. Causes are in places moved; they add up to "
        "the move. A plus sign is a move down the list, toward a smaller gap.</p>"
    )
    return panels.table(headings, body, shape="compact") + note


def _move(row: Mapping[Any, Any], known: bool) -> list[str]:
    cells = [
        text.name_html(text.plain(row["district_name"], 60)),
        f"{_whole(row['gap_rank_old'])} → <b>{_whole(row['gap_rank_new'])}</b>",
        f"{text.esc(text.number(row['gap_score_old']))} → "
        f"<b>{text.esc(text.number(row['gap_score_new']))}</b>",
        _places(row["gap_rank_change"]),
    ]
    if known:
        parts = {cause: row[f"gap_rank_{cause}"] for cause in changes.CAUSES}
        cells += [_bar(parts), *(_signed(value) for value in parts.values())]
    return cells


def _bar(parts: Mapping[str, Any]) -> str:
    """Return the share of each cause in all movement, whatever its direction."""
    sizes = {c: 0.0 if text.is_missing(v) else abs(float(v)) for c, v in parts.items()}
    whole = sum(sizes.values())
    if not whole:
        return ""
    bits = "".join(
        f'<i style="width:{size / whole * 100:.1f}%;background:{_COLORS[cause]}" '
        f'title="{text.esc(changes.CAUSES[cause])}"></i>'
        for cause, size in sizes.items()
        if size
    )
    return f'<span class="mg-stack mg-cause" aria-hidden="true">{bits}</span>'


def crossing(record: changes.Record, region: Mapping[str, Any]) -> str:
    """Return who entered and who left the worst fifth, HTML."""
    parts = []
    for column, words in (("entered_worst_fifth", "Entered"), ("left_worst_fifth", "Left")):
        rows = record.districts[record.districts[column].fillna(False).astype(bool)]
        names = ", ".join(text.name_html(text.plain(n, 60)) for n in rows["district_name"])
        parts.append(f"<p><b>{words}:</b> {names or 'none'}.</p>")
    return "".join(parts)


def tables(record: changes.Record) -> str:
    """Return how much of each published table differs, HTML."""
    if record.summary.empty:
        return "<p>Every published figure is the same.</p>"
    rows = [
        [
            text.esc(_TABLES.get(str(row["table"]), text.humanise(row["table"]))),
            *(f"{int(row[c]):,}" for c in ("rows_added", "rows_removed", "cells_changed")),
            text.esc(text.humanise(row["columns_changed"] or "")),
        ]
        for row in record.summary.to_dict("records")
    ]
    headings = ["Table", "Rows added", "Rows removed", "Figures changed", "In columns"]
    return panels.table(headings, rows, wide=4)


def versions(about: Mapping[str, Any]) -> str:
    """Return which snapshots and method versions are compared, HTML."""
    rows = [
        [word, text.esc(about[f"{when}_snapshot_id"]), text.esc(about[f"{when}_method_version"])]
        for when, word in (("old", "Before"), ("new", "Now"))
    ]
    return panels.table(["", "Snapshot", "Method version"], rows)


def _whole(value: Any) -> str:
    return text.esc(text.number(value, 0))


def _places(value: Any) -> str:
    if text.is_missing(value):
        return text.no_data()
    size = int(abs(float(value)))
    way = "up" if float(value) < 0 else "down"
    return f"{way} {size} place{'' if size == 1 else 's'}"


def _signed(value: Any) -> str:
    if text.is_missing(value):
        return text.no_data()
    return f"{float(value):+.0f}" if float(value) else "0"
