"""What the map fetches by address."""

from __future__ import annotations

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest
from make_snapshot import HOSTILE, build, copy_rules

from dashboard import map_payloads, queries, routes, service_rows
from dashboard.answers import Answers, takes_gzip
from tests.map_page import serving

PLACES = [("p1", 36.123456789, 0.5, 1234.4), ("p2", 36.2, 0.6, 9.6), ("p3", 36.3, 0.7, 0.0)]

Ask = Callable[..., tuple[int, Any, bytes]]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[queries.Snapshot]:
    home = tmp_path_factory.mktemp("home")
    path = build(home)
    copy_rules(home)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """CREATE TABLE out_access_point
            (point_id VARCHAR, lon DOUBLE, lat DOUBLE, population DOUBLE)"""
        )
        connection.executemany("INSERT INTO out_access_point VALUES (?, ?, ?, ?)", PLACES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(home))
        yield queries.current("synth")


@pytest.fixture(scope="module")
def ask(snapshot: queries.Snapshot) -> Iterator[Ask]:
    """Returns status, headers and the body as it travels."""
    with serving(queries.region(snapshot), routes.routes("/tools")) as base:

        def get(path: str, encoding: str = "gzip") -> tuple[int, Any, bytes]:
            request = urllib.request.Request(base + "tools/mindgap/" + path)
            request.add_header("Accept-Encoding", encoding)
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, error.headers, error.read()

        yield get


def read(answer: tuple[int, Any, bytes]) -> Any:
    assert answer[0] == 200
    return json.loads(gzip.decompress(answer[2]))


def test_points_name_every_district_and_service(ask: Ask, snapshot: queries.Snapshot) -> None:
    found = read(ask(f"points/synth/{snapshot.id}.json"))
    assert found["districts"][0] == HOSTILE[0]
    assert found["levels"] == queries.levels(snapshot)["level"].tolist()
    assert len(found["services"]) == 48
    row = next(row for row in found["services"] if row[8] == "s0003")
    lon, lat, level, candidate, district, name, kind, owner = row[:8]
    assert (found["levels"][level], candidate, district) == ("individual", 1, 3)
    assert (found["types"][kind], found["owners"][owner]) == ("clinic", "federal, veterans only")
    assert name == HOSTILE[3]
    assert (lon, lat) == (round(lon, 5), round(lat, 5))


def test_a_service_without_owner_or_district_has_no_position(snapshot: queries.Snapshot) -> None:
    services = service_rows.services(snapshot).head(1).assign(ownership=None, district_id=None)
    lists = {"levels": services["level"], "types": ["clinic"], "owners": ["public"]}
    lists["levels"] = lists["levels"].tolist()
    row = map_payloads.points(queries.gap(snapshot), services, **lists)["services"][0]
    assert (row[4], row[7]) == (-1, -1)
    with pytest.raises(ValueError, match="not in list"):
        map_payloads.points(queries.gap(snapshot), services, **{**lists, "types": []})


def test_layers_of_scores_have_ranks_and_follow_the_group(
    ask: Ask, snapshot: queries.Snapshot
) -> None:
    base, gap = f"layer/synth/{snapshot.id}/", queries.gap(snapshot)
    found = read(ask(base + "gap.json"))
    assert found[0] == [gap["gap_score"][0], gap["gap_rank"][0]]
    assert found[-1] == [None, None]
    assert read(ask(base + "need.json?lens=everyone")) == read(ask(base + "need.json"))
    assert read(ask(base + "gap.json?lens=youth")) != found


def test_a_layer_of_an_indicator_has_its_published_values(
    ask: Ask, snapshot: queries.Snapshot
) -> None:
    rows = snapshot.frame(
        """SELECT layer, district_id, value FROM out_layer_district
        WHERE layer LIKE 'indicator.%' ORDER BY layer, district_id"""
    )
    name = rows["layer"].iloc[0]
    values = rows.loc[rows["layer"] == name, "value"]
    found = read(ask(f"layer/synth/{snapshot.id}/{name}.json"))
    assert [row[0] for row in found[:-1]] == values.tolist()[:-1]
    assert found[-1] == [None, None]
    assert ask(f"layer/synth/{snapshot.id}/{name}.json?lens=youth")[0] == 404


def test_places_of_few_people_tell_no_number(ask: Ask, snapshot: queries.Snapshot) -> None:
    found = read(ask(f"people/synth/{snapshot.id}.json"))
    # 1,234.4 in tens; 9.6 is below the threshold of 10; nobody lives at the third.
    assert found == [[36.12346, 0.5, 1230], [36.2, 0.6, None]]


@pytest.mark.parametrize(
    "path",
    [
        "points/synth/other.json",
        "points/elsewhere/{id}.json",
        "layer/synth/{id}/nothing.json",
        "layer/synth/{id}/gap.json?lens=nobody",
        "layer/synth/{id}/gap.json?lens=disability",  # declared, but not computed
        "layer/synth/{id}/gap'%20OR%201=1.json",
        "layer/synth/other/gap.json",
        "people/synth/..%2F{id}.json",
        "geo/synth/..%2Fgap-{id}.duckdb",
        "geo/synth/gap-{id}.duckdb",
        "geo/..%2Fsynth/districts-1.geojson",
    ],
)
def test_nothing_else_can_be_named(ask: Ask, snapshot: queries.Snapshot, path: str) -> None:
    status, headers, body = ask(path.format(id=snapshot.id))
    assert status == 404
    assert "immutable" not in (headers["Cache-Control"] or "")
    assert len(body) < 100


def test_answers_travel_compressed_and_are_kept(ask: Ask, snapshot: queries.Snapshot) -> None:
    name = queries.region(snapshot)["geometry_file"]
    _, headers, packed = ask(f"geo/synth/{name}")
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Type"] == "application/geo+json"
    assert "immutable" in headers["Cache-Control"]
    status, headers, plain = ask(f"geo/synth/{name}", "identity")
    assert (status, headers["Content-Encoding"]) == (200, None)
    assert gzip.decompress(packed) == plain
    assert len(json.loads(plain)["features"]) == 12


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1.0, GZIP;q=0.8", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("", False),
        ("br", False),
    ],
)
def test_who_takes_gzip(accepted: str, expected: bool) -> None:
    assert takes_gzip(accepted) is expected


def test_an_answer_is_made_once_for_all_who_wait() -> None:
    answers, made, go = Answers(), [], threading.Event()

    def make() -> bytes:
        made.append(1)
        go.wait(10)
        return b"body"

    found: list[bytes] = []
    readers = [threading.Thread(target=lambda: found.append(answers.get("k", make))) for _ in "abc"]
    for reader in readers:
        reader.start()
    go.set()
    for reader in readers:
        reader.join(10)
    assert [gzip.decompress(body) for body in found] == [b"body"] * 3
    assert len(made) == 1


def test_the_oldest_answer_goes_and_a_failure_is_not_kept() -> None:
    answers, made = Answers(kept=2), []

    def get(key: str) -> bytes:
        return answers.get(key, lambda: made.append(key) or key.encode())  # type: ignore[func-returns-value]

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert made == ["a", "b", "c", "b"]

    def fail() -> bytes:
        raise queries.NoSnapshotError("x", "missing_snapshot")

    for _ in range(2):
        with pytest.raises(queries.NoSnapshotError):
            answers.get("d", fail)
    assert gzip.decompress(get("d")) == b"d"
