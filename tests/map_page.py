"""The map alone in a page, without Streamlit: for tests of its behaviour and measurements.

The page runs the very script that the component evaluates; `sent` keeps what it tells Python.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit_folium import _get_header, _get_map_string

from dashboard import maps

WORDS = {
    "name": "Gap score", "unit": "%", "rank": "rank {rank} of {total}", "noData": "no data",
    "insufficient": "too little data", "candidate": "Possible place", "forWhom": "",
    "typeLabels": {"clinic": "outpatient clinic"}, "ownerLabels": {"public": "Public"},
    "levelLabels": {"individual": "Individual care", "community": "Community care"},
    "zoomIn": "Zoom in", "zoomOut": "Zoom out", "zoomHint": "Use two fingers",
    "home": "Whole region", "failed": "The map could not be loaded",
    "tilesFailed": "No background map",
}  # fmt: skip
PAGE = """<!doctype html><html lang="en"><head>
<meta name="viewport" content="width=device-width">
<title>map</title><link rel="icon" href="data:,"><style>body{{margin:0}}</style>{header}{css}
</head><body>
<div id="map_div" style="height:500px"></div><div style="height:1200px"></div>
<script>window.sent = []; window.heights = [];
window.Streamlit = {{
  setComponentValue: (v) => sent.push(v), setFrameHeight: (h) => heights.push(h),
}};
</script>{js}<script>{script}; window.map = map_div;</script></body></html>"""


def page(region: Mapping[str, Any]) -> str:
    """Return the page that shows the map of a region (a row of `out_region`)."""
    drawn = maps.base_map(region)
    drawn.get_root().render()
    return PAGE.format(
        header=_get_header(drawn),
        css="".join(f'<link rel="stylesheet" href="{at}">' for _, at in drawn.default_css),
        js="".join(f'<script src="{at}"></script>' for _, at in drawn.default_js),
        script=_get_map_string(drawn),
    )


def message(codes: str, colors: Sequence[str], **changes: Any) -> dict[str, Any]:
    """Return an update that draws `codes` and nothing else but what `changes` asks for."""
    show = {"levels": [], "owners": None, "types": None, "districts": "", "candidates": False}
    show |= changes.pop("show", {})
    plain = {
        "layer": "gap", "lens": "", "values": "", "words": WORDS, "locale": "en-GB", "decimals": 1,
        "codes": codes, "colors": list(colors), "selected": -1, "show": show, "service": "",
        "rings": [], "people": "", "basemap": None, "bounds": None,
        "fullscreenLabel": "Full screen", "printLabel": "Print",
    }  # fmt: skip
    assert set(changes) <= set(plain)
    return plain | changes


@contextmanager
def serving(region: Mapping[str, Any], routes: Sequence[BaseRoute]) -> Iterator[str]:
    """Serve the page at `/` beside `routes`, in a thread; yields the address."""
    body = page(region)

    def start(request: Request) -> Response:
        return HTMLResponse(body)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Starlette(routes=[Route("/", start), *routes])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        if time.monotonic() > deadline:
            raise RuntimeError("the test page is not served")
        time.sleep(0.02)
    yield f"http://localhost:{port}/"
    server.should_exit = True
    thread.join(timeout=20)
