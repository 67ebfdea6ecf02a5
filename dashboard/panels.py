"""Blocks of HTML for the pages. Every value from data passes through `text.esc` or `name_html`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import maps, navigation, state, text
from dashboard import table as tables
from dashboard.i18n import t


def title(question: str, sub: str) -> str:
    """Return the page's heading and the sentence under it; both plain text."""
    return (
        f'<div class="mg-title"><h1>{text.esc(question)}</h1>'
        f'<p class="mg-sub">{text.esc(sub)}</p></div>'
    )


def answer(
    gap: pd.DataFrame, layer: str, shown: Sequence[bool], group: str = "", count: int = 5
) -> str:
    """One sentence naming the districts with the worst ranks, in HTML."""
    rank = f"{layer}_rank"
    visible = gap[list(shown)]
    worst = visible.dropna(subset=[rank]).sort_values([rank, "district_id"]).head(count)
    words = text.score_words(layer)
    if visible.empty:
        return '<p class="mg-answer">No district passes the filters chosen below.</p>'
    if worst.empty:
        score = text.esc(words.score.lower())
        return f'<p class="mg-answer">No district shown has a {score}: {text.no_data()}.</p>'
    names = [text.name_html(text.plain(name, 60)) for name in worst["district_name"]]
    top = f"{words.top}, {text.lower_first(group)}" if group else words.top
    return f'<p class="mg-answer"><b>{text.esc(top)}:</b> {", ".join(names)}.</p>'


def strip(figures: Iterable[tuple[str, str, str]]) -> str:
    """Key figures: (label, value, note), each plain text."""
    cells = "".join(
        f'<div class="mg-figure"><dt>{text.esc(label)}</dt><dd>{text.esc(value)}'
        f"<small>{text.esc(note)}</small></dd></div>"
        for label, value, note in figures
    )
    return f'<dl class="mg-strip">{cells}</dl>'


def legend(
    classes: pd.DataFrame, codes: str, choice: tables.Choice, region: Mapping[str, Any]
) -> str:
    """Class colours with bounds and how many districts of the map are in each, and no data."""
    _, plural = text.terms(region)
    colors = maps.palette(choice.layer, len(classes))
    rows = [
        _legend_row(
            f"background:{colors[int(row['class_index'])]}",
            text.class_name(int(row["class_index"]), len(classes)),
            f"{text.number(row['lower'])}–{text.number(row['upper'])}",
            codes.count(str(int(row["class_index"]))),
        )
        for row in classes.to_dict("records")
    ]
    rows.append(
        _legend_row(
            "", text.sentence(text.no_data()), "", codes.count(maps.NO_DATA_CODE), "mg-hatch"
        )
    )
    hidden = codes.count(maps.HIDDEN_CODE)
    if hidden:
        rows.append(_legend_row("background:#fbfcfd", "Filtered out", "", hidden))
    words = text.score_words(choice.layer)
    group = f" For: {text.esc(choice.group)}." if choice.group else ""
    return (
        f'<div class="mg-legend"><p><b>{text.esc(words.score)}, 0–100.{group}</b> '
        f"{text.esc(words.darker)}. Number of {text.esc(plural)} in each class.</p>"
        f"<ul>{''.join(rows)}</ul></div>"
    )


def _legend_row(style: str, label: str, bounds: str, count: int, extra: str = "") -> str:
    between = f"<span>{text.esc(bounds)}</span>" if bounds else ""
    return (
        f'<li><i class="mg-swatch {extra}" style="{style}"></i><span class="mg-class">'
        f"<b>{text.esc(label)}</b>{between}<em>{count}</em></span></li>"
    )


def dot_colors(levels: int) -> str:
    """Return a style block that shows, beside each service check box, the colour of its points."""
    rules = "".join(
        f".st-key-mg-dot-{place} label p::before{{background:{color}}}"
        for place, color in enumerate(maps.LEVEL_COLORS[:levels])
    )
    return f"<style>{rules}</style>"


