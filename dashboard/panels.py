"""Blocks of HTML for the pages. Every value from data passes through `text.esc` or `name_html`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import table as tables
from dashboard import text


def title(question: str, sub: str) -> str:
    """Return the page's heading and the sentence under it; both plain text."""
    return (
        f'<div class="mg-title"><h1>{text.esc(question)}</h1>'
        f'<p class="mg-sub">{text.esc(sub)}</p></div>'
    )


def strip(figures: Iterable[tuple[str, str, str]]) -> str:
    """Key figures: (label, value, note), each plain text."""
    cells = "".join(
        f'<div class="mg-figure"><dt>{text.esc(label)}</dt><dd>{text.esc(value)}'
        f"<small>{text.esc(note)}</small></dd></div>"
        for label, value, note in figures
    )
    return f'<dl class="mg-strip">{cells}</dl>'


def key_figures(
    region: Mapping[str, Any], total: Mapping[str, Any], choice: tables.Choice
) -> list[tuple[str, str, str]]:
    """Return the strip: totals of the shown districts, each with its vintage or caveat."""
    _, plural = text.terms(region)
    judged = int(total["judged"])
    missing = int(total["districts"]) - int(total["scored"])
    which = "robustly underserved " if choice.robust else ""
    which += f"rural {plural} shown" if choice.rural else f"{plural} shown"
    unscored = f"{missing} without enough data" if missing else "all with a score"
    underserved = text.counted(total["underserved"], region) if judged else text.no_data()
    figures = [
        _people_figure(region, total, choice),
        (text.sentence(which), text.people(total["districts"]), unscored),
        (
            "Rural and underserved",
            underserved,
            f"{text.short_people(total['underserved_people'])} people" if judged else "not judged",
        ),
    ]
    if choice.group:
        return [*figures, _new_worst(total, region)]
    shortage = total["fte_shortage"]
    return [
        *figures,
        (
            "Out of reach of care",
            text.short_people(total["beyond_reach"]),
            _share_note(total["beyond_reach"], total["population"]),
        ),
        (
            "Staff missing",
            text.with_unit(shortage, "FTE")
            if text.is_missing(shortage)
            else f"{text.number(shortage, 0)} FTE",
            "full-time posts (FTE) short of the staffing target",
        ),
    ]


def _people_figure(
    region: Mapping[str, Any], total: Mapping[str, Any], choice: tables.Choice
) -> tuple[str, str, str]:
    vintage = f"population of {text.vintage(region['population_vintage'])}"
    if not choice.group:
        return "People", text.short_people(total["population"]), vintage
    share = _share(total["people"], total["population"])
    note = f"{share} of all people; {vintage}" if share else vintage
    return text.sentence(choice.group), text.short_people(total["people"]), note


def _new_worst(total: Mapping[str, Any], region: Mapping[str, Any]) -> tuple[str, str, str]:
    worst = int(total["worst"])
    return (
        "Underserved for this group only",
        text.counted(total["new_worst"], region),
        f"of {worst} underserved for this group; the others are so for everyone too",
    )


def _share_note(part: Any, whole: Any) -> str:
    share = _share(part, whole)
    return f"{share} of people, estimate" if share else "people, estimate"


def _share(part: Any, whole: Any) -> str:
    if text.is_missing(part) or text.is_missing(whole) or not float(whole):
        return ""
    share = float(part) / float(whole)
    return "under 1%" if 0 < share < 0.01 else text.percent(share, 0)


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


def page_section(anchor: str, heading: str, body: str) -> str:
    """Return a section of a page that a link can point to; the body is HTML."""
    return f'<section class="mg-page" id="{anchor}"><h2>{text.esc(heading)}</h2>{body}</section>'
