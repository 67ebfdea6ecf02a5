"""CSV, Excel and paged JSON into typed frames with the file and row of each record."""

import csv
import difflib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineError

from etl.errors import BadValueError, KeyJoinError, SourceChangedError, examples
from etl.extract.files import decode, members
from etl.number_text import plain_number
from etl.schema import Column, Source
from etl.workbooks import check_workbook


def read_table(source: Source, path: Path) -> pd.DataFrame:
    """Read one tabular source into a frame of its declared columns.

    Returns
    -------
    pandas.DataFrame
        The declared columns, typed, plus ``_file`` (name in the archive or of the file) and
        ``_row`` (1-based row in that file, header rows counted; record number for JSON).

    Raises
    ------
    SourceChangedError
        Wrong encoding, missing header, torn rows, fewer rows than ``min_rows``.
    BadValueError
        Cells that are neither null nor of the declared type.
    KeyJoinError
        Duplicate keys.
    """
    reader = {"csv": _read_csv, "excel": _read_excel, "json_pages": _read_pages}[source.format]
    parts = [reader(source, name, data) for name, data in members(source, path)]
    frame = pd.concat(parts, ignore_index=True)
    if len(frame) < source.min_rows:
        raise SourceChangedError(
            f"{source.source_id}: {source.path} holds {len(frame)} rows, at least "
            f"{source.min_rows} are expected. The file is cut off or has changed."
        )
    for name, column in source.columns.items():
        if column.type != "text_list":
            frame[name] = _typed(source, name, column, frame)
    _check_key(source, frame)
    return frame


def _read_csv(source: Source, name: str, data: bytes) -> pd.DataFrame:
    text = decode(source, name, data)
    try:
        rows = list(csv.reader(text, delimiter=source.delimiter))
        if source.encoding == "utf-7":
            rows = [[cell.encode("ascii").decode("utf-7") for cell in row] for row in rows]
    except (csv.Error, UnicodeError) as error:
        raise SourceChangedError(
            f"{source.source_id}: {name} cannot be read as CSV ({error}). Is it a CSV file at all?"
        ) from error
    return _from_rows(source, name, rows)


def _read_excel(source: Source, name: str, data: bytes) -> pd.DataFrame:
    check_workbook(data, f"{source.source_id}: {name}")
    try:
        sheet = pd.read_excel(
            io.BytesIO(data),
            sheet_name=source.sheet or 0,
            header=None,
            dtype=str,
            engine="calamine",
            keep_default_na=False,
        )
    except (ValueError, CalamineError) as error:  # an unknown sheet is a ValueError
        raise SourceChangedError(f"{source.source_id}: {name}: {error}") from error
    rows = [[str(cell) for cell in row] for row in sheet.itertuples(index=False)]
    return _from_rows(source, name, rows)


def _read_pages(source: Source, name: str, data: bytes) -> pd.DataFrame:
    try:
        page = json.loads(data)
        records = page[source.records] if source.records else page
    except (ValueError, KeyError, TypeError) as error:
        raise SourceChangedError(
            f"{source.source_id}: {name} is not a JSON page with {source.records!r} ({error!r})"
        ) from error
    stated = page.get("count") if isinstance(page, dict) else None
    if stated is not None and stated != len(records):
        raise SourceChangedError(
            f"{source.source_id}: {name} states count {stated} but holds {len(records)} records"
        )
    columns = {}
    for target, column in source.columns.items():
        if records and all(column.raw not in record for record in records):
            raise missing_header(source, name, column.raw, list(records[0]))
        cells = [record.get(column.raw) for record in records]
        columns[target] = cells if column.type == "text_list" else [_text(c) for c in cells]
    frame = pd.DataFrame(columns, dtype=object)
    return frame.assign(_file=name, _row=range(1, len(frame) + 1))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _from_rows(source: Source, name: str, rows: Sequence[Sequence[str]]) -> pd.DataFrame:
    if len(rows) <= source.header_row:
        raise SourceChangedError(f"{source.source_id}: {name} ends before its header row")
    header = [cell.strip() for cell in rows[source.header_row]]
    body = _without_footer(source, name, rows[source.header_row + 1 :])
    torn = [
        i + source.header_row + 2
        for i, row in enumerate(body)
        if len(row) != len(header) and any(cell.strip() for cell in row)
    ]
    if torn:
        raise SourceChangedError(
            f"{source.source_id}: {name}: {len(torn)} row(s) do not have {len(header)} cells: "
            f"rows {examples(torn)}. A delimiter or quote is wrong, or the file is cut off."
        )
    keep = [i for i, row in enumerate(body) if any(cell.strip() for cell in row)]
    columns = {}
    for target, column in source.columns.items():
        at = _position(source, name, header, column)
        columns[target] = [body[i][at].strip() for i in keep]
    frame = pd.DataFrame(columns, dtype=object)
    return frame.assign(_file=name, _row=[i + source.header_row + 2 for i in keep])


