"""The map page: where, how bad, how sure, and who is beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

import streamlit as st
from streamlit_folium import st_folium

from dashboard import layers, legend, map_words, maps, queries, service_rows, state, text
from dashboard.i18n import t
from dashboard.layers import Layer
from dashboard.views import controls, frame, map_message, map_options, map_services, map_side
from dashboard.views import map_table as tables
from dashboard.views import scene as scenes
from dashboard.views.frame import Start
from dashboard.views.map_services import Services
from dashboard.views.scene import Scene

_COMPONENT = "mg_map"


@dataclass(frozen=True)
class Shown:
    """One run of the page: the choices, the layer, its codes, the services to choose from."""

    scene: Scene
    layer: Layer
    codes: str
    services: Services


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: Start) -> None:
    shown = _load(start)
    state.save(shown.scene.view)
    with st.container(key="mg-notes"):
        frame.notes()
    _draw(shown)


def _load(start: Start) -> Shown:
    """Read what the page shows; what the link asks for and the snapshot lacks is noted."""
    snapshot, services = start.snapshot, map_services.load(start.snapshot)
    view = state.known(start.view, "layer", layers.known(snapshot))
    if view.layer not in text.SCORES:
        view = state.known(view, "lens", ())
    view = map_services.checked(snapshot, view, services)
    if view.basemap and not _has_tiles():
        view = state.refuse(view, "basemap")
    scene = scenes.load(replace(start, view=view))
    layer = layers.load(snapshot, scene.view, scene.gap)
    scene = replace(scene, view=state.known(scene.view, "classes", layer.methods))
    return Shown(scene, layer, map_message.codes(scene, layer), services)


def _has_tiles() -> bool:
    try:
        return maps.basemap() is not None
    except ValueError:
        # The pop-up of display options says what is wrong with the setting.
        return False


def _draw(shown: Shown) -> None:
    scene, layer = shown.scene, shown.layer
    _head(scene, layer)
    with st.container(
        key="mg-controls", horizontal=True, vertical_alignment="bottom", gap="medium"
    ):
        controls.controls(scene, layer)
        map_options.options(scene, shown.services)
    # There in any case: what comes and goes above the map would make the browser draw it anew.
    with st.container(key="mg-lens-note"):
        if words := controls.lens_note(scene):
            st.html(words)
    left, right = st.columns([1.5, 1], gap="medium")
    with left, st.container(key="mg-map"):
        _map(shown)
    with right, st.container(key="mg-side"):
        map_side.side(scene, layer)
    tables.table(scene, layer)
    st.html(controls.lenses_missing(scene) + _print_line(scene))


def _head(scene: Scene, layer: Layer) -> None:
    question = map_words.question(layer, scene.region)
    answer = map_words.answer(layer, scene.names, scene.shown, scene.group)
    st.html(f'<div class="mg-title"><h1>{text.esc(question)}</h1>{answer}</div>')


def _map(shown: Shown) -> None:
    scene, layer = shown.scene, shown.layer
    message = map_message.message(scene, layer, shown.codes, shown.services)
    st_folium(
        maps.base_map(scene.region),
        key=_COMPONENT,
        height=maps.HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=maps.Update(message),
        on_change=partial(_clicked, scene.snapshot, scene.ids),
    )
    doubt = map_message.shows_doubt(scene)
    words = map_words.in_words(
        layer, scene.names, scene.shown, scene.region, legend.title(layer, scene.group)
    )
    if scene.view.district:
        words += " " + t("map.alternative.selected", name=scene.names[scene.view.district])
    st.html(
        legend.legend(layer, shown.codes, scene.region, scene.group, doubt=doubt)
        + legend.levels(shown.services.levels, map_services.drawn(scene.view))
        + f'<p class="mg-note">{text.esc(words)}</p>'
    )


def _clicked(snapshot: queries.Snapshot, ids: Sequence[str]) -> None:
    """Follow what the reader did on the map: chose a district or a service, or moved it."""
    change = maps.clicked(st.session_state.get(_COMPONENT), ids)
    if service := change.get("service"):
        district = service_rows.district_of(snapshot, service)
        state.change(service=service, district=district if district in ids else "")
    elif "district" in change:
        state.change(district=change["district"], service="")
    elif change:
        state.change(**change)


def _print_line(scene: Scene) -> str:
    """Return the line that only a printed page shows: source, snapshot, date, link to the view."""
    made = text.vintage(queries.run(scene.snapshot)["finished_at"])
    # Outside a browser there is no address to come back to.
    link = f"{st.context.url}?{urlencode(state.to_params(scene.view))}" if st.context.url else ""
    words = t(
        "map.print_source",
        region=text.place(scene.region),
        snapshot=scene.snapshot.id,
        date=made,
        link=link,
    )
    return f'<p class="mg-print">{text.esc(words)}</p>'
