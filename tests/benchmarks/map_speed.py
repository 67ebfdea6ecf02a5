"""How fast the map draws and restyles: `python -m tests.benchmarks.map_speed [DISTRICTS ...]`.

A grid of districts with wavy borders that neighbours share, 30 points each; 20,000 services and
30,000 places of people. Headless Chromium without a graphics card; a time ends when the pixels of
the canvas can be read. Medians of 11.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from statistics import median
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dashboard import routes
from tests.map_page import message, serving

REPEATS = 11
SERVICES, PLACES = 20_000, 30_000
SIDE = 7  # points between two corners
COLORS = ["#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#a50021"]
TIMED = """async (message) => {
  const from = performance.now();
  mindgap.update(message);
  await new Promise(requestAnimationFrame);
  for (const canvas of document.querySelectorAll("#map_div canvas")) {
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
  }
  return performance.now() - from;
}"""
# Panning: the pixels of every frame, until the map stands still again.
MOVED = """async () => {
  const from = performance.now();
  map_div.panBy([120, 60], {animate: false});
  for (const canvas of document.querySelectorAll("#map_div canvas")) {
    canvas.getContext("2d").getImageData(0, 0, 1, 1);
  }
  map_div.panBy([-120, -60], {animate: false});
  return (performance.now() - from) / 2;
}"""


def grid(count: int) -> tuple[dict[str, Any], list[float]]:
    """`count` districts as GeoJSON, and west, south, east and north."""
    across = int(np.ceil(np.sqrt(count)))
    step = 20.0 / across
    rng = np.random.default_rng(3)
    waves = rng.normal(0, step / 25, (2, across + 1, across + 1, SIDE + 1, 2))
    waves[:, :, :, 0] = 0  # corners stay

    def edge(kind: int, col: int, row: int) -> np.ndarray:
        along = np.linspace(0, step, SIDE + 2)[:-1]
        line = np.zeros((SIDE + 1, 2))
        line[:, kind] = along
        return line + [25 + col * step, -10 + row * step] + waves[kind, col, row]

    def ring(col: int, row: int) -> list[list[float]]:
        sides = [
            edge(0, col, row),
            edge(1, col + 1, row),
            np.vstack([edge(0, col, row + 1), edge(1, col + 1, row + 1)[:1]])[:0:-1],
            np.vstack([edge(1, col, row), edge(0, col, row + 1)[:1]])[:0:-1],
        ]
        points = np.vstack(sides)
        return np.round(np.vstack([points, points[:1]]), 5).tolist()

    features = [
        {
            "type": "Feature",
            "properties": {"i": k},
            "geometry": {"type": "Polygon", "coordinates": [ring(k % across, k // across)]},
        }
        for k in range(count)
    ]
    return {"type": "FeatureCollection", "features": features}, [25.0, -10.0, 45.0, 10.0]


def routes_of(collection: Mapping[str, Any], count: int) -> list[BaseRoute]:
    """Return routes that answer the grid, its services and its places of people."""
    rng = np.random.default_rng(5)
    at = np.round(
        np.column_stack([rng.uniform(25, 45, SERVICES), rng.uniform(-10, 10, SERVICES)]), 5
    )
    services = [
        [lon, lat, k % 3, 0, k % count, f"Service {k}", 0, 0, f"s{k}"]
        for k, (lon, lat) in enumerate(at.tolist())
    ]
    places = np.column_stack([
        np.round(rng.uniform(25, 45, PLACES), 5), np.round(rng.uniform(-10, 10, PLACES), 5),
        rng.integers(10, 60_000, PLACES),
    ])  # fmt: skip
    answers = {
        f"{routes.GEOMETRY_PATH}/grid/districts-1.geojson": collection,
        f"{routes.POINTS_PATH}/grid/1.json": {
            "districts": [f"District {k}" for k in range(count)], "services": services,
            "levels": ["individual", "community", "virtual"], "types": ["clinic"],
            "owners": ["public"],
        },
        f"{routes.PEOPLE_PATH}/grid/1.json": places.tolist(),
    }  # fmt: skip

    def answer(payload: Any) -> Any:
        body = json.dumps(payload, separators=(",", ":")).encode()
        return lambda request: Response(body, media_type="application/json")

    return [
        *(Route(path, answer(payload)) for path, payload in answers.items()),
        *routes.routes(""),  # Leaflet and the script
    ]


def timed(page: Page, messages: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of each message, the first two left out."""
    return [float(page.evaluate(TIMED, one)) for one in messages][2:]


def measure(page: Page, base: str, count: int) -> list[tuple[str, list[float]]]:
    """Return what was measured, and the milliseconds of each time."""
    rng = np.random.default_rng(1)

    def codes() -> str:
        return "".join(rng.choice(list("01234"), count))

    first = []
    for _ in range(REPEATS):
        page.goto(base)
        page.evaluate("(first) => mindgap.update(first)", message(codes(), COLORS))
        page.wait_for_function(
            "mindgap.stats.readyMs && mindgap.stats.points && mindgap.stats.draws"
        )
        first.append(float(page.evaluate("mindgap.stats.readyMs")))
    ever = range(REPEATS + 2)
    plain = codes()
    restyled = timed(page, [message(codes(), COLORS) for _ in ever])
    marked = timed(
        page, [message("".join(rng.choice(list("01234abcde-~xm"), count)), COLORS) for _ in ever]
    )
    drawn = timed(page, [message(plain, COLORS, show={"levels": [k % 3, 2]}) for k in ever])
    people = message(
        plain, COLORS, people=f"{routes.PEOPLE_PATH}/grid/1.json", show={"levels": [0]}
    )
    page.evaluate("(people) => mindgap.update(people)", people)
    page.wait_for_function("mindgap.stats.people > 0")
    return [
        ("first draw", first),
        ("restyle, classes", restyled),
        ("restyle, classes, doubt, no data, filtered", marked),
        (f"filter of {SERVICES:,} services, clustered", drawn),
        (
            f"pan with services and {PLACES:,} places",
            [float(page.evaluate(MOVED)) for _ in ever][2:],
        ),
    ]


def main(counts: list[int]) -> None:
    """Measure maps of each size and print a table."""
    print(
        "| districts | what | median ms | least ms | most ms | bytes of a change |\n"
        "|---|---|---|---|---|---|"
    )
    for count in counts:
        collection, (west, south, east, north) = grid(count)
        region = {
            "region_id": "grid", "snapshot_id": "1", "name": "Grid", "min_lon": west,
            "min_lat": south, "max_lon": east, "max_lat": north,
            "geometry_file": "districts-1.geojson",
        }  # fmt: skip
        size = len(json.dumps(message("0" * count, COLORS), separators=(",", ":")))
        with serving(region, routes_of(collection, count)) as base, sync_playwright() as playwright:
            path = shutil.which("chromium") or "/usr/bin/chromium"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 880, "height": 600})
            for what, times in measure(page, base, count):
                found = f"{median(times):.0f} | {min(times):.0f} | {max(times):.0f}"
                print(f"| {count:,} | {what} | {found} | {size:,} |", flush=True)
            browser.close()


if __name__ == "__main__":
    main([int(part) for part in sys.argv[1:]] or [3144, 30_000])
