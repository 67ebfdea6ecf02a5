"""How a district stands among its neighbours, and how it ranks for other groups of people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.views.profile.blocks import fact, facts

# (kind, published label): what it means, in words.
_MEANING = {
    ("gap", "high among high"): "Part of a cluster: a large gap among neighbours with large gaps",
    ("gap", "low among low"): "Part of a cluster: a small gap among neighbours with small gaps",
    ("gap", "high among low"): "Stands out: a large gap among neighbours with small gaps",
    ("gap", "low among high"): "Stands out: a small gap among neighbours with large gaps",
    ("need_access", "high among high"): "High need here, good access in the neighbourhood",
    ("need_access", "low among low"): "Low need here, poor access in the neighbourhood",
    ("need_access", "high among low"): "High need here, and poor access in the neighbourhood too",
    ("need_access", "low among high"): "Low need here, and good access in the neighbourhood",
}
_ASKED = {"gap": "Gap", "need_access": "Need here and access next door"}
_NOTHING = {
    "not significant": "no pattern that chance could not make",
    "no neighbours": "not compared, because nothing borders on it",
    text.no_data(): text.no_data(),
}


def cluster_sentences(rows: pd.DataFrame) -> str:
    """Return one sentence per comparison; `rows` is `district_rows.clusters`."""
    lines = "".join(f"<li>{text.esc(_sentence(row))}</li>" for row in rows.to_dict("records"))
    if not lines:
        return ""
    return (
        f'<ul class="mg-lines">{lines}</ul><p class="mg-note">q is the share of such findings to '
        "be expected by chance, after allowing for all the comparisons made.</p>"
    )


def _sentence(row: Mapping[Any, Any]) -> str:
    kind, label = str(row["kind"]), text.plain(row["label"])
    asked = _ASKED.get(kind, text.sentence(text.humanise(kind)))
    if label in _NOTHING:
        return f"{asked}: {_NOTHING[label]}."
    meaning = _MEANING.get((kind, label), f"{asked}: {label}")
    q = row["q_value"]
    if text.is_missing(q):
        return f"{meaning}."
    shown = text.p_value(q)
    return f"{meaning} (q {shown if shown.startswith('under') else f'= {shown}'})."


def other_groups(rows: pd.DataFrame, total: int, shown: str) -> str:
    """Return the rank for every group of people; `rows` is `district_rows.lenses`.

    `shown` is what the group on the map is called, empty for everyone.
    """
    items = []
    for row in rows.to_dict("records"):
        label = text.sentence(row["label"])
        if not text.is_missing(row["failure"]):
            items.append(fact(label, "cannot be shown", text.plain(row["failure"], 240)))
            continue
        on_map = (not shown and bool(row["is_default"])) or label == text.sentence(shown)
        note = f"{text.people(row['people'])} people · gap {text.number(row['gap_score'])}"
        rank = text.rank_of(row["gap_rank"], total)
        items.append(fact(label, rank, note, "on the map" if on_map and items else ""))
    return facts(items)
