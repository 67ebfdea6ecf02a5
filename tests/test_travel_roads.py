"""Road networks: direction, speed, joining of points, and the Essex-Coös extract against scipy."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from etl.errors import BadValueError, GeometryError
from etl.extract.osm import read_roads
from etl.measures.travel import great_circle_km
from etl.travel.models import road_travel
from etl.travel.roads import build, join, nearest_by_road, parts_note, road_network

from .test_travel_osm import read, write
from .travel_rules import RULES, with_figures

KM = 0.01 * 111.19508  # km in 0.01 degrees of the equator
HOUR = 60.0


def roads_of(tmp_path, nodes, ways, rules=RULES.road):
    file = read(write(tmp_path / "roads.osm.pbf", nodes, ways))
    return build(file.nodes, file.ways, file.segments, rules)


# A loop of one-way streets: 1 -> 2 -> 3 -> 4 -> 1, 1 km apart or so, and a two-way spur 3 - 5.
RING = {1: (37.0, 0.0), 2: (37.01, 0.0), 3: (37.01, 0.01), 4: (37.0, 0.01), 5: (37.02, 0.01)}
RING_WAYS = [
    ([1, 2, 3, 4, 1], {"highway": "residential", "oneway": "yes", "maxspeed": "50"}),
    ([3, 5], {"highway": "primary"}),
]
RING_KMH = 50 * RULES.road.posted_limit_factor.value


def dense(net):
    table = np.full((net.n_demand, net.n_service), np.inf)
    table[net.demand, net.index] = net.cost
    return table


def test_cost_is_that_of_the_trip_to_the_service(tmp_path):
    """METHODS mistake 7: with one-way streets the way there and the way back differ."""
    roads = roads_of(tmp_path, RING, RING_WAYS)
    home, clinic = [RING[1]], [RING[2]]
    there = dense(road_network(roads, home, clinic, max_minutes=99).network)
    back = dense(road_network(roads, clinic, home, max_minutes=99).network)
    assert there[0, 0] == pytest.approx(KM / RING_KMH * HOUR, rel=1e-5)
    assert back[0, 0] == pytest.approx(3 * KM / RING_KMH * HOUR, rel=1e-5)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (3, 3)])
def test_direction_holds_whichever_side_is_searched_from(tmp_path, shape):
    roads = roads_of(tmp_path, RING, RING_WAYS)
    places = np.array(list(RING.values()))
    demand, service = places[: shape[0]], places[-shape[1] :]
    found = dense(road_network(roads, demand, service, max_minutes=99).network)
    for i, home in enumerate(demand):
        alone = road_network(roads, [home], service, max_minutes=99).network
        assert dense(alone)[0] == pytest.approx(found[i], rel=1e-12)
    minutes, who = nearest_by_road(roads, demand, service)
    assert minutes == pytest.approx(found.min(axis=1))
    assert (found[np.arange(len(demand)), who] == pytest.approx(minutes)) is True


def test_class_speed_where_no_limit_is_posted(tmp_path):
    roads = roads_of(tmp_path, RING, RING_WAYS)
    minutes = dense(road_network(roads, [RING[3]], [RING[5]], max_minutes=99).network)[0, 0]
    assert minutes == pytest.approx(KM / RULES.road.speeds.kmh["primary"] * HOUR, rel=1e-4)


def test_walk_to_the_road_at_both_ends(tmp_path):
    roads = roads_of(tmp_path, RING, RING_WAYS)
    off = [(37.01, -0.01)]  # 0.01 degrees south of node 2
    found = road_network(roads, [RING[1]], off, max_minutes=99)
    walk = KM / RULES.road.off_road_kmh.value * HOUR
    assert found.service.km[0] == pytest.approx(KM, rel=1e-2)
    assert found.network.cost[0] == pytest.approx(KM / RING_KMH * HOUR + walk, rel=1e-2)
    limit = float(found.network.cost[0])  # the boundary is in
    assert len(road_network(roads, [RING[1]], off, max_minutes=limit).network.cost) == 1
    below = np.nextafter(limit, 0)
    assert len(road_network(roads, [RING[1]], off, max_minutes=below).network.cost) == 0


def test_long_segments_get_nodes_to_join_to(tmp_path):
    nodes = {1: (37.0, 0.0), 2: (37.1, 0.0)}  # 11 km of straight road
    roads = roads_of(tmp_path, nodes, [([1, 2], {"highway": "primary"})])
    beside = [(37.05, 0.001)]
    assert join(roads, beside, "demand").km[0] < 0.2
    ends = dense(road_network(roads, [nodes[1]], [nodes[2]], max_minutes=99).network)
    kmh = RULES.road.speeds.kmh["primary"]
    assert ends[0, 0] == pytest.approx(10 * KM / kmh * HOUR, rel=1e-4)
    coarse = with_figures(RULES.road, node_spacing_km=100.0)
    few = roads_of(tmp_path, nodes, [([1, 2], {"highway": "primary"})], coarse)
    assert few.graph.n_nodes == 2


def test_road_across_the_date_line(tmp_path):
    nodes = {1: (179.99, 0.0), 2: (-179.99, 0.0)}
    roads = roads_of(tmp_path, nodes, [([1, 2], {"highway": "primary"})])
    assert join(roads, [(180.0, 0.0)], "demand").km[0] < 0.2
    assert (np.abs(roads.lonlat[:, 0]) > 179.9).all()


ISLAND = {6: (37.3, 0.0), 7: (37.31, 0.0)}


def test_points_join_the_main_part_and_other_parts_are_told(tmp_path):
    roads = roads_of(tmp_path, RING | ISLAND, [*RING_WAYS, ([6, 7], {"highway": "primary"})])
    note = parts_note(roads)
    assert note["rule"] == "disconnected_roads"
    assert "in 2 parts" in note["message"]
    assert "around 37.305, 0.000" in note["value"]
    frame = pd.DataFrame([RING[1], ISLAND[6]], columns=["lon", "lat"], index=["ring", "island"])
    found = road_network(roads, frame, [RING[5]], max_minutes=999)
    assert found.network.indptr.tolist() == [0, 1, 1]  # kept, out of reach
    far = found.notes.set_index("rule").loc["beyond_snap_limit"]
    assert far["value"].startswith("'island (31.")
    minutes, who = nearest_by_road(roads, frame, [RING[5]])
    assert (minutes[1], who.tolist()) == (np.inf, [0, -1])


def test_one_way_street_out_of_the_file_is_not_joined_to(tmp_path):
    nodes = RING | {8: (37.0, -0.01)}
    leaving = ([1, 8], {"highway": "residential", "oneway": "yes"})
    roads = roads_of(tmp_path, nodes, [*RING_WAYS, leaving])
    assert join(roads, [nodes[8]], "demand").km[0] == pytest.approx(KM, rel=1e-2)


def test_points_in_one_place_and_no_points(tmp_path):
    roads = roads_of(tmp_path, RING, RING_WAYS)
    twice = [RING[1], RING[2], RING[1], RING[1]]
    net = road_network(roads, twice, [RING[2], RING[2]], max_minutes=99).network
    assert len(net.cost) == 8
    assert (dense(net)[0] == dense(net)[3]).all()
    none = road_network(roads, twice, np.empty((0, 2)), max_minutes=99).network
    assert (none.n_demand, none.n_service, len(none.cost)) == (4, 0, 0)
    assert np.isinf(nearest_by_road(roads, twice, [])[0]).all()
    model = road_travel(roads)
    points = pd.DataFrame(twice, columns=["lon", "lat"])
    assert np.isnan(model.nearest(points, points.iloc[:0])).all()
    assert len(model.network(points, points, 99.0).cost) == 16
    assert model.notes.empty


def test_road_file_of_another_place(tmp_path):
    roads = roads_of(tmp_path, RING, RING_WAYS)
    with pytest.raises(
        GeometryError, match=r"no demand point is within 5 km .* of another place\?$"
    ):
        road_network(roads, [(-84.4, 33.7)], [RING[1]], max_minutes=60)
    with pytest.raises(GeometryError, match="columns are swapped"):
        road_network(roads, [RING[1][::-1]], [RING[1]], max_minutes=60)
    with pytest.raises(BadValueError, match=r"service coordinates .* at b"):
        bad = pd.DataFrame([RING[1], (200.0, 0.0)], columns=["lon", "lat"], index=["a", "b"])
        road_network(roads, [RING[1]], bad, max_minutes=60)


def test_no_drivable_direction(tmp_path):
    file = read(write(tmp_path / "a.osm.pbf", RING, RING_WAYS))
    shut = file.ways.assign(forward=False, backward=False)
    with pytest.raises(GeometryError, match="no segment that can be driven"):
        build(file.nodes, shut, file.segments, RULES.road)


@pytest.fixture(scope="module")
def essex(raw_dir: Path):
    extract = raw_dir / "us" / "osm" / "essex_coos_drive_2024-01-14.osm.pbf"
    rules = RULES.road
    file = read_roads(
        extract, classes=rules.speeds.kmh, closed=rules.closed_access.values, source_id="essex"
    )
    return file, build(file.nodes, file.ways, file.segments, rules)


def minutes_matrix(file):
    """The same roads built apart from ours, from the tables alone: scipy matrix of minutes."""
    rules, ways, segments = RULES.road, file.ways, file.segments
    parts = []
    for direction, ends in (("forward", ["tail", "head"]), ("backward", ["head", "tail"])):
        usual = ways["highway"].map(rules.speeds.kmh).astype(float)
        posted = ways[f"{direction}_kmh"] * rules.posted_limit_factor.value
        kmh = posted.fillna(usual).where(ways[direction])
        part = segments[ends].set_axis(["u", "v"], axis=1)
        part["minutes"] = segments["km"] / segments["way"].map(kmh) * 60
        parts.append(part.dropna())
    arcs = pd.concat(parts).groupby(["u", "v"], as_index=False)["minutes"].min()
    size = len(file.nodes)
    return csr_matrix((arcs["minutes"], (arcs["u"], arcs["v"])), shape=(size, size))


@pytest.mark.raw
def test_essex_coos_equals_scipy_on_1000_pairs(essex):
    file, roads = essex
    rng = np.random.default_rng(7)
    main = roads.main[roads.main < len(file.nodes)]
    lonlat = file.nodes[["lon", "lat"]].to_numpy()
    demand, service = rng.choice(main, 40, replace=False), rng.choice(main, 25, replace=False)
    found = road_network(roads, lonlat[demand], lonlat[service], max_minutes=np.inf)
    ours = dense(found.network)
    costs = dijkstra(minutes_matrix(file), indices=found.demand.place)
    assert ours == pytest.approx(costs[:, found.service.place], rel=1e-10)
    near, who = nearest_by_road(roads, lonlat[demand], lonlat[service])
    assert near == pytest.approx(ours.min(axis=1), rel=1e-10)
    assert ours[np.arange(40), who] == pytest.approx(near, rel=1e-10)
    straight = great_circle_km(*lonlat[demand].T[:, :, None], *lonlat[service].T[:, None, :])
    assert (ours >= straight / 130 * 60).all()  # nobody drives faster than 130 km/h


@pytest.mark.raw
def test_essex_coos_has_parts_and_says_so(essex):
    file, roads = essex
    rng = np.random.default_rng(3)
    lonlat = file.nodes[["lon", "lat"]].to_numpy()[rng.choice(len(file.nodes), 500)]
    found = road_network(roads, lonlat, lonlat, max_minutes=60)
    assert found.notes["rule"].tolist()[0] == "disconnected_roads"
    assert len(found.network.cost) > 500
