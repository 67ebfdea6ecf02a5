"""Everything a fact sheet or a brief says, as one snapshot holds it. Nothing is computed."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from etl.export.translated import tables_in
from etl.published import read_published

REQUIRED = (
    *("gap", "region", "district", "source", "confidence", "indicator", "level", "method"),
    *("profile", "service", "total", "unreliable", "withheld"),
)
# Tables that a snapshot of an earlier version may lack.
OPTIONAL = (
    *("access_component", "access_part", "cluster", "reason", "sensitivity", "shortage", "staff"),
    "variant",
)


@dataclass(frozen=True)
class Snapshot:
    """The tables of one snapshot, ``out_`` left off their names.

    `tables` are frames in published order; one that the snapshot lacks is an empty frame. `shapes`
    are the districts' outlines in OGC:CRS84 by district_id; `region` is the one row of out_region.
    `withheld` are the (table, district_id, item, column) of the figures left out, `unreliable` the
    (district_id, indicator_id) of shown rates on few people.
    """

    region: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    shapes: dict[str, shapely.Geometry]
    withheld: frozenset[tuple[str, ...]] = frozenset()
    unreliable: frozenset[tuple[str, ...]] = frozenset()
    _groups: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)

    def of(self, table: str, district_id: str) -> pd.DataFrame:
        """Return the rows of one district, in published order; no rows where it has none."""
        frame = self.tables[table]
        if table not in self._groups:
            by_id = frame.groupby("district_id", sort=False) if len(frame) else ()
            self._groups[table] = {str(key): rows for key, rows in by_id}
        return self._groups[table].get(district_id, frame.iloc[:0])

    def is_withheld(self, table: str, district_id: str, column: str, item: str = "") -> bool:
        """Tell whether a figure is missing because it is withheld; tables without ``out_``."""
        return (f"out_{table}", district_id, item, column) in self.withheld

    def total(self, item: str) -> float:
        """Return a total over the region, made of every figure; NaN where it is not published."""
        rows = self.tables["total"]
        return float(rows.loc[(rows["scope"] == "all") & (rows["item"] == item), "value"].iloc[0])

    def in_language(self, language: str) -> "Snapshot":
        """Return the snapshot with the words that people read in a language."""
        tables = tables_in(language, self.tables)
        return replace(self, region=_row(tables["region"]), tables=tables, _groups={})

    def district(self, district_id: str) -> dict[str, Any]:
        """Return the row of out_gap of one district."""
        return _row(self.of("gap", district_id))

    def one(self, table: str, district_id: str) -> dict[str, Any] | None:
        """Return the first row of one district, None where it has none."""
        rows = self.of(table, district_id)
        return None if rows.empty else _row(rows)


def _row(frame: pd.DataFrame) -> dict[str, Any]:
    return {str(key): value for key, value in frame.iloc[0].to_dict().items()}


def read_snapshot(path: Path) -> Snapshot:
    """Return everything the documents say of one snapshot.

    Raises
    ------
    SourceMissingError
        If the file cannot be read, or lacks a table that every snapshot has.
    """
    needed, more = ([f"out_{name}" for name in names] for names in (REQUIRED, OPTIONAL))
    found = read_published(path, needed, more)
    names = (*REQUIRED, *OPTIONAL)
    tables = {name: found.tables.get(f"out_{name}", pd.DataFrame()) for name in names}
    tables["gap"]["district_id"] = tables["gap"]["district_id"].astype(str)
    shapes = {key: shapely.from_wkb(shape) for key, shape in found.shapes.items()}
    if len(reasons := tables["reason"]):  # one without its points says nothing of the gap
        tables["reason"] = reasons[reasons["contribution"].notna()].reset_index(drop=True)
    cells = tables["withheld"][["table_name", "district_id", "item", "column_name"]]
    doubtful = tables["unreliable"][["district_id", "indicator_id"]]
    withheld, unreliable = (
        frozenset(frame.itertuples(index=False, name=None)) for frame in (cells, doubtful)
    )
    return Snapshot(found.region, tables, shapes, withheld, unreliable)


def data_date(sources: pd.DataFrame) -> str | None:
    """Return the latest date on which a source was read, ISO; None where none is given.

    It dates the documents: a property of the snapshot's content, not of the moment of a run, so the
    same snapshot always gives the same bytes.
    """
    dates = sources["accessed"].dropna().astype(str) if "accessed" in sources else pd.Series()
    whole = dates[dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}").astype(bool)] if len(dates) else dates
    return str(whole.max()) if len(whole) else None
