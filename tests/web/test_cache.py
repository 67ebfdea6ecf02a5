"""What is asked again and what is not; receipts; secrets; addresses."""

import datetime as dt
import json
import logging
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.errors import DownloadContentError, DownloadRefusedError, MindgapError
from etl.extract.web.addresses import followed, upgraded, with_params, without_secrets
from etl.extract.web.receipts import SUFFIX, file_sha256, read_receipt
from etl.extract.web.waiting import wait_seconds

from . import server as s
from .conftest import RULES, World
from .families import (
    FAMILIES,
    SECRET,
    Family,
    declare_census,
    declare_units,
    install_units,
    to_json,
)

FILE = FAMILIES[0]
KEYED = [f for f in FAMILIES if f.name in ("census", "dhis2-units", "dhis2-analytics")]


def test_unchanged_file_is_not_sent_again(world: World, server: s.Publisher):
    FILE.install(server, 1)
    source = FILE.declare(server.base)
    path = world.fetch(source)
    first = read_receipt(path)
    world.now += dt.timedelta(days=30)
    world.seen.clear()
    assert world.fetch(source) == path
    again = read_receipt(path)
    assert first is not None and again is not None
    assert server.asked[-1][1]["If-None-Match"] == first.etag
    assert world.seen == []  # 304: nothing came
    assert again.retrieved == first.retrieved
    assert again.checked > first.checked


def test_file_without_etag_is_asked_for_by_date(world: World, server: s.Publisher):
    day = "Wed, 01 Jan 2025 00:00:00 GMT"
    server.routes["/table.csv"] = lambda h: s.Answer(
        b"fips,value\n1,2\n", headers={"ETag": "", "Last-Modified": day}
    )
    source = FILE.declare(server.base)
    world.fetch(source)
    world.fetch(source)
    assert server.asked[-1][1]["If-Modified-Since"] == day


def test_same_bytes_again_keep_the_moment_they_first_came(world: World, server: s.Publisher):
    """A server without ETag sends the file again: it is still the one retrieved before."""
    server.routes["/table.csv"] = lambda h: s.Answer(b"fips,value\n1,2\n", headers={"ETag": ""})
    source = FILE.declare(server.base)
    first = read_receipt(world.fetch(source))
    world.now += dt.timedelta(days=1)
    again = read_receipt(world.fetch(source))
    assert first is not None and again is not None
    assert (again.retrieved, again.sha256) == (first.retrieved, first.sha256)
    assert again.checked != first.checked


def test_declared_bytes_that_are_there_are_not_asked_for(world: World, server: s.Publisher):
    FILE.install(server, 1)
    path = world.fetch(FILE.declare(server.base))
    server.renew()
    source = FILE.declare(server.base).model_copy(update={"sha256": file_sha256(path)})
    assert world.fetch(source) == path
    assert server.asked == []


def test_stored_file_that_is_not_the_declared_one_is_asked_for_whole(
    world: World, server: s.Publisher
):
    """Otherwise "unchanged" (304) would pass the old file off as the declared one."""
    FILE.install(server, 1)
    world.fetch(FILE.declare(server.base))
    source = FILE.declare(server.base).model_copy(update={"sha256": "f" * 64})
    with pytest.raises(DownloadContentError, match="is declared"):
        world.fetch(source)
    assert "If-None-Match" not in server.asked[-1][1]


def test_spoilt_file_is_fetched_again(world: World, server: s.Publisher):
    FILE.install(server, 1)
    source = FILE.declare(server.base)
    path = world.fetch(source)
    good = path.read_bytes()
    path.write_bytes(good[:-3] + b"??\n")
    assert world.fetch(source).read_bytes() == good


@pytest.mark.parametrize("spoil", [b"", b"{", b"[]", b'{"url": 1}'])
def test_spoilt_receipt_is_as_good_as_none(world: World, server: s.Publisher, spoil: bytes):
    FILE.install(server, 1)
    source = FILE.declare(server.base)
    path = world.fetch(source)
    path.with_name(path.name + SUFFIX).write_bytes(spoil)
    world.fetch(source)
    assert "If-None-Match" not in server.asked[-1][1]
    assert read_receipt(path) is not None


def test_file_of_another_address_is_not_taken_for_this_one(world: World, server: s.Publisher):
    FILE.install(server, 1)
    server.serve("/other.csv", b"fips,value\n9,9\n")
    world.fetch(FILE.declare(server.base))
    other = FILE.declare(server.base)
    moved = other.download.model_copy(update={"url": f"{server.base}/other.csv"})
    path = world.fetch(other.model_copy(update={"download": moved}))
    assert path.read_bytes() == b"fips,value\n9,9\n"


