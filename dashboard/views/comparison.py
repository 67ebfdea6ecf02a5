"""Blocks of the page on model choices: variants, who crosses into the worst fifth, who moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import panels, text

_MOVERS = 12


def summary(variants: pd.DataFrame, region: Mapping[str, Any]) -> str:
    """Return every variant with its agreement, crossings, or why it could not be computed."""
    _, plural = text.terms(region)
    rows = [_variant(row) for row in variants.to_dict("records")]
    if not rows:
        return "<p>No variants are declared.</p>"
    note = (
        '<p class="mg-note">Agreement is the rank correlation (Spearman) with the published '
        f"ranking: 1 is the same order. Enter and leave count {text.esc(plural)} against the "
        "published worst fifth.</p>"
    )
    headings = ["Variant", "Agreement", "Enter", "Leave", "Ranked"]
    return panels.table(headings, rows, wide=0, shape="compact") + note


def _variant(row: Mapping[Any, Any]) -> list[str]:
    words = "" if text.is_missing(row["description"]) else text.esc(row["description"])
    label = f"<b>{text.esc(row['label'])}</b>"
    if not text.is_missing(row["failure"]):
        why = f"Not computed: {text.esc(text.plain(row['failure'], 300))}"
        return [f"{label}<small>{words}</small><small>{why}</small>", "–", "–", "–", "–"]
    if not text.is_missing(row["is_published"]) and bool(row["is_published"]):
        scored = text.number(row["n_scored"], 0)
        return [f"{label}<small>{words}</small>", "itself", "–", "–", scored]
    return [
        f"{label}<small>{words}</small>",
        text.number(row["rank_correlation"], 3),
        *(text.number(row[name], 0) for name in ("n_enter", "n_leave", "n_scored")),
    ]


def crossing(
    heading: str, rows: pd.DataFrame, names: tuple[str, str], region: Mapping[str, Any]
) -> str:
    """Return districts that cross into or out of the worst fifth, with their ranks in both."""
    singular, _ = text.terms(region)
    title = f"<h3>{text.esc(heading)}: {len(rows)}</h3>"
    sub = f'<p class="mg-vintage">Going from “{text.esc(names[0])}” to “{text.esc(names[1])}”</p>'
    if rows.empty:
        return f'<div class="mg-page">{title}{sub}<p>No {text.esc(singular)} does.</p></div>'
    cells = [
        [
            text.name_html(text.plain(row["district_name"], 80)),
            text.esc(_rank(row["rank_a"])),
            text.esc(_rank(row["rank_b"])),
        ]
        for row in rows.to_dict("records")
    ]
    body = panels.table([text.sentence(singular), "Rank from", "Rank to"], cells, shape="narrow")
    return f'<div class="mg-page mg-ranks">{title}{sub}{body}</div>'


def movers(moves: pd.DataFrame, names: tuple[str, str], region: Mapping[str, Any]) -> str:
    """Return the largest moves as pairs of dots on one scale of ranks, each also in words.

    `moves` is `selection.moves`.
    """
    singular, plural = text.terms(region)
    top = moves[moves["move"] != 0].head(_MOVERS)
    if top.empty:
        return f"<p>No {text.esc(singular)} changes its rank.</p>"
    last = max(2.0, float(moves[["rank_a", "rank_b"]].max().max()))
    items = "".join(_mover(row, last) for row in top.to_dict("records"))
    return (
        f'<div class="mg-page"><h3>Largest moves</h3><p class="mg-vintage">'
        f'<i class="mg-dot mg-dot-a"></i> {text.esc(names[0])} '
        f'<i class="mg-dot mg-dot-b"></i> {text.esc(names[1])}. Rank 1, the largest gap, is on the '
        f"left; rank {int(last)} on the right. {len(moves)} {text.esc(plural)} are ranked by both."
        f'</p><ul class="mg-moves">{items}</ul></div>'
    )


def _mover(row: Mapping[Any, Any], last: float) -> str:
    at = [(float(row[name]) - 1) / (last - 1) * 100 for name in ("rank_a", "rank_b")]
    way = "towards the worst" if row["move"] < 0 else "away from the worst"
    places = "place" if abs(int(row["move"])) == 1 else "places"
    words = f"{_rank(row['rank_a'])} → {_rank(row['rank_b'])}"
    return (
        f"<li><span>{text.name_html(text.plain(row['district_name'], 60))}</span>"
        f'<span class="mg-track" aria-hidden="true">'
        f'<i class="mg-line" style="left:{min(at):.2f}%;width:{abs(at[1] - at[0]):.2f}%"></i>'
        f'<i class="mg-dot mg-dot-a" style="left:{at[0]:.2f}%"></i>'
        f'<i class="mg-dot mg-dot-b" style="left:{at[1]:.2f}%"></i></span>'
        f"<b>{text.esc(words)}</b><small>{abs(int(row['move']))} {places} {way}</small></li>"
    )


def side_by_side(
    pair: pd.DataFrame, names: tuple[str, str], region: Mapping[str, Any]
) -> pd.DataFrame:
    """Return every district with score and rank under both variants, as people read it."""
    singular, _ = text.terms(region)
    first, second = f"From: {names[0]}", f"To: {names[1]}"
    if names[0] == names[1]:
        second += " "
    out = pd.DataFrame(
        {
            text.sentence(singular): [text.plain(name, 80) for name in pair["district_name"]],
            f"{first}, rank": pair["rank_a"].astype("Int64"),
            f"{second}, rank": pair["rank_b"].astype("Int64"),
            "Places moved": pair["rank_b"].astype("Int64") - pair["rank_a"].astype("Int64"),
            f"{first}, gap": pair["score_a"],
            f"{second}, gap": pair["score_b"],
        }
    )
    return out.sort_values(f"{first}, rank", na_position="last", kind="stable")


def _rank(value: Any) -> str:
    return "not ranked" if text.is_missing(value) else str(int(value))
