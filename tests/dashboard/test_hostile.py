"""Names by strangers on every page: nothing runs, nothing leaves, nothing bursts the layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import DESKTOP, NEEDS_BROWSER, PHONE, Reader, wide
from make_hostile import WORDS, build_hostile
from make_snapshot import settings

from dashboard import navigation, queries
from dashboard.i18n import t

pytestmark = NEEDS_BROWSER

RICH = "district=SY002&compare=SY001,SY002,SY010,SY015&levels=individual,community&service=s0005"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    settings(home)
    build_hostile(home)
    return home


@pytest.fixture(scope="module")
def hostile(serve: Callable[..., str], hostile_home: Path) -> str:
    return serve(hostile_home)


@pytest.fixture
def stranger(chromium: Any, hostile: str) -> Iterator[Reader]:
    page = chromium.new_page(viewport=DESKTOP)
    reader = Reader(page, hostile)
    yield reader
    reader.assert_clean()
    page.close()


@pytest.mark.parametrize("page", list(navigation.PAGES))
def test_hostile_words_are_inert(stranger: Reader, page: str) -> None:
    start = "" if page == next(iter(navigation.PAGES)) else page
    for more in ("", f"&{RICH}", f"&{RICH}&plain=1&layer=indicator.poverty&lens=older"):
        stranger.open(f"/{start}?region=synth&lang=en{more}")
        if page == "map":
            stranger.frame()
        assert stranger.page.locator("[data-testid=stException]").count() == 0
        stranger.unfold()
        for name in stranger.page.get_by_test_id("stPopoverButton").all():
            name.click()
            stranger.page.get_by_test_id("stPopoverBody").wait_for()
            stranger.page.keyboard.press("Escape")
            stranger.page.get_by_test_id("stPopoverBody").wait_for(state="hidden")
        for size in (PHONE, DESKTOP):
            stranger.page.set_viewport_size(size)
            stranger.wait(lambda: not wide(stranger.page), f"{size}: {wide(stranger.page)}")
        stranger.assert_clean()


def test_names_are_whole_and_readable(stranger: Reader, hostile_home: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(hostile_home))
        names = queries.gap(queries.current("synth")).set_index("district_id")["district_name"]
    assert set(WORDS) <= set(names)
    for district in ("SY001", "SY009", "SY013", "SY015"):
        stranger.open(f"/district?region=synth&lang=en&district={district}")
        shown = stranger.page.locator("h1").first.text_content() or ""
        assert names[district][:60] in shown


@pytest.mark.parametrize(
    ("address", "button"),
    [("/rankings?region=synth&lang=en", "downloads.shown.csv"),
     (f"/compare?region=synth&lang=en&{RICH}", "downloads.shown.csv")],
)  # fmt: skip
def test_a_spreadsheet_runs_nothing_of_a_downloaded_file(
    stranger: Reader, address: str, button: str
) -> None:
    stranger.open(address)
    with stranger.page.expect_download() as waiting:
        stranger.page.get_by_role("button", name=t(button)).click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("<script>window.hacked=1</script>" in cell for cell in cells)
    assert any("=HYPERLINK" in cell or "=1+1" in cell for cell in cells)
    risky = [c for c in cells if c.startswith(FORMULAS) and not _is_number(c)]
    assert risky == []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
