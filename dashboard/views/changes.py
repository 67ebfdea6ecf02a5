"""What changed: how the last refresh moved the ranking, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import changes, panels, state, text
from dashboard.i18n import t, tn
from dashboard.views import frame

SHOWN = 15
_COLORS = {"by_data": "#0b5563", "by_boundaries": "#7a5195", "by_model": "#e0a100",
           "by_method": "#a50021"}  # fmt: skip
# Tables that a reader of the app meets; others are named by their own name.
_TABLES = {
    *("out_gap", "out_indicator", "out_access", "out_staff", "out_profile", "out_service"),
    "out_source",
}
_SECTIONS = ("moved", "worst", "data", "versions")


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    start = frame.start()
    if start is None:
        return
    snapshot, region = start.snapshot, start.region
    found = changes.older(snapshot)
    view = state.known(start.view, "since", found)
    state.save(view)
    frame.notes()
    head = st.container()
    name = text.place(region)
    with head:
        st.html(panels.title(t("changes.title", region=name), t("changes.sub")))
    if not found:
        st.info(t("changes.nothing"))
        frame.foot(start)
        return
    chosen = view.since or next(iter(found))
    if len(found) > 1:
        _pick(list(found), chosen)
    _record(found[chosen], start)
    frame.foot(start)


def _pick(ids: list[str], chosen: str) -> None:
    st.session_state["w_older"] = chosen
    st.selectbox(
        t("changes.older"),
        ids,
        key="w_older",
        on_change=lambda: state.change(since=st.session_state["w_older"] or ""),
        help=t("changes.older.help"),
    )


def _record(path: Any, start: frame.Start) -> None:
    region = start.region
    try:
        record = changes.load(path)
    except changes.UnreadableRecordError as error:
        command = f"mindgap diff {region['region_id']}"
        st.error(t("changes.unreadable", why=text.markdown(error), command=command))
        return
    st.html(f'<p class="mg-answer">{headline(record, region)}</p>')
    if not record.about["separable"]:
        st.warning(t("changes.inseparable", why=text.markdown(text.label(record.about["note"]))))
    bodies = (moved(record, start), crossing(record), tables(record), versions(record.about))
    for name, body in zip(_SECTIONS, bodies, strict=True):
        st.html(panels.page_section(name, t(f"changes.{name}"), body))


def headline(record: changes.Record, region: Mapping[str, Any]) -> str:
    """Return the change in one sentence, HTML."""
    _, plural = text.terms(region)
    rows = record.districts
    count = int((rows["gap_rank_change"].fillna(0) != 0).sum())
    total = text.people(len(rows))
    if not count:
        return text.esc(t("changes.no_move", total=total, terms=plural))
    moved_words = text.esc(t("changes.moves", n=text.people(count), total=total, terms=plural))
    entered = int(rows["entered_worst_fifth"].fillna(False).astype(bool).sum())
    left = int(rows["left_worst_fifth"].fillna(False).astype(bool).sum())
    crossed = t("changes.crossed", entered=text.people(entered), left=text.people(left))
    cause = _main_cause(rows)
    mainly = (
        text.esc(t("changes.mainly", cause=text.lower_first(t(f"changes.cause.{cause}"))))
        if cause
        else ""
    )
    return f"<b>{moved_words}</b> {text.esc(crossed)} {mainly}"


def _main_cause(rows: pd.DataFrame) -> str:
    size = {cause: float(rows[f"gap_rank_{cause}"].abs().sum()) for cause in changes.CAUSES}
    largest = max(size, key=lambda cause: size[cause])
    return largest if size[largest] else ""


def moved(record: changes.Record, start: frame.Start) -> str:
    """Return the table of the largest moves with their causes, HTML."""
    singular, _ = text.terms(start.region)
    rows = record.districts
    rows = rows[rows["gap_rank_change"].fillna(0) != 0].head(SHOWN)
    if rows.empty:
        return f"<p>{text.esc(t('changes.none'))}</p>"
    known = bool(record.about["separable"])
    headings = [
        text.sentence(singular),
        *(t(f"changes.column.{n}") for n in ("rank", "gap", "move")),
    ]
    if known:
        headings += [t("changes.column.why"), *(t(f"changes.cause.{c}") for c in changes.CAUSES)]
    body = [_move(row, known, start.view) for row in rows.to_dict("records")]
    note = f"<p class='mg-note'>{text.esc(t('changes.note'))}</p>"
    # Nine columns are wider than a window of 800 pixels: the table scrolls, not the page.
    return (
        '<div class="mg-scroll" tabindex="0" role="region" '
        f'aria-label="{text.esc(t("changes.moved"))}">'
        f"{panels.table(headings, body, shape='compact')}</div>{note}"
    )


def _move(row: Mapping[Any, Any], known: bool, view: state.View) -> list[str]:
    cells = [
        panels.district_link(row, view),
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
        f'title="{text.esc(t(f"changes.cause.{cause}"))}"></i>'
        for cause, size in sizes.items()
        if size
    )
    return f'<span class="mg-stack mg-cause" aria-hidden="true">{bits}</span>'


def crossing(record: changes.Record) -> str:
    """Return who entered and who left the worst fifth, HTML."""
    parts = []
    for column, words in (
        ("entered_worst_fifth", t("changes.entered")),
        ("left_worst_fifth", t("changes.left")),
    ):
        rows = record.districts[record.districts[column].fillna(False).astype(bool)]
        names = ", ".join(text.name_html(text.plain(n, 60)) for n in rows["district_name"])
        parts.append(f"<p><b>{text.esc(words)}</b> {names or text.esc(t('changes.nobody'))}</p>")
    return "".join(parts)


def tables(record: changes.Record) -> str:
    """Return how much of each published table differs, HTML."""
    if record.summary.empty:
        return f"<p>{text.esc(t('changes.same'))}</p>"
    rows = [
        [
            text.esc(_table(str(row["table"]))),
            *(text.people(row[c]) for c in ("rows_added", "rows_removed", "cells_changed")),
            text.esc(text.humanise(row["columns_changed"] or "")),
        ]
        for row in record.summary.to_dict("records")
    ]
    names = ("table", "added", "removed", "changed", "columns")
    return panels.table([t(f"changes.column.{name}") for name in names], rows, wide=4)


def _table(name: str) -> str:
    return t(f"changes.table.{name}") if name in _TABLES else text.humanise(name)


def versions(about: Mapping[str, Any]) -> str:
    """Return which snapshots and method versions are compared, HTML."""
    rows = [
        [
            text.esc(word),
            text.esc(about[f"{when}_snapshot_id"]),
            text.esc(about[f"{when}_method_version"]),
        ]
        for when, word in (("old", t("changes.before")), ("new", t("changes.now")))
    ]
    return panels.table([t(f"changes.column.{n}") for n in ("when", "snapshot", "method")], rows)


def _whole(value: Any) -> str:
    return text.esc(text.number(value, 0))


def _places(value: Any) -> str:
    if text.is_missing(value):
        return text.no_data()
    return tn("changes.up" if float(value) < 0 else "changes.down", int(abs(float(value))))


def _signed(value: Any) -> str:
    if text.is_missing(value):
        return text.no_data()
    return f"{float(value):+.0f}" if float(value) else "0"