def _without_footer(
    source: Source, name: str, body: Sequence[Sequence[str]]
) -> list[Sequence[str]]:
    """Return the rows above the declared footer."""
    if source.footer_marker is None:
        return list(body[: len(body) - source.footer_rows])
    for i, row in enumerate(body):
        if row and row[0].strip() == source.footer_marker:
            return list(body[:i])
    raise SourceChangedError(
        f"{source.source_id}: {name}: no row below the header starts with "
        f"{source.footer_marker!r}, which ends the data there. The file is cut off, or its "
        "footer has changed: look, then correct `footer_marker` in "
        f"config/sources/{source.source_id}.yaml."
    )


def _position(source: Source, name: str, header: list[str], column: Column) -> int:
    found = [i for i, cell in enumerate(header) if cell == column.raw]
    if len(found) < column.occurrence:
        raise missing_header(source, name, column.raw, header, column.occurrence)
    return found[column.occurrence - 1]


def missing_header(
    source: Source, name: str, wanted: str, header: list[str], nth: int = 1
) -> SourceChangedError:
    """Return the error that names a header a file lacks, and the nearest it has."""
    near = difflib.get_close_matches(wanted, header, n=3, cutoff=0.4)
    ordinal = f" (occurrence {nth})" if nth > 1 else ""
    hint = f" Nearest headers there: {near}." if near else f" Headers there: {header[:12]}."
    return SourceChangedError(
        f"{source.source_id}: {name}, row {source.header_row + 1}: no column {wanted!r}{ordinal}."
        f"{hint} Correct config/sources/{source.source_id}.yaml if the publisher renamed it."
    )


def _typed(source: Source, name: str, column: Column, frame: pd.DataFrame) -> pd.Series:
    text = frame[name].astype("string")
    null = text.isin([*source.nulls, *column.nulls])
    if column.type == "text":
        if column.pattern is not None:
            odd = ~null & ~text.str.fullmatch(column.pattern)
            if odd.any():
                raise _bad_cells(source, frame[odd], column, text[odd], f"like {column.pattern!r}")
        return (text.str.zfill(column.width) if column.width else text).mask(null)
    if column.type == "boolean":
        values = text.str.lower().map({"true": True, "1": True, "false": False, "0": False})
        typed: pd.Series = values.astype("boolean")
    else:
        plain = text.mask(null)
        if source.decimal != "." or source.thousands:
            plain = plain.map(
                lambda cell: plain_number(cell, source.decimal, source.thousands),
                na_action="ignore",
            )
        typed = pd.to_numeric(plain, errors="coerce").astype("Float64")
        typed = typed.mask(~np.isfinite(typed.to_numpy(float, na_value=np.nan)))
    bad = ~null & typed.isna()
    if column.type == "integer" and not bad.any():
        bad = ~null & (typed % 1 != 0).fillna(False)
    if bad.any():
        raise _bad_cells(source, frame[bad], column, text[bad], column.type)
    return typed.mask(null).astype("Int64" if column.type == "integer" else typed.dtype)


def _bad_cells(
    source: Source, rows: pd.DataFrame, column: Column, cells: pd.Series, wanted: str
) -> BadValueError:
    """Return the error that names the cells of a column that are not what is declared."""
    return BadValueError(
        f"{source.source_id}: {rows['_file'].iloc[0]}, column {column.raw!r}: {len(rows)} cell(s) "
        f"are not {wanted}: {examples(cells.tolist())} in row(s) "
        f"{examples(rows['_row'].tolist())}. Correct the file, or declare the text as null in "
        f"config/sources/{source.source_id}.yaml if it means missing.",
        [
            {"source_id": source.source_id, "file": file, "row": row, "column_name": column.raw,
             "value": value, "rule": f"not_{column.type}", "action": "refresh stopped"}
            for file, row, value in zip(rows["_file"], rows["_row"], cells, strict=True)
        ],
    )  # fmt: skip


def _check_key(source: Source, frame: pd.DataFrame) -> None:
    if not source.key:
        return
    repeated = frame[frame.duplicated(source.key, keep=False)]
    if len(repeated):
        text = repeated[source.key].drop_duplicates().astype("string").fillna("(blank)")
        keys = text.agg(" / ".join, axis=1)
        raise KeyJoinError(
            f"{source.source_id}: {source.path}: {len(repeated)} rows share a key "
            f"({', '.join(source.key)}): {examples(keys.tolist())} in row(s) "
            f"{examples(repeated['_row'].tolist())}. Each key may stand once.",
            [
                {"source_id": source.source_id, "file": row["_file"], "row": row["_row"],
                 "column_name": ", ".join(source.key),
                 "value": " / ".join(str(row[name]) for name in source.key),
                 "rule": "duplicate_key", "action": "refresh stopped"}
                for row in repeated.to_dict("records")
            ],
        )  # fmt: skip
