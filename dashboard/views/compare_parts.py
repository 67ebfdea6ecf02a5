"""Blocks of HTML of the comparison: tables with a row per figure and a column per district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard import navigation, state, text
from dashboard.compared import Figure, differing, standing, with_data
from dashboard.i18n import t, tn

_REASONS = 3


def headings(names: Sequence[str], ids: Sequence[str], view: state.View) -> list[str]:
    """Return the names of the districts as links to their pages, in HTML."""
    return [
        f'<a href="{text.esc(navigation.href("district", view, district=key))}" '
        f'target="_self">{text.name_html(name)}</a>'
        for name, key in zip(names, ids, strict=True)
    ]


def most(figures: Sequence[Figure], names: Sequence[str], heads: Sequence[str]) -> str:
    """Return the figures that differ most, or why none can be named."""
    if len(names) < 2:
        return ""
    found = differing(figures)
    if not found:
        return _section("most", _paragraph(t("compare.no_difference")))
    body = _table([_row(one, names) for one in found], heads, t("compare.section.most"))
    return _section("most", _paragraph(t("compare.most_note")) + body)


def figures(
    name: str, rows: Sequence[Figure], names: Sequence[str], heads: Sequence[str], note: str = ""
) -> str:
    """Return one section of figures; those that none of the districts has are only counted."""
    there, absent = with_data(rows)
    body = _paragraph(note) if note else ""
    if there:
        body += _table([_row(one, names) for one in there], heads, t(f"compare.section.{name}"))
    if absent:
        missing = text.listed([one.label for one in absent])
        body += _paragraph(tn("compare.absent", len(absent), figures=missing))
    return _section(name, body)


def about(
    rows: Sequence[Mapping[str, Any]],
    groups: Mapping[str, str],
    names: Sequence[str],
    heads: Sequence[str],
) -> str:
    """Return what kind of place each district is, in words."""
    facts = {
        "gap_class": [_words(row["gap_class"]) for row in rows],
        "confidence": [_words(row["confidence"]) for row in rows],
        "is_underserved": [text.sentence(text.yes_no(row["is_underserved"])) for row in rows],
        "rural_class": [_words(row["rural_class"]) for row in rows],
        "is_rural": [text.sentence(text.yes_no(row["is_rural"])) for row in rows],
    }
    lines = [
        _line(text.esc(t(f"table.column.{key}")), "", [text.esc(cell) for cell in cells], names)
        for key, cells in facts.items()
    ]
    own = [_words(groups.get(str(row["district_id"]))) for row in rows]
    lines.append(_line(text.esc(t("compare.group")), "", [text.esc(cell) for cell in own], names))
    return _section("about", _table(lines, heads, t("compare.section.about")))


def reasons(frames: Sequence[pd.DataFrame], names: Sequence[str], heads: Sequence[str]) -> str:
    """Return what the gap of each district is made of, the largest parts first."""
    cells = [_reasons(frame) for frame in frames]
    line = _line(text.esc(t("compare.largest_parts")), "", cells, names)
    body = _table([line], heads, t("compare.section.why"))
    return _section("why", _paragraph(t("compare.why_note")) + body)


def _reasons(frame: pd.DataFrame) -> str:
    top = frame.dropna(subset=["contribution"]).head(_REASONS)
    if top.empty:
        return text.esc(text.no_data())
    items = "".join(
        "<li>"
        + text.esc(
            t(
                f"compare.part.{row['part']}",
                label=text.label(row["label"]),
                points=text.number(row["contribution"]),
                value=text.with_unit(row["value"], row["unit"]),
            )
        )
        + "</li>"
        for row in top.to_dict("records")
    )
    return f"<ol>{items}</ol>"


def _row(one: Figure, names: Sequence[str]) -> str:
    cells = [
        f"{text.esc(shown)}{_mark(mark)}"
        for shown, mark in zip(one.shown, standing(one), strict=True)
    ]
    return _line(text.esc(one.label), one.note, cells, names)


def _mark(mark: str) -> str:
    return f' <em class="mg-{mark}">{text.esc(t(f"compare.mark.{mark}"))}</em>' if mark else ""


def _line(label: str, note: str, cells: Sequence[str], names: Sequence[str]) -> str:
    # Roles are said although they are usual: on a phone rows are drawn as blocks, and then a
    # browser would no longer take them for a table.
    small = f"<small>{text.esc(note)}</small>" if note else ""
    body = "".join(
        f'<td role="cell" data-label="{text.esc(name)}"><span>{cell}</span></td>'
        for name, cell in zip(names, cells, strict=True)
    )
    return f'<tr role="row"><th scope="row" role="rowheader">{label}{small}</th>{body}</tr>'


def _table(lines: Sequence[str], heads: Sequence[str], caption: str) -> str:
    columns = "".join(f'<th scope="col" role="columnheader">{head}</th>' for head in heads)
    corner = f'<th scope="col" role="columnheader">{text.esc(t("compare.figure"))}</th>'
    return (
        f'<table class="mg-table mg-side mg-side-{len(heads)}" role="table">'
        f'<caption class="mg-hidden">{text.esc(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{corner}{columns}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(lines)}</tbody></table>'
    )


def _section(name: str, body: str) -> str:
    return (
        f'<section class="mg-compare"><h2>{text.esc(t(f"compare.section.{name}"))}</h2>{body}'
        "</section>"
    )


def _paragraph(words: str) -> str:
    return f'<p class="mg-note">{text.esc(words)}</p>'


def _words(value: Any) -> str:
    return text.no_data() if text.is_missing(value) else text.sentence(text.humanise(value))
