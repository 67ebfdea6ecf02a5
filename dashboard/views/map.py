"""The main page: the map, its controls, the ranked table and the profile beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from dashboard import maps, panels, queries, state, table, text
from dashboard.views import district, downloads, frame


@dataclass(frozen=True)
class Scene:
    """All the page needs, read once per run."""

    view: state.View
    snapshot: queries.Snapshot
    region: dict[str, Any]
    gap: pd.DataFrame
    levels: pd.DataFrame
    candidates: int
    shown: list[bool]

    @property
    def ids(self) -> list[str]:
        """District ids in the order of the geometry file."""
        return [str(value) for value in self.gap["district_id"]]


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    head, figures = st.container(), st.container(key="mg-figures")
    controls = st.container(
        key="mg-controls", horizontal=True, vertical_alignment="bottom", gap="large"
    )
    started = frame.start(controls)
    if started is None:
        return
    try:
        scene = _scene(*started)
        with head:
            _head(scene)
        with figures:
            _figures(scene)
        with controls:
            _controls(scene)
        _body(scene)
    except queries.NoSnapshotError as error:
        frame.unreadable(error)


def _scene(view: state.View, snapshot: queries.Snapshot, region: dict[str, Any]) -> Scene:
    gap = queries.gap(snapshot)
    view = state.with_known_district(view, [str(value) for value in gap["district_id"]])
    state.save(view)
    rural = [not text.is_missing(value) and bool(value) for value in gap["is_rural"]]
    return Scene(
        view=view,
        snapshot=snapshot,
        region=region,
        gap=gap,
        levels=queries.levels(snapshot),
        candidates=queries.candidate_count(snapshot),
        shown=rural if view.rural else [True] * len(gap),
    )


def _head(scene: Scene) -> None:
    region, view = scene.region, scene.view
    question = text.LAYERS[view.layer].question.format(region=text.plain(region["name"], 60))
    st.html(
        f'<div class="mg-title"><h1>{text.esc(question)}</h1>'
        + panels.answer(scene.gap, view.layer, scene.shown)
        + "</div>"
    )


def _figures(scene: Scene) -> None:
    total = queries.summary(scene.snapshot, scene.view.rural)
    st.html(panels.strip(panels.key_figures(scene.region, total, scene.view.rural)))


def _body(scene: Scene) -> None:
    left, right = st.columns([1.35, 1], gap="medium")
    with left, st.container(key="mg-map"):
        _map(scene)
    with right, st.container(key="mg-side"):
        _side(scene)


def _controls(scene: Scene) -> None:
    view = scene.view
    st.session_state["w_layer"] = view.layer
    st.session_state["w_rural"] = view.rural
    st.segmented_control(
        "Colour the map by",
        list(text.LAYERS),
        format_func=lambda layer: text.LAYERS[layer].button,
        key="w_layer",
        on_change=_layer_changed,
        required=True,
    )
    _, plural = text.terms(scene.region)
    st.toggle(
        f"Rural {text.markdown(plural)} only",
        key="w_rural",
        on_change=_rural_changed,
        help=text.markdown(scene.region["rural_rule"]),
    )


def _service_boxes(scene: Scene) -> None:
    st.html(panels.dot_colors(len(scene.levels)))
    st.html('<p class="mg-label">Show services:</p>', width="content")
    for place, row in enumerate(scene.levels.to_dict("records")):
        count, label = int(row["n_points"]), text.markdown(text.sentence(row["label"]))
        if not bool(row["has_data"]):
            caption = f"{label}: {text.NO_DATA}"
        elif count:
            caption = f"{label} ({count:,})"
        else:
            caption = f"{label}: no points, see notes"
        note = "" if text.is_missing(row["note"]) else text.markdown(row["note"])
        with st.container(key=f"mg-dot-{place}", width="content"):
            st.checkbox(
                caption,
                key=_level_key(str(row["level"])),
                disabled=count == 0,
                help=note or None,
            )
    if not scene.candidates:
        return
    with st.container(key="mg-dot-candidate", width="content"):
        st.checkbox(
            f"Possible places for integration ({scene.candidates:,})",
            key=_level_key("candidate"),
            help="Primary care where no mental-health service is listed or reported. "
            "Not counted as care.",
        )


def _level_key(level: str) -> str:
    return f"w_level_{level}"


def _style(scene: Scene) -> tuple[maps.MapStyle, pd.DataFrame]:
    view = scene.view
    classes = queries.classes(scene.snapshot, view.layer)
    flags = [
        bool(st.session_state.get(_level_key(str(level)), False)) for level in scene.levels["level"]
    ]
    style = maps.MapStyle(
        layer=view.layer,
        classes=maps.class_string(scene.gap, view.layer, view.rural),
        selected=scene.ids.index(view.district) if view.district else -1,
        colors=maps.palette(view.layer, len(classes)),
        levels="".join("1" if flag else "0" for flag in flags),
        candidates=bool(st.session_state.get(_level_key("candidate"), False)),
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
    words = panels.map_in_words(scene.gap, scene.view.layer, scene.shown, scene.region)
    if style.selected >= 0:
        chosen = text.plain(scene.gap["district_name"].iloc[style.selected], 60)
        words = f"Selected: {chosen}, outlined in black; its profile follows. {words}"
    st.html(panels.legend(classes, style.classes, scene.view.layer, scene.region))
    with st.container(key="mg-levels", horizontal=True, gap="small"):
        _service_boxes(scene)
    st.html(f'<p class="mg-note">{text.esc(words)}</p>')


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
        district.profile(scene.snapshot, scene.region, row, len(scene.gap))
        return
    _ranking(scene)


def _ranking(scene: Scene) -> None:
    view, region = scene.view, scene.region
    rows = table.ranked(scene.gap, view.layer, scene.shown)
    st.session_state["mg_table_ids"] = [str(value) for value in rows["district_id"]]
    st.dataframe(
        table.display(rows, view.layer, region),
        key="w_table",
        height=min(maps.HEIGHT - 70, 36 * len(rows) + 40),
        hide_index=True,
        column_config=table.column_config(view.layer, region),
        on_select=_cell_chosen,
        selection_mode="single-cell",
        placeholder=text.NO_DATA,
        alt=f"{text.terms(region)[1]} ranked by {text.LAYERS[view.layer].score.lower()}",
    )
    st.download_button(
        "Download this table (CSV)",
        data=lambda: table.csv_bytes(rows, view.layer, region, view.rural),
        file_name=table.csv_name(view.layer, region, view.rural),
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    downloads.offer(scene.snapshot, region, view.rural)


def _layer_changed() -> None:
    if st.session_state["w_layer"]:
        state.change(layer=st.session_state["w_layer"])


def _rural_changed() -> None:
    state.change(rural=bool(st.session_state["w_rural"]))


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
