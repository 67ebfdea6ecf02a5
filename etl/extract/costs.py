"""Read a user's table of travel costs: minutes by origin and destination (CSV or Parquet)."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from etl.errors import BadValueError, SourceChangedError, SourceMissingError, examples

ABSENT = "a pair that cannot be travelled is left out of the table"
COLUMNS = ("origin", "destination", "minutes")


def read_costs(path: Path, *, source_id: str) -> pd.DataFrame:
    """Read a cost table as the user wrote it, ids as text.

    Returns
    -------
    pandas.DataFrame
        ``origin``, ``destination`` (text, leading zeros kept), ``minutes`` (float) and ``_row``
        (1-based row of the file, header counted; record number for Parquet).

    Raises
    ------
    SourceMissingError
        The file is not there.
    SourceChangedError
        It cannot be read, or lacks a column.
    BadValueError
        An id is blank, or minutes are missing or no number, naming the rows.
    """
    if not path.is_file():
        raise SourceMissingError(f"{source_id}: no file {path}")
    name = f"{source_id}: {path.name}"
    parquet = path.suffix.lower() == ".parquet"
    try:
        table = _read_parquet(path) if parquet else _read_csv(path)
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        raise SourceChangedError(
            f"{name} cannot be read as a cost table with the columns {', '.join(COLUMNS)}: {error}"
        ) from error
    frame = pd.DataFrame({column: table[column].to_pandas() for column in COLUMNS})
    frame["_row"] = range(1 if parquet else 2, len(frame) + (1 if parquet else 2))
    minutes = pd.to_numeric(frame["minutes"], errors="coerce").astype(float)
    _refuse(frame, minutes.isna(), name, "minutes", f"missing or not a number ({ABSENT})")
    for column in COLUMNS[:2]:
        ids = frame[column]
        _refuse(frame, ids.isna() | (ids == ""), name, column, "blank")
    return frame.assign(minutes=minutes)


def _read_csv(path: Path) -> pa.Table:
    text = dict.fromkeys(COLUMNS, pa.string())
    options = pa_csv.ConvertOptions(
        column_types=text, include_columns=list(COLUMNS), strings_can_be_null=False
    )
    return pa_csv.read_csv(path, convert_options=options)


def _read_parquet(path: Path) -> pa.Table:
    names = pa_parquet.read_schema(path).names
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        raise pa.ArrowKeyError(f"no column {', '.join(missing)}; it has {', '.join(names)}")
    table = pa_parquet.read_table(path, columns=list(COLUMNS))
    for column in COLUMNS[:2]:
        at = table.schema.get_field_index(column)
        if pa.types.is_floating(table.schema.field(at).type):
            raise pa.ArrowTypeError(f"ids in {column} are fractions; write them as text")
        table = table.set_column(at, column, table[column].cast(pa.string()))
    return table


def _refuse(frame: pd.DataFrame, bad: pd.Series, name: str, column: str, what: str) -> None:
    if bad.any():
        rows = frame.loc[bad, "_row"].tolist()
        raise BadValueError(
            f"{name}, column {column!r}: {len(rows)} cell(s) {what}: row(s) {examples(rows)}."
        )