def test_redirect_to_another_host_is_followed_without_the_key(world: World, server: s.Publisher):
    mirror = s.Publisher()
    install_units(mirror, 5)
    path = "/dhis/api/organisationUnits.geojson"
    with mirror:
        import threading

        thread = threading.Thread(target=mirror.serve_forever, args=(0.01,))
        thread.start()
        server.routes[path] = lambda handler: s.Answer(b"")
        server.faults[path] = s.redirect(f"{mirror.base}{path}?level=2")
        stored = world.fetch(declare_units(server.base))
        mirror.shutdown()
        thread.join()
    assert "Baringo 5" in stored.read_text(encoding="utf-8")
    assert server.asked[0][1]["Authorization"] == f"ApiToken {SECRET}"
    assert "Authorization" not in mirror.asked[0][1]


def test_redirect_on_the_same_host_is_followed(world: World, server: s.Publisher):
    FILE.install(server, 1)
    server.serve("/moved.csv", b"fips,value\n1,2\n")
    server.faults["/table.csv"] = s.redirect("/moved.csv")
    path = world.fetch(FILE.declare(server.base))
    receipt = read_receipt(path)
    assert receipt is not None and receipt.url == f"{server.base}/table.csv"
    assert path.read_bytes() == b"fips,value\n1,2\n"


def test_packed_answer_is_unpacked(world: World, server: s.Publisher):
    import gzip
    import zlib

    for name, packed in (
        ("gzip", gzip.compress(b"fips,value\n1,2\n")),
        ("deflate", zlib.compress(b"fips,value\n1,2\n")),
    ):
        server.serve("/table.csv", packed, Content_Encoding=name, ETag=f'"{name}"')
        path = world.fetch(FILE.declare(server.base))
        assert path.read_bytes() == b"fips,value\n1,2\n"


def test_progress_is_told(world: World, server: s.Publisher):
    FILE.install(server, 1)
    path = world.fetch(FILE.declare(server.base))
    size = path.stat().st_size
    assert world.seen[-1] == ("t_file", size, size)


# --- secrets ---


@pytest.mark.parametrize("family", KEYED, ids=lambda f: f.name)
@pytest.mark.parametrize(
    "fault",
    [s.status(500), s.status(403), s.status(400), s.reset, s.truncated, s.html, s.redirect("SELF")],
    ids=["500", "403", "400", "reset", "cut", "page", "loop"],
)
def test_key_is_in_no_error(world: World, server: s.Publisher, family: Family, fault, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3.connectionpool")  # it logs the path with the key
    family.install(server, 1)
    server.faults[family.attacked] = fault
    with pytest.raises(MindgapError) as caught:
        world.fetch(family.declare(server.base))
    shown, error = "", caught.value
    while error is not None:  # the causes too
        shown += f"{error} {error!r}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert_no_key(shown + caplog.text)
    assert_no_key("".join(str(v) for v in world.files().items()))


@pytest.mark.parametrize("family", KEYED, ids=lambda f: f.name)
def test_key_is_in_no_file(world: World, server: s.Publisher, family: Family):
    family.install(server, 1)
    world.fetch(family.declare(server.base))
    assert SECRET in server.asked[0][1].get("Authorization", "") or "key=" in server.asked[0][0]
    assert_no_key("".join(str(v) for v in world.files().items()))


def test_key_that_the_server_echoes_is_not_stored(world: World, server: s.Publisher):
    rows = [["NAME", "B17001_002E", "B17001_002M"], [f"key {SECRET}", "1", "2"]]
    server.routes["/data/2023/acs/acs5"] = lambda handler: s.Answer(to_json(rows))
    path = world.fetch(declare_census(server.base))
    assert path.read_text(encoding="utf-8").splitlines()[1] == "key ***,1,2"


def assert_no_key(text: str) -> None:
    from urllib.parse import quote, quote_plus

    for form in (SECRET, quote(SECRET), quote(SECRET, safe=""), quote_plus(SECRET)):
        assert form not in text


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=6), st.text())
def test_hidden_secret_is_gone(secret: str, around: str):
    url = with_params("https://a.org/x", {"key": secret, "a": "b"})
    assert secret not in without_secrets(url, [secret]).replace("https://a.org/x?key=", "")
    assert secret not in without_secrets(around + secret, [secret]).replace("***", "")


