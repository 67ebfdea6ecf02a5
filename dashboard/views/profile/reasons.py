"""Why a district ranks where it ranks: a sentence, what would change it, a chart of points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.i18n import t, tn
from dashboard.panels import note
from dashboard.views.profile.blocks import figure, more

# Bars shown before the rest is folded away.
_IN_SIGHT = 6
# A third reason is named when it brings at least this share of the points of the largest one.
_WORTH_NAMING = 0.5


def reasons(rows: pd.DataFrame, row: Mapping[Any, Any], singular: str) -> str:
    """Return the sentences and the chart; `rows` is `district_rows.reasons` of the district."""
    sentence = because(rows, row, singular)
    known = rows.dropna(subset=["contribution"])
    if known.empty or text.is_missing(row["gap_score"]):
        return f"<p>{text.esc(sentence)}</p>"
    return f"<p>{text.esc(sentence)}</p><p>{text.esc(what_would_change(known, row))}</p>" + _chart(
        known, row, singular
    )


def because(rows: pd.DataFrame, row: Mapping[Any, Any], singular: str) -> str:
    """Return the largest two or three contributions in one sentence, plain text."""
    known = rows.dropna(subset=["contribution"])
    if known.empty or text.is_missing(row["gap_score"]):
        return t("reasons.unknown")
    top = known.head(3).to_dict("records")
    if len(top) == 3 and top[2]["contribution"] < _WORTH_NAMING * top[0]["contribution"]:
        top = top[:2]
    named = []
    for at, part in enumerate(top):
        values = {
            "what": text.lower_first(text.plain(text.label(part["label"]), 100)),
            "here": figure(part, "value", part["unit"]),
            "typical": figure(part, "typical_value", part["unit"]),
        }
        first = t("reasons.first", district=singular, **values) if at == 0 else ""
        named.append(first or t("reasons.further", **values))
    return t("reasons.because", gap=text.number(row["gap_score"]), reasons=text.listed(named))


def what_would_change(rows: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """Return what one typical figure would do to gap and rank, for the one that does most."""
    drop = row["gap_score"] - rows["gap_if_typical"]
    if drop.dropna().empty or drop.max() <= 0:
        return t("reasons.no_single")
    part = rows.loc[drop.idxmax()]
    values = {
        "what": text.lower_first(text.plain(text.label(part["label"]), 100)),
        "typical": figure(part, "typical_value", part["unit"]),
        "gap": text.number(part["gap_if_typical"]),
    }
    new, rank = part["rank_if_typical"], row["gap_rank"]
    if text.is_missing(new):
        return t("reasons.if_typical_unranked", **values)
    if int(new) == int(rank):
        return t("reasons.if_typical_same", rank=text.people(rank), **values)
    return t("reasons.if_typical", new=text.people(new), rank=text.people(rank), **values)


def _chart(rows: pd.DataFrame, row: Mapping[Any, Any], singular: str) -> str:
    most = float(rows["contribution"].abs().max()) or 1.0
    bars = [_bar(part, most, singular) for part in rows.to_dict("records")]
    chart = f'<ul class="mg-reasons">{"".join(bars[:_IN_SIGHT])}</ul>'
    if len(bars) > _IN_SIGHT:
        rest = f'<ul class="mg-reasons">{"".join(bars[_IN_SIGHT:])}</ul>'
        chart += more(tn("reasons.smaller", len(bars) - _IN_SIGHT), rest)
    sums = rows.groupby("part")["contribution"].sum()
    return chart + note(
        t(
            "reasons.sum",
            need=text.number(sums.get("need", 0.0)),
            access=text.number(sums.get("access", 0.0)),
            gap=text.number(row["gap_score"]),
        )
    )


def _bar(part: Mapping[Any, Any], most: float, singular: str) -> str:
    kind = "access" if part["part"] == "access" else "need"
    points = float(part["contribution"])
    width = abs(points) / most * 100
    compared = t(
        "reasons.here",
        here=figure(part, "value", part["unit"]),
        district=singular,
        typical=figure(part, "typical_value", part["unit"]),
    )
    return (
        f"<li><span>{text.esc(text.sentence(text.label(part['label'])))} "
        f'<em class="mg-tag mg-tag-{kind}">{text.esc(t(f"reasons.{kind}"))}</em></span>'
        f"<b>{text.esc(t('reasons.points', number=text.number(points)))}</b>"
        f'<span class="mg-bar"><i class="mg-{kind} mg-{kind}-fill" style="width:{width:.1f}%"></i>'
        f"</span><small>{text.esc(compared)}</small></li>"
    )
