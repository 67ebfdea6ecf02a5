"""Everything a fact sheet or a brief says, read from one published snapshot. Nothing is computed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from etl.errors import SourceMissingError
from etl.warehouse import Warehouse

REQUIRED = ("gap", "region", "district", "source")
# Tables that a snapshot of an earlier version, or of a region without such data, may lack.
OPTIONAL = (
    *("access_component", "access_part", "cluster", "confidence", "indicator", "level", "method"),
    *("profile", "reason", "sensitivity", "service", "shortage", "staff", "variant"),
)


@dataclass(frozen=True)
class Snapshot:
    """The tables of one snapshot, ``out_`` left off their names.

    `tables` are frames in published order; one that the snapshot lacks is an empty frame. `shapes`
    are the districts' outlines in OGC:CRS84 by district_id; `region` is the one row of out_region.
    """

    region: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    shapes: dict[str, shapely.Geometry]
    _groups: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)

    def of(self, table: str, district_id: str) -> pd.DataFrame:
        """Return the rows of one district, in published order; no rows where it has none."""
        frame = self.tables[table]
        if table not in self._groups:
            by_id = frame.groupby("district_id", sort=False) if len(frame) else ()
            self._groups[table] = {str(key): rows for key, rows in by_id}
        return self._groups[table].get(district_id, frame.iloc[:0])

    def one(self, table: str, district_id: str) -> dict[str, Any] | None:
        """Return the first row of one district, None where it has none."""
        rows = self.of(table, district_id)
        return None if rows.empty else _row(rows)


def _row(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(key): value for key, value in frame.iloc[0].to_dict().items()}


def read_snapshot(path: Path) -> Snapshot:
    """Return everything the exports say of one snapshot.

    Raises
    ------
    SourceMissingError
        If the file cannot be read, or lacks a table that every snapshot has.
    """
    with Warehouse.of_snapshot(path) as warehouse:
        there = set(warehouse.tables())
        missing = [f"out_{name}" for name in REQUIRED if f"out_{name}" not in there]
        if missing:
            raise SourceMissingError(
                f"{path.name} lacks {', '.join(missing)}. Publish the region again."
            )
        tables = {
            name: warehouse.read(f"out_{name}") if f"out_{name}" in there else pd.DataFrame()
            for name in (*REQUIRED, *OPTIONAL)
        }
        outlines = warehouse.read_geo("out_district")
    if tables["region"].empty:
        raise SourceMissingError(f"{path.name} does not describe its region. Publish it again.")
    shapes = dict(zip(outlines["district_id"].astype(str), outlines.geometry, strict=True))
    tables["gap"]["district_id"] = tables["gap"]["district_id"].astype(str)
    return Snapshot(_row(tables["region"]), tables, shapes)


def data_date(sources: pd.DataFrame) -> str | None:
    """Return the latest date on which a source was read, ISO; None where none is given.

    It dates the documents: a property of the snapshot's content, not of the moment of a run, so the
    same snapshot always gives the same bytes.
    """
    dates = sources["accessed"].dropna().astype(str) if "accessed" in sources else pd.Series()
    whole = dates[dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}").astype(bool)] if len(dates) else dates
    return str(whole.max()) if len(whole) else None
