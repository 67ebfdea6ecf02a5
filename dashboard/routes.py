"""What the map fetches by address: outlines, services, figures of a layer, places of people.

Every address names a snapshot or carries a content hash, so what it names never changes: browsers
keep it, and each answer is made and compressed once. Nothing but published data is answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from xstatic.pkg import leaflet

from dashboard import map_payloads, map_rows, map_script, queries, service_rows, text
from dashboard.answers import FOREVER, Answers, packed
from etl.export.download import withheld_below

# With its version, so that browsers can keep it like everything else here.
LEAFLET_PATH = f"/mindgap/leaflet/{leaflet.VERSION}"
SCRIPT_PATH = "/mindgap/script"
GEOMETRY_PATH = "/mindgap/geo"
POINTS_PATH = "/mindgap/points"
LAYER_PATH = "/mindgap/layer"
PEOPLE_PATH = "/mindgap/people"


class UnknownError(Exception):
    """An address names something that is not published; the message says what."""


# One for each kind of address, so that going through layers lets no outline go.
_answers = {
    path: Answers() for path in (SCRIPT_PATH, GEOMETRY_PATH, POINTS_PATH, LAYER_PATH, PEOPLE_PATH)
}


class _Leaflet(StaticFiles):
    """Leaflet's own files, which browsers may keep."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with a file."""
        answer = super().file_response(*args, **kwargs)
        answer.headers.update(FOREVER)
        return answer


def script(request: Request) -> Response:
    """Return the script of the map; by address, or every change would carry it."""
    name = map_script.name()
    if request.path_params["name"] != name:
        return PlainTextResponse("no such script", status_code=404)
    source = map_script.script().encode
    return _answer(request, SCRIPT_PATH, name, source, "text/javascript")


def geometry(request: Request) -> Response:
    """District outlines of one region (GeoJSON); only files of `geo/` can be named."""
    path = queries.geometry_path(request.path_params["region"], request.path_params["name"])
    if path is None:
        return PlainTextResponse("no such geometry", status_code=404)
    return _answer(request, GEOMETRY_PATH, path, path.read_bytes, "application/geo+json")


def points(request: Request) -> Response:
    """Names of districts and services of one snapshot: `map_payloads.points`."""
    return _of_snapshot(request, POINTS_PATH, "", _points)


def layer(request: Request) -> Response:
    """Figures of one layer, `map_payloads.figures`; `?lens=` names a group of people."""
    name, lens = request.path_params["layer"], request.query_params.get("lens", "")
    return _of_snapshot(request, LAYER_PATH, (name, lens), lambda at: _layer(at, name, lens))


def people(request: Request) -> Response:
    """Places where people live: `map_payloads.people`."""
    return _of_snapshot(request, PEOPLE_PATH, "", _people)


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes below `prefix`, which is `""` or `"/prefix"`."""
    one = "/{region}/{snapshot}"
    return [
        Mount(prefix + LEAFLET_PATH, _Leaflet(directory=leaflet.BASE_DIR)),
        Route(prefix + SCRIPT_PATH + "/{name}", script),
        Route(prefix + GEOMETRY_PATH + "/{region}/{name}", geometry),
        Route(prefix + POINTS_PATH + one + ".json", points),
        Route(prefix + LAYER_PATH + one + "/{layer}.json", layer),
        Route(prefix + PEOPLE_PATH + one + ".json", people),
    ]


def _points(snapshot: queries.Snapshot) -> Any:
    return map_payloads.points(
        queries.gap(snapshot),
        service_rows.services(snapshot),
        levels=queries.levels(snapshot)["level"].tolist(),
        types=service_rows.kinds(snapshot, "service_type")["id"].tolist(),
        owners=service_rows.kinds(snapshot, "ownership")["id"].tolist(),
    )


def _layer(snapshot: queries.Snapshot, name: str, lens: str) -> Any:
    if name in text.SCORES:
        rows = _of_lens(snapshot, lens) if lens else queries.gap(snapshot)
        return map_payloads.figures(rows[f"{name}_score"], rows[f"{name}_rank"])
    if lens:
        raise UnknownError(f"no {name} for a group of people")
    rows = map_rows.layer_values(snapshot, name)
    if rows.empty:
        raise UnknownError("no such layer")
    return map_payloads.figures(rows["value"])


def _of_lens(snapshot: queries.Snapshot, lens: str) -> Any:
    rows = queries.lens_gap(snapshot, lens).set_index("district_id")
    if rows.empty:
        raise UnknownError("no such group of people")
    return rows.reindex(queries.gap(snapshot)["district_id"])


def _people(snapshot: queries.Snapshot) -> Any:
    return map_payloads.people(map_rows.demand_points(snapshot), withheld_below())


def _of_snapshot(
    request: Request, path: str, more: Hashable, make: Callable[[queries.Snapshot], Any]
) -> Response:
    """Answer with JSON made from the snapshot that the address names, or say what there is not."""
    try:
        snapshot = queries.by_id(request.path_params["region"], request.path_params["snapshot"])
        return _answer(
            request, path, (snapshot, more), lambda: _json(make(snapshot)), "application/json"
        )
    except queries.NoSnapshotError:
        return PlainTextResponse("no such snapshot", status_code=404)
    except UnknownError as error:
        return PlainTextResponse(str(error), status_code=404)


def _json(payload: Any) -> bytes:
    # NaN is not JSON: a payload that holds one is a mistake of ours and must not be answered.
    return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _answer(
    request: Request, path: str, key: Hashable, make: Callable[[], bytes], media_type: str
) -> Response:
    return packed(request, _answers[path].get(key, make), media_type)
