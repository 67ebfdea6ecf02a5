"""The HTML page: what the browser is told to fetch while Streamlit starts."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from browsing import NEEDS_BROWSER, Reader
from make_snapshot import build
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard import index_page, login, maps, queries


def told(path: str) -> list[str]:
    """The addresses that the page names."""
    body = TestClient(Starlette(routes=index_page.routes(""))).get(path).text
    _, found, rest = body.partition('data-ahead="')
    return unescape(rest.split('"')[0]).split(" ") if found else []


def test_the_map_names_what_it_will_ask_for(synth: Path) -> None:
    build(synth, "other")
    region = queries.region(queries.current("synth"))
    named = told("/map?region=synth&lang=fr")
    assert named[:3] == list(maps.programs())
    assert named[3:] == [
        f"/mindgap/geo/synth/{region['geometry_file']}",
        f"/mindgap/points/synth/{region['snapshot_id']}.json",
    ]
    # An unknown region, or none, is the first one on the page as well.
    first = told("/map?region=other")
    assert first == told("/map") == told('/map?region="><script>') != named


def test_other_pages_name_nothing(synth: Path) -> None:
    assert told("/") == told("/rankings?region=synth") == []


def test_no_figures_before_sign_in_and_none_where_there_are_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told("/map") == list(maps.programs())
    path = build(home)
    assert len(told("/map")) == 5
    with monkeypatch.context() as patch:
        patch.setattr(login, "required", lambda: True)
        assert told("/map") == list(maps.programs())
    path.unlink()
    assert told("/map") == list(maps.programs())


@pytest.mark.browser
@NEEDS_BROWSER[1]
def test_what_comes_ahead_is_fetched_once(reader: Reader) -> None:
    reader.page.unroute("**/*")  # a browser whose requests are looked at keeps nothing
    reader.open("/map?region=kenya&lang=en")
    frame = reader.frame()
    got = """() => performance.getEntriesByType("resource")
      .map((one) => [new URL(one.name).pathname, one.transferSize])"""
    here, inside = reader.page.evaluate(got), frame.evaluate(got)
    for address in index_page.ahead("kenya")[:3]:
        assert address in {name for name, _ in inside}
        assert address in {name for name, _ in here}
    outlines = [name for name, _ in inside if name.startswith("/mindgap/geo/kenya/")]
    for address in {*outlines, *index_page.ahead("kenya")[:3]}:
        sizes = [size for name, size in [*here, *inside] if name == address]
        assert len(sizes) == 2 and sorted(sizes)[0] == 0 < sorted(sizes)[1], (address, sizes)
    reader.assert_clean()
