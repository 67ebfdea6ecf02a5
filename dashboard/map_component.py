"""The map on a page: the component of streamlit-folium, with what folium writes made once.

`st_folium` renders every template of folium anew on each run, a quarter of what a change of layer
costs. Ours are the same for all readers of a snapshot in one language, so they are kept here, and
the component is called with them directly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import streamlit as st

# What `st_folium` does is in these; a test compares our call with its own.
from streamlit_folium import (
    _component_func,
    _get_header,
    _get_html,
    _get_map_string,
    generate_js_hash,
    get_full_id,
)

from dashboard import i18n, maps, text


@dataclass(frozen=True)
class Base:
    """What folium writes for the map of a region: arguments of the component, and its key."""

    arguments: Mapping[str, Any]
    key: str


def show(
    region: Mapping[str, Any], message: maps.Message, on_change: Callable[[Any], None]
) -> None:
    """Draw the map of a region (a row of `out_region`) and tell it what to show.

    `on_change` is called with what the map tells when the reader has acted on it.
    """
    base = _base(tuple(region.items()), maps.base_url(), i18n.language())
    _component_func(
        **base.arguments,
        key=base.key,
        default={},
        returned_objects=[],
        height=maps.HEIGHT,
        width=None,
        zoom=None,
        center=None,
        feature_group=update(message),
        return_on_hover=False,
        layer_control=None,
        pixelated=False,
        wrap_longitude=False,
        on_change=lambda: on_change(st.session_state.get(base.key)),
    )


def update(message: maps.Message) -> str:
    """Return the script that the component runs in the browser when a choice changes."""
    # The component adds the script of a layer control, `null` where there is none.
    return f"window.mindgap.update({text.js(asdict(message))});\n"


@lru_cache(maxsize=32)
def _base(region: tuple[tuple[str, Any], ...], _prefix: str, _language: str) -> Base:
    drawn = maps.base_map(dict(region))
    drawn.get_root().render()
    # In this order: the last one changes the map it is given.
    html, header = _get_html(drawn), _get_header(drawn)
    script = _get_map_string(drawn)
    return Base(
        {
            "script": script,
            "header": header,
            "html": html,
            "id": get_full_id(drawn),
            "css_links": [address for _, address in drawn.default_css],
            "js_links": [address for _, address in drawn.default_js],
        },
        generate_js_hash(script),
    )
