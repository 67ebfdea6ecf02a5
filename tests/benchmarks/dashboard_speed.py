"""How fast the dashboard answers: `python -m tests.benchmarks.dashboard_speed [--raw DIR]`.

Headless Chromium without a graphics card against a real server, one region after the other: all US
counties from the raw files (left out, and said so, where those are not at hand), and 30,000
synthetic districts. Medians of `REPEATS`. A change begins with the press and ends in the frame
after the map has drawn it; a first map ends when `mindgap.stats` says so, a click when the summary
has changed. Exits 1 beyond a limit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, Any

from playwright.sync_api import Browser, Frame, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
REPEATS = 9
# A poor line: 1.6 Mbit/s down, 0.75 up, 300 ms there and back; a map takes so long that few do.
LINE = {"offline": False, "latency": 300, "downloadThroughput": 2e5, "uploadThroughput": 9.4e4}
SLOW_REPEATS = 3
LAYERS = ("need", "access", "gap")
DRAWN = "window.mindgap && mindgap.stats.readyMs > 0 && mindgap.stats.updates > 0"
# Both clocks are the browser's: what the driver does before it presses is not waiting.
PRESSED = """() => {
  const note = () => { window.pressed = performance.timeOrigin + performance.now(); };
  window.addEventListener("click", note, { capture: true, once: true });
}"""
NEXT_DRAWN = """() => {
  const { updates, draws } = mindgap.stats;
  window.nextDrawn = new Promise((done) => {
    const look = () => requestAnimationFrame(() => {
      const drawn = mindgap.stats.updates > updates && mindgap.stats.draws > draws;
      if (drawn) done(performance.timeOrigin + performance.now()); else look();
    });
    look();
  });
}"""


@dataclass(frozen=True)
class Limits:
    """Most that a median may be: seconds as ms, and bytes over the websocket per change."""

    first: float
    change: float
    click: float
    payload: float


COUNTIES = Limits(first=2500, change=250, click=600, payload=20_000)
SYNTHETIC = Limits(first=float("inf"), change=600, click=float("inf"), payload=50_000)


@dataclass
class Watched:
    """A page whose websocket is weighed."""

    page: Page
    received: int = 0
    sizes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("websocket", lambda ws: ws.on("framereceived", self._count))

    def _count(self, payload: bytes | str) -> None:
        self.received += len(payload)

    def map(self) -> Frame:
        """Return the frame of the map once it has drawn."""
        end = time.monotonic() + 90
        while time.monotonic() < end:
            for frame in self.page.frames:
                if "streamlit_folium" in frame.url and frame.evaluate(DRAWN):
                    return frame
            self.page.wait_for_timeout(5)
        raise TimeoutError("the map did not draw within 90 s")

    def change(self, act: Callable[[], None]) -> float:
        """Return ms from a press until the map has drawn its next message; keep the bytes."""
        frame = self.map()
        self.page.evaluate(PRESSED)
        frame.evaluate(NEXT_DRAWN)
        self.received = 0
        act()
        took = float(frame.evaluate("window.nextDrawn")) - float(self.page.evaluate("pressed"))
        # What still arrives after the map has drawn belongs to the change as well.
        self.page.wait_for_timeout(700)
        self.sizes.append(self.received)
        return took


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, int]]:
    """Serve a home on a free port; yield its address and the server's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    main = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "server.py")]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*main, "--server.port", str(port)], cwd=ROOT, stdout=log, stderr=log,
            env={**os.environ, "MINDGAP_HOME": str(home), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        try:
            _wait(process, f"http://localhost:{port}/_stcore/health", log)
            yield f"http://localhost:{port}", process.pid
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], url: str, log: IO[bytes]) -> None:
    end = time.monotonic() + 90
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    raise RuntimeError(
        f"the dashboard did not start: {log.read().decode(errors='replace')[-2000:]}"
    )


def measure(browser: Browser, base: str, region: str) -> dict[str, list[float]]:
    """Return the times (ms) and sizes (bytes) of one region."""
    address = f"{base}/map?region={region}&lang=en"
    Watched(_opened(browser, address)).map()  # caches of the server; not counted
    first = []
    for _ in range(REPEATS):
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        watched, start = Watched(page), time.perf_counter()
        page.goto(address)
        watched.map()
        first.append(1e3 * (time.perf_counter() - start))
        page.close()
    slow = [_first_on_a_poor_line(browser, address) for _ in range(SLOW_REPEATS)]
    watched = Watched(_opened(browser, address))
    watched.map()
    watched.page.wait_for_timeout(1000)
    layers = [watched.change(_button(watched.page, LAYERS[k % 3])) for k in range(REPEATS + 2)][2:]
    sizes: list[float] = list(watched.sizes[2:])
    watched.sizes.clear()
    filters = [watched.change(_switch(watched.page)) for _ in range(REPEATS + 3)][3:]
    sizes += watched.sizes[3:]
    clicks = [_click(watched, k) for k in range(REPEATS + 1)][1:]
    return {
        "first map": first, "first map on a poor line": slow, "layer": layers, "filter": filters,
        "click": clicks, "bytes": sizes,
    }  # fmt: skip


