"""The pop-up beside the controls: what else the map draws, and which services."""

from __future__ import annotations

import streamlit as st

from dashboard import maps, text
from dashboard.i18n import t
from dashboard.views import map_services
from dashboard.views.controls import flag
from dashboard.views.map_services import Services
from dashboard.views.scene import Scene


def options(scene: Scene, services: Services) -> None:
    """Draw the button and what it opens."""
    with st.popover(t("map.options"), width="content"):
        st.markdown(f"**{t('map.options.display')}**")
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
        flag("basemap", t("map.basemap"), False, t("map.basemap_bad"), disabled=True)
        st.caption(t("map.basemap_bad"))
        return
    if tiles is None:
        flag("basemap", t("map.basemap"), False, t("map.basemap_off"), disabled=True)
        st.caption(text.markdown(t("map.basemap_off")))
    else:
        credit = text.markdown(tiles["attribution"])
        flag("basemap", t("map.basemap"), view.basemap, t("map.basemap_help", credit=credit))
