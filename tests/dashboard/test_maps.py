"""The map's HTML, its update message and what its messages ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import folium
import pytest
import streamlit_folium
from make_snapshot import HOSTILE
from streamlit_folium import _get_header, _get_map_string

from dashboard import map_component, map_script, maps, queries


@pytest.fixture
def snapshot(synth: Path) -> queries.Snapshot:
    return queries.current("synth")


def a_message(**more: object) -> maps.Message:
    plain = {
        "layer": "gap", "lens": "", "values": "/v.json", "words": {"name": HOSTILE[1]},
        "decimals": 1, "codes": "01234-~xma", "colors": ["#ffffff"] * 5, "selected": 2,
        "show": {"levels": [0]},
    }  # fmt: skip
    return maps.Message(**{**plain, **more})  # type: ignore[arg-type]


def test_no_link_leaves_this_server(snapshot: queries.Snapshot) -> None:
    drawn = maps.base_map(queries.region(snapshot))
    page = drawn.get_root().render()
    links = [link for _, link in [*drawn.default_js, *drawn.default_css]]
    assert all(link.startswith(("/mindgap/leaflet/", "/mindgap/script/map-")) for link in links)
    assert re.findall(r"https?://[^\s\"']+", page) == []
    # The name of the SVG language is an address that nobody opens.
    script = map_script.script().replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://[^\s\"']+", script) == []


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
    assert re.fullmatch(r"/tools/gap/mindgap/leaflet/[\d.]+/leaflet\.js", drawn.default_js[0][1])
    assert "/tools/gap/mindgap/geo/synth/districts-" in drawn.get_root().render()
    address = maps.snapshot_url("/mindgap/layer", queries.region(snapshot), "measure.a b/c.all")
    assert address.startswith("/tools/gap/mindgap/layer/synth/")
    assert address.endswith("/measure.a%20b%2Fc.all.json")


def test_the_component_is_called_as_its_library_calls_it(
    snapshot: queries.Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = queries.region(snapshot)
    calls: list[dict[str, Any]] = []
    for module in (map_component, streamlit_folium):
        monkeypatch.setattr(module, "_component_func", lambda **call: calls.append(call))
    map_component.show(region, a_message(), lambda told: None)
    streamlit_folium.st_folium(
        maps.base_map(region), height=maps.HEIGHT, use_container_width=True, returned_objects=[],
        feature_group_to_add=folium.FeatureGroup(),
    )  # fmt: skip
    ours, theirs = calls
    # What changes from run to run is ours: the script that tells the map, and what follows.
    differ = {name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)}
    assert differ == {"feature_group", "on_change"}


def test_a_code_says_why_before_what() -> None:
    nothing = [False] * 7
    members = [0, 4, None, float("nan"), 1, 1, 1]
    reasons = [None, None, "no data", "insufficient data", None, None, None]
    codes = maps.codes_of(
        members, reasons,
        shown=[True, True, True, True, False, True, True],
        masked=[False, False, False, False, True, True, False],
        doubtful=[False, True, True, False, True, True, True],
    )  # fmt: skip
    # Filtered out hides all else, the mask hides the class; what has no class cannot be in doubt.
    assert codes == "0e-~xmb"
    plain = maps.codes_of(
        members, reasons, shown=[True] * 7, masked=nothing, doubtful=nothing
    )  # fmt: skip
    assert plain == "04-~111"


def test_update_message_is_small_and_safe() -> None:
    script = map_component.update(a_message(bounds=[1.0, 2.0, 3.0, 4.0]))
    message = re.search(r"update\((.*)\);", script)
    assert message is not None
    told = json.loads(message.group(1))
    assert told["codes"] == "01234-~xma"
    assert told["words"]["name"] == HOSTILE[1]
    assert told["locale"] == "en-GB"
    assert told["bounds"] == [1, 2, 3, 4]
    assert told["basemap"] is None
    assert "${" not in script
    assert len(script) < 700


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"district": 1, "click": 4}, {"district": "b"}),
        ({"district": 2}, {}),
        ({"district": -1}, {}),
        ({"district": "1"}, {}),
        ({"district": True}, {}),
        ({"service": "s1", "click": 1}, {"service": "s1"}),
        ({"service": ""}, {}),
        ({"service": "x" * 201}, {}),
        ({"bounds": [33.123456, -4, 41.5, 5.1], "move": 1},
         {"bounds": "33.1235,-4.0000,41.5000,5.1000"}),
        ({"bounds": [1, 2, 3]}, {}),
        ({"bounds": [3, 2, 1, 4]}, {}),
        ({"bounds": [1, 2, 3, "4"]}, {}),
        ({"bounds": [1, 2, 3, float("nan")]}, {}),
        ({"bounds": [-1e9, 2, 3, 4]}, {}),
        ({"bounds": "1,2,3,4"}, {}),
        ({}, {}),
        (None, {}),
        ([1], {}),
    ],
)  # fmt: skip
def test_messages_of_the_map_are_checked(value: object, expected: dict[str, str]) -> None:
    assert maps.clicked(value, ["a", "b"]) == expected


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)//{z}{x}{y}", "https://a/{z}/{x}", 'https://a/{z}/{x}/{y}" onload=1'],
)
def test_tiles_must_be_plain_addresses(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv(maps.TILES_CREDIT, "Somebody")
    monkeypatch.setenv(maps.TILES_URL, url)
    with pytest.raises(ValueError, match=maps.TILES_URL):
        maps.basemap()


def test_tiles_need_a_credit_and_are_off_without_an_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(maps.TILES_URL, raising=False)
    assert maps.basemap() is None
    monkeypatch.setenv(maps.TILES_URL, "https://a.example/{z}/{x}/{y}.png")
    monkeypatch.delenv(maps.TILES_CREDIT, raising=False)
    with pytest.raises(ValueError, match=maps.TILES_CREDIT):
        maps.basemap()
