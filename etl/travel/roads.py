"""A road network out of OpenStreetMap tables: minutes along one-way and two-way roads.

Minutes of a piece of road are its great-circle length over the speed of its class, or over the
posted limit times the share of it that is driven. Points are joined to the nearest node of the
*main part*: the largest set of nodes that can all reach each other and be reached back. So no
point hangs on a road cut off by the edge of the file, or on a one-way street out of it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from etl.errors import GeometryError
from etl.measures.checks import FloatArray, IntArray, Numbers
from etl.measures.routing import (
    Graph,
    Rows,
    contract,
    costs_within,
    graph,
    nearest_cost,
    reverse,
    strong_parts,
)
from etl.measures.travel import great_circle_km, unit_sphere
from etl.schema.travel import RoadRules
from etl.travel.places import (
    NOTE_COLUMNS,
    Joined,
    Travelled,
    joined_note,
    network_between,
    read_points,
)

PARTS_NAMED = 5  # other parts of the network that a note names


@dataclass(frozen=True, eq=False)
class Roads:
    """Roads ready for routing.

    Attributes
    ----------
    graph : minutes between neighbouring nodes, in the direction of travel
    lonlat : (n_nodes, 2) degrees
    part : (n_nodes,) part of the network each node is in; 0 is the main part
    rules : how points are joined
    """

    graph: Graph
    lonlat: FloatArray
    part: IntArray
    rules: RoadRules

    @cached_property
    def main(self) -> IntArray:
        """Nodes of the main part."""
        return np.flatnonzero(self.part == 0)

    @cached_property
    def tree(self) -> cKDTree:
        """Nodes of the main part on the unit sphere."""
        return cKDTree(unit_sphere(self.lonlat[self.main]))


def build(
    nodes: pd.DataFrame, ways: pd.DataFrame, segments: pd.DataFrame, rules: RoadRules
) -> Roads:
    """Roads from the tables of `etl.extract.osm.RoadFile`.

    Raises
    ------
    GeometryError
        No segment can be driven in any direction.
    """
    lonlat, tail, head, km, way = _spaced(nodes, segments, rules.node_spacing_km.value)
    arcs = [
        _arcs(ways, way, km, "forward", tail, head, rules),
        _arcs(ways, way, km, "backward", head, tail, rules),
    ]
    start, end, minutes = (np.concatenate(column) for column in zip(*arcs, strict=True))
    if not len(minutes):
        raise GeometryError("the road network has no segment that can be driven")
    net = graph(start, end, minutes, n_nodes=len(lonlat))
    return Roads(net, lonlat, strong_parts(net), rules)


def _spaced(
    nodes: pd.DataFrame, segments: pd.DataFrame, spacing_km: float
) -> tuple[FloatArray, IntArray, IntArray, FloatArray, IntArray]:
    """Cut segments longer than the spacing into equal pieces, with new nodes in between."""
    lonlat = nodes[["lon", "lat"]].to_numpy(float)
    tail, head = segments["tail"].to_numpy(np.int64), segments["head"].to_numpy(np.int64)
    km, way = segments["km"].to_numpy(float), segments["way"].to_numpy(np.int64)
    pieces = np.maximum(np.ceil(km / spacing_km), 1).astype(np.int64)
    segment = np.repeat(np.arange(len(km)), pieces)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inner = nth > 0  # a piece that starts at a new node
    along = lonlat[head] - lonlat[tail]
    along[:, 0] = (along[:, 0] + 180) % 360 - 180  # across the date line the short way
    fraction = (nth / pieces[segment])[inner, None]
    added = lonlat[tail[segment[inner]]] + along[segment[inner]] * fraction
    added[:, 0] = (added[:, 0] + 180) % 360 - 180
    start = tail[segment].copy()
    start[inner] = len(lonlat) + np.arange(len(added))
    end = head[segment].copy()
    end[np.flatnonzero(inner) - 1] = start[inner]
    return np.vstack([lonlat, added]), start, end, (km / pieces)[segment], way[segment]


def _arcs(
    ways: pd.DataFrame,
    way: IntArray,
    km: FloatArray,
    direction: str,
    start: IntArray,
    end: IntArray,
    rules: RoadRules,
) -> tuple[IntArray, IntArray, FloatArray]:
    posted = ways[f"{direction}_kmh"].to_numpy(float) * rules.posted_limit_factor.value
    usual = ways["highway"].map(rules.speeds.kmh).to_numpy(float, na_value=np.nan)
    speed = np.where(np.isnan(posted), usual, posted)
    open_way = ways[direction].to_numpy(bool) & ~np.isnan(usual)
    keep = open_way[way]
    return start[keep], end[keep], km[keep] / speed[way[keep]] * 60.0


def join(roads: Roads, lonlat: Numbers, what: str, *, some: bool = True) -> Joined:
    """Join points to the nearest node of the main part, and walk there off the road.

    `some` False is for a selection of services (one tier of care), of which none may be near the
    network although the whole is.

    Raises
    ------
    BadValueError
        Coordinates missing or out of range, naming the rows.
    GeometryError
        Points, but none within the snap limit: the roads are of another place.
    """
    points = read_points(lonlat, what)
    if not len(points):
        return Joined(np.empty(0, np.int64), np.empty(0), np.empty(0))
    rules = roads.rules
    _, near = roads.tree.query(unit_sphere(points))
    node = roads.main[near]
    to = roads.lonlat[node]
    km = great_circle_km(points[:, 0], points[:, 1], to[:, 0], to[:, 1])
    ok = km <= rules.snap_limit_km.value
    if some and not ok.any():
        raise GeometryError(_elsewhere(roads, points, km, what))
    minutes = np.where(ok, km / rules.off_road_kmh.value * 60.0, np.nan)
    return Joined(np.where(ok, node, -1), km, minutes)


def _elsewhere(roads: Roads, points: FloatArray, km: FloatArray, what: str) -> str:
    swapped = ""
    if (np.abs(points[:, 0]) <= 90).all():
        chord, _ = roads.tree.query(unit_sphere(points[:, ::-1]))
        if (
            2 * 6371.0 * np.arcsin(np.minimum(chord / 2, 1)) <= roads.rules.snap_limit_km.value
        ).any():
            swapped = (
                " With longitude and latitude exchanged they would be: the columns are swapped."
            )
    return (
        f"no {what} point is within {roads.rules.snap_limit_km.value:g} km of the road network; "
        f"the nearest is {km.min():.0f} km away. The points span {_span(points)}, the roads "
        f"{_span(roads.lonlat)}. Is the road file of another place?{swapped}"
    )


def _span(lonlat: FloatArray) -> str:
    (west, south), (east, north) = lonlat.min(axis=0), lonlat.max(axis=0)
    return f"longitude {west:.2f} to {east:.2f}, latitude {south:.2f} to {north:.2f}"


def road_network(
    roads: Roads, demand_lonlat: Numbers, service_lonlat: Numbers, *, max_minutes: float
) -> Travelled:
    """Network of driving minutes from every demand point to every service within the limit.

    Raises
    ------
    BadValueError, GeometryError
        As `join`.
    """
    demand, service = join(roads, demand_lonlat, "demand"), join(roads, service_lonlat, "service")
    used = np.unique(np.concatenate([demand.place[demand.ok], service.place[service.ok]]))
    small, number = contract(roads.graph, used)

    def route(sources: IntArray, targets: IntArray, limit: FloatArray, towards: bool) -> Rows:
        net = reverse(small) if towards else small
        return costs_within(net, number[sources], number[targets], limit=limit)

    network = network_between(demand, service, route, max_minutes=max_minutes)
    limit = roads.rules.snap_limit_km.value
    rows = [
        parts_note(roads),
        joined_note(demand, demand_lonlat, "demand", limit_km=limit, to="a connected road"),
        joined_note(service, service_lonlat, "service", limit_km=limit, to="a connected road"),
    ]
    notes = pd.DataFrame([row for row in rows if row], columns=NOTE_COLUMNS)
    return Travelled(network, demand, service, notes)


def nearest_by_road(
    roads: Roads, demand_lonlat: Numbers, service_lonlat: Numbers
) -> tuple[FloatArray, IntArray]:
    """Minutes from each demand point to its nearest service, however far, and which one it is.

    Returns
    -------
    (n_demand,) minutes, infinite where none can be reached; (n_demand,) positions, -1 there
    """
    demand = join(roads, demand_lonlat, "demand")
    service = join(roads, service_lonlat, "service", some=False)
    able = np.flatnonzero(service.ok)
    minutes, owner = nearest_cost(
        reverse(roads.graph), service.place[able], offset=service.minutes[able]
    )
    at = minutes[demand.place] + demand.minutes
    reached = demand.ok & np.isfinite(at)
    who = np.append(able, -1)[owner[demand.place]]
    return np.where(reached, at, np.inf), np.where(reached, who, -1)


def parts_note(roads: Roads) -> dict[str, object] | None:
    """Note on the parts of the network that are not connected both ways; None if it is one."""
    counts = np.bincount(roads.part)
    if len(counts) < 2:
        return None
    named = []
    for part in range(1, min(len(counts), PARTS_NAMED + 1)):
        lon, lat = roads.lonlat[roads.part == part].mean(axis=0)
        named.append(f"{counts[part]} nodes around {lon:.3f}, {lat:.3f}")
    return {
        "rule": "disconnected_roads",
        "severity": "info",
        "n_rows": int(counts[1:].sum()),
        "value": "; ".join(named),
        "message": (
            f"the road network is in {len(counts)} parts; the main one holds "
            f"{counts[0] / counts.sum():.1%} of {counts.sum()} nodes"
        ),
        "action": "points are joined to the main part only",
    }
