"""TODO by its owner: the page map."""

from __future__ import annotations

import streamlit as st

from dashboard import queries, state, text
from dashboard.i18n import t
from dashboard.views import frame
from dashboard.views import scene as scenes


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    start = frame.start()
    if start is None:
        return
    try:
        scene = scenes.load(start)
        state.save(scene.view)
        frame.notes()
        st.html(f"<h1>{text.esc(t('page.map.title'))}</h1>")
        frame.foot(start)
    except queries.NoSnapshotError as error:
        frame.unreadable(error)
