"""Reading OpenStreetMap extracts: tags, one-way roads, limits, faults."""

import math

import osmium
import pytest

from etl.errors import SourceChangedError, SourceMissingError
from etl.extract.osm import read_roads
from etl.extract.osm_tags import directions, is_closed, posted_kmh

from .travel_rules import RULES


def write(path, nodes, ways):
    """Write a tiny .osm.pbf: nodes {id: (lon, lat)}, ways [(refs, tags)]."""
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, place in nodes.items():
            writer.add_node(osmium.osm.mutable.Node(id=number, location=place))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=tags))
    return path


def read(path):
    rules = RULES.road
    return read_roads(
        path, classes=rules.speeds.kmh, closed=rules.closed_access.values, source_id="roads"
    )


NODES = {10: (37.0, 0.0), 11: (37.01, 0.0), 12: (37.02, 0.0), 13: (37.03, 0.0)}


@pytest.mark.parametrize(
    ("tags", "want"),
    [
        ({"highway": "primary"}, (True, True)),
        ({"highway": "primary", "oneway": "yes"}, (True, False)),
        ({"highway": "primary", "oneway": "1"}, (True, False)),
        ({"highway": "primary", "oneway": "-1"}, (False, True)),
        ({"highway": "primary", "oneway": "reverse"}, (False, True)),
        ({"highway": "primary", "oneway": "alternating"}, (True, True)),
        ({"highway": "motorway"}, (True, False)),
        ({"highway": "motorway", "oneway": "no"}, (True, True)),
        ({"highway": "motorway_link"}, (True, True)),
        ({"highway": "residential", "junction": "roundabout"}, (True, False)),
        ({"highway": "residential", "junction": "circular", "oneway": "no"}, (True, True)),
    ],
)
def test_directions(tags, want):
    assert directions(tags) == want


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("50", 50.0), ("50 km/h", 50.0), ("30 mph", 48.28032), ("30mph", 48.28032),
        ("10 knots", 18.52), ("70;50", 50.0), ("80|60", 60.0), ("7.5", 7.5),
        (None, math.nan), ("none", math.nan), ("signals", math.nan), ("RO:urban", math.nan),
        ("US-GA:rural", math.nan), ("walk", math.nan),
    ],
)  # fmt: skip
def test_posted_limit(text, kmh):
    assert posted_kmh(text) == pytest.approx(kmh, nan_ok=True)


@pytest.mark.parametrize("text", ["fast", "0", "500", "50 furlongs", "-30", "", "50;fast"])
def test_limits_that_are_none(text):
    with pytest.raises(ValueError):
        posted_kmh(text)


def test_most_specific_access_decides():
    shut = RULES.road.closed_access.values
    assert is_closed({"access": "no"}, shut)
    assert is_closed({"access": "yes", "motor_vehicle": "private"}, shut)
    assert not is_closed({"access": "no", "motorcar": "yes"}, shut)
    assert not is_closed({"access": "destination"}, shut)
    assert not is_closed({}, shut)


def test_ways_become_segments(tmp_path):
    ways = [
        ([10, 11, 12], {"highway": "primary", "maxspeed": "50 mph", "maxspeed:backward": "40"}),
        ([12, 13], {"highway": "secondary", "oneway": "-1"}),
        ([10, 13], {"highway": "footway"}),
        ([10, 12], {"highway": "primary", "access": "no"}),
        ([10, 13], {"highway": "residential", "area": "yes"}),
        ([11, 13], {"highway": "residential", "oneway": "sometimes", "maxspeed": "slow"}),
        ([11, 10], {"waterway": "river"}),
    ]
    roads = read(write(tmp_path / "a.osm.pbf", NODES, ways))
    assert roads.nodes["node_id"].tolist() == [10, 11, 12, 13]
    assert roads.ways["way_id"].tolist() == [1, 2, 6]
    assert roads.ways["forward_kmh"].tolist()[0] == pytest.approx(80.4672)
    assert roads.ways["backward_kmh"].tolist()[0] == 40.0
    assert roads.ways[["forward", "backward"]].to_numpy().tolist() == [
        [True, True], [False, True], [True, True],
    ]  # fmt: skip
    assert roads.segments[["way", "tail", "head"]].to_numpy().tolist() == [
        [0, 0, 1], [0, 1, 2], [1, 2, 3], [2, 1, 3],
    ]  # fmt: skip
    assert roads.segments["km"][0] == pytest.approx(1.11195, abs=1e-4)
    notes = roads.notes.set_index("rule")["value"]
    assert notes["closed to cars"] == "'way 4: access=no'"
    assert notes["oneway not understood, taken as both ways"] == "'way 6: sometimes'"
    assert "way 6: maxspeed=slow" in notes["speed limit not understood, class speed used"]


def test_a_missing_node_leaves_a_gap_not_a_shortcut(tmp_path):
    ways = [([10, 11, 99, 12, 13], {"highway": "primary"}), ([10, 98], {"highway": "primary"})]
    roads = read(write(tmp_path / "a.osm.pbf", NODES, ways))
    assert roads.segments[["tail", "head"]].to_numpy().tolist() == [[0, 1], [2, 3]]
    assert roads.notes["n_rows"].tolist() == [2]


def test_files_that_are_no_road_files(tmp_path):
    with pytest.raises(SourceMissingError, match="roads: no file"):
        read(tmp_path / "none.osm.pbf")
    (tmp_path / "text.osm.pbf").write_text("not protobuf")
    with pytest.raises(SourceChangedError, match="cannot be read as OpenStreetMap data"):
        read(tmp_path / "text.osm.pbf")
    whole = write(tmp_path / "a.osm.pbf", NODES, [([10, 11], {"highway": "primary"})])
    (tmp_path / "cut.osm.pbf").write_bytes(whole.read_bytes()[:-20])
    with pytest.raises(SourceChangedError, match="cannot be read"):
        read(tmp_path / "cut.osm.pbf")
    paths = write(tmp_path / "b.osm.pbf", NODES, [([10, 11], {"highway": "path"})])
    with pytest.raises(SourceChangedError, match="holds no road of the classes"):
        read(paths)
