"""The pages and links between them; a link carries the whole view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import state
from dashboard.i18n import t

# Name in the address and in `page.<name>.title`; the module of dashboard.views that draws it.
# The first is the start page.
PAGES = {
    "overview": "overview",
    "map": "map",
    "district": "district",
    "compare": "compare",
    "rankings": "rankings",
    "changes": "changes",
    "variants": "variants",
    "methods": "methods",
}
_KEPT = "mindgap_pages"
_OPEN = "mindgap_page"


def pages() -> dict[str, Any]:
    """Return the Streamlit page of every name, in order; titles in the reader's language."""
    out = {
        name: st.Page(
            _drawing(module), title=t(f"page.{name}.title"), url_path=name, default=at == 0
        )
        for at, (name, module) in enumerate(PAGES.items())
    }
    st.session_state[_KEPT] = out
    return out


def opened(page: Any) -> None:
    """Remember which of `pages` is being drawn."""
    st.session_state[_OPEN] = page


def _drawing(module: str) -> Callable[[], None]:
    page: Callable[[], None] = import_module(f"dashboard.views.{module}").page
    return page


def bar(view: state.View) -> None:
    """Draw a link to every page. Ours, because Streamlit's own menu drops the view from links."""
    for name in PAGES:
        link(name, t(f"page.{name}.title"), view)


def link(name: str, label: str, view: state.View, **changes: Any) -> None:
    """Draw a link to a page, in this session; `label` is escaped Markdown.

    A change of the page that is open is a button that looks like a link: Streamlit's own link to
    the page it stands on leaves the address as it was, so that neither Back nor a copy would work.
    """
    page, wanted = st.session_state[_KEPT][name], replace(view, **changes)
    if not changes or page is not st.session_state.get(_OPEN):
        st.page_link(page, label=label, query_params=state.to_params(wanted))
        return
    key = f"w_link_{label}_{urlencode(state.to_params(wanted))}"
    st.button(label, key=key, type="tertiary", on_click=state.change, kwargs=dict(vars(wanted)))


def go(name: str, **changes: Any) -> None:
    """Open a page from the body of a script (not from a callback)."""
    state.change(**changes)
    params = state.to_params(state.kept())
    st.switch_page(st.session_state[_KEPT][name], query_params=params)


def href(name: str, view: state.View, **changes: Any) -> str:
    """Return the relative address of a page with its view; not escaped for HTML."""
    query = urlencode(state.to_params(replace(view, **changes)))
    start = "./" if name == next(iter(PAGES)) else name
    return f"{start}?{query}"
