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


def test_the_browsers_own_print_holds_the_whole_map_and_what_belongs_to_it(
    reader: Reader, tmp_path: Path
) -> None:
    reader.open("/map?region=us-ga&lang=en")
    seen = Counter(one.rsplit(",", 1)[0] for one in colors(reader.frame()))
    assert sum(seen.values()) == 159
    classes = dict(seen.most_common(5))  # the centre of one or two lies on a border
    file = tmp_path / "map.pdf"
    reader.page.pdf(path=file, format="A4")
    # The districts are drawn by commands: what they leave on paper shows when it is rendered.
    command = [PDFTOPPM, "-r", "100", "-l", "1", "-singlefile", "-png", file, tmp_path / "map"]
    subprocess.run(command, check=True)
    with Image.open(tmp_path / "map.png") as sheet:
        # The legend, in the same colours, is farther down.
        upper = sheet.convert("RGB").crop((0, 0, sheet.width, int(sheet.height * 0.57)))
    inks = Counter(upper.get_flattened_data())
    ink = {key: inks[tuple(map(int, key.split(",")))] for key in classes}
    # Classes hold about equally many counties; on paper none has under half or over twice its
    # share of the area.
    for key, count in classes.items():
        assert 0.5 < (ink[key] / sum(ink.values())) / (count / 159) < 2, ink
    assert sum(ink.values()) > 0.1 * upper.width * upper.height
    pages = pypdf.PdfReader(file).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for part in ("need for mental-health care high", "Very high", "n = 32", "No data",
                 "Largest gaps", "Telfair 80.3", "Source: Mindgap, Georgia"):  # fmt: skip
        assert part in words, part
    assert "Print" not in words and "Find a county" not in words
