"""XLSX: cover, notes, dictionary, gap table, further tables. Text is never a formula or a link."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import Any

import pandas as pd
import xlsxwriter

from etl.export.content import Content, Sheet
from etl.export.formats.quick_page import QuickPage
from etl.schema import ExportRules, TableColumn

# Whatever the day, the same content gives the same bytes.
FIXED_TIME = dt.datetime(2000, 1, 1)
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}
WIDE, NARROW = 90, 28
A4, WIDEST_PAGE = 9, 14  # xlsxwriter's number of the paper; most columns legible on one page
SHADES = {"bad": ("#FFFFFF", "#D9822B"), "good": ("#4B8BBE", "#FFFFFF")}
MARKED = "#E6E6E6"
_PUT: dict[str, Callable[..., None]] = {
    "text": QuickPage.put_text,
    "boolean": QuickPage.put_boolean,
    "integer": QuickPage.put_number,
    "number": QuickPage.put_number,
}


def write_xlsx(content: Content, path: Path, rules: ExportRules) -> None:
    """Write the workbook. A withheld cell shows its code, a missing one is empty."""
    book = xlsxwriter.Workbook(str(path), OPTIONS)
    about = content.about
    book.set_properties(
        {
            "title": about["title"],
            "author": about["publisher"],
            "comments": about["citation"],
            "created": FIXED_TIME,
        }
    )
    styles = _styles(book)
    _pairs(book, rules.cover_title, [(about["title"], ""), *content.cover], styles)
    _pairs(book, rules.notes_title, list(content.notes), styles)
    code = rules.withholding.code
    order = [content.sheets[-1], *content.sheets[:-1]]  # the dictionary before what it explains
    for sheet in order:
        if sheet.workbook:
            _table(book, sheet, styles, code)
    book.close()


def _styles(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#F2F2F2"}
        ),
        "strong": book.add_format({"bold": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "code": book.add_format({"align": "right", "bg_color": MARKED}),
        "cell": book.add_format({"num_format": "@"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        **{
            f"decimals {n}": book.add_format({"num_format": "#,##0" + "." * (n > 0) + "0" * n})
            for n in range(10)
        },
    }


def _pairs(book: Any, title: str, lines: list[tuple[str, str]], styles: dict[str, Any]) -> None:
    page = book.add_worksheet(title)
    page.hide_gridlines(2)
    page.set_column(0, 0, NARROW)
    page.set_column(1, 1, WIDE)
    _print_on(page)
    for row, (head, text) in enumerate(lines):
        page.write_string(row, 0, head, styles["strong"] if text else styles["title"])
        if text:
            page.write_string(row, 1, text, styles["text"])
            page.set_row(row, _height([(head, NARROW), (text, WIDE)]))


def _table(book: Any, sheet: Sheet, styles: dict[str, Any], code: str) -> None:
    """Two header rows: the heading for people, then the column's name in the files."""
    page = book.add_worksheet(sheet.title, worksheet_class=QuickPage)
    n, heads, widths = len(sheet.frame), [], {}
    # Tables to look things up in show their whole text; rows of districts stay one line high.
    is_read = "district_id" not in sheet.frame
    for place, column in enumerate(sheet.columns):
        unit = f" ({column.unit})" if column.unit and column.unit not in column.label else ""
        width = _width(sheet.frame[column.id], column)
        heads.append((column.label + unit, width))
        widths[column.id] = width
        page.write_string(0, place, column.label + unit, styles["head"])
        page.write_string(1, place, column.id, styles["strong"])
        page.set_column(place, place, width)
        style = styles["text"] if is_read and column.type == "text" else _style(column, styles)
        gone = sheet.withheld.get(column.id)
        put = _PUT[column.type]
        for row, value in enumerate(sheet.frame[column.id], start=2):
            if gone is not None and gone[row - 2]:
                page.put_text(row, place, code, styles["code"])
            elif value is not pd.NA:
                put(page, row, place, value, style)
        if column.shade and n:
            low, high = SHADES[column.shade]
            scale = {"type": "2_color_scale", "min_color": low, "max_color": high}
            page.conditional_format(2, place, n + 1, place, scale)
    page.set_row(0, _height(heads))
    for row, cells in enumerate(sheet.frame.to_dict("records") if is_read else [], start=2):
        page.set_row(row, _height([(str(cells[name]), width) for name, width in widths.items()]))
    page.autofilter(1, 0, max(n + 1, 1), len(sheet.columns) - 1)
    _lay_out(page, list(widths))


def _lay_out(page: Any, names: list[str]) -> None:
    """Keep headings and names of rows in sight, on the screen and on paper."""
    last = names.index("district_name") if "district_name" in names else -1
    page.freeze_panes(2, last + 1)
    page.repeat_rows(0, 1)
    is_wide = len(names) > WIDEST_PAGE
    _print_on(page, across=0 if is_wide else 1)
    if is_wide and last >= 0:
        page.repeat_columns(0, last)


def _height(cells: list[tuple[str, int]]) -> float:
    """Return the height of a row, in points, that shows every (text, column width) whole.

    Said in the file, because LibreOffice does not work it out for a file it has not written.
    """
    lines = max(len(wrap(text, max(width - 1, 1))) for text, width in cells)
    return 15.0 * max(lines, 1)


def _print_on(page: Any, across: int = 1) -> None:
    """Set a sheet to print on A4, `across` pages side by side (0: as many as it takes)."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L&A&R&P / &N")
    if across:
        page.fit_to_pages(across, 0)


def _style(column: TableColumn, styles: dict[str, Any]) -> Any:
    if column.type == "text":
        return styles["cell"]
    name = "whole" if column.type == "integer" else f"decimals {column.decimals or 0}"
    return styles[name]


def _width(values: pd.Series, column: TableColumn) -> int:
    longest = max((len(str(v)) for v in values.head(200).dropna()), default=0)
    shown = longest + 2 if column.type == "text" else 13
    return max(9, min(24, len(column.id) + 2), min(40, shown))
