"""Open any file a person has: CSV, Excel, GeoJSON, GeoPackage, zipped shapefile, Parquet."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely
from python_calamine import CalamineError, CalamineWorkbook

from etl.archives import read_members
from etl.errors import BadValueError, SourceChangedError, examples
from etl.given_paths import plain_file
from etl.map_files import open_map
from etl.onboard.request import Asker, Request
from etl.onboard.sheets import (
    Cell,
    blank,
    body_end,
    decimal_mark,
    decode,
    figure,
    header_block,
    headers,
    split_rows,
)
from etl.schema import Onboarding
from etl.workbooks import check_workbook

BOOKS = (".xlsx", ".xlsm", ".xls")
# All that pyarrow and shapely raise for spoiled files, as the fuzzer found them.
UNREADABLE = (
    pa.ArrowException, shapely.errors.ShapelyError, ValueError, OSError, KeyError, TypeError,
    RuntimeError, AttributeError, OverflowError,
)  # fmt: skip
TEXTS = (".csv", ".tsv", ".txt", ".gz")
MAPS = (".geojson", ".json", ".topojson", ".gpkg", ".shp", ".zip")


@dataclass(frozen=True)
class Given:
    """One file as a table.

    Attributes
    ----------
    frame : one column per header; cells are text, numbers (from Excel and Parquet) or None
    rows : 1-based row of each record in its file (record number for maps and Parquet)
    shapes : geometry with its CRS, None for a plain table
    decimal, thousands : how figures in text cells are written
    notes : what a person should know of the reading
    """

    path: Path
    frame: pd.DataFrame
    rows: pd.Series
    shapes: gpd.GeoSeries | None
    decimal: str
    thousands: str
    notes: tuple[str, ...]
    sha256: str

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.path.name

    @property
    def columns(self) -> list[str]:
        """Headers, in order."""
        return [str(name) for name in self.frame.columns]

    def figures(self, rules: Onboarding, but: str = "") -> list[str]:
        """Return the columns of figures, leaving out one."""
        return [c for c in self.columns if c != but and self.looks_numeric(c, rules)]

    def numbers(self, column: str, rules: Onboarding, extra: tuple[str, ...] = ()) -> pd.Series:
        """Return a column as numbers; words that mean "no figure" are missing.

        Raises
        ------
        BadValueError
            Other text, naming rows and what to do.
        """
        none = {w.casefold() for w in (*rules.missing_words, *rules.suppressed_words, *extra)}
        values: list[float | None] = []
        bad: list[tuple[object, Cell]] = []
        for row, cell in zip(self.rows, self.frame[column], strict=True):
            known = not (blank(cell) or (isinstance(cell, str) and cell.strip().casefold() in none))
            value = figure(cell, self.decimal, self.thousands) if known else None
            if known and value is None:
                bad.append((row, cell))
            values.append(value)
        if bad:
            raise BadValueError(
                f"{self.name}, column {column!r}: {len(bad)} cell(s) are no figures: "
                f"{examples([c for _, c in bad])} in row(s) {examples([r for r, _ in bad])}. "
                "Correct them, or say that the word means missing with --missing WORD."
            )
        return pd.Series(values, index=self.frame.index, dtype="float64")

    def text(self, column: str) -> pd.Series:
        """Return a column as text, whole numbers without a decimal point."""
        return pd.Series(
            [None if blank(c) else as_text(c) for c in self.frame[column]],
            index=self.frame.index, dtype="string",
        )  # fmt: skip

    def looks_numeric(self, column: str, rules: Onboarding) -> bool:
        """Tell whether at least half of the cells that hold something are figures.

        The others are told by row when the column is read.
        """
        none = {w.casefold() for w in (*rules.missing_words, *rules.suppressed_words)}
        cells = [c for c in self.frame[column] if not blank(c)]
        held = [c for c in cells if not (isinstance(c, str) and c.strip().casefold() in none)]
        found = sum(figure(c, self.decimal, self.thousands) is not None for c in held)
        return bool(held) and found >= len(held) / 2


def as_text(cell: Cell) -> str:
    """Return a cell as text; 7.0 from a spreadsheet is the code 7."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return " ".join(str(cell).split())


def open_given(path: Path, what: str, request: Request, rules: Onboarding, ask: Asker) -> Given:
    """Read one file of a person.

    Parameters
    ----------
    what
        The option that named it, for the messages.

    Raises
    ------
    BadValueError
        No such file, a virtual path, torn rows, or a decimal mark nobody can tell.
    SourceChangedError
        A kind that is not read, or a file that is damaged.
    """
    found = plain_file(path, what)
    suffix = found.suffix.lower()
    digest = hashlib.sha256(found.read_bytes()).hexdigest()
    label = f"{what} {found.name}"
    if suffix in MAPS:
        return _from_frame(found, open_map(found, label), digest)
    if suffix in (".parquet", ".geoparquet"):
        return _from_frame(found, _parquet(found, label), digest)
    notes: list[str] = []
    if suffix in BOOKS:
        rows, delimiter = _workbook(found, label)
    elif suffix in TEXTS:
        rows, delimiter, notes = _text_rows(found, label)
    else:
        raise SourceChangedError(
            f"{label}: {suffix or 'a file without ending'} is not read. Known: "
            f"{', '.join((*TEXTS, *BOOKS, *MAPS, '.parquet'))}."
        )
    return _from_rows(found, rows, delimiter, notes, digest, request, rules, ask)


