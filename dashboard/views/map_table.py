"""The map as a table, a page of rows at a time."""

from __future__ import annotations

from functools import partial

import streamlit as st

from dashboard import layers, legend, map_words, navigation, panels, text
from dashboard.i18n import t
from dashboard.layers import BIVARIATE, Layer
from dashboard.views.scene import Scene

_ROWS = 25
_PAGE = "mg_map_table_page"


def table(scene: Scene, layer: Layer) -> None:
    """Draw the expander; its rows are sent only while it is open."""
    with st.expander(t("map.table"), key="w_table", on_change="rerun") as box:
        if box.open:
            _rows(scene, layer)


def _rows(scene: Scene, layer: Layer) -> None:
    rows = layers.worst_first(layer, scene.shown)
    pages = max(1, -(-len(rows) // _ROWS))
    page = min(int(st.session_state.get(_PAGE, 0)), pages - 1)
    part = rows.iloc[page * _ROWS : (page + 1) * _ROWS]
    if part.empty:
        st.html(f"<p>{text.esc(t('map.list_none'))}</p>")
        return
    singular, _ = text.terms(scene.region)
    headings = [t("map.table.rank"), text.sentence(singular)]
    cells = [
        [text.esc(text.people(row["rank"])), text.name_html(scene.names[str(row["district_id"])])]
        for row in part.to_dict("records")
    ]
    if layer.id != BIVARIATE:
        headings += [legend.title(layer, scene.group), t("map.table.range"), t("map.table.class")]
        bounds = dict(zip(layer.classes["class_index"], legend.bounds(layer), strict=True))
        for line, row in zip(cells, part.to_dict("records"), strict=True):
            line += [
                text.esc(map_words.value(layer, row["value"])),
                text.esc(map_words.between(layer, row) or text.no_data()),
                text.esc(bounds.get(row["member"], text.no_data())),
            ]
    st.html(panels.table(headings, cells, shape="compact"))
    first = page * _ROWS + 1
    words = t("map.table.page", first=text.people(first), last=text.people(first + len(part) - 1),
              total=text.people(len(rows)))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("map.table.before"), on_click=partial(_turn, page - 1), disabled=page == 0)
        st.button(t("map.table.next"), on_click=partial(_turn, page + 1),
                  disabled=page == pages - 1)  # fmt: skip
        st.html(f'<p class="mg-note">{text.esc(words)}</p>', width="content")
        navigation.link("rankings", t("map.in_rankings"), scene.view)


def _turn(page: int) -> None:
    st.session_state[_PAGE] = page
