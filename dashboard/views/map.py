"""The main page: the map, its controls, the ranked table and the profile beside it."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from dashboard import maps, panels, queries, selection, state, table, text
from dashboard.views import controls, downloads, frame, profile
from dashboard.views import scene as scenes
from dashboard.views.scene import Scene


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    head, figures = st.container(), st.container(key="mg-figures")
    tools = st.container(
        key="mg-controls", horizontal=True, vertical_alignment="bottom", gap="large"
    )
    note = st.container(key="mg-lens-note")
    started = frame.start(tools)
    if started is None:
        return
    try:
        scene = scenes.load(*started)
        with head:
            _head(scene)
        with figures:
            _figures(scene)
        with tools:
            controls.controls(scene)
        if words := controls.lens_note(scene):
            note.html(words)
        _body(scene)
    except queries.NoSnapshotError as error:
        frame.unreadable(error)


def _head(scene: Scene) -> None:
    region, view = scene.region, scene.view
    question = text.LAYERS[view.layer].question.format(region=text.plain(region["name"], 60))
    st.html(
        f'<div class="mg-title"><h1>{text.esc(question)}</h1>'
        + panels.answer(scene.gap, view.layer, scene.shown, scene.group)
        + "</div>"
    )


def _figures(scene: Scene) -> None:
    total = selection.totals(scene.gap[scene.shown])
    st.html(panels.strip(panels.key_figures(scene.region, total, scene.choice)))


def _body(scene: Scene) -> None:
    left, right = st.columns([1.35, 1], gap="medium")
    with left, st.container(key="mg-map"):
        _map(scene)
    with right, st.container(key="mg-side"):
        _side(scene)


def _style(scene: Scene) -> tuple[maps.MapStyle, pd.DataFrame]:
    view = scene.view
    classes = queries.classes(scene.snapshot, view.layer, view.lens)
    flags = [
        bool(st.session_state.get(controls.level_key(str(level)), False))
        for level in scene.levels["level"]
    ]
    style = maps.MapStyle(
        layer=view.layer,
        classes=maps.class_string(scene.gap, view.layer, scene.shown),
        selected=scene.ids.index(view.district) if view.district else -1,
        colors=maps.palette(view.layer, len(classes)),
        levels="".join("1" if flag else "0" for flag in flags),
        candidates=bool(st.session_state.get(controls.level_key("candidate"), False)),
        lens=view.lens,
        group=scene.group,
    )
    return style, classes


def _map(scene: Scene) -> None:
    style, classes = _style(scene)
    st.session_state["mg_map_ids"] = scene.ids
    st_folium(
        maps.base_map(scene.region),
        key="mg_map",
        height=maps.HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=maps.Update(style),
        on_change=_map_clicked,
    )
    words = panels.map_in_words(scene.gap, scene.choice, scene.shown, scene.region)
    if style.selected >= 0:
        chosen = text.plain(scene.gap["district_name"].iloc[style.selected], 60)
        words = f"Selected: {chosen}, outlined in black; its profile follows. {words}"
    st.html(panels.legend(classes, style.classes, scene.choice, scene.region))
    with st.container(key="mg-levels", horizontal=True, gap="small"):
        controls.service_boxes(scene)
    st.html(f'<p class="mg-note">{text.esc(words)}</p>{controls.lenses_missing(scene)}')


def _side(scene: Scene) -> None:
    view = scene.view
    singular, plural = text.terms(scene.region)
    names = dict(zip(scene.ids, scene.gap["district_name"], strict=True))
    st.session_state["w_district"] = view.district or None
    st.selectbox(
        f"Find a {text.markdown(singular)}",
        sorted(scene.ids, key=lambda key: (text.plain(names[key]).casefold(), key)),
        index=None,
        format_func=lambda key: text.plain(names.get(key, key), 80),
        key="w_district",
        on_change=_district_chosen,
        placeholder=f"Choose a {singular}, or click the map",
    )
    if view.district and view.side == "Profile":
        st.button(f"← All {text.markdown(plural)}", on_click=_back, key="w_back")
        row = scene.gap.iloc[scene.ids.index(view.district)].to_dict()
        profile.profile(scene.snapshot, scene.region, row, len(scene.gap), scene.group)
        return
    _ranking(scene)


def _ranking(scene: Scene) -> None:
    view, region = scene.view, scene.region
    rows = table.ranked(scene.gap, view.layer, scene.shown)
    st.session_state["mg_table_ids"] = [str(value) for value in rows["district_id"]]
    shown = table.display(rows, scene.choice, region)
    st.dataframe(
        table.with_ranges(rows, shown, scene.choice),
        key="w_table",
        height=min(maps.HEIGHT - 70, 36 * len(rows) + 40),
        hide_index=True,
        column_config=table.column_config(scene.choice, region),
        on_select=_cell_chosen,
        selection_mode="single-cell",
        placeholder=text.NO_DATA,
        alt=f"{text.terms(region)[1]} ranked by {text.LAYERS[view.layer].score.lower()}, for "
        + (scene.group or "everyone"),
    )
    st.download_button(
        "Download this table (CSV)",
        data=lambda: table.csv_bytes(rows, scene.choice, region),
        file_name=table.csv_name(scene.choice, region),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    downloads.offer(scene.snapshot, region, view.rural)


def _district_chosen() -> None:
    state.choose_district(st.session_state["w_district"] or "")


def _back() -> None:
    state.choose_district("")


def _map_clicked() -> None:
    chosen = maps.clicked_district(
        st.session_state.get("mg_map"), st.session_state.get("mg_map_ids", [])
    )
    if chosen:
        state.choose_district(chosen)


def _cell_chosen() -> None:
    cells = st.session_state["w_table"]["selection"]["cells"]
    ids = st.session_state.get("mg_table_ids", [])
    if cells and 0 <= cells[0][0] < len(ids):
        state.choose_district(ids[cells[0][0]])
