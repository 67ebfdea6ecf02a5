"""A real browser with the network cut off: polygons draw, a click fills the profile."""

from __future__ import annotations

import json
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from make_snapshot import HOSTILE, build

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="chromium is not installed"),
]
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


class Reader:
    """One page whose every request off this machine is refused and remembered."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.base = page, base
        self.outside: list[str] = []
        self.trouble: list[str] = []
        page.route("**/*", self._route)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))

    def _route(self, route: Any) -> None:
        if route.request.url.startswith(("http://localhost:", "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.trouble.append(message.text)

    def open(self, path: str) -> Reader:
        self.page.goto(self.base + path)
        return self

    def frame(self) -> Any:
        """The frame of the map, once its polygons and points are there."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for frame in self.page.frames:
                if "streamlit_folium" in frame.url and frame.evaluate(
                    "!!(window.mindgap && mindgap.stats.features && mindgap.stats.points"
                    " && mindgap.stats.codes)"
                ):
                    return frame
            self.page.wait_for_timeout(50)
        raise AssertionError("the map did not draw")

    def wait(self, condition: Callable[[], bool], what: str) -> float:
        """Milliseconds until the condition holds."""
        started = time.monotonic()
        while time.monotonic() - started < 20:
            if condition():
                return (time.monotonic() - started) * 1000
            self.page.wait_for_timeout(10)
        raise AssertionError(what)

    def click_district(self, index: int) -> None:
        frame = self.frame()
        at = frame.evaluate(f"(p => [p.x, p.y])(mindgap.pixelOf({index}))")
        frame.locator("#map_div").click(position={"x": at[0], "y": at[1]})

    def assert_clean(self) -> None:
        assert self.outside == []
        assert self.trouble == []
        for frame in self.page.frames:
            assert frame.evaluate("window.hacked === undefined")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("home")
    build(out)
    build(out, "empty", kind="all_null", name="Emptyland")
    return out


@pytest.fixture(scope="module")
def base(serve: Callable[..., str], home: Path) -> str:
    return serve(home)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def reader(chromium: Any, base: str) -> Iterator[Reader]:
    page = chromium.new_page(viewport=DESKTOP)
    yield Reader(page, base)
    page.close()


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


