"""Find a district by its name: from a list, or by typing where the list would be long."""

from __future__ import annotations

import streamlit as st

from dashboard import state, text
from dashboard.i18n import t, tn
from dashboard.views.scene import Scene

# A longer list is more than anyone scrolls through, and the browser builds it anew on every change:
# with 30,000 names that took half a second.
MOST_LISTED = 500
MATCHES = 8
_LONGEST = 80


def finder(scene: Scene) -> None:
    """Draw the box; what is found becomes the chosen district."""
    if is_listed(scene):
        _choose(scene)
    else:
        search(scene)


def is_listed(scene: Scene) -> bool:
    """Tell whether a region has few enough districts for a list."""
    return len(scene.ids) <= MOST_LISTED


def _choose(scene: Scene) -> None:
    singular, _ = text.terms(scene.region)
    names = scene.names
    # The box empties itself: what is chosen is named on the card, and its hundreds of options
    # are sent to the browser once instead of with every click on the map.
    # Emptied on every run, so that the message with them stays the same, byte for byte.
    st.session_state["w_district"] = None
    st.selectbox(
        t("map.find", term=text.markdown(singular)),
        scene.by_name,
        index=None,
        format_func=lambda key: names.get(key, key),
        key="w_district",
        on_change=_chosen,
        placeholder=t("map.find_choose", term=singular),
    )


def _chosen() -> None:
    if st.session_state["w_district"]:
        state.change(district=st.session_state["w_district"], service="")


def search(scene: Scene) -> None:
    """Draw a box to type in, and under it the districts whose names hold what was typed."""
    singular, _ = text.terms(scene.region)
    with st.container(gap="small"):
        words = st.text_input(
            t("map.find", term=text.markdown(singular)),
            key="w_find",
            type="search",
            placeholder=t("map.find_type"),
        )
        if words:
            _matches(scene, scene.districts.called(words[:_LONGEST]))


def _matches(scene: Scene, found: list[str]) -> None:
    if not found:
        singular, _ = text.terms(scene.region)
        st.html(f'<p class="mg-note">{text.esc(t("map.find_none", term=singular))}</p>')
    with st.container(key="mg-found", gap=None):
        for key in found[:MATCHES]:
            st.button(
                text.markdown(_named(scene, key, found)),
                key=f"w_found_{key}",
                type="tertiary",
                on_click=_found,
                args=(key,),
            )
    if len(found) > MATCHES:
        more = tn("map.find_more", len(found) - MATCHES)
        st.html(f'<p class="mg-note">{text.esc(more)}</p>')


def _named(scene: Scene, district_id: str, found: list[str]) -> str:
    """Return what a match is called; with its id where another has the same name."""
    names = scene.districts.full_names
    name = names[district_id]
    alike = sum(names[other] == name for other in found)
    return name if alike == 1 else t("map.find_one", name=name, id=district_id)


def _found(district_id: str) -> None:
    st.session_state["w_find"] = ""
    state.change(district=district_id, service="")
