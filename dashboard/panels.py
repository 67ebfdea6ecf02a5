"""Blocks of HTML for the pages. Every value from data passes through `text.esc` or `name_html`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import addresses, glossary, navigation, state, text
from dashboard.i18n import t


def title(question: str, sub: str) -> str:
    """Return the page's heading and the sentence under it; both plain text."""
    return (
        f'<div class="mg-title"><h1>{text.esc(question)}</h1>'
        f'<p class="mg-sub">{text.esc(sub)}</p></div>'
    )


def strip(figures: Iterable[tuple[str, str, str, str]]) -> str:
    """Key figures: label, value, note, each plain text; and a term of the glossary, or empty."""
    cells = "".join(
        f'<div class="mg-figure"><dt>{glossary.term(term, label) if term else text.esc(label)}</dt>'
        f"<dd>{text.esc(value)}<small>{text.esc(note)}</small></dd></div>"
        for label, value, note, term in figures
    )
    return f'<dl class="mg-strip">{cells}</dl>'


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
    address = addresses.safe_url(url)
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
    """Return a line of explanation, plain text in; nothing for no words."""
    return f'<p class="mg-note">{text.esc(words)}</p>' if words else ""


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
