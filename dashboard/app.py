"""Navigation only: which pages there are, and the frame they share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st

from dashboard import i18n, login, navigation

_ASSETS = Path(__file__).parent / "assets"

# An emoji icon would be fetched from the internet; a file is served by us.
st.set_page_config(page_title="Mindgap", page_icon=str(_ASSETS / "icon.png"), layout="wide")
# One sheet per part of the app; one element on the page.
_STYLE = "\n".join(path.read_text(encoding="utf-8") for path in sorted(_ASSETS.glob("style*.css")))
st.html(f"<style>{_STYLE}</style>")

# The titles of the pages come before any page has read the view.
if asked := st.query_params.get("lang", ""):
    i18n.use(asked)
if login.required() and not login.admit():
    st.stop()
pages = navigation.pages()
chosen = st.navigation(list(pages.values()), position="hidden")
navigation.opened(chosen)

# `?page=methods` is a deep link too; it is followed once and then leaves the address.
wanted = pages.get(st.query_params.get("page", ""))
if wanted is not None and chosen is not wanted:
    rest = {key: st.query_params[key] for key in st.query_params if key != "page"}
    st.switch_page(wanted, query_params=rest)
chosen.run()
if login.required():
    login.foot()
