"""The pages in a real browser: every choice is in the address, and Back takes it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, NEEDS_BROWSER, Reader, choose, colors
from make_snapshot import build, settings

from dashboard.i18n import t

pytestmark = NEEDS_BROWSER

GA = "region=us-ga&lang=en"
# What a page shows of its state: heading, values of boxes, tags, switches, pressed buttons.
SHOWN = """() => {
  const all = (css) => [...document.querySelectorAll(css)];
  return {
    heading: all("h1").map((e) => e.innerText),
    boxes: all("input[role=combobox], input[type=search]")
      .map((e) => [e.getAttribute("aria-label"), e.value]),
    tags: all("[data-testid=stMultiSelect]").map((e) => e.innerText),
    switches: all("input[role=switch]").map((e) => [e.getAttribute("aria-label"), e.checked]),
    pressed: all("[role=radio][aria-checked=true]").map((e) => e.innerText),
    tables: all("table").map((e) => e.rows.length),
  };
}"""


def switch(reader: Reader, label: str) -> None:
    reader.page.get_by_role("switch", name=label, exact=True).press("Space")


def press(reader: Reader, role: str, label: str) -> None:
    reader.page.get_by_role(role, name=label, exact=True).first.click()


Step = tuple[Callable[[Reader], Any], dict[str, str]]
RURAL = t("map.rural_only", terms="counties")
CHOICES: dict[str, tuple[str, list[Step]]] = {
    "map": (
        f"/map?{GA}",
        [
            (lambda r: press(r, "radio", t("score.need.button")), {"layer": "need"}),
            (lambda r: choose(r, t("map.classes"), t("map.class.equal")), {"classes": "equal"}),
            (lambda r: choose(r, t("map.for_whom"), "Older adults"), {"lens": "older_adults"}),
            (lambda r: switch(r, RURAL), {"rural": "1"}),
            (lambda r: choose(r, t("map.find", term="county"), "Telfair"), {"district": "13271"}),
        ],
    ),
    "district": (
        f"/district?{GA}",
        [
            (lambda r: choose(r, t("district.find", county="county"), "Telfair"),
             {"district": "13271"}),
            (lambda r: choose(r, t("district.find", county="county"), "Appling"),
             {"district": "13001"}),
        ],
    ),
    "compare": (
        f"/compare?{GA}&compare=13271",
        [
            (lambda r: choose(r, t("compare.choose", districts="Counties"), "Appling"),
             {"compare": "13271,13001"}),
            (lambda r: choose(r, t("compare.choose", districts="Counties"), "Baker"),
             {"compare": "13271,13001,13007"}),
        ],
    ),
    "rankings": (
        f"/rankings?{GA}&plain=1",
        [
            (lambda r: choose(r, t("rankings.by"), t("score.access.score")), {"layer": "access"}),
            (lambda r: choose(r, t("rankings.grade"), "High"), {"grade": "high"}),
            (lambda r: switch(r, t("rankings.only.rural")), {"rural": "1"}),
            (lambda r: choose(r, t("rankings.for_whom"), "Older adults"), {"lens": "older_adults"}),
            (lambda r: switch(r, t("rankings.plain")), {"plain": ""}),
        ],
    ),
    "variants": (
        f"/variants?{GA}",
        [
            (lambda r: choose(r, t("variants.to"), "Geometric"), {"variant": "geometric_mean"}),
            (lambda r: choose(r, t("variants.from"), "Staff"), {"against": "staff_only"}),
        ],
    ),
    "overview": (
        f"/?{GA}&district=13271",
        [
            (lambda r: choose(r, t("frame.region"), "Kenya"), {"region": "kenya", "district": ""}),
            (lambda r: choose(r, t("frame.language"), "Français"), {"lang": "fr"}),
        ],
    ),
}  # fmt: skip


def shown(reader: Reader) -> dict[str, Any]:
    found: dict[str, Any] = reader.page.evaluate(SHOWN)
    if any("streamlit_folium" in frame.url for frame in reader.page.frames):
        found["codes"] = reader.frame().evaluate("mindgap.stats.codes")
    return found


@pytest.mark.parametrize("page", CHOICES)
def test_every_choice_is_a_link_and_goes_back(
    chromium: Any, base: str, reader: Reader, page: str
) -> None:
    address, steps = CHOICES[page]
    reader.open(address)
    past: list[tuple[dict[str, str], dict[str, Any]]] = []
    for act, expected in steps:
        if page == "map":
            reader.frame()
        past.append((reader.params, shown(reader)))
        act(reader)
        reader.wait_for(**expected)
    if page == "map":
        frame = reader.frame()
        reader.wait(lambda: "x" in frame.evaluate("mindgap.stats.codes"), "the map did not follow")
    last = shown(reader)
    # A copy of the address, opened by somebody else.
    other = chromium.new_page(viewport=DESKTOP)
    copy = Reader(other, base).open(reader.page.url.removeprefix(base))
    copy.wait(lambda: shown(copy) == last, f"the copy shows {shown(copy)}, not {last}")
    copy.assert_clean()
    other.close()
    for params, before in reversed(past):
        reader.page.go_back()
        reader.wait_for(**params)
        reader.wait(
            lambda b=before: shown(reader) == b, f"Back shows {shown(reader)}, not {before}"
        )
    reader.page.go_forward()
    reader.wait_for(**steps[0][1])
    reader.assert_clean()


def test_the_map_is_restyled_not_drawn_again(reader: Reader) -> None:
    frame = reader.open(f"/map?{GA}").frame()
    before = colors(frame)
    frame.evaluate("window.kept = true")
    press(reader, "radio", t("score.access.button"))
    reader.wait(lambda: colors(frame) != before, "the colours did not change")
    assert frame.evaluate("window.kept") is True
    reader.wait_for(layer="access")
    reader.assert_clean()


def test_a_click_on_the_map_opens_the_card_and_the_profile(reader: Reader) -> None:
    reader.open("/map?region=synth&lang=en").frame()
    card = reader.page.get_by_role("heading", name="District 1", exact=True)
    reader.click_district(8)
    reader.wait_for(district="SY009")
    card.wait_for()
    reader.page.get_by_role("button", name=t("map.clear")).click()
    card.wait_for(state="detached")
    reader.click_district(8)  # the same district again
    reader.wait_for(district="SY009")
    card.wait_for()
    reader.page.get_by_role("link", name=t("map.full_profile")).click()
    reader.page.wait_for_url("**/district?**")
    reader.settle()
    assert "District 1" in reader.heading
    reader.page.go_back()
    reader.page.wait_for_url("**/map?**")
    assert reader.settle().params["district"] == "SY009"
    reader.assert_clean()


def test_a_line_of_the_list_chooses_on_the_same_map_and_back_returns(reader: Reader) -> None:
    frame = reader.open("/map?region=synth&lang=en").frame()
    frame.evaluate("window.kept = true")
    reader.page.locator(".st-key-mg-list button").first.click()
    reader.page.locator(".mg-card h2").wait_for()
    assert reader.params["district"]
    assert frame.evaluate("window.kept") is True
    reader.page.go_back()
    reader.page.locator(".mg-card h2").wait_for(state="detached")
    assert "district" not in reader.params
    reader.assert_clean()


def test_moving_the_map_and_its_services_are_in_the_address(reader: Reader) -> None:
    frame = reader.open("/map?region=synth&lang=en").frame()
    frame.evaluate("mindgap.map.setView([0.5, 36.5], 9)")
    reader.wait(lambda: "bounds" in reader.params, "the move is not in the address")
    reader.settle()
    press(reader, "button", t("map.options"))
    choose(reader, t("map.levels"), "community care")
    reader.wait_for(levels="community")
    reader.wait(lambda: frame.evaluate("mindgap.stats.marks") > 0, "no service is drawn")
    reader.assert_clean()


@pytest.mark.parametrize(
    ("address", "button", "tags"),
    [("/map?region=synth&lang=en&mask=1&levels=community", "map.options", ["community care"]),
     ("/rankings?region=synth&lang=en&columns=population,confidence", "rankings.columns",
      ["People", "Confidence"])],
)  # fmt: skip
def test_what_is_in_a_pop_up_shows_the_link_too(
    reader: Reader, address: str, button: str, tags: list[str]
) -> None:
    reader.open(address)
    if "/map" in address:
        reader.frame()
    # The next run must not forget what a pop-up that was never open should show.
    switch(reader, RURAL if "/map" in address else t("rankings.only.rural"))
    reader.wait_for(rural="1")
    press(reader, "button", t(button))
    opened = reader.page.get_by_test_id("stPopoverBody")
    for tag in tags:
        opened.get_by_role("button", name=tag).first.wait_for()
    if "mask" in reader.params:
        assert opened.get_by_role("switch").first.is_checked()
    reader.assert_clean()


def test_what_a_link_cannot_have_falls_back_with_a_note(reader: Reader) -> None:
    reader.open("/map?region=synth&lang=en&layer=zzz&district=nope&rural=maybe&bounds=1,2")
    note = reader.page.get_by_test_id("stAlert").inner_text()
    for name in ("layer", "district", "rural", "bounds"):
        assert t(f"frame.refused.{name}") in note
    assert reader.params == {"region": "synth", "lang": "en"}
    reader.assert_clean()


def test_a_link_to_an_older_snapshot_shows_it_and_says_so(reader: Reader) -> None:
    reader.open("/district?region=synth&lang=en&district=SY009&snapshot=older")
    assert "not the current one" in reader.page.get_by_test_id("stAlert").inner_text()
    assert "older" in reader.page.locator(".mg-foot").inner_text()
    reader.page.get_by_role("button", name=t("frame.snapshot_current")).click()
    reader.wait_for(snapshot="")
    assert "older" not in reader.page.locator(".mg-foot").inner_text()
    reader.open("/?region=synth&lang=en&snapshot=gone")
    assert "no longer kept" in reader.page.get_by_test_id("stAlert").inner_text()
    reader.assert_clean()


def test_behind_a_prefix(chromium: Any, serve: Callable[..., str], served_home: Path) -> None:
    base = serve(served_home, "--server.baseUrlPath", "tools/gap", path="/tools/gap")
    page = chromium.new_page(viewport=DESKTOP)
    reader = Reader(page, base).open("/map?region=synth&lang=en")
    assert reader.frame().evaluate("mindgap.stats.features") == 12
    reader.visit(t("page.rankings.title"))
    page.wait_for_url("**/tools/gap/rankings?**")
    reader.settle().assert_clean()
    page.close()


def test_a_new_snapshot_shows_without_restart(
    chromium: Any, serve: Callable[..., str], tmp_path: Path
) -> None:
    settings(tmp_path)
    build(tmp_path, snapshot_id="one", name="Before")
    page = chromium.new_page(viewport=DESKTOP)
    reader = Reader(page, serve(tmp_path)).open("/map?region=synth&lang=en")
    assert "Before" in reader.heading
    build(tmp_path, snapshot_id="two", name="After", n=20)
    switch(reader, RURAL)
    reader.wait_for(rural="1")
    reader.wait(lambda: "After" in reader.heading, "the new snapshot is not shown")
    frame = reader.frame()
    reader.wait(lambda: frame.is_detached() or frame.evaluate("mindgap.stats.features") == 20,
                "the new districts are not drawn")  # fmt: skip
    assert reader.frame().evaluate("mindgap.stats.features") == 20
    reader.assert_clean()
    page.close()
