"""The process entry point: `streamlit run dashboard/server.py`.

Streamlit serves the pages; the routes here serve what the map fetches by URL, so that it works
with no internet: Leaflet from the XStatic-Leaflet package, district geometry, service points.
"""

import sys
from pathlib import Path

# `streamlit run` puts this folder on the path; the package `dashboard` is one above.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from xstatic.pkg import leaflet

from dashboard import maps, queries

# Addresses carry a content hash or a snapshot id: what they name never changes.
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def geometry(request: Request) -> Response:
    """District outlines of one region; only files of `geo/` can be named."""
    path = queries.geometry_path(request.path_params["region"], request.path_params["name"])
    if path is None:
        return PlainTextResponse("no such geometry", status_code=404)
    return FileResponse(path, media_type="application/geo+json", headers=_FOREVER)


def points(request: Request) -> Response:
    """Service points and district tooltips of one snapshot."""
    try:
        snapshot = queries.by_id(request.path_params["region"], request.path_params["snapshot"])
        payload = maps.points_payload(
            queries.gap(snapshot),
            queries.levels(snapshot),
            queries.points(snapshot),
            queries.lens_gap(snapshot),
        )
    except queries.NoSnapshotError:
        return PlainTextResponse("no such snapshot", status_code=404)
    return JSONResponse(payload, headers=_FOREVER)


_prefix = maps.base_url()

app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[
        Mount(_prefix + maps.LEAFLET_PATH, StaticFiles(directory=leaflet.BASE_DIR)),
        Route(_prefix + maps.GEOMETRY_PATH + "/{region}/{name}", geometry),
        Route(_prefix + maps.POINTS_PATH + "/{region}/{snapshot}.json", points),
    ],
)
