"""CSV: UTF-8, every text quoted, no formula, missing empty."""

from pathlib import Path

import pandas as pd

from etl.export.content import Content, Sheet, each, shown
from etl.export.words import file_name, not_a_formula
from etl.schema import TableColumn


def write_csv(content: Content, path: Path) -> None:
    """Write the gap table; beside it, named by their ids, the tables with a file of their own.

    The byte-order mark tells spreadsheets that it is UTF-8.
    """
    path.write_bytes(sheet_csv(content.gap, hxl=content.options.hxl).encode("utf-8-sig"))
    for sheet in content.sheets:
        if sheet.own_csv:
            beside = path.with_stem(f"{path.stem}-{file_name(sheet.id)}")
            beside.write_bytes(sheet_csv(sheet).encode("utf-8-sig"))


def sheet_csv(sheet: Sheet, *, hxl: bool = False) -> str:
    """Return a table as CSV text: lines end in CRLF as RFC 4180 has it.

    Texts are quoted, so that readers that look at quotes keep leading zeros; numbers are not.
    """
    lines = [",".join(_quoted(column.id) for column in sheet.columns)]
    if hxl:
        lines.append(",".join(_quoted(column.hxl) for column in sheet.columns))
    cells = [_cells(sheet.frame[column.id], column) for column in sheet.columns]
    lines += [",".join(row) for row in zip(*cells, strict=True)]
    return "\r\n".join(lines) + "\r\n"


def _cells(values: pd.Series, column: TableColumn) -> list[str]:
    if column.type != "text":
        return each(values, lambda value: shown(value, column), "")
    return each(values, lambda value: _quoted(not_a_formula(str(value))), "")


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
