"""What an export holds, before any format: sheets of typed columns, shapes, and words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from etl.export.words import clean
from etl.measures.checks import BoolArray
from etl.schema import TableColumn


@dataclass(frozen=True)
class Options:
    """What a person asked for: rows, columns, language, HXL tags in the CSV, districts.

    No columns or districts named means all.
    """

    filters: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    language: str = "en"
    hxl: bool = False
    districts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table: its columns in order, a frame of nullable types, and which cells are withheld.

    `key` are the columns that tell its rows apart; `refers` is the table whose key a column holds.
    `workbook` and `own_csv` say whether it is in the workbook and in a CSV file of its own.
    """

    id: str
    title: str
    columns: Sequence[TableColumn]
    frame: pd.DataFrame
    withheld: Mapping[str, BoolArray] = field(default_factory=dict)
    key: Sequence[str] = ()
    refers: Mapping[str, str] = field(default_factory=dict)
    workbook: bool = True
    own_csv: bool = False

    def rows(self, kept: BoolArray, names: Sequence[str] | None = None) -> "Sheet":
        """Return the sheet with some of its rows and, where named, some of its columns."""
        columns = [c for c in self.columns if names is None or c.id in names]
        ids = [column.id for column in columns]
        frame = self.frame.loc[kept, ids].reset_index(drop=True)
        withheld = {name: mask[kept] for name, mask in self.withheld.items() if name in ids}
        return replace(self, columns=columns, frame=frame, withheld=withheld)


@dataclass(frozen=True)
class Content:
    """An export: the gap table first, further sheets, the dictionary last.

    `shapes` are WKB in the order of the gap table's rows. `about` holds the snapshot's identity
    (region_id, snapshot_id, method_version, as_of, title, citation, ...), all of it text.
    """

    stem: str
    sheets: Sequence[Sheet]
    shapes: Sequence[bytes]
    about: Mapping[str, str]
    cover: Sequence[tuple[str, str]]
    notes: Sequence[tuple[str, str]]
    options: Options

    @property
    def gap(self) -> Sheet:
        """The gap table."""
        return self.sheets[0]


def typed(values: pd.Series, column: TableColumn) -> pd.Series:
    """Return a column in the nullable type of its kind, rounded as it is shown everywhere.

    Missing is missing in every type: never NaN beside NA, never an empty text.
    """
    missing = values.isna().to_numpy(dtype=bool)
    if column.type == "text":
        texts = each(values, lambda value: clean(value) or pd.NA, pd.NA)
        return pd.Series(texts, index=values.index, dtype="string")
    if column.type == "boolean":
        return values.astype("boolean")
    numbers = values.astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    missing = missing | ~np.isfinite(numbers)
    rounded = np.round(np.where(missing, 0.0, numbers), column.decimals or 0) + 0.0
    if column.type == "integer":
        whole: Any = pd.arrays.IntegerArray(rounded.astype(np.int64), missing)
        return pd.Series(whole, index=values.index)
    return pd.Series(pd.arrays.FloatingArray(rounded, missing), index=values.index)


def each(values: pd.Series, make: Callable[[Any], Any], missing: Any) -> list[Any]:
    """Return what `make` makes of each value, asked once for equal ones; `missing` for missing."""
    codes, distinct = pd.factorize(values)
    made = [*(make(value) for value in distinct), missing]  # code -1, missing, is the last
    return [made[code] for code in codes]


def shown(value: object, column: TableColumn) -> str:
    """Return a cell as a text file holds it: no exponent or needless zeros, empty if missing."""
    if value is pd.NA or value is None:
        return ""
    if column.type == "boolean":
        return "true" if value else "false"
    if column.type == "number":
        text = f"{value:.{column.decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
