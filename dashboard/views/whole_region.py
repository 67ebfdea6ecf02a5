"""Results for a region as a whole: what moves the ranking, how even access is, what clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import panels, text
from dashboard.i18n import t, tn

_NAMED = 12
# The class of each comparison that a planner looks for; its districts are named.
_SOUGHT = {"gap": "high among high", "need_access": "high among low"}


def sensitivity(rows: pd.DataFrame) -> str:
    """Return how much of the movement in ranks each doubt brings, as a table with bars."""
    if rows.empty:
        return _none(t("whole.sensitivity.none"))
    cells = []
    for row in rows.to_dict("records"):
        total = row["total_order"]
        width = 0.0 if text.is_missing(total) else min(100.0, max(0.0, float(total) * 100))
        bar = f'<span class="mg-bar"><i class="mg-gap" style="width:{width:.1f}%"></i></span>'
        cells.append(
            [
                f"<b>{text.esc(text.sentence(text.humanise(row['factor'])))}</b>",
                f"{text.esc(text.percent(total, 0))}{'' if text.is_missing(total) else bar}",
                text.esc(text.percent(row["first_order"], 0)),
            ]
        )
    note = f'<p class="mg-note">{text.esc(t("whole.sensitivity.note"))}</p>'
    headings = [t(f"whole.sensitivity.{name}") for name in ("factor", "total", "alone")]
    return panels.table(headings, cells, wide=1) + note


def equity(rows: pd.DataFrame) -> str:
    """Return the indices of how evenly staff within reach is spread over people."""
    if rows.empty:
        return _none(t("whole.equity.none"))
    cells = []
    for row in rows.to_dict("records"):
        unit = "" if text.is_missing(row["unit"]) else text.label(row["unit"])
        words = panels.words(row["definition"])
        reference = panels.words(row["reference"])
        cells.append(
            [
                f"<b>{text.esc(text.label(row['label']))}</b><small>{reference}</small>",
                f"{text.esc(text.number(row['value'], 3))}<small>{text.esc(unit)}</small>",
                words,
            ]
        )
    return panels.table([t(f"whole.equity.{n}") for n in ("index", "value", "read")], cells, wide=2)


def clusters(rows: pd.DataFrame, counts: pd.DataFrame, region: Mapping[str, Any]) -> str:
    """Return whether like stands beside like, how many districts do, and which have large gaps."""
    if rows.empty:
        return _none(t("whole.clusters.none"))
    cells = []
    for row in rows.to_dict("records"):
        words = panels.words(row["definition"])
        cells.append(
            [
                f"<b>{text.esc(text.label(row['label']))}</b><small>{words}</small>",
                text.esc(text.number(row["statistic"], 3)),
                text.esc(text.number(row["expected"], 3)),
                text.esc(text.p_value(row["p_value"])),
                _compared(row),
            ]
        )
    names = ("question", "statistic", "expected", "p", "compared")
    headings = [t(f"whole.clusters.{name}") for name in names]
    body = panels.table(headings, cells, wide=0, shape="compact")
    kinds = dict(zip(rows["kind"], rows["label"], strict=True))
    return body + "".join(
        _members(str(kind), text.label(kinds.get(kind, kind)), part.to_dict("records"), region)
        for kind, part in counts.groupby("kind", sort=False)
    )


def _compared(row: Mapping[Any, Any]) -> str:
    alone = row["n_without_neighbours"]
    note = ""
    if not text.is_missing(alone) and int(alone):
        note = f"<small>{text.esc(tn('whole.clusters.alone', int(alone)))}</small>"
    return text.esc(text.number(row["n_districts"], 0)) + note


def _members(
    kind: str, question: str, records: Sequence[Mapping[Any, Any]], region: Mapping[str, Any]
) -> str:
    _, plural = text.terms(region)
    parts = text.listed([f"{text.label(row['label'])}: {text.people(row['n'])}" for row in records])
    named = ""
    for row in records:
        names = row["names"]
        if row["label"] == _SOUGHT.get(kind) and len(names):
            shown = [text.name_html(text.plain(name, 60)) for name in names[:_NAMED]]
            rest = len(names) - _NAMED
            more = f" {text.esc(tn('whole.clusters.more', rest))}" if rest > 0 else ""
            head = text.esc(t(f"whole.clusters.sought.{kind}"))
            named = f"<p>{head} {', '.join(shown)}{more}.</p>"
    words = text.esc(t("whole.clusters.classes", terms=plural, classes=parts))
    return f"<h3>{text.esc(question)}</h3><p>{words}</p>{named}"


def _none(words: str) -> str:
    return f"<p>{text.esc(words)}</p>"
