"""The script of the map: small files joined into one, with their style sheet."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from dashboard import text

_ASSETS = Path(__file__).parent / "assets"
# In this order: each uses only what stands before it.
PARTS = (
    "canvas",
    "patterns",
    "shapes",
    "districts",
    "services",
    "people",
    "reach",
    "card",
    "controls",
    "view",
    "layer",
)
# Keys of `words` in a message, beside those of the message itself; the map has no words of its own.
WORDS = (
    "name",
    "unit",
    "rank",
    "noData",
    "insufficient",
    "candidate",
    "forWhom",
    "typeLabels",
    "ownerLabels",
    "levelLabels",
    "zoomIn",
    "zoomOut",
    "home",
    "zoomHint",
    "failed",
    "tilesFailed",
)


@lru_cache(maxsize=1)
def script() -> str:
    """Return the script that defines `mindgapLayer(map, options)`; it needs Leaflet, nothing else.

    It is the same for every region, so that a map is never mounted again for its sake.
    """
    parts = [(_ASSETS / f"map-{name}.js").read_text(encoding="utf-8") for name in PARTS]
    style = text.js((_ASSETS / "map.css").read_text(encoding="utf-8"))
    body = "\n".join(['"use strict";', f"const mapStyle = {style};", *parts])
    return f"var mindgapLayer = (function () {{\n{body}\nreturn mindgapLayer;\n}})();"


@lru_cache(maxsize=1)
def name() -> str:
    """Return the file name under which the script is served; another script has another name."""
    return f"map-{sha256(script().encode()).hexdigest()[:12]}.js"
