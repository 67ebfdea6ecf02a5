"""Every fault against every kind of connector: what is raised, what it says, what is left."""

from pathlib import Path

import pytest

from etl.errors import (
    CredentialError,
    DownloadContentError,
    DownloadError,
    DownloadRefusedError,
    MindgapError,
)
from etl.extract.web.fetch import fetch
from etl.extract.web.receipts import SUFFIX, read_receipt

from . import server as s
from .conftest import World
from .families import FAMILIES, SECRET, Family

# Faults that pass: the next attempt is answered, and the new figures are stored.
PASSING: dict[str, s.Fault] = {
    "429 with Retry-After, then fine": s.once(s.status(429, Retry_After="7")),
    "500, then fine": s.once(s.status(500)),
    "502, then fine": s.once(s.status(502)),
    "503 with a date, then fine": s.once(
        s.status(503, Retry_After="Sat, 21 Nov 2026 12:00:09 GMT")
    ),
    "503 with nonsense, then fine": s.once(s.status(503, Retry_After="soon")),
    "slow, then fine": s.once(s.slow),
    "stalled midway, then fine": s.once(s.stalled),
    "cut off, then fine": s.once(s.truncated),
    "chunks cut off, then fine": s.once(s.chunks_cut),
    "reset, then fine": s.once(s.reset),
    "reset midway, then fine": s.once(s.reset_midway),
    "rest of another version": s.other_version_midway,
    "rest from the wrong place": s.wrong_place_midway,
    "rest gone": s.rest_gone,
}
# Faults that last: (fault, error class, words the text must hold).
LASTING: dict[str, tuple[s.Fault, type[MindgapError], str]] = {
    "slow": (s.slow, DownloadError, "did not answer in time"),
    "stalled midway": (s.stalled, DownloadError, "in time"),
    "cut off": (s.truncated, DownloadError, "attempts"),
    "chunks cut off": (s.chunks_cut, DownloadError, "attempts"),
    "reset": (s.reset, DownloadError, "connection failed"),
    "reset midway": (s.reset_midway, DownloadError, "connection failed"),
    "500": (s.status(500), DownloadError, "answered 500"),
    "503": (s.status(503), DownloadError, "answered 503"),
    "429": (s.status(429), DownloadError, "answered 429"),
    "429, wait an hour": (s.status(429, Retry_After="3600"), DownloadError, "wait too long"),
    "404": (s.status(404), DownloadError, "may have moved"),
    "410": (s.status(410), DownloadError, "may have moved"),
    "204": (s.status(204), DownloadError, "answered 204"),
    "403": (s.status(403), DownloadError, "answered 403"),
    "web page": (s.html, DownloadContentError, "Please sign in"),
    "web page called CSV": (s.html_below_comment, DownloadContentError, "Invalid Key"),
    "empty": (s.empty, DownloadContentError, "empty"),
    "not readable": (s.garbage, DownloadContentError, ""),
    "broken gzip": (s.bad_gzip, DownloadContentError, "packed as gzip"),
    "gzip bomb": (s.gzip_bomb, DownloadContentError, "unpacks to more than"),
    "unknown packing": (s.unknown_packing, DownloadContentError, "not asked for"),
    "too large, declared": (s.too_large_declared, DownloadRefusedError, "max_mb"),
    "too large, undeclared": (s.too_large_undeclared, DownloadRefusedError, "max_mb"),
    "redirect loop": (s.redirect("SELF"), DownloadRefusedError, "without end"),
    "redirect chain": (s.redirect_chain, DownloadRefusedError, "without end"),
    "redirect to a file": (s.redirect("file:///etc/passwd"), DownloadRefusedError, "file"),
    "redirect to ftp": (s.redirect("ftp://example.org/x"), DownloadRefusedError, "ftp"),
    "redirect inside": (s.redirect("http://169.254.1.1/x"), DownloadRefusedError, "private"),
    "redirect to a name inside": (s.redirect("http://intranet/x"), DownloadRefusedError, "private"),
    "redirect nowhere": (s.status(302), DownloadError, "answered 302"),
}
KEEPS_A_PART = {"cut off", "reset midway"}
CASES = len(FAMILIES) * (len(PASSING) + len(LASTING) + 1)


def names(family: Family) -> str:
    return family.name


def leftovers(world: World) -> set[str]:
    """Files of the cache that are neither a fetched file, nor a receipt, nor a stored page."""
    whole = {
        name
        for name in world.files()
        if name == ".lock" or read_receipt(world.cache / name.removesuffix(SUFFIX)) is not None
    }
    return set(world.files()) - whole


@pytest.mark.parametrize("family", FAMILIES, ids=names)
@pytest.mark.parametrize("fault", PASSING)
def test_fault_that_passes(world: World, server: s.Publisher, family: Family, fault: str):
    source = family.declare(server.base)
    family.install(server, 1)
    first = world.fetch(source).read_bytes()
    family.install(server, 2)
    server.renew()
    server.faults[family.attacked] = PASSING[fault]
    world.waits.clear()
    path = world.fetch(source)
    assert path.read_bytes() != first
    assert world.waits, "a fault was meant to happen"
    assert leftovers(world) == set()
    if "Retry-After" in fault:
        assert world.waits[0] == 7
    if "a date" in fault:
        assert world.waits[0] == 9


