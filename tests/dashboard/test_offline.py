"""With no network at all: every page of both sample regions draws, and asks nothing of others.

The server and the browser run in a network namespace of their own that has nothing but its own
loopback, so an address outside cannot be reached by either.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, NEEDS_BROWSER, ROOT, Reader, browser, server

from dashboard import i18n, navigation

REGIONS = {"us-ga": ("13271", "13001,13121"), "kenya": ("KE023", "KE001,KE002")}
pytestmark = NEEDS_BROWSER


def alone() -> list[str]:
    """The command that runs another with a network of its own; empty where that is not allowed."""
    command = ["unshare", "--map-root-user", "--net"]
    if not shutil.which("unshare") or subprocess.run([*command, "true"], check=False).returncode:
        return []
    return command


@pytest.fixture(scope="module")
def walked(served_home: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What every page was like: region, language, page, heading, trouble, addresses asked for."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    command = alone()
    if not command:
        pytest.skip("this machine does not permit a network namespace (unshare)")
    folder = tmp_path_factory.mktemp("alone")
    done = subprocess.run(
        [*command, sys.executable, __file__, str(served_home), str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)])},
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def test_every_page_draws_and_asks_nothing_of_others(walked: list[dict[str, Any]]) -> None:
    assert len(walked) == len(REGIONS) * len(_languages()) * len(navigation.PAGES)
    assert [seen for seen in walked if seen["outside"] or seen["trouble"] or seen["alerts"]] == []
    assert [seen for seen in walked if not seen["heading"]] == []
    drawn = {(seen["region"], seen["features"]) for seen in walked if seen["page"] == "map"}
    assert drawn == {("us-ga", 159), ("kenya", 47)}


def _languages() -> list[str]:
    """English and one that has a catalogue; French forms of numbers while none has."""
    others = sorted(path.name for path in i18n.LOCALE.iterdir() if path.name != "en")
    return ["en", *(others or ["fr"])[:1]]


def _loopback_up() -> None:
    """Bring up the loopback of a new namespace; `ip` may not be installed."""
    siocgifflags, siocsifflags, up = 0x8913, 0x8914, 0x1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        asked = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(handle, siocgifflags, asked))[1]
        fcntl.ioctl(handle, siocsifflags, struct.pack("16sH14s", b"lo", flags | up, b""))


def _walk(home: Path, folder: Path) -> list[dict[str, Any]]:
    out = []
    with server(home, folder) as base, browser() as chromium:
        for region, (district, others) in REGIONS.items():
            for language in _languages():
                page = chromium.new_page(viewport=DESKTOP)
                reader = Reader(page, base)
                chosen = f"district={district}&compare={district},{others}"
                reader.open(f"/?region={region}&lang={language}&{chosen}")
                links = page.locator(".st-key-mg-nav a")
                for at, name in enumerate(navigation.PAGES):
                    if at:
                        links.nth(at).click()
                        page.wait_for_url(f"**/{name}?**")
                        reader.settle()
                    features = 0
                    if name == "map":
                        features = reader.frame().evaluate("mindgap.stats.features")
                    out.append({
                        "region": region, "language": language, "page": name,
                        "features": features, "heading": reader.heading,
                        "trouble": list(reader.trouble), "outside": list(reader.outside),
                        "alerts": page.locator("[data-testid=stAlertContentError], "
                                               "[data-testid=stException]").all_inner_texts(),
                    })  # fmt: skip
                page.close()
    log = (folder / "server.log").read_text(errors="replace")
    if "Traceback" in log:
        raise RuntimeError(log[-2000:])
    return out


if __name__ == "__main__":
    _loopback_up()
    if socket.if_nameindex() != [(1, "lo")]:
        raise RuntimeError(f"this network is not cut off: {socket.if_nameindex()}")
    json.dump(_walk(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
