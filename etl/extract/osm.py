"""Read roads out of an OpenStreetMap extract (``.osm.pbf``): nodes, ways and segments as tables.

What is a road, and which access values close one, is told by the caller (``config/travel.yaml``);
minutes are not worked out here, so another speed needs no new reading. Turn restrictions, barriers,
ferries and traffic signals are not read.
"""

from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import osmium
import pandas as pd

from etl.errors import SourceChangedError, SourceMissingError, examples
from etl.extract.osm_tags import ACCESS_KEYS, directions, is_closed, posted_kmh
from etl.measures.travel import great_circle_km

LIMIT_KEYS = ("maxspeed", "maxspeed:forward", "maxspeed:backward")


@dataclass(frozen=True)
class RoadFile:
    """The drivable roads of one file.

    Attributes
    ----------
    nodes : ``node_id`` (OpenStreetMap), ``lon``, ``lat`` (degrees); a node's number is its position
    ways : ``way_id``, ``highway``, ``forward`` and ``backward`` (may be driven as drawn / against),
        ``forward_kmh`` and ``backward_kmh`` (posted limit, NaN where none)
    segments : ``way``, ``tail``, ``head`` (positions), ``km`` (great circle): one row per two
        neighbouring nodes of a way, in the way's own direction
    notes : ``rule``, ``n_rows`` and ``value`` (examples): ways left out and tags not understood
    """

    nodes: pd.DataFrame
    ways: pd.DataFrame
    segments: pd.DataFrame
    notes: pd.DataFrame


@dataclass
class _Collected:
    """Grows while the file is read: one entry per way, and one per node of each way."""

    way_id: "array[int]" = field(default_factory=lambda: array("q"))
    highway: list[str] = field(default_factory=list)
    direction: list[tuple[bool, bool]] = field(default_factory=list)
    limit: list[tuple[float, float]] = field(default_factory=list)
    length: "array[int]" = field(default_factory=lambda: array("q"))
    ref: "array[int]" = field(default_factory=lambda: array("q"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    notes: dict[str, list[str]] = field(default_factory=dict)

    def note(self, rule: str, way_id: int, value: str) -> None:
        self.notes.setdefault(rule, []).append(f"way {way_id}: {value}")


def read_roads(
    path: Path, *, classes: Collection[str], closed: Collection[str], source_id: str
) -> RoadFile:
    """Read the ways of a ``.osm.pbf`` that cars may use.

    Parameters
    ----------
    classes : ``highway`` values that are roads
    closed : access values that shut a road
    source_id : for messages

    Raises
    ------
    SourceMissingError
        The file is not there.
    SourceChangedError
        It cannot be read as OpenStreetMap data, is cut off, or holds no road of these classes.
    """
    if not path.is_file():
        raise SourceMissingError(f"{source_id}: no file {path}")
    found = _Collected()
    roads = (
        osmium.FileProcessor(path, osmium.osm.NODE | osmium.osm.WAY)
        .with_locations()
        .with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        .with_filter(osmium.filter.KeyFilter("highway"))
    )
    try:
        for way in roads:
            _take(found, cast("osmium.osm.Way", way), classes, closed)
    except RuntimeError as error:  # what libosmium raises for every fault of a file
        raise SourceChangedError(
            f"{source_id}: {path.name} cannot be read as OpenStreetMap data ({error}). "
            "Fetch it again."
        ) from error
    if not len(found.ref):
        raise SourceChangedError(
            f"{source_id}: {path.name} holds no road of the classes {sorted(classes)} with nodes. "
            "Was it filtered for something else, or cut without complete ways?"
        )
    return _tables(found)


def _take(
    found: _Collected, way: osmium.osm.Way, classes: Collection[str], closed: Collection[str]
) -> None:
    tags = dict(way.tags)
    if tags["highway"] not in classes or tags.get("area") == "yes":
        return
    if is_closed(tags, closed):
        said = ", ".join(f"{key}={tags[key]}" for key in ACCESS_KEYS if key in tags)
        found.note("closed to cars", way.id, said)
        return
    run: list[tuple[int, float, float]] = []
    missing = 0
    for node in way.nodes:
        if node.location.valid():
            run.append((node.ref, node.lon, node.lat))
        else:  # a road with a gap is not one road: what is before and after it stays apart
            _add(found, way.id, tags, run)
            run, missing = [], missing + 1
    _add(found, way.id, tags, run)
    if missing:
        found.note("node missing from the file", way.id, f"{missing} node(s)")


def _add(
    found: _Collected, way_id: int, tags: dict[str, str], points: list[tuple[int, float, float]]
) -> None:
    if len(points) < 2:
        return
    found.way_id.append(way_id)
    found.highway.append(tags["highway"])
    found.direction.append(_directions(found, way_id, tags))
    both, forward, backward = (_limit(found, way_id, tags, key) for key in LIMIT_KEYS)
    found.limit.append(
        (both if np.isnan(forward) else forward, both if np.isnan(backward) else backward)
    )
    found.length.append(len(points))
    for ref, lon, lat in points:
        found.ref.append(ref)
        found.lon.append(lon)
        found.lat.append(lat)


def _directions(found: _Collected, way_id: int, tags: dict[str, str]) -> tuple[bool, bool]:
    try:
        return directions(tags)
    except ValueError as error:
        found.note("oneway not understood, taken as both ways", way_id, str(error))
        return True, True


def _limit(found: _Collected, way_id: int, tags: dict[str, str], key: str) -> float:
    try:
        return posted_kmh(tags.get(key))
    except ValueError as error:
        found.note("speed limit not understood, class speed used", way_id, f"{key}={error}")
        return float("nan")


def _tables(found: _Collected) -> RoadFile:
    ref, lon, lat = (np.array(column) for column in (found.ref, found.lon, found.lat))
    node_id, first, number = np.unique(ref, return_index=True, return_inverse=True)
    way = np.repeat(np.arange(len(found.length)), np.array(found.length))
    joined = way[1:] == way[:-1]
    tail, head = number[:-1][joined], number[1:][joined]
    nodes = pd.DataFrame({"node_id": node_id, "lon": lon[first], "lat": lat[first]})
    x, y = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    km = great_circle_km(x[tail], y[tail], x[head], y[head])
    forward, backward = np.array(found.direction, dtype=bool).T
    forward_kmh, backward_kmh = np.array(found.limit, dtype=float).T
    ways = pd.DataFrame(
        {
            "way_id": np.array(found.way_id),
            "highway": pd.array(found.highway, dtype="string"),
            "forward": forward,
            "backward": backward,
            "forward_kmh": forward_kmh,
            "backward_kmh": backward_kmh,
        }
    )
    segments = pd.DataFrame({"way": way[:-1][joined], "tail": tail, "head": head, "km": km})
    notes = [
        {"rule": rule, "n_rows": len(rows), "value": examples(rows)}
        for rule, rows in sorted(found.notes.items())
    ]
    return RoadFile(nodes, ways, segments, pd.DataFrame(notes, columns=["rule", "n_rows", "value"]))
