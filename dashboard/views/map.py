"""The map page: where, how bad, how sure, and who is beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import (
    drawable,
    layers,
    legend,
    map_component,
    map_look,
    maps,
    queries,
    service_rows,
    state,
    text,
)
from dashboard.districts import Districts
from dashboard.drawable import Services
from dashboard.i18n import t
from dashboard.layers import Layer
from dashboard.map_look import Look
from dashboard.views import controls, frame, map_message, map_options, map_services, map_side
from dashboard.views import map_table as tables
from dashboard.views import scene as scenes
from dashboard.views.frame import Start
from dashboard.views.scene import Scene


@dataclass(frozen=True)
class Shown:
    """One run of the page: the choices, the layer and its look, the services to choose from."""

    scene: Scene
    layer: Layer
    look: Look
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
    snapshot, services = start.snapshot, drawable.load(start.snapshot)
    view = state.known(start.view, "layer", layers.known(snapshot))
    if view.layer not in text.SCORES:
        view = state.known(view, "lens", ())
    view = map_services.checked(snapshot, view, services)
    if view.basemap and not _has_tiles():
        view = state.refuse(view, "basemap")
    scene = scenes.load(replace(start, view=view))
    layer = layers.load(snapshot, scene.view)
    scene = replace(scene, view=state.known(scene.view, "classes", layer.methods))
    return Shown(scene, layer, map_look.load(snapshot, scene.view), services)


def _has_tiles() -> bool:
    try:
        return maps.basemap() is not None
    except ValueError:
        # The pop-up of display options says what is wrong with the setting.
        return False


def _draw(shown: Shown) -> None:
    scene, layer = shown.scene, shown.layer
    st.html(shown.look.heading)
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
        map_side.side(scene, shown.look)
    tables.table(scene, layer)
    st.html(controls.lenses_missing(scene) + _print_line(scene))


def _map(shown: Shown) -> None:
    scene, look = shown.scene, shown.look
    message = map_message.message(scene, shown.layer, look.codes, shown.services)
    map_component.show(scene.region, message, partial(_acted, scene.snapshot, scene.districts))
    words = look.alternative
    if scene.view.district:
        words += " " + t("map.alternative.selected", name=scene.names[scene.view.district])
    st.html(
        look.legend
        + legend.levels(shown.services.levels, map_services.drawn(scene.view))
        + f'<p class="mg-note">{text.esc(words)}</p>'
    )


def _acted(snapshot: queries.Snapshot, districts: Districts, told: Any) -> None:
    """Follow what the reader did on the map: chose a district or a service, or moved it."""
    change = maps.clicked(told, districts.ids)
    if service := change.get("service"):
        district = service_rows.district_of(snapshot, service)
        state.change(service=service, district=district if district in districts.places else "")
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
