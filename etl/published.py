"""The one reader of a published snapshot: its tables, and its districts' shapes.

The export, the PDFs and the comparison of two snapshots each take from it what they show.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.errors import SourceMissingError
from etl.measures.checks import BoolArray
from etl.warehouse import Warehouse
from etl.withholding.places import row_key

ALWAYS = ("out_region", "out_district")  # no snapshot of any version is without them


@dataclass(frozen=True, eq=False)
class Published:
    """A published snapshot.

    Attributes
    ----------
    tables : ``out_`` tables by name, in published order, without geometry; one that the snapshot
        does not hold is absent
    shapes : the districts' shapes (WKB, OGC:CRS84) by district id
    """

    tables: Mapping[str, pd.DataFrame]
    shapes: Mapping[str, bytes]

    @property
    def region(self) -> dict[str, Any]:
        """The one row that describes the region."""
        return {str(k): v for k, v in self.tables["out_region"].iloc[0].to_dict().items()}

    def withheld(self, table: str, column: str) -> pd.DataFrame:
        """Return the rows of ``out_withheld`` on one column of a published table."""
        cells = self.tables["out_withheld"]
        return cells[(cells["table_name"] == table) & (cells["column_name"] == column)]

    def is_withheld(self, table: str, column: str, rows: pd.DataFrame) -> BoolArray:
        """Tell of each of `rows` of a table whether its figure in `column` is withheld."""
        cells = self.withheld(table, column)
        if cells.empty:
            return np.zeros(len(rows), dtype=bool)
        blank = pd.Series("", index=rows.index)
        district = rows.get("district_id", rows.get("scope", blank)).astype(str)
        key = row_key(rows.columns)
        item = blank if key is None else rows[key].astype(str)
        there = pd.MultiIndex.from_frame(cells[["district_id", "item"]].astype(str))
        found: BoolArray = pd.MultiIndex.from_arrays([district, item]).isin(there)
        return found

    @property
    def snapshot_id(self) -> str:
        """Id of the snapshot."""
        return str(self.region["snapshot_id"])

    @property
    def method_version(self) -> str:
        """Version of the method it was made by."""
        return str(self.region["method_version"])


def read_published(
    path: Path, needed: Collection[str] = (), also: Collection[str] | None = None
) -> Published:
    """Read a snapshot file.

    Parameters
    ----------
    needed
        Names of the tables that must be there.
    also
        Further tables to read if they are there; None for every published table.

    Raises
    ------
    SourceMissingError
        If the file cannot be read, or lacks a needed table or the row of its region.
    """
    with Warehouse.of_snapshot(path) as warehouse:
        held = set(warehouse.tables())
        if missing := sorted({*ALWAYS, *needed} - held):
            raise SourceMissingError(
                f"{path.name} lacks {', '.join(missing)}: it was made by an older version. "
                "Run `mindgap refresh REGION` and try again."
            )
        found = published_of(warehouse, None if also is None else {*needed, *also})
    if found.tables["out_region"].empty:
        raise SourceMissingError(f"{path.name} does not describe its region. Publish it again.")
    return found


def published_of(warehouse: Warehouse, names: Collection[str] | None = None) -> Published:
    """Return what an open warehouse has to publish; None for every ``out_`` table."""
    held = [name for name in warehouse.tables() if name.startswith("out_")]
    wanted = held if names is None else [n for n in held if n in {*ALWAYS, *names}]
    tables = {name: warehouse.read(name) for name in wanted}
    places = warehouse.read_geo("out_district")
    ids = places["district_id"].astype(str)
    return Published(tables, dict(zip(ids, places.geometry.to_wkb(), strict=True)))