def _from_frame(path: Path, frame: pd.DataFrame, digest: str) -> Given:
    shapes = None
    if isinstance(frame, gpd.GeoDataFrame):
        shapes = frame.geometry.reset_index(drop=True)
        frame = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    cells = pd.DataFrame(
        {str(c): pd.Series([_plain(v) for v in frame[c]], dtype=object) for c in frame.columns},
        index=range(len(frame)),
    )
    rows = pd.Series(range(1, len(cells) + 1))
    return Given(path, cells, rows, shapes, ".", "", (), digest)


def _plain(value: Any) -> Cell:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return None if pd.isna(value) else float(value)
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    return str(value)


def _parquet(path: Path, label: str) -> pd.DataFrame:
    try:
        try:
            return cast("pd.DataFrame", gpd.read_parquet(path))
        except ValueError as error:
            if "geo" not in str(error).lower():
                raise
            return pd.read_parquet(path)  # a table without geometry
    except UNREADABLE as error:
        raise SourceChangedError(f"{label} cannot be read as Parquet ({error})") from error


def _workbook(path: Path, label: str) -> tuple[list[list[Cell]], str]:
    """Return the cells of the first sheet that holds any."""
    data = path.read_bytes()
    check_workbook(data, label)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(not blank(_plain(c)) for row in rows for c in row):
                return [[_plain(c) for c in row] for row in rows], ""
    except (CalamineError, ValueError, OSError, OverflowError) as error:
        raise SourceChangedError(f"{label} cannot be read as a workbook ({error})") from error
    raise SourceChangedError(f"{label} has no sheet with cells in it")


def _text_rows(path: Path, label: str) -> tuple[list[list[Cell]], str, list[str]]:
    ((name, data),) = read_members(path, "*", label)
    text, encoding = decode(data, f"{label} ({name})")
    rows, delimiter = split_rows(text, label)
    notes = []
    if encoding == "cp1252":
        notes.append(f"{path.name} is not UTF-8; read as Windows-1252. Look at the accents.")
    return [list(row) for row in rows], delimiter, notes


def _from_rows(
    path: Path, rows: list[list[Cell]], delimiter: str, notes: list[str], digest: str,
    request: Request, rules: Onboarding, ask: Asker,
) -> Given:  # fmt: skip
    first, last = header_block(rows)
    names = headers(rows, first, last)
    end = body_end(rows, last + 1, rules)
    body = [(i + 1, r) for i, r in enumerate(rows[last + 1 : end], start=last + 1)]
    body = [(i, r) for i, r in body if not all(blank(c) for c in r)]
    if not body:
        raise SourceChangedError(f"{path.name} holds no rows below its header")
    short = [i for i, r in body if delimiter and len(r) < max(2, len(names) / 2)]
    if len(short) > len(body) / 2:
        raise SourceChangedError(f"{path.name}: most rows have fewer cells than the header")
    padded = [[*r, *[None] * (len(names) - len(r))] for _, r in body]
    frame = pd.DataFrame(padded, columns=names, dtype=object)
    frame = frame.loc[:, [not all(blank(c) for c in frame[n]) for n in names]]
    if first or last > first:
        rows_told = f"{first + 1}" if first == last else f"{first + 1} and {last + 1}"
        notes.append(f"{path.name}: header in row {rows_told}")
    if end < len(rows):
        notes.append(f"{path.name}: {len(rows) - end} row(s) below the table left out as notes")
    decimal, thousands = _marks(path.name, frame, delimiter, request, rules, ask)
    number = pd.Series([i for i, _ in body])
    return Given(path, frame, number, None, decimal, thousands, tuple(notes), digest)


def _marks(
    name: str, frame: pd.DataFrame, delimiter: str, request: Request, rules: Onboarding, ask: Asker
) -> tuple[str, str]:
    if request.decimal is not None:
        return request.decimal, "." if request.decimal == "," else ","
    words = {w for role in ("lon", "lat") for w in rules.roles["services"][role]}
    named = {str(c) for c in frame if str(c).split(" - ")[-1].strip().casefold() in words}
    texts, degrees = (
        [c for column in frame if (column in named) is place for c in frame[column]
         if isinstance(c, str)]
        for place in (False, True)
    )  # fmt: skip
    decimal, thousands, sure = decimal_mark(texts, delimiter, name, degrees)
    if not sure and not request.accept:
        example = next(t for t in texts if "," in t or "." in t)
        chosen = ask.choose(
            f"{name}: is the mark in figures such as {example!r} a decimal comma or point, or one "
            "for thousands? Which is the decimal mark",
            [",", "."], "--decimal , or --decimal .",
        )  # fmt: skip
        return chosen, "." if chosen == "," else ","
    return decimal, thousands
