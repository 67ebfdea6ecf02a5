"""The pop-up beside the controls: what else the map draws, and which services."""

from __future__ import annotations

import streamlit as st

from dashboard import maps, text
from dashboard.drawable import Services
from dashboard.i18n import t
from dashboard.views import map_services
from dashboard.views.controls import flag
from dashboard.views.scene import Scene

# What an address of tiles holds, written as it must be.
_PARTS = {name: f"{{{name}}}" for name in ("z", "x", "y")}


def options(scene: Scene, services: Services) -> None:
    """Draw the button and what it opens."""
    with st.popover(t("map.options"), width="content"):
        _display(scene)
        st.markdown(f"**{t('map.options.services')}**")
        map_services.widgets(scene, services)


def _display(scene: Scene) -> None:
    view = scene.view
    _, plural = text.terms(scene.region)
    flag("mask", t("map.mask", terms=text.markdown(plural)), view.mask,
         text.markdown(text.label(scene.region["rural_rule"])))  # fmt: skip
    flag("people", t("map.people"), view.people, t("map.people_help"))
    flag("rings", t("map.rings"), view.rings, t("map.rings_help"))
    try:
        tiles = maps.basemap()
    except ValueError:
        # The operator's mistake: the reader sees what to set, the value itself stays private.
        _without_tiles(t("map.basemap_bad", **_PARTS))
        return
    if tiles is None:
        _without_tiles(t("map.basemap_off", **_PARTS))
    else:
        credit = text.markdown(tiles["attribution"])
        flag("basemap", t("map.basemap"), view.basemap, t("map.basemap_help", credit=credit))


def _without_tiles(why: str) -> None:
    flag("basemap", t("map.basemap"), False, text.markdown(why), disabled=True)
    # A switch that cannot be used has no help for the keyboard, so the reason is text too.
    st.caption(text.markdown(why))