@pytest.mark.parametrize("family", FAMILIES, ids=names)
@pytest.mark.parametrize("fault", LASTING)
def test_fault_that_lasts(world: World, server: s.Publisher, family: Family, fault: str):
    source = family.declare(server.base)
    family.install(server, 1)
    path = world.fetch(source)
    before = world.files()
    family.install(server, 2)
    server.faults[family.attacked], kind, words = LASTING[fault]
    if fault == "403" and source.download.secret is not None:
        kind = CredentialError
    with pytest.raises(MindgapError) as caught:
        world.fetch(source)
    assert type(caught.value) is kind
    told(str(caught.value), source.source_id, words, server.base + family.attacked)
    kept = leftovers(world)
    if fault in KEEPS_A_PART:
        assert {Path(n).name.rpartition(".part")[2] for n in kept} == {"", ".json"}
        assert "the next run goes on from there" in str(caught.value)
    else:
        assert kept == set()
    name = path.relative_to(world.cache).as_posix()
    assert world.files()[name] == before[name], "the file fetched before is as it was"
    assert world.files()[name + SUFFIX] == before[name + SUFFIX]


@pytest.mark.parametrize("family", FAMILIES, ids=names)
def test_wrong_checksum(world: World, server: s.Publisher, family: Family):
    source = family.declare(server.base).model_copy(update={"sha256": "f" * 64})
    family.install(server, 1)
    with pytest.raises(DownloadContentError) as caught:
        world.fetch(source)
    text = str(caught.value)
    assert source.source_id in text and "f" * 64 in text and "review it" in text
    assert not (world.cache / "files" / source.path).exists()
    assert leftovers(world) == set()


def told(text: str, source_id: str, words: str, address: str) -> None:
    assert text.startswith(f"{source_id}: ")
    assert words in text
    assert address in text
    assert "--from raw" in text
    assert SECRET not in text
    assert "+key" not in text


def test_number_of_cases():
    """The matrix is as large as the closing note says."""
    assert CASES == 495


def test_rest_is_fetched_by_the_next_run(world: World, server: s.Publisher):
    family = next(f for f in FAMILIES if f.name == "file")
    family.install(server, 1)
    source = family.declare(server.base)
    server.faults[family.attacked] = s.truncated
    with pytest.raises(DownloadError, match="goes on from there"):
        world.fetch(source)
    server.faults.clear()
    server.renew()
    path = world.fetch(source)
    assert server.asked[0][1]["Range"] == f"bytes={len(path.read_bytes()) // 2}-"
    assert server.counts[family.attacked] == 1
    assert leftovers(world) == set()
    assert path.read_bytes().endswith(b"01007,1\n")


def test_rest_is_not_joined_to_another_version(world: World, server: s.Publisher):
    """The server keeps the rules: If-Range no longer fits, so it sends the whole new file."""
    family = next(f for f in FAMILIES if f.name == "file")
    family.install(server, 1)
    source = family.declare(server.base)
    server.faults[family.attacked] = s.truncated
    with pytest.raises(DownloadError):
        world.fetch(source)
    server.faults.clear()
    family.install(server, 2)
    assert world.fetch(source).read_bytes().endswith(b"01005,7\n01007,2\n")


def test_no_rest_without_a_version(world: World, server: s.Publisher):
    family = next(f for f in FAMILIES if f.name == "file")
    server.routes[family.attacked] = lambda handler: s.Answer(
        b"a,b\n1,2\n" * 9, headers={"ETag": ""}
    )
    server.faults[family.attacked] = s.truncated
    with pytest.raises(DownloadError) as caught:
        world.fetch(family.declare(server.base))
    assert "goes on" not in str(caught.value)
    assert leftovers(world) == set()
    assert all("Range" not in headers for _, headers in server.asked)


def test_attempts_wait_twice_as_long_each_time(world: World, server: s.Publisher):
    family = FAMILIES[0]
    family.install(server, 1)
    server.faults[family.attacked] = s.status(500)
    with pytest.raises(DownloadError, match="3 attempts over 2 s"):
        world.fetch(family.declare(server.base))
    assert world.waits == [0.5, 1.0]  # half of 1 and 2 seconds: chance is 0 here


def test_endless_trickle_ends(world: World, server: s.Publisher):
    """Each piece comes in time, but the whole does not."""
    family = FAMILIES[0]
    long = b"a,b\n" + b"1,2\n" * 100_000
    server.routes[family.attacked] = lambda handler: s.Answer(long, headers={"ETag": ""})
    clock = iter(range(0, 10_000, 15))
    client = world.client(monotonic=lambda: float(next(clock)))
    with client, pytest.raises(DownloadError, match="no end after 20 s"):
        fetch(family.declare(server.base), world.cache, client, None)
    assert leftovers(world) == set()


def test_server_that_is_not_there(world: World, server: s.Publisher):
    source = FAMILIES[0].declare("http://127.0.0.1:1")
    with pytest.raises(DownloadError, match="connection failed"):
        world.fetch(source)
    assert leftovers(world) == set()


def test_cache_that_cannot_be_written(world: World, server: s.Publisher, monkeypatch):
    family = FAMILIES[0]
    family.install(server, 1)
    source = family.declare(server.base)

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.extract.web.answers.store", full)
    with pytest.raises(DownloadError, match=r"No space left on device.*--cache-dir"):
        world.fetch(source)
    assert leftovers(world) == set()
