"""The process entry point: `streamlit run dashboard/server.py`.

Streamlit serves the pages; `dashboard.routes` serves what the map fetches by address, so that it
works with no internet, `dashboard.static_files` Streamlit's scripts in fewer bytes;
`dashboard.guard` stands before all of it.
"""

import sys
from pathlib import Path

# `streamlit run` puts this folder on the path; the package `dashboard` is one above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st
from starlette.middleware import Middleware

from dashboard import guard, health, index_page, login, maps, routes, static_files


def _tiles() -> str:
    """Return where an operator's background tiles come from, empty for none."""
    try:
        found = maps.basemap()
    except ValueError:
        # The options of the map tell whoever opens them what is wrong with the setting.
        return ""
    return found["url"] if found else ""


_prefix = maps.base_url()
login.check()

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[
        *routes.routes(_prefix),
        *health.routes(_prefix),
        *index_page.routes(_prefix),
    ],
    middleware=[
        *guard.layers(_prefix, _tiles()),
        Middleware(static_files.PackedFiles, prefix=_prefix),
    ],
)
