"""Synthetic homes for the dashboard tests, and a running server for the browser tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, Reader, browser, server
from make_changes import write_changes
from make_snapshot import build, settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty MINDGAP_HOME."""
    monkeypatch.setenv("MINDGAP_HOME", str(tmp_path))
    settings(tmp_path)
    return tmp_path


@pytest.fixture
def synth(home: Path) -> Path:
    """A MINDGAP_HOME with one region of 12 districts."""
    build(home)
    return home


Serve = Callable[..., str]


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts servers from a working directory that is not the checkout; stops them at the end."""
    with ExitStack() as running:

        def start(home: Path, *options: str, path: str = "") -> str:
            folder = tmp_path_factory.mktemp("elsewhere")
            return running.enter_context(server(home, folder, *options, path=path))

        yield start


@pytest.fixture(scope="session")
def served_home(published_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both regions from the embedded sample, and a synthetic one with hostile names and changes."""
    home = tmp_path_factory.mktemp("served")
    for part in ("config", "data/published"):
        shutil.copytree(published_home / part, home / part)
    build(home, snapshot_id="older")
    current = build(home)
    for older in ("oldest", "older"):
        write_changes(current, older)
    return home


@pytest.fixture(scope="session")
def base(serve: Serve, served_home: Path) -> str:
    """The address of the dashboard that shows `served_home`."""
    return serve(served_home)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser. Not for the whole session: Playwright keeps an event loop while it is open."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with browser() as found:
        yield found


@pytest.fixture
def reader(chromium: Any, base: str) -> Iterator[Reader]:
    """A fresh browser context on a desktop screen."""
    page = chromium.new_page(viewport=DESKTOP)
    yield Reader(page, base)
    page.close()
