"""Regions whose list of districts would be too long: one is found by typing, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe import violations
from browsing import DESKTOP, NEEDS_BROWSER, PHONE, Reader, wide
from conftest import Serve
from keys import Keys
from make_snapshot import build

from dashboard.i18n import t
from dashboard.views import finder

pytestmark = NEEDS_BROWSER


@pytest.fixture(scope="module")
def large(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a dashboard whose region has one district more than a list holds."""
    home = tmp_path_factory.mktemp("large")
    build(home, n=finder.MOST_LISTED + 1)
    return serve(home)


@pytest.fixture(params=["map", "district"])
def typed(request: Any, chromium: Any, large: str) -> Iterator[Keys]:
    """Each page with the box, after a name that many districts have was typed and sent."""
    page = chromium.new_page(viewport=DESKTOP)
    keys = Keys(Reader(page, large).open(f"/{request.param}?lang=en"))
    if request.param == "map":
        keys.reader.frame()
    keys.to(t("map.find", term="county"), "INPUT")
    page.keyboard.type("DISTRICT 49")
    keys.type("Enter")
    page.get_by_role("button", name="District 49", exact=True).wait_for()
    keys.reader.settle()
    yield keys
    page.close()


def test_a_district_is_found_and_chosen_without_a_mouse(typed: Keys) -> None:
    typed.to("District 49", "BUTTON")
    typed.type("Enter")
    typed.reader.wait_for(district="SY057")
    assert "District 49" in typed.page.locator("[data-testid=stMain]").inner_text()
    assert typed.page.get_by_label(t("map.find", term="county")).input_value() == ""
    assert typed.unseen == []
    typed.reader.assert_clean()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "360"])
def test_what_is_found_is_told_to_everyone_and_fits(typed: Keys, size: dict[str, int]) -> None:
    typed.page.set_viewport_size(size)
    typed.reader.settle()
    assert violations(typed.reader) == []
    typed.reader.wait(lambda: not wide(typed.page), f"too wide: {wide(typed.page)}")


def test_what_no_name_holds_is_told(typed: Keys) -> None:
    box = typed.page.get_by_label(t("map.find", term="county"))
    box.fill("${nobody}<script>")
    box.press("Enter")
    typed.page.get_by_text(t("map.find_none", term="county")).wait_for()
    typed.reader.assert_clean()
