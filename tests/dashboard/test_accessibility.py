"""WCAG 2.2 AA on every page, in its plain and its richest state: axe, layout, headings, targets.

axe-core comes with axe-playwright-python; it is put into the map's frame as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from axe import violations
from browsing import DESKTOP, ENLARGED, NEEDS_BROWSER, PHONE, TABLET, Reader, wide

from dashboard import navigation
from dashboard.i18n import t

pytestmark = NEEDS_BROWSER

PLAIN = "lang=en&region=us-ga"
FOUR = "compare=13271,13001,13121,13007"
RICH = {
    "overview": "lens=poverty",
    "map": "district=13271&sure=1&rings=1&mask=1&levels=individual,community",
    "district": "district=13271&" + FOUR,
    "compare": FOUR,
    "rankings": "plain=1&rural=1&sort=-population",
    # The region of which an older snapshot is kept; its names are hostile.
    "changes": "region=synth&since=older",
    "variants": "against=published&variant=percentile_ranks",
    "methods": "district=13271",
}
# What opens on a page: the key of its label.
OPENS = {"map": "map.options", "rankings": "rankings.columns", "overview": "frame.glossary"}
STATES = [(page, rich) for page in navigation.PAGES for rich in (False, True)]


@pytest.fixture(
    scope="module", params=STATES, ids=lambda s: f"{s[0]}-{'rich' if s[1] else 'plain'}"
)
def visited(request: Any, chromium: Any, base: str) -> Iterator[Reader]:
    """A page in one of its states; loaded once for all that is measured on it."""
    page, rich = request.param
    browser_page = chromium.new_page(viewport=DESKTOP)
    reader = Reader(browser_page, base)
    start = "" if page == next(iter(navigation.PAGES)) else page
    more = RICH[page] if rich else ""
    reader.open(f"/{start}?lang=en&{more}" if "region=" in more else f"/{start}?{PLAIN}&{more}")
    if page == "map":
        reader.frame()
    # A message in place of the page would be faultless.
    assert browser_page.get_by_test_id("stAlertContentError").count() == 0
    if rich:
        reader.unfold()
    if rich and page in OPENS:
        browser_page.get_by_role("button", name=t(OPENS[page])).first.click()
        browser_page.get_by_test_id("stPopoverBody").wait_for()
    yield reader
    browser_page.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1440", "360"])
def test_axe_finds_nothing_of_ours(visited: Reader, size: dict[str, int]) -> None:
    visited.page.set_viewport_size(size)
    visited.settle()
    assert violations(visited) == []


@pytest.mark.parametrize(
    "size", [DESKTOP, TABLET, ENLARGED, PHONE], ids=["1440", "768", "200 per cent", "360"]
)
def test_nothing_scrolls_sideways_and_nothing_lies_over_the_bar(
    visited: Reader, size: dict[str, int]
) -> None:
    visited.page.set_viewport_size(size)
    visited.wait(lambda: not wide(visited.page), f"too wide: {wide(visited.page)}")
    assert covered(visited.page) == []


def covered(page: Any) -> list[str]:
    """Links of the bar in whose middle something else lies, while the page is at its top."""
    found: list[str] = page.evaluate(
        """() => {
          document.querySelector("[data-testid=stMain]").scrollTo(0, 0);
          return [...document.querySelectorAll(".st-key-mg-bar a, .st-key-mg-bar input")]
            .filter((e) => {
              const box = e.getBoundingClientRect();
              const x = box.x + box.width / 2, y = box.y + box.height / 2;
              // What the reader has opened lies over the page on purpose.
              if (y > innerHeight || document.querySelector("[data-testid=stPopoverBody]"))
                return false;
              const top = document.elementFromPoint(x, y);
              return !top || !(e.contains(top) || top.contains(e)
                || e.parentElement.parentElement.contains(top));
            }).map((e) => e.outerHTML.slice(0, 120));
        }"""
    )
    return found


def test_one_heading_leads_and_none_is_left_out(visited: Reader) -> None:
    levels = visited.page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
          .filter((e) => e.checkVisibility()).map((e) => [Number(e.tagName[1]), e.innerText])"""
    )
    numbers = [level for level, _ in levels]
    assert numbers.count(1) == 1 and numbers[0] == 1
    jumps = [words for (old, _), (new, words) in pairwise(levels)
             if new > old + 1]  # fmt: skip
    assert jumps == []
    assert all(words.strip() for _, words in levels)


def test_what_is_pressed_is_24_pixels(visited: Reader) -> None:
    visited.page.set_viewport_size(PHONE)
    small = visited.page.evaluate(
        """() => [...document.querySelectorAll(
            "button, [role=button], summary, .stPageLink a, .mg-toc a")]
          .filter((e) => e.checkVisibility() && !e.disabled)
          .filter((e) => !e.closest("[data-testid=stDataFrame]"))
          .map((e) => [e.getBoundingClientRect(), e.outerHTML.slice(0, 160)])
          .filter(([box]) => box.width && Math.min(box.width, box.height) < 23.5)
          .map(([box, html]) => `${Math.round(box.width)} by ${Math.round(box.height)}: ${html}`)"""
    )
    assert small == []


def test_the_language_of_the_page_is_told(visited: Reader) -> None:
    assert visited.page.evaluate("document.documentElement.lang") == "en"