def _first_on_a_poor_line(browser: Browser, address: str) -> float:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    watched, start = Watched(page), time.perf_counter()
    page.goto(address)
    watched.map()
    took = 1e3 * (time.perf_counter() - start)
    page.close()
    return took


def _opened(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    return page


def _button(page: Page, layer: str) -> Callable[[], None]:
    place = {"gap": 0, "need": 1, "access": 2}[layer]
    button = page.locator(".st-key-w_layer button").nth(place)
    return lambda: button.click(no_wait_after=True)


def _switch(page: Page) -> Callable[[], None]:
    return lambda: page.locator(".st-key-w_rural label").first.click(no_wait_after=True)


def _click(watched: Watched, turn: int) -> float:
    """Click one district in the middle of the map; return ms until its summary is beside it."""
    frame = watched.map()
    named = "() => document.querySelector('.st-key-mg-side').innerText"
    before = watched.page.evaluate(named)
    place: Any = frame.evaluate(PLACE, turn)
    box = frame.frame_element().bounding_box()
    assert box is not None
    start = time.perf_counter()
    watched.page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])
    watched.page.wait_for_function(
        "(before) => document.querySelector('.st-key-mg-side').innerText !== before",
        arg=before, polling="raf", timeout=30_000,
    )  # fmt: skip
    took = 1e3 * (time.perf_counter() - start)
    watched.page.wait_for_timeout(900)
    return took


# Pixels of a district that lies in sight, another each turn: far from those before, for counties
# are a few pixels wide when all are seen, and on land, for the middle of a coast may be the sea.
PLACE = """(turn) => {
  const size = mindgap.map.getSize(), count = mindgap.stats.codes.length, seen = [];
  const canvas = document.querySelector("#map_div canvas"), pen = canvas.getContext("2d");
  const box = canvas.getBoundingClientRect(), map = document.querySelector("#map_div").getBoundingClientRect();
  const scale = canvas.width / box.width;
  const drawn = (at) => pen.getImageData((at.x + map.x - box.x) * scale, (at.y + map.y - box.y) * scale, 1, 1).data[3];
  const free = (at) => at.x > 60 && at.y > 60 && at.x < size.x - 60 && at.y < size.y - 60
    && seen.every((old) => Math.hypot(old.x - at.x, old.y - at.y) > 30) && drawn(at);
  for (let k = 0; k < count && seen.length <= turn; k += 1 + Math.floor(count / 97)) {
    const at = mindgap.pixelOf(k);
    if (free(at)) seen.push(at);
  }
  return seen[turn];
}"""  # noqa: E501


def report(name: str, found: dict[str, list[float]], limits: Limits) -> bool:
    """Print the table of one region; return whether it keeps the limits."""
    most = {"first map": limits.first, "layer": limits.change, "filter": limits.change,
            "click": limits.click, "bytes": limits.payload,
            "first map on a poor line": float("inf")}  # fmt: skip
    kept = True
    for what, values in found.items():
        ok = median(values) <= most[what]
        kept = kept and ok
        limit = "" if most[what] == float("inf") else f"{most[what]:,.0f}"
        unit = "bytes" if what == "bytes" else "ms"
        print(f"| {name} | {what}, {unit} | {median(values):,.0f} | {min(values):,.0f} "
              f"| {max(values):,.0f} | {limit} | {'yes' if ok else 'NO'} |")  # fmt: skip
    return kept


def synthetic(home: Path, districts: int) -> None:
    """Publish a synthetic region, as the tests of the dashboard make it."""
    maker = ROOT / "tests" / "dashboard" / "make_snapshot.py"
    subprocess.run([sys.executable, str(maker), str(home), str(districts)], check=True, cwd=ROOT)


def counties(home: Path, raw: Path) -> None:
    """Publish all US counties from the raw files."""
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.whole_us", str(home), str(raw)],
        check=True, cwd=ROOT, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def main() -> int:
    """Measure both regions; return 1 when a median is beyond its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    near = os.environ.get("MINDGAP_RAW_DIR") or str(ROOT.parent / "shared" / "data")
    parser.add_argument("--raw", type=Path, default=Path(near), help="folder of the raw files")
    parser.add_argument("--us", type=Path, help="a home with the counties, made before")
    parser.add_argument("--districts", type=int, default=30_000)
    asked = parser.parse_args()
    kept = True
    print("| region | what | median | min | max | limit | kept |\n|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        us, synth = asked.us or Path(folder) / "us", Path(folder) / "synth"
        if asked.us is None and asked.raw.is_dir():
            counties(us, asked.raw)
        if us.is_dir():
            with serving(us) as (base, _):
                kept &= report("US counties", measure(browser, base, "us"), COUNTIES)
        else:
            print(f"| US counties | not measured: no raw files in {asked.raw} | | | | | NO |")
            kept = False
        if asked.districts:
            synthetic(synth, asked.districts)
            with serving(synth) as (base, _):
                found = measure(browser, base, "synth")
            kept &= report(f"{asked.districts:,} synthetic", found, SYNTHETIC)
        browser.close()
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