# --- addresses and waits ---


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/x", None),
        ("https://b.org/x", None),
        ("//b.org/x", None),
        ("http://a.org/x", "leaves https for http"),
        ("file:///etc/passwd", "leaves https for file"),
        ("data:text/csv,a", "leaves https for data"),
        ("https://127.0.0.1/x", "private"),
        ("https://[::1]/x", "private"),
        ("https://192.168.1.1/x", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://localhost/x", "private"),
        ("https://db.internal/x", "private"),
        ("https://user:word@b.org/x", "user name"),
        ("https://[bad/x", "not an address"),
    ],
)
def test_where_a_redirect_may_lead(location: str, reason: str | None):
    found = followed("https://a.org/y", location)[1]
    assert (found is None) if reason is None else (found is not None and reason in found)


@pytest.mark.parametrize(
    ("base", "link", "result"),
    [
        ("https://a.org/x", "http://a.org/x?page=2", "https://a.org/x?page=2"),
        ("https://a.org/x", "http://b.org/x", "http://b.org/x"),
        ("https://a.org/x", "http://a.org:8080/x", "http://a.org:8080/x"),
        ("http://a.org/x", "http://a.org/x?page=2", "http://a.org/x?page=2"),
        ("https://a.org/x", "?page=2", "?page=2"),
    ],
)
def test_link_to_the_same_host_keeps_https(base: str, link: str, result: str):
    assert upgraded(base, link) == result


def test_params_replace_those_of_the_address():
    url = with_params("https://a.org/x?page=1&key=old&b=", {"key": "n&w", "page": "2"})
    assert url == "https://a.org/x?b=&key=n%26w&page=2"


@given(st.integers(1, 20), st.floats(0, 1), st.none() | st.floats(0, 1000))
def test_wait_is_bounded_and_as_long_as_asked(attempt: int, chance: float, asked: float | None):
    wait = wait_seconds(RULES, attempt, asked, chance)
    if wait is None:
        assert asked is not None and asked > RULES.longest_wait_seconds
    else:
        assert (asked or 0) <= wait <= RULES.longest_wait_seconds


# --- two runs, and runs that die ---


def _fetch_in_process(cache: str, base: str) -> None:
    world = World(Path(cache))
    world.fetch(FILE.declare(base), RULES.model_copy(update={"read_seconds": 60}))


def part(world: World) -> Path:
    return world.cache / "files" / "us" / ".table.csv.part"


def test_run_killed_midway_leaves_nothing_that_looks_whole(world: World, server: s.Publisher):
    """A killed run leaves a part; the next goes on from it."""
    FILE.install(server, 1)

    def hang(handler: s.Handler, answer: s.Answer, n: int) -> bool:
        handler.send_response(200)
        handler.send_header("ETag", answer.etag)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body[:10])
        handler.wfile.flush()
        while not part(world).exists() or not part(world).stat().st_size:
            handler.server.patience.wait(0.01)
        process.kill()
        handler.hang_up(reset=False)
        return True

    server.faults["/table.csv"] = hang
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_fetch_in_process, args=(str(world.cache), server.base))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    assert not (world.cache / "files" / "us" / "table.csv").exists()
    server.faults.clear()
    assert world.fetch(FILE.declare(server.base)).read_bytes().endswith(b"01007,1\n")
    assert set(world.files()) == {"files/us/table.csv", "files/us/table.csv" + SUFFIX}


def test_receipt_is_json_a_person_can_read(world: World, server: s.Publisher):
    FILE.install(server, 1)
    path = world.fetch(FILE.declare(server.base))
    receipt = json.loads(path.with_name(path.name + SUFFIX).read_text(encoding="utf-8"))
    assert receipt["url"] == f"{server.base}/table.csv"
    assert receipt["sha256"] == file_sha256(path)
    assert set(receipt) == {
        "url", "retrieved", "checked", "sha256", "bytes", "etag", "last_modified", "requests",
        "about",
    }  # fmt: skip


def test_zip_cut_at_the_publisher_is_seen(world: World, server: s.Publisher):
    ckan = next(f for f in FAMILIES if f.name == "ckan")
    ckan.install(server, 1)
    whole = server.routes["/hdx/adm.zip"](None).body
    server.serve("/hdx/adm.zip", whole[:-30])
    with pytest.raises(DownloadContentError, match="not a whole zip"):
        world.fetch(ckan.declare(server.base))


def test_too_many_redirects_are_refused_even_if_they_end(world: World, server: s.Publisher):
    FILE.install(server, 1)
    for i in range(5):
        server.serve(f"/r{i}", b"")
        server.faults[f"/r{i}"] = s.redirect(f"/r{i + 1}")
    server.faults["/table.csv"] = s.redirect("/r0")
    with pytest.raises(DownloadRefusedError, match="without end"):
        world.fetch(FILE.declare(server.base))