def test_polygons_draw_with_the_network_cut_off(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    assert frame.evaluate("mindgap.stats.features") == 12
    assert frame.evaluate("mindgap.stats.points") == 48
    reader.wait(lambda: len(set(colors(frame))) >= 5, "the canvas is not coloured")
    assert frame.evaluate("mindgap.colorOf(0)").startswith("#")
    assert frame.evaluate("typeof mindgap.colorOf(11)") == "object"  # the no-data hatch
    icon = reader.page.locator("link[rel~=icon]").first.get_attribute("href") or ""
    assert not icon.startswith("http") or icon.startswith(reader.base)
    reader.assert_clean()


def test_a_click_fills_the_card_and_the_same_click_again_too(reader: Reader) -> None:
    reader.open("/?page=map&region=synth").frame()
    reader.click_district(8)
    card = reader.page.get_by_role("heading", name="District 1", exact=True)
    card.wait_for(timeout=15000)
    assert "district=SY009" in reader.page.url
    assert reader.frame().evaluate("mindgap.stats.features") == 12
    reader.page.get_by_role("button", name="Show the list again").click()
    card.wait_for(state="detached", timeout=15000)
    reader.click_district(8)
    card.wait_for(timeout=15000)
    reader.assert_clean()


def test_a_line_of_the_list_chooses_and_back_returns(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    frame.evaluate("window.kept = true")
    reader.page.locator(".st-key-mg-list button").first.click()
    reader.page.locator(".mg-card h2").wait_for(timeout=15000)
    assert "district=" in reader.page.url
    assert frame.evaluate("window.kept") is True  # the map was not drawn anew
    reader.page.go_back()
    reader.page.locator(".mg-card h2").wait_for(state="detached", timeout=15000)
    assert "district=" not in reader.page.url
    reader.assert_clean()


def test_moving_the_map_is_in_the_address(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    frame.evaluate("mindgap.map.setView([0.5, 36.5], 9)")
    reader.wait(lambda: "bounds=" in reader.page.url, "the move is not in the address")
    reader.assert_clean()


def test_layer_switch_restyles_without_a_new_map(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    before = colors(frame)
    frame.evaluate("window.kept = true")
    reader.page.get_by_role("radio", name="Access").or_(
        reader.page.get_by_role("button", name="Access")
    ).first.click()
    reader.wait(lambda: frame.evaluate("mindgap.stats.updates") > 1, "no update arrived")
    reader.wait(lambda: colors(frame) != before, "the colours did not change")
    assert frame.evaluate("window.kept") is True
    assert "layer=access" in reader.page.url
    reader.assert_clean()


def test_rural_filter_and_services_reach_the_map(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    reader.page.get_by_text("Rural counties only").click()
    reader.wait(lambda: "x" in frame.evaluate("mindgap.stats.codes"), "nothing filtered")
    reader.page.get_by_role("button", name="Display and services").click()
    levels = reader.page.get_by_test_id("stMultiSelect").filter(has_text="Level of support")
    levels.locator("input").click()
    reader.page.get_by_role("option", name="community care (12)").click()
    reader.wait(lambda: frame.evaluate("mindgap.stats.marks") > 0, "no service is drawn")
    assert "levels=community" in reader.page.url
    reader.assert_clean()


def test_hostile_names_do_not_run_in_tooltips_or_profiles(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    for index, name in enumerate(HOSTILE):
        at = frame.evaluate(f"(p => [p.x, p.y])(mindgap.pixelOf({index}))")
        frame.locator("#map_div").hover(position={"x": at[0], "y": at[1]})
        tip = frame.locator(".mg-tip strong")
        tip.wait_for(timeout=5000)
        assert (tip.text_content() or "")[:100] == name[:100]
        # Wide enough to read, not one letter a line.
        assert frame.evaluate("document.querySelector('.mg-tip').offsetWidth") > 100
    for index in range(len(HOSTILE)):
        reader.open(f"/?page=map&region=synth&district=SY{index + 1:03d}").frame()
        reader.page.locator(".mg-card h2").wait_for()
        reader.assert_clean()


def test_all_null_region_draws_hatched(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=empty").frame()
    assert frame.evaluate("mindgap.stats.codes") == "~" * 12
    reader.page.get_by_text("no data").first.wait_for()
    reader.assert_clean()


def test_methods_page_by_navigation(reader: Reader) -> None:
    reader.open("/?page=map&region=synth").frame()
    reader.page.get_by_role("link", name="Data and methods").click()
    reader.page.get_by_text("Gaussian decay").wait_for()
    reader.page.get_by_role("link", name="Map", exact=True).click()
    assert reader.frame().evaluate("mindgap.stats.features") == 12
    assert "region=synth" in reader.page.url
    reader.assert_clean()


def test_model_choices_page_by_navigation(reader: Reader) -> None:
    reader.open("/?page=map&region=synth").frame()
    page = reader.page
    page.get_by_role("link", name="Model choices").click()
    page.get_by_role("heading", name="Two variants compared").wait_for()
    page.get_by_role("heading", name="Largest moves").wait_for()
    assert page.locator(".mg-moves li").count() > 0
    page.get_by_text("Not computed: No bounds are frozen").wait_for()
    page.get_by_test_id("stSelectbox").filter(has_text="To").last.locator("input").click()
    page.get_by_role("option", name="Without isolation").click()
    reader.wait(lambda: "variant=no_isolation" in page.url, "the choice is not in the address")
    reader.assert_clean()


def test_group_of_people_recolours_the_map_and_its_tooltips(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    before = colors(frame)
    frame.evaluate("window.kept = true")
    page = reader.page
    page.get_by_test_id("stSelectbox").filter(has_text="For whom").locator("input").click()
    page.get_by_role("option", name="Older adults").click()
    reader.wait(lambda: colors(frame) != before, "the colours did not change")
    assert frame.evaluate("window.kept") is True  # restyled, not drawn again
    assert "lens=older" in page.url
    at = frame.evaluate("(p => [p.x, p.y])(mindgap.pixelOf(8))")
    frame.locator("#map_div").hover(position={"x": at[0], "y": at[1]})
    tip = frame.locator(".mg-tip")
    tip.wait_for(timeout=5000)
    assert "For: Older adults" in (tip.text_content() or "")
    assert page.get_by_role("switch", name="Robustly underserved only").is_disabled()
    reader.assert_clean()


def test_robust_filter_leaves_the_rest_pale(reader: Reader) -> None:
    frame = reader.open("/?page=map&region=synth").frame()
    reader.page.get_by_text("Robustly underserved only").click()
    reader.wait(lambda: frame.evaluate("mindgap.stats.codes").count("x") == 9, "not filtered")
    assert "robust=1" in reader.page.url
    reader.assert_clean()


@pytest.mark.parametrize(
    "path",
    [
        "/?page=map&region=synth",
        "/?page=map&district=SY005&region=synth",
        "/?page=map&region=synth&lens=older&district=SY004",
        "/methods?region=synth",
        "/variants?region=synth",
    ],
)
@pytest.mark.parametrize("width", [360, 390])
def test_no_sideways_scroll_on_a_phone(chromium: Any, base: str, path: str, width: int) -> None:
    page = chromium.new_page(viewport={**PHONE, "width": width})
    phone = Reader(page, base).open(path)
    page.locator("h1").first.wait_for(timeout=20000)
    if "page=map" in path:
        phone.frame()
    page.wait_for_timeout(500)
    wide = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => e.scrollWidth > e.clientWidth + 1
          && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)
          && e.matches("html, body, .stApp, .stMain, .stAppViewContainer")).length"""
    )
    right = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll(".stHtml *, iframe, .stButton")]
          .filter((e) => e.getClientRects().length && !e.closest("thead"))
          .map((e) => e.getBoundingClientRect().right))"""
    )
    assert wide == 0
    assert right <= width
    assert phone.outside == []
    page.close()


def test_behind_a_prefix(chromium: Any, serve: Callable[..., str], home: Path) -> None:
    base = serve(home, "--server.baseUrlPath", "tools/gap", path="/tools/gap")
    page = chromium.new_page(viewport=DESKTOP)
    prefixed = Reader(page, base).open("/?page=map&region=synth")
    assert prefixed.frame().evaluate("mindgap.stats.features") == 12
    prefixed.assert_clean()
    page.close()


def test_a_new_snapshot_shows_without_restart(
    chromium: Any, serve: Callable[..., str], tmp_path: Path
) -> None:
    build(tmp_path, snapshot_id="one", name="Before")
    base = serve(tmp_path)
    page = chromium.new_page(viewport=DESKTOP)
    Reader(page, base).open("/?page=map").frame()
    page.get_by_text("Where in Before").wait_for()
    build(tmp_path, snapshot_id="two", name="After", n=20)
    reader = Reader(page, base).open("/?page=map")
    page.get_by_text("Where in After").wait_for(timeout=15000)
    assert reader.frame().evaluate("mindgap.stats.features") == 20
    page.close()


def status(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.headers["content-type"] or ""
    except urllib.error.HTTPError as error:
        return error.code, error.headers["content-type"] or ""


def test_routes_serve_only_what_they_should(base: str, home: Path) -> None:
    folder = home / "data" / "published" / "synth"
    snapshot = (folder / "CURRENT").read_text().strip()
    geometry = next((folder / "geo").iterdir()).name
    assert status(f"{base}/mindgap/geo/synth/{geometry}") == (200, "application/geo+json")
    code, _ = status(f"{base}/mindgap/leaflet/leaflet.js")
    assert code == 200
    url = f"{base}/mindgap/points/synth/{snapshot[4:-7]}.json"
    with urllib.request.urlopen(url) as answer:
        assert len(json.load(answer)["services"]) == 48
    for path in (
        f"geo/synth/{snapshot}", "geo/synth/..%2FCURRENT", "geo/..%2Fsynth/CURRENT",
        "points/synth/none.json", "points/..%2Fsynth/x.json", "leaflet/nothing.js",
    ):  # fmt: skip
        code, kind = status(f"{base}/mindgap/{path}")
        # What our routes do not match falls through to Streamlit, which refuses dots or shows
        # its index page.
        assert code in (400, 403, 404) or "text/html" in kind, path
