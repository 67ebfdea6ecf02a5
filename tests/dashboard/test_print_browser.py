"""The map on paper, as the browser's own print makes it."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pypdf
import pytest
from browsing import NEEDS_BROWSER, Reader, colors
from PIL import Image

PDFTOPPM = shutil.which("pdftoppm") or ""
pytestmark = [
    *NEEDS_BROWSER,
    pytest.mark.skipif(not PDFTOPPM, reason="pdftoppm is not installed; .ci/run installs it"),
]


MARGINS = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")


# How much of the sheet, from its top, is above the legend, which has the same colours.
@pytest.mark.parametrize(("landscape", "above"), [(False, 0.49), (True, 0.58)])
def test_the_browsers_own_print_holds_the_whole_map_and_what_belongs_to_it(
    reader: Reader, tmp_path: Path, landscape: bool, above: float
) -> None:
    reader.open("/map?region=us-ga&lang=en")
    seen = Counter(one.rsplit(",", 1)[0] for one in colors(reader.frame()))
    assert sum(seen.values()) == 159
    classes = dict(seen.most_common(5))  # the centre of one or two lies on a border
    file = tmp_path / "map.pdf"
    reader.page.pdf(path=file, format="A4", landscape=landscape, margin=MARGINS)
    # The districts are drawn by commands: what they leave on paper shows when it is rendered.
    command = [PDFTOPPM, "-r", "100", "-l", "1", "-singlefile", "-png", file, tmp_path / "map"]
    subprocess.run(command, check=True)
    with Image.open(tmp_path / "map.png") as sheet:
        upper = sheet.convert("RGB").crop((0, 0, sheet.width, int(sheet.height * above)))
    inks = Counter(upper.get_flattened_data())
    ink = {key: inks[tuple(map(int, key.split(",")))] for key in classes}
    # Classes hold about equally many counties; on paper none has under half or over twice its
    # share of the area.
    for key, count in classes.items():
        assert 0.5 < (ink[key] / sum(ink.values())) / (count / 159) < 2, ink
    assert sum(ink.values()) > 0.07 * upper.width * upper.height
    [sheet_of_paper] = pypdf.PdfReader(file).pages
    words = " ".join(sheet_of_paper.extract_text().split())
    for part in ("need for mental-health care high", "Very high", "n = 32", "No data", "100 km",
                 "Largest gaps", "Telfair 80.3", "Source: Mindgap, Georgia"):  # fmt: skip
        assert part in words, part
    assert "Print" not in words and "Find a county" not in words


@pytest.mark.parametrize("query", [
    "region=kenya&lang=fr&layer=bivariate",
    "region=us-ga&lang=sw&district=13271&levels=individual,community&sure=1&rural=1",
])  # fmt: skip
def test_a_sheet_on_its_side_holds_the_longest_legend_and_a_card(
    reader: Reader, tmp_path: Path, query: str
) -> None:
    reader.open(f"/map?{query}").frame()
    file = tmp_path / "map.pdf"
    reader.page.pdf(path=file, format="A4", landscape=True, margin=MARGINS)
    assert len(pypdf.PdfReader(file).pages) == 1
