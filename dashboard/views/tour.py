"""The first minute: what the product answers, in three steps that can be put away."""

from __future__ import annotations

import streamlit as st

from dashboard import navigation, text
from dashboard.i18n import t
from dashboard.views.scene import Scene

_AWAY = "mindgap_tour_away"
# Page that each step leads to.
STEPS = ("map", "district", "compare")


def tour(scene: Scene) -> None:
    """Draw the three steps, or a small button that brings them back."""
    if st.session_state.get(_AWAY, False):
        st.button(t("tour.again"), on_click=_set, args=(False,), key="w_tour", type="tertiary")
        return
    with st.container(key="mg-tour", border=True):
        st.html(f"<h2>{text.esc(t('tour.title'))}</h2>")
        for column, step in zip(st.columns(len(STEPS)), STEPS, strict=True):
            with column:
                st.html(
                    f"<h3>{text.esc(t(f'tour.{step}.title'))}</h3>"
                    f"<p>{text.esc(t(f'tour.{step}.words'))}</p>"
                )
                navigation.link(step, text.markdown(t(f"tour.{step}.link")), scene.view)
        st.button(t("tour.close"), on_click=_set, args=(True,), key="w_tour")


def _set(away: bool) -> None:
    st.session_state[_AWAY] = away
