"""Blocks of the page on model choices: variants, who crosses into the worst fifth, who moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import panels, state, text
from dashboard.i18n import t, tn

_MOVERS = 12


def summary(variants: pd.DataFrame, region: Mapping[str, Any]) -> str:
    """Return every variant with its agreement, crossings, or why it could not be computed."""
    _, plural = text.terms(region)
    rows = [_variant(row) for row in variants.to_dict("records")]
    if not rows:
        return f"<p>{text.esc(t('variants.none'))}</p>"
    note = f'<p class="mg-note">{text.esc(t("variants.note", terms=plural))}</p>'
    names = ("variant", "agreement", "enter", "leave", "ranked")
    headings = [t(f"variants.column.{name}") for name in names]
    return panels.table(headings, rows, wide=0, shape="compact") + note


def _variant(row: Mapping[Any, Any]) -> list[str]:
    words = "" if text.is_missing(row["description"]) else text.esc(text.label(row["description"]))
    first = f"<b>{text.esc(text.label(row['label']))}</b><small>{words}</small>"
    if not text.is_missing(row["failure"]):
        why = text.esc(t("variants.failed", why=text.label(text.plain(row["failure"], 300))))
        return [f"{first}<small>{why}</small>", "–", "–", "–", "–"]
    if not text.is_missing(row["is_published"]) and bool(row["is_published"]):
        scored = text.number(row["n_scored"], 0)
        return [first, text.esc(t("variants.itself")), "–", "–", scored]
    return [
        first,
        text.number(row["rank_correlation"], 3),
        *(text.number(row[name], 0) for name in ("n_enter", "n_leave", "n_scored")),
    ]


def crossing(
    heading: str,
    rows: pd.DataFrame,
    names: tuple[str, str],
    view: state.View,
    region: Mapping[str, Any],
) -> str:
    """Return districts that cross into or out of the worst fifth, with their ranks in both."""
    singular, _ = text.terms(region)
    counted = t("variants.counted", heading=heading, n=text.people(len(rows)))
    going = t("variants.going", first=names[0], second=names[1])
    title = f'<h3>{text.esc(counted)}</h3><p class="mg-vintage">{text.esc(going)}</p>'
    if rows.empty:
        return f'<div class="mg-page">{title}<p>{text.esc(t("variants.none_crosses"))}</p></div>'
    cells = [
        [
            panels.district_link(row, view),
            text.esc(_rank(row["rank_a"])),
            text.esc(_rank(row["rank_b"])),
        ]
        for row in rows.to_dict("records")
    ]
    headings = [text.sentence(singular), t("variants.rank_from"), t("variants.rank_to")]
    body = panels.table(headings, cells, shape="narrow")
    return f'<div class="mg-page mg-ranks">{title}{body}</div>'


def movers(moves: pd.DataFrame, names: tuple[str, str], region: Mapping[str, Any]) -> str:
    """Return the largest moves as pairs of dots on one scale of ranks, each also in words.

    `moves` is `selection.moves`.
    """
    _, plural = text.terms(region)
    top = moves[moves["move"] != 0].head(_MOVERS)
    if top.empty:
        return f"<p>{text.esc(t('variants.no_moves'))}</p>"
    last = max(2.0, float(moves[["rank_a", "rank_b"]].max().max()))
    items = "".join(_mover(row, last) for row in top.to_dict("records"))
    sub = t("variants.moves.sub", last=text.people(last), n=text.people(len(moves)), terms=plural)
    return (
        f'<div class="mg-page"><h3>{text.esc(t("variants.moves"))}</h3><p class="mg-vintage">'
        f'<i class="mg-dot mg-dot-a"></i> {text.esc(names[0])} '
        f'<i class="mg-dot mg-dot-b"></i> {text.esc(names[1])}. {text.esc(sub)}'
        f'</p><ul class="mg-moves">{items}</ul></div>'
    )


def _mover(row: Mapping[Any, Any], last: float) -> str:
    at = [(float(row[name]) - 1) / (last - 1) * 100 for name in ("rank_a", "rank_b")]
    size = abs(int(row["move"]))
    way = tn("variants.toward" if row["move"] < 0 else "variants.away", size)
    words = t("variants.move", old=_rank(row["rank_a"]), new=_rank(row["rank_b"]))
    return (
        f"<li><span>{text.name_html(text.plain(row['district_name'], 60))}</span>"
        f'<span class="mg-track" aria-hidden="true">'
        f'<i class="mg-line" style="left:{min(at):.2f}%;width:{abs(at[1] - at[0]):.2f}%"></i>'
        f'<i class="mg-dot mg-dot-a" style="left:{at[0]:.2f}%"></i>'
        f'<i class="mg-dot mg-dot-b" style="left:{at[1]:.2f}%"></i></span>'
        f"<b>{text.esc(words)}</b><small>{text.esc(way)}</small></li>"
    )


def side_by_side(
    pair: pd.DataFrame, names: tuple[str, str], region: Mapping[str, Any]
) -> pd.DataFrame:
    """Return every district with score and rank under both variants, as people read it."""
    singular, _ = text.terms(region)
    rank_a, rank_b = (t(f"variants.{end}_rank", name=name) for end, name in _ends(names))
    gap_a, gap_b = (t(f"variants.{end}_gap", name=name) for end, name in _ends(names))
    out = pd.DataFrame(
        {
            text.sentence(singular): [text.plain(name, 80) for name in pair["district_name"]],
            rank_a: pair["rank_a"].astype("Int64"),
            rank_b: pair["rank_b"].astype("Int64"),
            t("variants.moved"): pair["rank_b"].astype("Int64") - pair["rank_a"].astype("Int64"),
            gap_a: pair["score_a"],
            gap_b: pair["score_b"],
        }
    )
    return out.sort_values(rank_a, na_position="last", kind="stable")


def _ends(names: tuple[str, str]) -> list[tuple[str, str]]:
    return list(zip(("from", "to"), names, strict=True))


def _rank(value: Any) -> str:
    return t("common.not_ranked") if text.is_missing(value) else text.people(value)
