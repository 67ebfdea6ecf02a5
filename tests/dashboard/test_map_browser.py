"""How the map behaves in a real browser: the script alone, without Streamlit."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pypdf
import pytest
from browsing import NEEDS_BROWSER
from make_snapshot import HOSTILE, build, copy_rules

from dashboard import map_script, queries, routes
from tests.map_page import WORDS, message, serving

COLORS = ["#ffffb2", "#fecc5c", "#fd8d3c", "#f03b20", "#a50021"]
PLAIN = "012340123401"
ALL = {"levels": [0, 1, 2, 3, 4], "candidates": True}

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[queries.Snapshot]:
    home = tmp_path_factory.mktemp("home")
    path = build(home)
    copy_rules(home)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """CREATE OR REPLACE TABLE out_access_point AS SELECT
            'p' || i AS point_id, 36 + i / 100.0 AS lon, 0.5 AS lat, i * 40.0 AS population
            FROM range(1, 151) t(i)"""
        )
        # Thirty more services within one city block.
        connection.execute(
            """INSERT INTO out_service BY NAME SELECT * EXCLUDE (i) REPLACE (
                'block' || i AS service_id, 36.25 + i / 1e5 AS lon, 1.25 AS lat, 'SY001' AS
                district_id, false AS is_candidate, 'individual' AS level, NULL AS ownership)
            FROM out_service, range(30) t(i) WHERE service_id = 's0000'"""
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(home))
        yield queries.current("synth")


@pytest.fixture(scope="module")
def base(snapshot: queries.Snapshot) -> Iterator[str]:
    with serving(queries.region(snapshot), routes.routes("")) as address:
        yield address


class Drawn:
    """One page with the map, and what went wrong in it."""

    def __init__(self, page: Any, base: str) -> None:
        self.page, self.trouble = page, []
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.goto(base)

    def update(self, **changes: Any) -> None:
        self.page.evaluate(
            "(m) => mindgap.update(m)", message(changes.pop("codes", PLAIN), COLORS, **changes)
        )
        self.page.wait_for_function("mindgap.stats.draws > 0 && mindgap.stats.points > 0")
        self.settle()

    def settle(self) -> None:
        self.page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))"
        )

    def get(self, script: str) -> Any:
        return self.page.evaluate(script)

    def at(self, index: int) -> list[float]:
        x, y = self.get(f"(p => [p.x, p.y])(mindgap.pixelOf({index}))")
        return [x, y]

    def pixels(self, index: int) -> set[str]:
        """Colours within a district, a patch of 24 by 24 pixels."""
        x, y = self.at(index)
        return set(self.page.evaluate(
            """([x, y]) => {
              const canvas = document.querySelector("#map_div canvas");
              const box = canvas.getBoundingClientRect(), pen = canvas.getContext("2d");
              const { data } = pen.getImageData(x - box.x + 30, y - box.y + 30, 24, 24);
              const found = new Set();
              for (let k = 0; k < data.length; k += 4) found.add([...data.slice(k, k + 3)].join());
              return [...found];
            }""",
            [x, y],
        ))  # fmt: skip

    def tip(self) -> str:
        found = self.page.locator(".mg-tip")
        found.wait_for(timeout=5000)
        return str(found.inner_text())

    def told(self, name: str) -> list[Any]:
        return [one[name] for one in self.get("sent") if name in one]

    def bounds(self) -> list[float]:
        found: list[float] = self.get(
            "(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])(map_div.getBounds())"
        )
        return found


Open = Callable[..., Drawn]


@pytest.fixture
def open_map(chromium: Any, base: str) -> Iterator[Open]:
    opened: list[Drawn] = []

    def new(**options: Any) -> Drawn:
        page = chromium.new_page(**{"viewport": {"width": 900, "height": 700}, **options})
        opened.append(Drawn(page, base))
        return opened[-1]

    yield new
    for one in opened:
        assert one.get("window.hacked") is None
        assert one.trouble == []
        one.page.close()


def test_every_code_looks_different(open_map: Open) -> None:
    drawn = open_map()
    drawn.update(codes="01234-~xmae0")
    looks = [frozenset(drawn.pixels(k)) for k in range(11)]
    assert len(set(looks)) == 11
    assert [len(look) == 1 for look in looks[:5]] == [True] * 5  # classes are plain
    for hatched in (5, 6, 9, 10):
        assert len(looks[hatched]) > 2
    assert looks[0] <= looks[9]  # doubt is drawn over the colour of the class
    assert looks[4] <= looks[10]


def test_the_same_message_again_does_nothing(open_map: Open) -> None:
    drawn = open_map()
    drawn.update(show=ALL)
    before = drawn.get("({...mindgap.stats})")
    drawn.update(show=ALL)
    assert drawn.get("({...mindgap.stats})") == before
    drawn.update(show=ALL, selected=3)  # the outline lies on another canvas
    after = drawn.get("({...mindgap.stats})")
    assert (after["draws"], after["updates"]) == (before["draws"], before["updates"] + 1)


def test_the_card_has_figure_unit_and_rank(open_map: Open, snapshot: queries.Snapshot) -> None:
    drawn = open_map()
    values = f"/mindgap/layer/synth/{snapshot.id}/gap.json"
    drawn.update(
        codes="01234012340~", values=values, locale="fr", words={**WORDS, "forWhom": "Pour tous"}
    )
    drawn.page.wait_for_timeout(300)
    score = f"{queries.gap(snapshot)['gap_score'][8]:.1f}".replace(".", ",")
    drawn.page.mouse.move(*drawn.at(8))
    lines = drawn.tip().split("\n")
    assert lines[:2] == ["District 1", "Gap score"]
    assert lines[2].replace("\u202f", " ").replace("\xa0", " ") == f"{score} %"
    assert lines[3].startswith("rank ") and lines[3].endswith(" of 11")
    assert lines[4] == "Pour tous"
    drawn.page.mouse.move(*drawn.at(11))
    drawn.page.get_by_text("too little data").wait_for()
    for index, name in enumerate(HOSTILE):
        drawn.page.mouse.move(*drawn.at(index))
        assert drawn.tip().startswith(name[:60])


def test_a_click_tells_the_district_or_the_service(open_map: Open) -> None:
    drawn = open_map()
    drawn.update()
    for _ in range(2):
        drawn.page.mouse.click(*drawn.at(8))
        drawn.page.wait_for_timeout(400)
    assert drawn.get("sent") == [{"district": 8, "click": 1}, {"district": 8, "click": 2}]
    drawn.update(show=ALL)
    mark = next(m for m in drawn.get("mindgap.marks()") if m["count"] == 1)
    drawn.page.mouse.click(mark["at"]["x"], mark["at"]["y"])
    assert drawn.told("service") == [mark["id"]]


def test_a_crowd_is_a_number_and_a_click_goes_nearer(open_map: Open) -> None:
    drawn = open_map()
    drawn.update(show=ALL)
    crowd = max(drawn.get("mindgap.marks()"), key=lambda mark: mark["count"])
    assert crowd["count"] >= 30
    assert sum(mark["count"] for mark in drawn.get("mindgap.marks()")) == 78
    before = drawn.get("map_div.getZoom()")
    drawn.page.mouse.move(crowd["at"]["x"], crowd["at"]["y"])
    assert f"Individual care: {crowd['count']}" in drawn.tip()
    drawn.page.mouse.click(crowd["at"]["x"], crowd["at"]["y"])
    drawn.page.wait_for_timeout(900)
    assert drawn.get("map_div.getZoom()") > before + 2
    assert drawn.told("service") == drawn.told("district") == []


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ({"levels": [], "candidates": False}, 0),
        ({"levels": [], "candidates": True}, 12),
        ({"levels": [1]}, 12),  # the second level of the synthetic region
        ({"levels": [0]}, 24 + 30),
        ({"levels": [0], "owners": [1]}, 24),  # the thirty have no owner
        ({"levels": [0], "types": []}, 0),
        ({"levels": [0, 1], "districts": "100000000000"}, 4 + 30),
    ],
)
def test_services_are_filtered(open_map: Open, show: dict[str, Any], expected: int) -> None:
    drawn = open_map()
    drawn.update(show=show)
    assert sum(mark["count"] for mark in drawn.get("mindgap.marks()")) == expected


def test_only_the_readers_moves_are_told(open_map: Open) -> None:
    drawn = open_map()
    drawn.update()
    drawn.page.set_viewport_size({"width": 700, "height": 640})
    drawn.page.wait_for_timeout(900)
    assert drawn.told("bounds") == []
    drawn.page.get_by_role("button", name="Zoom in").click()
    drawn.page.get_by_role("button", name="Zoom in").click()
    drawn.page.wait_for_timeout(1300)
    (first,) = drawn.told("bounds")
    assert first == pytest.approx(drawn.bounds(), abs=1e-5)
    drawn.update(bounds=[round(v, 4) for v in first])  # Python answers
    assert drawn.bounds() == pytest.approx(first, abs=1e-5)
    drawn.page.get_by_role("button", name="Whole region").click()
    drawn.page.wait_for_timeout(1300)
    home = drawn.told("bounds")[-1]
    drawn.update(bounds=[round(v, 4) for v in first], selected=2)  # late: the reader is elsewhere
    assert drawn.bounds() == pytest.approx(home, abs=1e-5)
    drawn.update(bounds=[round(v, 4) for v in home])
    drawn.update(bounds=[36.2, 0.3, 36.9, 0.9])  # a link, or Back
    west, south, east, north = drawn.bounds()
    assert west <= 36.2 and south <= 0.3 and east >= 36.9 and north >= 0.9
    assert east - west < 2
    drawn.page.wait_for_timeout(900)
    assert len(drawn.told("bounds")) == 2


@pytest.mark.parametrize("width", [240, 2400])
def test_a_map_of_another_shape_than_its_region_tells_no_move_of_its_own(
    open_map: Open, width: int
) -> None:
    drawn = open_map(viewport={"width": width, "height": 800})
    drawn.update()
    drawn.page.wait_for_timeout(1300)
    assert drawn.told("bounds") == []
    drawn.page.get_by_role("button", name="Zoom in").click()
    drawn.page.wait_for_timeout(1300)
    assert len(drawn.told("bounds")) == 1


def test_the_keyboard_moves_the_map_and_leaves_it(open_map: Open) -> None:
    drawn = open_map()
    drawn.update(show=ALL)
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.tagName"
    drawn.page.keyboard.press("Tab")
    assert drawn.get(focused).startswith("Map of Synthetia")
    before, zoom = drawn.bounds(), drawn.get("map_div.getZoom()")
    drawn.page.keyboard.press("+")
    drawn.page.wait_for_timeout(500)
    assert drawn.get("map_div.getZoom()") > zoom
    drawn.page.keyboard.press("ArrowRight")
    drawn.page.wait_for_timeout(500)
    assert sum(drawn.bounds()[::2]) > sum(before[::2])
    names = []
    for _ in range(5):
        drawn.page.keyboard.press("Tab")
        names.append(drawn.get(focused))
    assert names == ["Zoom in", "Zoom out", "Whole region", "Full screen", "Print"]
    drawn.page.keyboard.press("Tab")
    assert drawn.get(focused) == "BODY"  # out at the other end
    drawn.page.keyboard.press("Shift+Tab")
    drawn.page.keyboard.press("Escape")
    assert drawn.get(focused) == "BODY"


def test_people_and_rings_are_drawn_when_asked(open_map: Open, snapshot: queries.Snapshot) -> None:
    drawn = open_map()
    ring = {"lon": 36.5, "lat": 0.5, "km": 20, "label": "<b>30</b> minutes"}
    drawn.update(rings=[ring, {**ring, "km": 40, "label": "60 minutes"}])
    labels = "[...document.querySelectorAll('.mg-ring')].map((tag) => tag.innerText)"
    assert drawn.get(labels) == ["<b>30</b> minutes", "60 minutes"]
    other = message(PLAIN, COLORS, rings=[{**ring, "label": "another service"}])
    at_once = f"(m) => {{ mindgap.update(m); return {labels}; }}"  # nothing fades: one is told
    assert drawn.page.evaluate(at_once, other) == ["another service"]
    asked: list[str] = []
    drawn.page.on("request", lambda request: asked.append(request.url))
    assert drawn.get("mindgap.stats.people") == 0
    people = f"/mindgap/people/synth/{snapshot.id}.json"
    drawn.update(people=people)
    drawn.page.wait_for_function("mindgap.stats.people === 150")
    drawn.update()
    assert drawn.get("mindgap.stats.people") == 0
    assert drawn.page.locator(".mg-ring").count() == 0
    drawn.update(people=people)
    drawn.page.wait_for_function("mindgap.stats.people === 150")
    assert len(asked) == 1  # fetched once


def test_failing_tiles_are_told_once_and_the_map_stays(open_map: Open, base: str) -> None:
    drawn = open_map()
    tiles = {"url": base + "no/{z}/{x}/{y}.png", "attribution": "<i>Nobody</i>"}
    drawn.update(basemap=tiles)
    drawn.page.get_by_text("No background map").wait_for()
    assert drawn.page.locator(".mg-notice").count() == 1
    assert drawn.page.locator(".mg-credit").inner_text() == "<i>Nobody</i>"
    assert len(drawn.pixels(4)) == 1
    drawn.update()
    assert drawn.page.locator(".mg-notice, .mg-credit").count() == 0


@pytest.mark.parametrize("codes", ["0123", "5" * 12, "?" * 12])
def test_a_message_that_cannot_be_drawn_is_told(open_map: Open, codes: str) -> None:
    drawn = open_map()
    drawn.page.wait_for_function("mindgap.stats.features > 0")
    drawn.page.evaluate("(m) => mindgap.update(m)", message(codes, COLORS))
    drawn.page.get_by_text("The map could not be loaded").wait_for()


def test_figures_that_do_not_come_are_told(open_map: Open) -> None:
    drawn = open_map()
    drawn.update(values="/mindgap/layer/synth/none/gap.json")
    drawn.page.get_by_text("The map could not be loaded").wait_for()
    assert drawn.get("mindgap.stats.draws") == 1


def test_one_finger_scrolls_the_page_and_hints_at_two(open_map: Open) -> None:
    drawn = open_map(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    drawn.update()
    before = drawn.bounds()
    touch = drawn.page.context.new_cdp_session(drawn.page)

    def drag(fingers: Callable[[int], list[dict[str, float]]]) -> None:
        for step in range(13):
            kind = "touchMove" if step else "touchStart"
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers(step)})
            drawn.page.wait_for_timeout(20)
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        drawn.page.wait_for_timeout(600)

    drag(lambda step: [{"x": 150, "y": 300 - 15 * step}])
    assert drawn.get("scrollY") > 100
    assert drawn.bounds() == before
    assert "Use two fingers" in drawn.page.locator(".mg-hint").inner_text()
    drawn.get("scrollTo(0, 0)")
    drag(
        lambda step: [
            {"x": 150 - 6 * step, "y": 150, "id": 1},
            {"x": 170 + 6 * step, "y": 190, "id": 2},
        ]
    )
    assert drawn.bounds() != before
    assert drawn.get("scrollY") == 0


def test_paper_gets_the_same_view_and_the_screen_gets_it_back(open_map: Open) -> None:
    drawn = open_map(viewport={"width": 1400, "height": 800})
    drawn.update(bounds=[36.2, 0.3, 36.9, 0.9])
    before = drawn.bounds()
    drawn.get(
        """void (window.print = () => {
          const canvas = document.querySelector("#map_div canvas");
          const { x, y } = map_div.getSize();
          window.printed = [[x, y], canvas.width, map_div.getBounds().getWest()];
        })"""
    )
    drawn.page.get_by_role("button", name="Print").click()
    drawn.page.wait_for_function("window.printed")
    size, pixels, west = drawn.get("printed")
    assert size == [680, 400]
    assert pixels >= 2 * 680  # twice as fine as the screen
    assert west == pytest.approx(before[0], abs=0.01)
    drawn.page.wait_for_timeout(300)
    assert drawn.bounds() == pytest.approx(before, abs=1e-6)
    drawn.get("window.dispatchEvent(new Event('beforeprint'))")
    assert drawn.get("map_div.getSize().x") == 680
    drawn.get("window.dispatchEvent(new Event('afterprint'))")
    assert drawn.bounds() == pytest.approx(before, abs=1e-6)
    # The upper canvases are put into the lowest: their own clearing would wipe it out on paper.
    sheet = pypdf.PdfReader(io.BytesIO(drawn.page.pdf())).pages[0]
    assert len(sheet.images) > 0
    assert drawn.page.locator("#map_div canvas >> visible=true").count() >= 3  # and back


def test_full_screen_takes_the_whole_height(open_map: Open) -> None:
    drawn = open_map()
    drawn.update()
    small = drawn.get("map_div.getSize().y")
    button = drawn.page.get_by_role("button", name="Full screen")
    button.click()
    drawn.page.wait_for_function(
        "document.fullscreenElement && map_div.getSize().y === innerHeight"
    )
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    drawn.page.wait_for_function(f"!document.fullscreenElement && map_div.getSize().y === {small}")


def test_fine_screens_get_fine_pixels_and_less_motion_is_none(open_map: Open) -> None:
    drawn = open_map(device_scale_factor=2, reduced_motion="reduce")
    drawn.update()
    width, css = drawn.get(
        "(c => [c.width, parseFloat(c.style.width)])(document.querySelector('#map_div canvas'))"
    )
    assert width == 2 * css
    before = drawn.get("map_div.getZoom()")
    drawn.get("document.querySelector('[data-act=zoomIn]').click()")
    assert drawn.get("map_div.getZoom()") == before + 0.5  # there at once


def test_the_script_reads_only_words_that_are_declared() -> None:
    script = map_script.script()
    used = set(re.findall(r"\bwords\.(\w+)", script))
    assert used == set(map_script.WORDS) == set(WORDS)
    assert "http" not in script.replace("http://www.w3.org/2000/svg", "")
