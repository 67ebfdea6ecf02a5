"""The Leaflet map: a base map that never changes, and a small message that restyles it.

The browser fetches geometry, figures and service points once by URL (see `assets/`). An update
sends one character per district, so changing the layer redraws without sending geometry again.
No address outside this server is used, but for background tiles that an operator has named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import folium
import numpy as np
import streamlit as st
from folium.template import Template

from dashboard import i18n, map_script, palettes, text
from dashboard.i18n import t
from dashboard.routes import GEOMETRY_PATH, LEAFLET_PATH, POINTS_PATH, SCRIPT_PATH
from etl import languages

HEIGHT = 560
NO_DATA_CODE = "-"
INSUFFICIENT_CODE = "~"
HIDDEN_CODE = "x"
MASKED_CODE = "m"
DOUBT_CODES = "abcdefghi"
TILES_URL, TILES_CREDIT = "MINDGAP_TILES_URL", "MINDGAP_TILES_ATTRIBUTION"

_TILES = re.compile(r"https?://[^\s\"'<>`\\]+")


@dataclass(frozen=True)
class Message:
    """What one update draws; the names are those of the JSON that the browser reads.

    `codes` is one character per district (`codes_of`); `values` the address of the figures of
    tooltips, empty for none; `selected` the place of the chosen district, -1 for none; `show` which
    services; `rings` circles as {lon, lat, km, label}; `bounds` west, south, east, north.
    """

    layer: str
    lens: str
    values: str
    words: Mapping[str, Any]
    decimals: int
    codes: str
    colors: Sequence[str]
    selected: int
    show: Mapping[str, Any]
    service: str = ""
    rings: Sequence[Mapping[str, Any]] = ()
    people: str = ""
    basemap: Mapping[str, str] | None = None
    bounds: Sequence[float] | None = None
    locale: str = field(
        default_factory=lambda: str(languages.locale(i18n.language())).replace("_", "-")
    )
    fullscreenLabel: str = field(default_factory=lambda: t("map.fullscreen"))  # noqa: N815
    printLabel: str = field(default_factory=lambda: t("map.print"))  # noqa: N815


class DistrictLayer(folium.MacroElement):
    """The custom layer; its script is constant for a snapshot, so the map is never remounted."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        window.mindgap = mindgapLayer({{ this._parent.get_name() }}, {{ this.options_json }});
        {% endmacro %}
        """
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DistrictLayer"
        self.options_json = text.js(dict(options))


def base_url() -> str:
    """Return the prefix every address of ours needs, `""` or `"/prefix"`."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{prefix}" if prefix else ""


def snapshot_url(path: str, region: Mapping[str, Any], name: str = "") -> str:
    """Return the address of what a route answers for a snapshot, or for a part of it by name."""
    part = f"/{quote(name, safe='')}" if name else ""
    return f"{base_url()}{path}/{region['region_id']}/{region['snapshot_id']}{part}.json"


def programs() -> tuple[str, str, str]:
    """Return the addresses of Leaflet's script, of ours, and of Leaflet's style sheet."""
    leaflet = f"{base_url()}{LEAFLET_PATH}/leaflet"
    return f"{leaflet}.js", f"{base_url()}{SCRIPT_PATH}/{map_script.name()}", f"{leaflet}.css"


def geometry_url(region: Mapping[str, Any]) -> str:
    """Return the address of the outlines of a region (a row of `out_region`)."""
    return f"{base_url()}{GEOMETRY_PATH}/{region['region_id']}/{region['geometry_file']}"


def base_map(region: Mapping[str, Any]) -> folium.Map:
    """Return a new map of the region; rendering changes it, so it is of use once."""
    bounds = [
        [float(region["min_lat"]), float(region["min_lon"])],
        [float(region["max_lat"]), float(region["max_lon"])],
    ]
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
    # Scripts run in this order; ours comes by address, or each message would carry it.
    leaflet, ours, style = programs()
    out.default_js = [("leaflet", leaflet), ("mindgap", ours)]
    out.default_css = [("leaflet_css", style)]
    DistrictLayer(
        {
            "geometry": geometry_url(region),
            "points": snapshot_url(POINTS_PATH, region),
            "bounds": bounds,
            "height": HEIGHT,
            "levelColors": palettes.LEVEL_COLORS,
            "label": t("map.label", region=text.place(region, 120)),
            "home": t("map.home"),
        }
    ).add_to(out)
    return out


def codes_of(
    members: Iterable[Any],
    reasons: Iterable[Any],
    *,
    shown: Iterable[bool],
    masked: Iterable[bool],
    doubtful: Iterable[bool],
) -> str:
    """One character per district, in ascending district_id.

    A digit is the class, a letter from `a` the same class where its place is in doubt, `-` no data,
    `~` too little data for a score, `x` filtered out, `m` masked.
    """
    out = []
    for member, reason, keep, mask, doubt in zip(
        members, reasons, shown, masked, doubtful, strict=True
    ):
        if not keep:
            out.append(HIDDEN_CODE)
        elif mask:
            out.append(MASKED_CODE)
        elif text.is_missing(member):
            out.append(INSUFFICIENT_CODE if reason == "insufficient data" else NO_DATA_CODE)
        else:
            out.append(DOUBT_CODES[int(member)] if doubt else str(int(member)))
    return "".join(out)


def basemap() -> dict[str, str] | None:
    """Return the background tiles that the operator has named, None where there are none.

    `MINDGAP_TILES_URL` is an address with {z}, {x} and {y}; `MINDGAP_TILES_ATTRIBUTION` names who
    made the tiles, as their licence asks. Both are needed. Raises ValueError for any other address.
    """
    url, credit = os.environ.get(TILES_URL, "").strip(), os.environ.get(TILES_CREDIT, "").strip()
    if not url:
        return None
    if not _TILES.fullmatch(url) or not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise ValueError(f"{TILES_URL} is no http(s) address with {{z}}, {{x}} and {{y}}: {url!r}")
    if not credit:
        raise ValueError(f"{TILES_CREDIT} must name who made the tiles of {TILES_URL}")
    return {"url": url, "attribution": credit}


def clicked(value: Any, ids: Sequence[str]) -> dict[str, str]:
    """Return what a message of the map asks for, as changes of the view; {} when not one of ours.

    One of `district` (an id of `ids`), `service` (an id, not yet checked against the snapshot),
    `bounds` (west,south,east,north in degrees, four decimals).
    """
    if not isinstance(value, Mapping):
        return {}
    index, service, bounds = (value.get(key) for key in ("district", "service", "bounds"))
    if isinstance(index, int) and not isinstance(index, bool):
        return {"district": str(ids[index])} if 0 <= index < len(ids) else {}
    if isinstance(service, str) and 0 < len(service) <= 200:
        return {"service": service}
    if isinstance(bounds, Sequence) and not isinstance(bounds, str):
        return _bounds(bounds)
    return {}


def _bounds(found: Sequence[Any]) -> dict[str, str]:
    plain = [v for v in found if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(plain) != 4 or len(found) != 4 or not all(abs(v) <= 360 for v in plain):
        return {}
    west, south, east, north = (round(float(v), 4) + 0.0 for v in plain)
    if west >= east or south >= north:
        return {}
    return {"bounds": ",".join(f"{v:.4f}" for v in (west, south, east, north))}
