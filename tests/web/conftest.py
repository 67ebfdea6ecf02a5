"""The misbehaving server and a client whose waiting is only counted."""

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from etl.extract.web.client import Client
from etl.extract.web.fetch import fetch
from etl.extract.web.wanted import Credential
from etl.schema import Source, WebRules

from .families import SECRET
from .server import Publisher

RULES = WebRules(
    user_agent="mindgap-test",
    connect_seconds=2,
    read_seconds=0.25,
    total_seconds=20,
    attempts=3,
    first_wait_seconds=1,
    longest_wait_seconds=30,
    redirects=3,
    max_pages=20,
    keep_pages_hours=6,
)


@pytest.fixture
def server() -> Iterator[Publisher]:
    publisher = Publisher()
    thread = threading.Thread(target=publisher.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield publisher
    publisher.patience.set()
    publisher.shutdown()
    publisher.server_close()
    thread.join()


@dataclass
class World:
    """A client's outside world: its clock is set by hand, its waits are written down."""

    cache: Path
    now: dt.datetime = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    waits: list[float] = field(default_factory=list)
    seen: list[tuple[str, int, int | None]] = field(default_factory=list)

    def client(self, rules: WebRules = RULES, **more: Any) -> Client:
        return Client(
            rules,
            **more,
            sleep=self.waits.append,
            now=lambda: self.now,
            chance=lambda: 0.0,
            on_bytes=lambda *progress: self.seen.append(progress),
        )

    def fetch(self, source: Source, rules: WebRules = RULES) -> Path:
        """Fetch one source as `fetch_sources` does, with a key if it wants one."""
        assert source.download is not None
        secret, key = source.download.secret, None
        if secret is not None:
            key = Credential(secret.env, SECRET, secret.param, secret.header, secret.prefix)
        with self.client(rules) as client:
            return Path(fetch(source, self.cache, client, key).path)

    def files(self) -> dict[str, bytes]:
        """Everything in the cache."""
        found = sorted(p for p in self.cache.rglob("*") if p.is_file())
        return {p.relative_to(self.cache).as_posix(): p.read_bytes() for p in found}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "cache")
