"""Why a district ranks where it ranks: a sentence, what would change it, a chart of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.views.profile.blocks import more

_PARTS = {"need": "Need", "access": "Access"}
# Bars shown before the rest is folded away.
_IN_SIGHT = 6
# A third reason is named when it brings at least this share of the points of the largest one.
_WORTH_NAMING = 0.5


def reasons(rows: pd.DataFrame, row: Mapping[Any, Any], singular: str) -> str:
    """Return the sentences and the chart; `rows` is `district_rows.reasons` of the district."""
    known = rows.dropna(subset=["contribution"])
    if known.empty or text.is_missing(row["gap_score"]):
        return f"<p>Not ranked, so there is nothing to explain: {text.no_data()}.</p>"
    return (
        f"<p>{text.esc(because(known, row, singular))}</p>"
        f"<p>{text.esc(what_would_change(known, row))}</p>" + _chart(known, row, singular)
    )


def because(rows: pd.DataFrame, row: Mapping[Any, Any], singular: str) -> str:
    """Return the largest two or three contributions in one sentence, plain text."""
    top = rows.head(3).to_dict("records")
    if len(top) == 3 and top[2]["contribution"] < _WORTH_NAMING * top[0]["contribution"]:
        top = top[:2]
    named = []
    for at, part in enumerate(top):
        word = f"; the typical {singular}: " if at == 0 else "; typical: "
        named.append(
            f"{text.lower_first(text.plain(part['label'], 100))} "
            f"({text.with_unit(part['value'], part['unit'])}{word}"
            f"{text.with_unit(part['typical_value'], part['unit'])})"
        )
    return f"Its gap of {text.number(row['gap_score'])} comes most from {text.listed(named)}."


def what_would_change(rows: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """Return what one typical figure would do to gap and rank, for the one that does most."""
    drop = row["gap_score"] - rows["gap_if_typical"]
    rank = int(row["gap_rank"])
    if drop.dropna().empty or drop.max() <= 0:
        return "No single figure made typical would make its gap smaller."
    part = rows.loc[drop.idxmax()]
    new = part["rank_if_typical"]
    then = "" if text.is_missing(new) else f" and its rank {int(new)} instead of {rank}"
    if not text.is_missing(new) and int(new) == rank:
        then = f" and its rank still {rank}"
    return (
        f"If {text.lower_first(text.plain(part['label'], 100))} were typical "
        f"({text.with_unit(part['typical_value'], part['unit'])}) and all else unchanged, its gap "
        f"would be {text.number(part['gap_if_typical'])}{then}."
    )


def _chart(rows: pd.DataFrame, row: Mapping[Any, Any], singular: str) -> str:
    most = float(rows["contribution"].abs().max()) or 1.0
    bars = [_bar(part, most, singular) for part in rows.to_dict("records")]
    chart = f'<ul class="mg-reasons">{"".join(bars[:_IN_SIGHT])}</ul>'
    if len(bars) > _IN_SIGHT:
        rest = f'<ul class="mg-reasons">{"".join(bars[_IN_SIGHT:])}</ul>'
        chart += more(f"{len(bars) - _IN_SIGHT} smaller contributions", rest)
    sums = rows.groupby("part")["contribution"].sum()
    parts = " and ".join(
        f"{label.lower()} gives {text.number(sums[part])} points"
        for part, label in _PARTS.items()
        if part in sums
    )
    return (
        f"{chart}<p class='mg-note'>{text.esc(text.sentence(parts))}; together they add up to the "
        f"gap of {text.number(row['gap_score'])}.</p>"
    )


def _bar(part: Mapping[Any, Any], most: float, singular: str) -> str:
    kind = "access" if part["part"] == "access" else "need"
    points = float(part["contribution"])
    width = abs(points) / most * 100
    value = text.with_unit(part["value"], part["unit"])
    typical = text.with_unit(part["typical_value"], part["unit"])
    return (
        f"<li><span>{text.esc(text.sentence(part['label']))} "
        f'<em class="mg-tag mg-tag-{kind}">{_PARTS[kind]}</em></span>'
        f"<b>{text.number(points)} points</b>"
        f'<span class="mg-bar"><i class="mg-{kind} mg-{kind}-fill" style="width:{width:.1f}%"></i>'
        f"</span><small>{text.esc(value)} here; typical {text.esc(singular)} "
        f"{text.esc(typical)}</small></li>"
    )
