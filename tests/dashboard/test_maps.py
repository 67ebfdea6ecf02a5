"""The map's HTML, its update message and its click handler."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from make_snapshot import HOSTILE, build
from streamlit_folium import _get_header, _get_map_string, generate_leaflet_string

from dashboard import maps, queries, text


@pytest.fixture
def snapshot(synth: Path) -> queries.Snapshot:
    return queries.current("synth")


def test_no_link_leaves_this_server(snapshot: queries.Snapshot) -> None:
    drawn = maps.base_map(queries.region(snapshot))
    page = drawn.get_root().render()
    assert re.findall(r"https?://[^\s\"']+", page) == []
    links = [link for _, link in [*drawn.default_js, *drawn.default_css]]
    assert all(link.startswith("/mindgap/leaflet/") for link in links)


def test_the_script_is_the_same_for_every_run(snapshot: queries.Snapshot) -> None:
    region = queries.region(snapshot)

    def script() -> str:
        drawn = maps.base_map(region)
        drawn.get_root().render()
        return _get_header(drawn) + _get_map_string(drawn)

    assert script() == script()


def test_the_prefix_of_a_proxy_is_kept(
    snapshot: queries.Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maps.st, "get_option", lambda name: "/tools/gap/")
    drawn = maps.base_map(queries.region(snapshot))
    assert drawn.default_js[0][1] == "/tools/gap/mindgap/leaflet/leaflet.js"
    assert "/tools/gap/mindgap/geo/synth/districts-" in drawn.get_root().render()


def test_class_string(snapshot: queries.Snapshot) -> None:
    gap = queries.gap(snapshot)
    codes = maps.class_string(gap, "gap", [True] * 12)
    assert len(codes) == 12
    assert codes[-1] == maps.NO_DATA_CODE
    some = maps.class_string(gap, "gap", [bool(value) for value in gap["is_rural"]])
    assert [code == "x" for code in some] == [not value for value in gap["is_rural"]]


def test_all_null_has_no_class(home: Path) -> None:
    build(home, kind="all_null")
    gap = queries.gap(queries.current("synth"))
    assert maps.class_string(gap, "gap", [True] * 12) == "-" * 12
    assert maps.class_string(gap, "gap", [False] * 12) == "x" * 12


def test_update_message_is_small_and_safe() -> None:
    style = maps.MapStyle(
        "gap", "01234-x", 2, maps.palette("gap", 5), "10100", False, "older", HOSTILE[1]
    )
    script = generate_leaflet_string(maps.Update(style))
    message = re.search(r"update\((.*)\);", script)
    assert message is not None
    told = json.loads(message.group(1))
    assert (told["classes"], told["lens"], told["group"]) == ("01234-x", "older", HOSTILE[1])
    assert "${" not in script
    assert len(script) < 700


@pytest.mark.parametrize("count", range(1, 10))
@pytest.mark.parametrize("layer", list(text.LAYERS))
def test_palettes_have_distinct_colours_dark_for_worse(layer: str, count: int) -> None:
    colors = maps.palette(layer, count)
    assert len(set(colors)) == count
    light = [sum(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in colors]
    assert light == sorted(light, reverse=layer != "access")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"district": 1, "click": 4}, "b"),
        ({"district": 2}, ""),
        ({"district": -1}, ""),
        ({"district": "1"}, ""),
        ({"district": True}, ""),
        ({}, ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_clicks_are_checked(value: object, expected: str) -> None:
    assert maps.clicked_district(value, ["a", "b"]) == expected
