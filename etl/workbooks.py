"""Workbooks from strangers: an ``.xlsx`` is a zip of sheets, and a sheet can claim any size.

The reader of workbooks makes room for the whole rectangle up to the last cell before it reads one;
a single stray cell in the last row and column would ask for 500 GB and end the process.
"""

import io
import re
import zipfile

from etl.archives import BROKEN, Limits, check_entries
from etl.errors import SourceChangedError

MAX_CELLS = 20_000_000  # about 0.6 GB in the reader
REFERENCE = re.compile(rb"\sr\s*=\s*[\"']\$?([A-Za-z]{0,7})\$?(\d{1,12})[\"']")
ESCAPED = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^>]*\br\s*=\s*[\"'][^\"'>]*&")
CELLS = re.compile(rb"<(?:\w+:)?row[\s/>]|<(?:\w+:)?c[\s/>]")


def check_workbook(data: bytes, label: str, limits: Limits | None = None) -> None:
    """Refuse an ``.xlsx`` that would unpack, or spread out, to an unreasonable size.

    Data that are no zip pass: old ``.xls`` files are none, and the reader tells of the others.

    Raises
    ------
    SourceChangedError
        Too large, broken, or another kind of workbook (``.xlsb``, ``.ods``).
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            entries = bundle.infolist()
            check_entries(entries, label, limits or Limits(), nested=True)
            names = [e.filename for e in entries]
            if "content.xml" in names or "xl/workbook.bin" in names:
                raise SourceChangedError(f"{label} is not an .xlsx workbook. Save it as .xlsx.")
            for name in names:
                if "worksheets/" in name and name.endswith(".xml"):
                    _check_spread(bundle.read(name), label, name)
    except BROKEN as error:
        raise SourceChangedError(
            f"{label} cannot be unpacked ({error}). Fetch it again."
        ) from error


def _check_spread(sheet: bytes, label: str, name: str) -> None:
    """Refuse a sheet whose last cell is so far out that the rectangle up to it is too large."""
    if ESCAPED.search(sheet):
        raise SourceChangedError(f"{label}: {name} writes the places of its cells in disguise")
    width = height = run = rows = 0
    for tag in CELLS.finditer(sheet):
        is_row = b"row" in tag[0]
        run, rows = (0, rows + 1) if is_row else (run + 1, rows)
        width = max(width, run)
    for letters, digits in REFERENCE.findall(sheet):
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        width, height = max(width, column), max(height, int(digits))
    height = max(height, rows)
    if width * height > MAX_CELLS:
        raise SourceChangedError(
            f"{label}: {name} reaches to row {height:,} and column {width:,}. A stray cell far "
            "from the table does this: copy the table to a new sheet and save that."
        )
