"""The Leaflet map: a base map that never changes, and a small message that restyles it.

The browser fetches geometry and service points once by URL (see `map_script`). An update
sends one character per district, so changing the layer redraws without sending geometry again.
No address outside this server is ever used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import numpy as np
import pandas as pd
import streamlit as st
from folium.template import Template

from dashboard import map_script, text
from dashboard.routes import GEOMETRY_PATH, LEAFLET_PATH, POINTS_PATH

HEIGHT = 530
NO_DATA_CODE = "-"
HIDDEN_CODE = "x"

# ColorBrewer, safe for colour-blind readers, light to dark. Dark is always the worse end, so the
# access palette is turned round: its lowest class is the darkest.
_RAMPS = {
    "gap": ["#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#a50021"],
    "need": ["#eadff0", "#d7b5d8", "#df65b0", "#c2187a", "#7a0150"],
    "access": ["#063b64", "#2b7bb0", "#74a9cf", "#b3c6e3", "#dce5f5"],
}
# Okabe–Ito, apart from every ramp; by position of the level.
LEVEL_COLORS = ["#10243a", "#00805f", "#8a5a00", "#5b3fa8", "#5f6b76", "#006d8f"]


@dataclass(frozen=True)
class MapStyle:
    """What one update draws."""

    layer: str
    classes: str
    selected: int
    colors: Sequence[str]
    levels: str
    candidates: bool
    lens: str = ""
    group: str = ""


class DistrictLayer(folium.MacroElement):
    """The custom layer; its script is constant for a snapshot, so the map is never remounted."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this.source }}
        window.mindgap = mindgapLayer({{ this._parent.get_name() }}, {{ this.options_json }});
        {% endmacro %}
        """
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DistrictLayer"
        self.source = map_script.script()
        self.options_json = text.js(dict(options))


class Update(folium.FeatureGroup):
    """The message streamlit-folium evaluates in the browser when a choice changes."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = window.mindgap.update({{ this.message }});
        {% endmacro %}
        """
    )

    def __init__(self, style: MapStyle) -> None:
        super().__init__()
        self.message = text.js(
            {
                "layer": style.layer,
                "classes": style.classes,
                "selected": style.selected,
                "colors": list(style.colors),
                "levels": style.levels,
                "candidates": style.candidates,
                "lens": style.lens,
                "group": style.group,
            }
        )


def base_url() -> str:
    """Return the prefix every address of ours needs, `""` or `"/prefix"`."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{prefix}" if prefix else ""


def base_map(region: Mapping[str, Any]) -> folium.Map:
    """Return a new map of the region.

    Never cache it: streamlit-folium changes the object it is given.
    """
    bounds = [
        [float(region["min_lat"]), float(region["min_lon"])],
        [float(region["max_lat"]), float(region["max_lon"])],
    ]
    prefix = base_url()
    out = folium.Map(
        location=[
            float(np.mean([bounds[0][0], bounds[1][0]])),
            float(np.mean([bounds[0][1], bounds[1][1]])),
        ],
        tiles=None,
        zoom_start=6,
        prefer_canvas=True,
        zoom_control=False,
        attributionControl=False,
        zoomSnap=0.25,
        zoomDelta=0.5,
        maxZoom=13,
    )
    # The instance attributes shade folium's lists of CDN links.
    out.default_js = [("leaflet", f"{prefix}{LEAFLET_PATH}/leaflet.js")]
    out.default_css = [("leaflet_css", f"{prefix}{LEAFLET_PATH}/leaflet.css")]
    DistrictLayer(
        {
            "geometry": f"{prefix}{GEOMETRY_PATH}/{region['region_id']}/{region['geometry_file']}",
            "points": f"{prefix}{POINTS_PATH}/{region['region_id']}/{region['snapshot_id']}.json",
            "bounds": bounds,
            "height": HEIGHT,
            "levelColors": LEVEL_COLORS,
            "label": f"Map of {text.plain(region['name'], 120)}. "
            "The list and the table beside it offer the same without a mouse.",
        }
    ).add_to(out)
    return out


def palette(layer: str, count: int) -> list[str]:
    """`count` colours from the lowest class to the highest; dark is the worse end."""
    ramp = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in _RAMPS[layer]])
    at = np.linspace(0, len(ramp) - 1, count) if count > 1 else np.array([len(ramp) // 2])
    channels = [np.interp(at, np.arange(len(ramp)), ramp[:, k]).round() for k in range(3)]
    return [f"#{int(r):02x}{int(g):02x}{int(b):02x}" for r, g, b in zip(*channels, strict=True)]


def class_string(gap: pd.DataFrame, layer: str, shown: Sequence[bool]) -> str:
    """One character per district, in the order of the frame (ascending district_id).

    A digit is the class, `-` is no data, `x` is filtered out.
    """
    codes = []
    for index, keep in zip(gap[f"class_{layer}"], shown, strict=True):
        if not keep:
            codes.append(HIDDEN_CODE)
        else:
            codes.append(NO_DATA_CODE if text.is_missing(index) else f"{int(index):d}"[0])
    return "".join(codes)


def clicked_district(value: Any, district_ids: Sequence[str]) -> str:
    """Return the district a map click names, or "" when the message is not one of ours."""
    index = value.get("district") if isinstance(value, Mapping) else None
    if not isinstance(index, int) or isinstance(index, bool):
        return ""
    return str(district_ids[index]) if 0 <= index < len(district_ids) else ""