def map_in_words(
    gap: pd.DataFrame, choice: tables.Choice, shown: Sequence[bool], region: Mapping[str, Any]
) -> str:
    """Return the text alternative of the map, one sentence or two, plain text."""
    _, plural = text.terms(region)
    layer = choice.layer
    score = f"{layer}_score"
    visible = gap[list(shown)]
    ranked = visible.dropna(subset=[score]).sort_values([f"{layer}_rank", "district_id"])
    head = f"Map of {len(visible)} {plural} of {text.plain(region['name'])}, coloured by "
    head += text.score_words(layer).score.lower()
    head += f", for: {text.lower_first(choice.group)}." if choice.group else "."
    if ranked.empty:
        return f"{head} None has a score: {text.no_data()}."
    first, last = ranked.iloc[0], ranked.iloc[-1]
    words = text.score_words(layer).top.lower()
    body = (
        f" {words.capitalize()}: {text.plain(first['district_name'], 60)}"
        f" ({text.number(first[score])}); the other end: {text.plain(last['district_name'], 60)}"
        f" ({text.number(last[score])})."
    )
    missing = len(visible) - len(ranked)
    return head + body + (f" {missing} without a score." if missing else "")


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], wide: int = -1, shape: str = "cards"
) -> str:
    """Return a table; the caller has escaped its cells.

    `wide` is the column with running text. On a phone, `cards` puts each cell on a line of its own,
    `compact` sets the figures side by side under the first cell, and `narrow` stays a table.
    """
    head = "".join(f"<th scope='col'>{text.esc(heading)}</th>" for heading in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-label="{text.esc(heading)}"{" class=mg-wide" if at == wide else ""}>'
            f"<span>{cell}</span></td>"
            for at, (heading, cell) in enumerate(zip(headings, row, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    pair = " mg-pair" if len(headings) == 2 and shape == "cards" else ""
    return (
        f'<table class="mg-table mg-{shape}{pair}"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def link(url: Any, label: str) -> str:
    """Return a link to a publisher, or the bare label when the address is not plain http(s)."""
    address = text.safe_url(url)
    if not address:
        return text.esc(label)
    return (
        f'<a href="{text.esc(address)}" target="_blank" rel="noopener noreferrer">'
        f"{text.esc(label)}</a>"
    )


def district_link(row: Mapping[Any, Any], view: state.View) -> str:
    """Return a district's name as a link to its profile."""
    address = navigation.href("district", view, district=str(row["district_id"]))
    name = text.name_html(text.plain(row["district_name"], 80))
    return f'<a href="{text.esc(address)}" target="_self">{name}</a>'


def own_link(page: str, label: str, view: state.View, **changes: Any) -> str:
    """Return a link to a page of ours with its view; it opens in place."""
    address = navigation.href(page, view, **changes)
    return f'<a href="{text.esc(address)}" target="_self">{text.esc(label)}</a>'


def words(value: Any) -> str:
    """Return words of the data as HTML in the reader's language, nothing where there are none."""
    return "" if text.is_missing(value) else text.esc(text.label(value))


def note(words: str) -> str:
    """Return a remark, plain text."""
    return f'<p class="mg-note">{text.esc(words)}</p>'


def contents(sections: Mapping[str, str]) -> str:
    """Return links to the sections of a page, by anchor; headings are plain text."""
    links = "".join(
        f'<a href="#{text.esc(anchor)}">{text.esc(heading)}</a>'
        for anchor, heading in sections.items()
    )
    return f'<nav class="mg-toc" aria-label="{text.esc(t("common.on_this_page"))}">{links}</nav>'


def page_section(anchor: str, heading: str, body: str) -> str:
    """Return a section of a page that a link can point to; the body is HTML."""
    return f'<section class="mg-page" id="{anchor}"><h2>{text.esc(heading)}</h2>{body}</section>'
