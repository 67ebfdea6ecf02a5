"""What a monitor asks: is the server up, what is published, and how old is it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import queries, text

PATH = "/mindgap/health.json"


def routes(prefix: str) -> list[BaseRoute]:
    """Return the route below `prefix`, which is `""` or `"/prefix"`."""
    return [Route(prefix + PATH, health)]


def health(request: Request) -> Response:
    """Answer 200 when every published region can be read; 503 when one cannot, or none is there."""
    regions = [_region(region_id) for region_id in queries.published_regions()]
    broken = [region for region in regions if "problem" in region]
    status = "unreadable" if broken else "ok" if regions else "nothing published"
    return JSONResponse(
        {"status": status, "regions": regions},
        status_code=200 if status == "ok" else 503,
        headers={"Cache-Control": "no-store"},
    )


def _region(region_id: str) -> dict[str, Any]:
    """Return what is published of one region; `problem` says why it cannot be read."""
    try:
        snapshot = queries.current(region_id)
        run = queries.run(snapshot)
    except queries.NoSnapshotError as error:
        return {"region": region_id, "problem": error.reason}
    return {
        "region": region_id,
        "snapshot": snapshot.id,
        "method_version": text.plain(run["method_version"]),
        "finished_at": text.plain(run["finished_at"]),
        "age_hours": _age(str(run["finished_at"])),
    }


def _age(finished_at: str) -> float | None:
    """Return hours since a time in ISO form (UTC where it names no zone); None for no time."""
    try:
        then = datetime.fromisoformat(finished_at)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return round((datetime.now(UTC) - then).total_seconds() / 3600, 1)
