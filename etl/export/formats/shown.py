"""XLSX of a table as a reader sees it on screen. Text is never a formula or a link."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from etl.export.formats.xlsx import FIXED_TIME, OPTIONS

NOTES_WIDTH, MOST_WIDTH, LEAST_WIDTH = 110, 40, 9


def write_shown(
    title: str, notes: Sequence[str], headings: Sequence[str], rows: Sequence[Sequence[Any]]
) -> bytes:
    """Return a workbook with the rows under their headings on the first sheet, notes on the second.

    Cells are text, int, float or None (left empty). The first two columns and the headings stay in
    sight. The same content gives the same bytes.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, OPTIONS)
    book.set_properties({"title": title, "created": FIXED_TIME})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    page = book.add_worksheet("1")
    page.freeze_panes(1, min(2, len(headings)))
    for at, heading in enumerate(headings):
        page.write_string(0, at, heading, head)
        longest = max((len(str(row[at])) for row in rows if row[at] is not None), default=0)
        page.set_column(at, at, min(MOST_WIDTH, max(LEAST_WIDTH, longest + 2)))
    for down, row in enumerate(rows, start=1):
        for at, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(down, at, value)
            elif value is not None:
                page.write_number(down, at, value)
    if rows:
        page.autofilter(0, 0, len(rows), len(headings) - 1)
    about = book.add_worksheet("2")
    about.set_column(0, 0, NOTES_WIDTH)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    about.write_string(0, 0, title, book.add_format({"bold": True}))
    for down, note in enumerate(notes, start=1):
        about.write_string(down, 0, note, wrap)
    book.close()
    return out.getvalue()
