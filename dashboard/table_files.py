"""What a page shows, as a file to take away: the same lines as CSV and as an Excel workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard import text
from etl.export.formats.shown import write_shown


@dataclass(frozen=True)
class Lines:
    """Notes on what the file is, one heading per column, and the rows: text, numbers or None."""

    title: str
    notes: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]


def csv_bytes(lines: Lines) -> bytes:
    """UTF-8 CSV (with a byte-order mark, for spreadsheets).

    Notes come first, each after `#`. Text cells are quoted, so ids keep their leading zeros, and
    none can run as a formula; numbers are left as numbers, missing is empty.
    """
    out = io.StringIO()
    for note in (lines.title, *lines.notes):
        out.write(f"# {' '.join(note.split())}\r\n")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([text.csv_text(heading) for heading in lines.headings])
    for row in lines.rows:
        writer.writerow([text.csv_text(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(lines: Lines) -> bytes:
    """Return a workbook: the table, and a sheet with the notes."""
    return write_shown(lines.title, lines.notes, lines.headings, lines.rows)


def cell(value: Any) -> Any:
    """Return a figure of a frame as a file writes it: whole numbers whole, others to 3 decimals."""
    if text.is_missing(value):
        return None
    if isinstance(value, str):
        return value
    number = float(value)
    return int(number) if number.is_integer() else round(number, 3)
