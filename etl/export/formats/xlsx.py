"""XLSX: cover, notes, dictionary, gap table, further tables. Text is never a formula or a link."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
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
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
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
    for row, (head, text) in enumerate(lines):
        page.write_string(row, 0, head, styles["strong"] if text else styles["title"])
        if text:
            page.write_string(row, 1, text, styles["text"])


def _table(book: Any, sheet: Sheet, styles: dict[str, Any], code: str) -> None:
    """Two header rows: the heading for people, then the column's name in the files."""
    page = book.add_worksheet(sheet.title, worksheet_class=QuickPage)
    n = len(sheet.frame)
    for place, column in enumerate(sheet.columns):
        unit = f" ({column.unit})" if column.unit and column.unit not in column.label else ""
        page.write_string(0, place, column.label + unit, styles["head"])
        page.write_string(1, place, column.id, styles["strong"])
        page.set_column(place, place, _width(sheet.frame[column.id], column))
        style = _style(column, styles)
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
    names = [column.id for column in sheet.columns]
    page.freeze_panes(2, names.index("district_name") + 1 if "district_name" in names else 0)
    page.autofilter(1, 0, max(n + 1, 1), len(sheet.columns) - 1)


def _style(column: TableColumn, styles: dict[str, Any]) -> Any:
    if column.type == "text":
        return styles["cell"]
    name = "whole" if column.type == "integer" else f"decimals {column.decimals or 0}"
    return styles[name]


def _width(values: pd.Series, column: TableColumn) -> int:
    longest = max((len(str(v)) for v in values.head(200).dropna()), default=0)
    return max(9, min(40, longest + 2 if column.type == "text" else 13))
