"""Navigation only: which pages there are, and the frame they share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

from dashboard.views import changes as changes_view
from dashboard.views import map as map_view
from dashboard.views import methods as methods_view
from dashboard.views import variants as variants_view

_ASSETS = Path(__file__).parent / "assets"

# An emoji icon would be fetched from the internet; a file is served by us.
st.set_page_config(page_title="Mindgap", page_icon=str(_ASSETS / "icon.png"), layout="wide")
st.html(_ASSETS / "style.css")

map_page = st.Page(map_view.page, title="Map", url_path="map", default=True)
variants_page = st.Page(variants_view.page, title="Model choices", url_path="variants")
changes_page = st.Page(changes_view.page, title="What changed", url_path="changes")
methods_page = st.Page(methods_view.page, title="Methods and sources", url_path="methods")
chosen = st.navigation([map_page, variants_page, changes_page, methods_page], position="top")

# `?page=methods` is a deep link too; it is followed once and then leaves the address.
linked = {"methods": methods_page, "variants": variants_page, "changes": changes_page}
asked = linked.get(st.query_params.get("page", ""))
if asked is not None and chosen is not asked:
    rest = {key: st.query_params[key] for key in st.query_params if key != "page"}
    st.switch_page(asked, query_params=rest)
chosen.run()
