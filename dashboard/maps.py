"""The Leaflet map: a base map that never changes, and a small message that restyles it.

The browser fetches geometry and service points once by URL (see `assets/layer.js`). An update
sends one character per district, so changing the layer redraws without sending geometry again.
No address outside this server is ever used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import folium
import numpy as np
import pandas as pd
import streamlit as st
from folium.template import Template

from dashboard import text

HEIGHT = 530
LEAFLET_PATH = "/mindgap/leaflet"
GEOMETRY_PATH = "/mindgap/geo"
POINTS_PATH = "/mindgap/points"
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

_SCRIPT = (Path(__file__).parent / "assets" / "layer.js").read_text(encoding="utf-8")


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
        self.source = _SCRIPT
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
    figure: Any = out.get_root()
    figure.header.add_child(folium.Element(_CSS))
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


_CSS = """<style>
.leaflet-container{background:#f4f6f8!important;font-family:'Source Sans',sans-serif!important}
.leaflet-control-scale-line{font-size:11px!important;line-height:1.2!important}
.leaflet-interactive{cursor:pointer}
.mg-tip{padding:6px 10px;border-radius:6px;font-size:14px;color:#16222e;
width:max-content;max-width:240px;
white-space:normal;overflow-wrap:anywhere}
.mg-tip span,.mg-tip strong{display:block}
.mg-fail{position:absolute;z-index:900;left:10px;top:10px;right:60px;margin:0;padding:10px 12px;
background:#fff3f0;border:1px solid #a50021;border-radius:6px;font:15px sans-serif;color:#5d0013}
</style>"""


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


def points_payload(
    gap: pd.DataFrame, levels: pd.DataFrame, services: pd.DataFrame, lenses: pd.DataFrame
) -> dict[str, Any]:
    """Return what the points route answers: names, figures for tooltips, services as short lists.

    `figures` holds, under `lens:layer` (no lens: everyone), a [score, rank] or null per district.
    `lenses` is `queries.lens_gap` of all groups. A service is [lon, lat, level position,
    candidate 0/1, district index or -1, name, type].
    """
    order = {level: place for place, level in enumerate(levels["level"])}
    districts = {key: place for place, key in enumerate(gap["district_id"])}
    figures = {f":{layer}": _figures(gap, layer) for layer in text.SCORES}
    for lens, part in lenses.groupby("lens"):
        placed = part.set_index("district_id").reindex(gap["district_id"])
        figures |= {f"{lens}:{layer}": _figures(placed, layer) for layer in text.SCORES}
    rows = [
        [
            round(float(row["lon"]), 5),
            round(float(row["lat"]), 5),
            order.get(row["level"], 0),
            int(bool(row["is_candidate"])),
            districts.get(row["district_id"], -1),
            "" if text.is_missing(row["name"]) else text.plain(row["name"], 120),
            text.plain(row["type_label"], 120),
        ]
        for row in services.to_dict("records")
    ]
    return {
        "districts": [text.plain(name, 120) for name in gap["district_name"]],
        "words": {layer: text.score_words(layer).score for layer in text.SCORES},
        "figures": figures,
        "services": rows,
    }


def _figures(rows: pd.DataFrame, layer: str) -> list[list[float] | None]:
    return [
        None if text.is_missing(score) or text.is_missing(rank) else [float(score), int(rank)]
        for score, rank in zip(rows[f"{layer}_score"], rows[f"{layer}_rank"], strict=True)
    ]


def clicked_district(value: Any, district_ids: Sequence[str]) -> str:
    """Return the district a map click names, or "" when the message is not one of ours."""
    index = value.get("district") if isinstance(value, Mapping) else None
    if not isinstance(index, int) or isinstance(index, bool):
        return ""
    return str(district_ids[index]) if 0 <= index < len(district_ids) else ""
