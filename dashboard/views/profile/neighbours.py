"""How a district stands among its neighbours, and how it ranks for other groups of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.i18n import t
from dashboard.panels import note
from dashboard.views.profile.blocks import COUNT, fact, facts, figure

_KINDS = ("gap", "need_access")
# Published label: the end of the key of its words.
_LABELS = {
    "high among high": "high_high",
    "low among low": "low_low",
    "high among low": "high_low",
    "low among high": "low_high",
    "not significant": "no_pattern",
    "no neighbours": "alone",
}


def cluster_sentences(rows: pd.DataFrame) -> str:
    """Return one sentence per comparison; `rows` is `district_rows.clusters`."""
    lines = "".join(
        f"<li>{text.esc(_sentence(row))}</li>"
        for row in rows.to_dict("records")
        if row["kind"] in _KINDS
    )
    return f'<ul class="mg-lines">{lines}</ul>' + note(t("neighbours.q")) if lines else ""


def _sentence(row: Mapping[Any, Any]) -> str:
    label = "no_data" if text.is_missing(row["label"]) else _LABELS.get(row["label"], "no_data")
    meaning = t(f"neighbours.{row['kind']}.{label}")
    if text.is_missing(row["q_value"]) or label in ("no_pattern", "alone", "no_data"):
        return meaning
    return t("neighbours.with_q", sentence=meaning, q=text.p_value(row["q_value"]))


def other_groups(rows: pd.DataFrame, total: int, shown: str) -> str:
    """Return the rank for every group of people; `rows` is `district_rows.lenses`.

    `shown` is the id of the chosen group, empty for everyone.
    """
    items = []
    for row in rows.to_dict("records"):
        label = text.sentence(text.label(row["label"]))
        if not text.is_missing(row["failure"]):
            why = text.plain(text.label(row["failure"]), 240)
            items.append(fact(label, t("neighbours.group.cannot"), why))
            continue
        chosen = bool(row["is_default"]) if not shown else row["lens"] == shown
        about = t(
            "neighbours.group.about",
            people=figure(row, "people", COUNT),
            gap=text.number(row["gap_score"]),
        )
        mark = t("neighbours.group.chosen") if chosen else ""
        items.append(fact(label, text.rank_of(row["gap_rank"], total), about, mark))
    return facts(items)
