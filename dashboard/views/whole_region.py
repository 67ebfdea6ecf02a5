"""Results for a region as a whole: what moves the ranking, how even access is, what clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import panels, text

_NAMED = 12
# The class of each comparison that a planner looks for; its districts are named.
_SOUGHT = {
    "gap": ("high among high", "Large gaps among large gaps"),
    "need_access": ("high among low", "High need amid poor access"),
}


def sensitivity(rows: pd.DataFrame) -> str:
    """Return how much of the movement in ranks each doubt brings, as a table with bars."""
    if rows.empty:
        return "<p>What moves the ranking was not worked out.</p>"
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
    note = (
        '<p class="mg-note">Shares of the movement in ranks over all trials (Sobol indices). '
        "“Alone” leaves out what a doubt does together with others, so the shares need not add "
        "up to 100%.</p>"
    )
    return panels.table(["Doubt about", "In all", "Alone"], cells, wide=1) + note


def equity(rows: pd.DataFrame) -> str:
    """Return the indices of how evenly staff within reach is spread over people."""
    if rows.empty:
        return "<p>How evenly access is spread was not worked out.</p>"
    cells = []
    for row in rows.to_dict("records"):
        unit = "" if text.is_missing(row["unit"]) else text.plain(row["unit"], 60)
        words = "" if text.is_missing(row["definition"]) else text.esc(row["definition"])
        reference = "" if text.is_missing(row["reference"]) else text.esc(row["reference"])
        cells.append(
            [
                f"<b>{text.esc(row['label'])}</b><small>{reference}</small>",
                f"{text.esc(text.number(row['value'], 3))}<small>{text.esc(unit)}</small>",
                words,
            ]
        )
    return panels.table(["Index", "Value", "How to read it"], cells, wide=2)


def clusters(rows: pd.DataFrame, counts: pd.DataFrame, region: Mapping[str, Any]) -> str:
    """Return whether like stands beside like, how many districts do, and which have large gaps."""
    if rows.empty:
        return "<p>Clusters were not worked out.</p>"
    cells = []
    for row in rows.to_dict("records"):
        words = "" if text.is_missing(row["definition"]) else text.esc(row["definition"])
        cells.append(
            [
                f"<b>{text.esc(row['label'])}</b><small>{words}</small>",
                text.esc(text.number(row["statistic"], 3)),
                text.esc(text.number(row["expected"], 3)),
                text.esc(text.p_value(row["p_value"])),
                _compared(row),
            ]
        )
    headings = ["Question", "Moran's I", "Expected by chance", "p", "Compared"]
    body = panels.table(headings, cells, wide=0, shape="compact")
    kinds = dict(zip(rows["kind"], rows["label"], strict=True))
    return body + "".join(
        _members(str(kind), text.plain(kinds.get(kind, kind)), part.to_dict("records"), region)
        for kind, part in counts.groupby("kind", sort=False)
    )


def _compared(row: Mapping[Any, Any]) -> str:
    alone = row["n_without_neighbours"]
    note = ""
    if not text.is_missing(alone) and int(alone):
        note = f"<small>{int(alone)} without neighbours</small>"
    return text.esc(text.number(row["n_districts"], 0)) + note


def _members(
    kind: str, question: str, records: Sequence[Mapping[Any, Any]], region: Mapping[str, Any]
) -> str:
    _, plural = text.terms(region)
    parts = ", ".join(f"{text.esc(row['label'])}: {int(row['n'])}" for row in records)
    named = ""
    sought, words = _SOUGHT.get(kind, ("", ""))
    for row in records:
        names = row["names"]
        if row["label"] == sought and len(names):
            shown = [text.name_html(text.plain(name, 60)) for name in names[:_NAMED]]
            rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            named = f" {text.esc(words)}: {', '.join(shown)}{rest}."
    return (
        f"<h3>{text.esc(question)}</h3><p>Number of {text.esc(plural)} in each class: "
        f"{parts}.{named}</p>"
    )
