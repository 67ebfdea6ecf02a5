"""A running dashboard and a real browser whose every request off this machine is refused.

Nothing here sleeps: a page is waited for by what Streamlit and the map say of themselves.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]
DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 360, "height": 740}
# What is left of a window of 1440 by 900 when a reader enlarges the page to 200 %.
ENLARGED = {"width": 720, "height": 450}
# Other work may share the machine: a condition that never holds is found out all the same.
PATIENCE_S = 45

_IDLE = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  return !!app && app.dataset.testScriptState === "notRunning"
    && app.dataset.testConnectionState === "CONNECTED"
    && !!document.querySelector(".mg-foot, [data-testid=stAlert]")
    && document.querySelectorAll(".st-key-mg-bar input").length === 2
    && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]");
}"""
_DRAWN = (
    "!!(window.mindgap && mindgap.stats.features && mindgap.stats.points && mindgap.stats.codes)"
)


@contextmanager
def server(home: Path, folder: Path, *options: str, path: str = "") -> Iterator[str]:
    """Run the dashboard from `folder`, which is not the checkout; yields its address.

    Its log is `server.log` in that folder. Raises RuntimeError when it does not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "server.py")]
    log = folder / "server.log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [*command, "--server.port", str(port), *options],
            cwd=folder,
            env={**os.environ, "MINDGAP_HOME": str(home)},
            stdout=written,
            stderr=written,
        )
    base = f"http://localhost:{port}{path}"
    try:
        _wait_until_healthy(process, f"{base}/_stcore/health", log)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the dashboard did not start: {log.read_text(errors='replace')[-2000:]}")


@contextmanager
def browser() -> Iterator[Any]:
    """Run a headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Reader:
    """One page of a browser: what it asked of others, and what went wrong in it."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.outside: list[str] = []
        self.trouble: list[str] = []
        page.set_default_timeout(PATIENCE_S * 1000)
        page.route("**/*", self._route)
        page.on("websocket", self._socket)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("dialog", self._dialog)

    def _is_own(self, url: str) -> bool:
        return url.startswith(("http://localhost:", "ws://localhost:", "data:", "blob:", "about:"))

    def _route(self, route: Any) -> None:
        if self._is_own(route.request.url):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _socket(self, opened: Any) -> None:
        if not self._is_own(opened.url):
            self.outside.append(opened.url)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.trouble.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, path: str) -> Reader:
        """Go to an address of the dashboard and wait until the page is there."""
        self.page.goto(self.base + path)
        return self.settle()

    def settle(self) -> Reader:
        """Wait until the script has run, its widgets are there and nothing old is left."""
        self.page.wait_for_function(_IDLE)
        return self

    def visit(self, title: str) -> Reader:
        """Follow a link of the bar."""
        # Exact, for the start page is named like a part of others.
        self.page.locator(".st-key-mg-nav").get_by_role("link", name=title, exact=True).click()
        return self

    def unfold(self) -> Reader:
        """Open everything on the page that folds."""
        self.page.evaluate(
            "document.querySelectorAll('details:not([open]) > summary').forEach((e) => e.click())"
        )
        return self.settle()

    def wait(self, condition: Callable[[], Any], what: str) -> None:
        """Wait until a condition that the browser cannot watch by itself holds."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if condition():
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(what)

    def frame(self) -> Any:
        """The frame of the map, once its polygons and points are there."""
        found: list[Any] = []

        def drawn() -> bool:
            found[:] = [
                frame
                for frame in self.page.frames
                if "streamlit_folium" in frame.url and frame.evaluate(_DRAWN)
            ]
            return bool(found)

        self.wait(drawn, "the map did not draw")
        return found[0]

    def click_district(self, index: int) -> None:
        """Click in the middle of a district of the map."""
        frame = self.frame()
        at = frame.evaluate(f"(p => [p.x, p.y])(mindgap.pixelOf({index}))")
        frame.locator("#map_div").click(position={"x": at[0], "y": at[1]})

    @property
    def heading(self) -> str:
        """The one heading of the first level."""
        [words] = self.page.locator("h1").all_inner_texts()
        return str(words)

    @property
    def params(self) -> dict[str, str]:
        """The view that the address carries."""
        return dict(parse_qsl(urlsplit(self.page.url).query))

    def wait_for(self, **params: str) -> Reader:
        """Wait until the address carries these choices (empty: does not carry them)."""

        def there() -> bool:
            found = self.params
            return all(found.get(name, "") == value for name, value in params.items())

        self.wait(there, f"{params} did not come into {self.page.url}")
        return self.settle()

    def assert_clean(self) -> None:
        """Nothing was asked of others, no error was written, no foreign script ran."""
        assert self.outside == []
        assert self.trouble == []
        for frame in self.page.frames:
            assert frame.evaluate("window.hacked === undefined"), frame.url


def choose(reader: Reader, label: str, option: str) -> None:
    """Choose in a box by what is typed."""
    box = reader.page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(option)
    reader.page.get_by_role("option", name=option).first.click()


def colors(frame: Any) -> list[str]:
    """The colour of the canvas in the middle of every district, read from its pixels."""
    found: list[str] = frame.evaluate(
        """() => {
          const canvas = document.querySelector("#map_div canvas");
          const pen = canvas.getContext("2d"), box = canvas.getBoundingClientRect();
          const map = document.querySelector("#map_div").getBoundingClientRect();
          const scale = canvas.width / box.width;
          return [...Array(mindgap.stats.features).keys()].map((index) => {
            const at = mindgap.pixelOf(index);
            const x = (at.x + map.x - box.x) * scale, y = (at.y + map.y - box.y) * scale;
            return [...pen.getImageData(x, y, 1, 1).data].join();
          });
        }"""
    )
    return found


def wide(page: Any) -> list[str]:
    """What makes the page scroll sideways; empty when nothing does.

    What scrolls within itself (a wide table, tabs) may be wide.
    """
    found: list[str] = page.evaluate(
        """() => {
          const main = document.querySelector("[data-testid=stMain]");
          const width = document.documentElement.clientWidth;
          const scrolls = (e) => [document.scrollingElement, document.body, main]
            .filter(Boolean).some((box) => box.scrollWidth > box.clientWidth + 1);
          const hides = (e) => {
            for (let up = e.parentElement; up && up !== main; up = up.parentElement)
              if (getComputedStyle(up).overflowX !== "visible") return true;
            return false;
          };
          const out = [...main.querySelectorAll("*")].filter((e) => {
            const box = e.getBoundingClientRect();
            return box.width && box.height && box.right > width + 1 && e.checkVisibility()
              && !hides(e) && getComputedStyle(e).position !== "absolute";
          });
          const named = out.slice(0, 4).map((e) => `${e.tagName}.${e.className}`.slice(0, 90));
          return scrolls() ? ["the page scrolls", ...named] : named;
        }"""
    )
    return found
