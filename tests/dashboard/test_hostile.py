"""Names by strangers on every page: nothing runs, nothing leaves, nothing bursts the layout."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from browsing import DESKTOP, NEEDS_BROWSER, PHONE, Reader, choose, wide
from make_hostile import WORDS, build_hostile
from make_snapshot import copy_rules, settings

from dashboard import navigation, queries, text
from dashboard.i18n import t

pytestmark = NEEDS_BROWSER

RICH = "district=SY002&compare=SY001,SY002,SY010,SY015&levels=individual,community&service=s0005"
ADDRESS = "/rankings?region=synth&lang=en"
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def hostile_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    settings(home)
    copy_rules(home)
    build_hostile(home)
    return home


@pytest.fixture(scope="module")
def called(hostile_home: Path) -> dict[str, str]:
    """What every district of the region is called, by id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(hostile_home))
        rows = queries.gap(queries.current("synth"))
    return dict(zip(rows["district_id"], rows["district_name"], strict=True))


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


def test_names_are_whole_and_readable(stranger: Reader, called: dict[str, str]) -> None:
    assert set(WORDS) <= set(called.values())
    for district in ("SY001", "SY009", "SY013", "SY015"):
        stranger.open(f"/district?region=synth&lang=en&district={district}")
        shown = stranger.page.locator("h1").first.text_content() or ""
        assert called[district][:60] in shown


@pytest.mark.parametrize("address", [ADDRESS, f"/compare?region=synth&lang=en&{RICH}"])
def test_a_spreadsheet_runs_nothing_of_a_downloaded_file(stranger: Reader, address: str) -> None:
    stranger.open(address)
    lines = saved(stranger, t("downloads.shown.csv")).read_text(encoding="utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(lines)) for cell in row]
    assert any("<script>window.hacked=1</script>" in cell for cell in cells)
    assert any("=HYPERLINK" in cell or "=1+1" in cell for cell in cells)
    risky = [c for c in cells if c.startswith(FORMULAS) and not _is_number(c)]
    assert risky == []


@pytest.mark.parametrize("full", [False, True], ids=["as shown", "full"])
def test_a_workbook_holds_names_as_text_and_no_formula(
    stranger: Reader, called: dict[str, str], full: bool
) -> None:
    stranger.open(ADDRESS)
    path = full_table(stranger, "xlsx") if full else saved(stranger, t("downloads.shown.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [c.coordinate for c in cells if c.data_type == "f" or c.hyperlink] == []
    held = {visible(str(cell.value)) for cell in cells}
    # What is shown is cut for reading; the full table is not.
    assert {visible(name if full else text.plain(name, 80)) for name in called.values()} <= held


def test_a_geojson_file_holds_names_whole(stranger: Reader, called: dict[str, str]) -> None:
    stranger.open(ADDRESS)
    features = json.loads(full_table(stranger, "geojson").read_bytes())["features"]
    found = {f["properties"]["district_id"]: f["properties"]["district_name"] for f in features}
    assert {key: visible(name) for key, name in found.items()} == {
        key: visible(name) for key, name in called.items()
    }


@pytest.mark.parametrize("district", ["SY001", "SY004", "SY005", "SY012", "SY016"])
def test_a_fact_sheet_is_made_and_names_its_district(
    stranger: Reader, called: dict[str, str], district: str
) -> None:
    stranger.open(f"/district?region=synth&lang=en&district={district}")
    sheet = pypdf.PdfReader(saved(stranger, t("district.sheet")))
    words = "".join(page.extract_text() for page in sheet.pages)
    assert visible(called[district]) in visible(words)


def saved(reader: Reader, button: str) -> Path:
    """Press a button that offers a file; return the file."""
    with reader.page.expect_download() as waiting:
        reader.page.get_by_role("button", name=button).click()
    return Path(waiting.value.path())


def full_table(reader: Reader, name: str) -> Path:
    """Choose a format of the full table and download it."""
    reader.page.get_by_role("button", name=t("downloads.full"), exact=True).click()
    reader.page.get_by_test_id("stPopoverBody").wait_for()
    form = t(f"downloads.format.{name}")
    choose(reader, t("downloads.format"), form)
    return saved(reader, t("downloads.full_button", format=form))


def visible(words: str) -> str:
    """Signs alone: lines break anywhere, and files leave out marks of direction."""
    return "".join(c for c in words if unicodedata.category(c)[0] in "LNPS")


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
