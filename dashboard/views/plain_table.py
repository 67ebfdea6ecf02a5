"""The rankings as a table in HTML: for keyboards, screen readers, and printing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import navigation, ranking, state, table, text
from dashboard.columns import Column
from dashboard.i18n import t
from dashboard.table import Ranked

PAGE = 50


def draw(ranked: Ranked, view: state.View) -> None:
    """Draw one page of the table and the way to the others."""
    last = (len(ranked.rows) - 1) // PAGE + 1
    at = min(int(view.part or 1), last)
    st.html(html(ranked, view, at))
    if last == 1:
        return
    with st.container(key="mg-rank-pages", horizontal=True, vertical_alignment="center"):
        st.button(t("rankings.previous"), on_click=state.change, disabled=at == 1,
                  kwargs={"part": str(at - 1)}, key="w_rank_previous")  # fmt: skip
        st.html(f"<p>{text.esc(_where(at, len(ranked.rows)))}</p>", width="content")
        st.button(t("rankings.next"), on_click=state.change, disabled=at == last,
                  kwargs={"part": str(at + 1)}, key="w_rank_next")  # fmt: skip


def html(ranked: Ranked, view: state.View, at: int) -> str:
    """Return page `at` (from 1) of the table; headings are links that put it in their order."""
    rows = ranked.rows.iloc[(at - 1) * PAGE : at * PAGE].to_dict("records")
    head = "".join(_heading(column, view) for column in ranked.all)
    body = "".join(_row(ranked, row, view) for row in rows)
    caption = text.esc(t("rankings.caption", where=_where(at, len(ranked.rows))))
    return (
        '<div class="mg-scroll" tabindex="0" role="region" '
        f'aria-label="{text.esc(t("rankings.region"))}"><table class="mg-table mg-ranking">'
        f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        "</div>"
    )


def _heading(column: Column, view: state.View) -> str:
    name = text.esc(column.heading)
    if column.kind == "range" or not ranking.sortable(column.key):
        return f'<th scope="col"{_side(column)}>{name}</th>'
    now = view.sort or "place"
    rising, falling = now == column.key, now == f"-{column.key}"
    # A second click turns the order round.
    following = f"-{column.key}" if rising else column.key
    order = "ascending" if rising else "descending" if falling else "none"
    sign = ' <span aria-hidden="true">▲</span>' if rising else ""
    sign = ' <span aria-hidden="true">▼</span>' if falling else sign
    address = text.esc(navigation.href("rankings", view, sort=following, part=""))
    return (
        f'<th scope="col" aria-sort="{order}"{_side(column)}>'
        f'<a href="{address}" target="_self">{name}{sign}</a></th>'
    )


def _row(ranked: Ranked, row: Mapping[Any, Any], view: state.View) -> str:
    cells = []
    for column in ranked.all:
        shown = table.words(ranked, column, row)
        if column.key == "district_name":
            address = navigation.href("district", view, district=str(row["district_id"]))
            cells.append(
                f'<th scope="row"><a href="{text.esc(address)}" target="_self">'
                f"{text.name_html(shown)}</a></th>"
            )
        else:
            cells.append(f"<td{_side(column)}>{text.esc(shown)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


def _side(column: Column) -> str:
    """Numbers stand under each other, at the right."""
    return "" if column.kind in ("words", "name", "yes_no") else ' class="mg-num"'


def _where(at: int, count: int) -> str:
    first = (at - 1) * PAGE + 1
    return t(
        "rankings.where",
        first=text.people(first),
        last=text.people(min(at * PAGE, count)),
        count=text.people(count),
    )
