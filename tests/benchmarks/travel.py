"""Travel models against scipy, networkx and scikit-image: ``python -m tests.benchmarks.travel``.

Prints a Markdown table of medians after compilation, and how far the results agree. Needs
networkx and scikit-image; the roads need the raw files (``--raw-dir``).
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import yaml
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from skimage.graph import MCP_Geometric

from etl.extract.osm import read_roads
from etl.measures.friction import Surface, nearest_surface, surface_costs_within
from etl.measures.routing import costs_within
from etl.schema.travel import TravelRules
from etl.travel.roads import Roads, build, nearest_by_road, road_network

CONFIG = Path(__file__).parents[2] / "config" / "travel.yaml"
ROADS = "us/osm/essex_coos_drive_2024-01-14.osm.pbf"
BLOCK_GROUPS = "us/census_centroids/bg_cenpop2020_DERIVED.csv.gz"
SERVICES = "us/samhsa/MentalHealthProviders_Geocoded_2020.csv"
LIMIT = 60.0
REPEATS = 7

Row = tuple[str, str, str]

ROOT = Path(__file__).resolve().parents[2]


def timed(work: Callable[[], object], repeats: int = REPEATS) -> tuple[float, object]:
    """Median seconds of `repeats` runs, and the last result."""
    seconds, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), result


def points_in(box: np.ndarray, table: pd.DataFrame, lon: str, lat: str) -> np.ndarray:
    """Rows of a table inside a box, as (n, 2) degrees."""
    lonlat = table[[lon, lat]].to_numpy(float)
    return lonlat[((lonlat >= box[0]) & (lonlat <= box[1])).all(axis=1)]


def road_rows(raw: Path) -> list[Row]:
    """Essex-Coös: reading, routing, agreement, peers."""
    rules = TravelRules.model_validate(yaml.safe_load(CONFIG.read_text("utf-8"))).road
    wide = rules.model_copy(
        update={"snap_limit_km": rules.snap_limit_km.model_copy(update={"value": 50.0})}
    )
    shut = rules.closed_access.values
    path = raw / ROADS
    reading, file = timed(
        lambda: read_roads(path, classes=rules.speeds.kmh, closed=shut, source_id="osm"), 3
    )
    building, roads = timed(lambda: build(file.nodes, file.ways, file.segments, wide), 3)
    box = np.array([roads.lonlat.min(axis=0), roads.lonlat.max(axis=0)])
    homes = points_in(box, pd.read_csv(raw / BLOCK_GROUPS), "lon", "lat")
    clinics = points_in(
        box, pd.read_csv(raw / SERVICES, encoding="latin-1"), "longitude", "latitude"
    )
    everyone = np.vstack([homes, clinics])
    start = time.perf_counter()
    road_network(roads, everyone[:3], everyone, max_minutes=LIMIT)
    first = time.perf_counter() - start
    nearest_by_road(roads, homes[:3], clinics)
    ours, found = timed(lambda: road_network(roads, everyone, everyone, max_minutes=LIMIT))
    closest, _ = timed(lambda: nearest_by_road(roads, homes, clinics))
    nodes = np.unique(found.demand.place)
    plain, _ = timed(lambda: costs_within(roads.graph, nodes, nodes, limit=LIMIT), 5)
    size = roads.graph.n_nodes
    matrix = csr_matrix((roads.graph.cost, roads.graph.index, roads.graph.indptr), (size, size))
    by_scipy, _ = timed(lambda: dijkstra(matrix, indices=nodes, limit=LIMIT)[:, nodes], 3)
    peer = nx.DiGraph()
    peer.add_weighted_edges_from(
        zip(
            roads.graph.tail.tolist(),
            roads.graph.index.tolist(),
            roads.graph.cost.tolist(),
            strict=True,
        )
    )
    by_networkx, _ = timed(
        lambda: [
            nx.single_source_dijkstra_path_length(peer, n, cutoff=LIMIT) for n in nodes.tolist()
        ],
        1,
    )
    scale = f"{size:,} nodes, {len(everyone)} points ({len(nodes)} nodes), {LIMIT:g} min"
    return [
        ("read the .osm.pbf", path.name, f"{reading:.2f} s"),
        ("build the graph, parts", f"{len(roads.graph.index):,} arcs", f"{building:.2f} s"),
        ("first call (compiled or from the disk cache)", "", f"{first:.2f} s"),
        ("block groups and services, all to all", scale, f"{ours * 1e3:.0f} ms"),
        ("the same without contraction", scale, f"{plain * 1e3:.0f} ms"),
        ("scipy dijkstra(limit)", scale, f"{by_scipy:.2f} s (x{by_scipy / ours:.0f})"),
        ("networkx (n = 1)", scale, f"{by_networkx:.1f} s (x{by_networkx / ours:.0f})"),
        ("nearest service, no limit", f"{len(homes)} block groups", f"{closest * 1e3:.0f} ms"),
        ("largest difference from scipy", "1,000 random pairs", f"{_differ(roads, matrix):.1e}"),
    ]


def _differ(roads: Roads, matrix: csr_matrix) -> float:
    """Largest relative difference of minutes on 1,000 random pairs of nodes of the main part."""
    rng = np.random.default_rng(1)
    nodes = rng.choice(roads.main, 2000, replace=False)
    gaps = []
    for k in range(0, 1000, 50):
        sources, targets = nodes[k : k + 50], nodes[1000 + k : 1050 + k]
        want = dijkstra(matrix, indices=sources)[np.arange(50), targets]
        net = road_network(
            roads, roads.lonlat[sources], roads.lonlat[targets], max_minutes=np.inf
        ).network
        gaps.append(np.abs(net.cost[net.index == net.demand] / want - 1).max())
    return float(max(gaps))


def friction_rows(side: int = 2000, facilities: int = 1000) -> list[Row]:
    """A rough random raster, 1 km cells, 5.4 % water."""
    rng = np.random.default_rng(0)
    values = rng.uniform(0.0005, 0.02, (side, side))
    values[rng.random(values.shape) < 0.054] = np.nan
    surface = Surface(values, 1000.0, 1000.0)
    cells = np.flatnonzero(surface.passable)
    sources = rng.choice(cells, facilities, replace=False)
    small = Surface(values[:9, :9].copy(), 1000.0, 1000.0)
    some = np.flatnonzero(small.passable)[:2]
    surface_costs_within(small, some, some, limit=LIMIT)
    nearest_surface(small, some)
    near, found = timed(lambda: nearest_surface(surface, sources), 5)
    limited, _ = timed(lambda: nearest_surface(surface, sources, limit=LIMIT), 5)
    reach, rows = timed(lambda: surface_costs_within(surface, sources, cells, limit=LIMIT), 5)
    blocked = np.where(surface.passable, values, -1)
    starts = np.column_stack(np.unravel_index(sources, values.shape)).tolist()
    by_skimage, peer = timed(
        lambda: MCP_Geometric(blocked, sampling=(1000.0, 1000.0)).find_costs(starts)[0], 1
    )
    both = np.isfinite(peer) & np.isfinite(found[0])
    same = np.array_equal(np.isfinite(peer), np.isfinite(found[0]))
    gap = np.abs(peer[both] - found[0][both]).max() if same else np.inf
    scale = f"{side:,} x {side:,} cells, {facilities:,} facilities"
    return [
        ("friction: nearest facility, every cell", scale, f"{near:.2f} s"),
        ("friction: nearest within 60 min", scale, f"{limited:.2f} s"),
        ("friction: every facility to 60 min", f"{len(rows[1]):,} cells reached", f"{reach:.2f} s"),
        ("scikit-image MCP_Geometric, nearest (n = 1)", scale, f"{by_skimage:.2f} s"),
        ("largest difference from MCP_Geometric", "minutes", f"{gap:.1e}"),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw-dir", type=Path, default=ROOT.parent / "shared" / "data")
    raw = parser.parse_args().raw_dir
    rows = road_rows(raw) + friction_rows()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, medians\n")
    print("| what | size | time |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
