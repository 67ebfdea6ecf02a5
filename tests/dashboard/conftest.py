"""Synthetic homes for the dashboard tests, and a running server for the browser tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from make_snapshot import build, settings

ROOT = Path(__file__).resolve().parents[2]


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
    running: list[subprocess.Popen[bytes]] = []

    def start(home: Path, *options: str, path: str = "") -> str:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "server.py")]
        log = (tmp_path_factory.mktemp("log") / "server.log").open("wb")
        process = subprocess.Popen(
            [*server, "--server.port", str(port), *options],
            cwd=tmp_path_factory.mktemp("elsewhere"),
            env={**os.environ, "MINDGAP_HOME": str(home)},
            stdout=log,
            stderr=log,
        )
        running.append(process)
        base = f"http://localhost:{port}{path}"
        _wait_until_healthy(process, f"{base}/_stcore/health", Path(log.name))
        return base

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the dashboard did not start: {log.read_text(errors='replace')[-2000:]}")
