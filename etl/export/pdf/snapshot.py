"""Everything a fact sheet or a brief says, as one snapshot holds it. Nothing is computed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from etl.export.translated import tables_in
from etl.published import read_published

REQUIRED = (
    *("gap", "region", "district", "source", "confidence", "indicator", "level", "method"),
    *("profile", "service"),
)
# Tables that a snapshot of an earlier version may lack.
OPTIONAL = (
    *("access_component", "access_part", "cluster", "reason", "sensitivity", "shortage", "staff"),
    "variant",
)

# Flag of an indicator that may not be shown.
WITHHELD = "suppressed"


@dataclass(frozen=True)
class Snapshot:
    """The tables of one snapshot, ``out_`` left off their names.

    `tables` are frames in published order; one that the snapshot lacks is an empty frame. `shapes`
    are the districts' outlines in OGC:CRS84 by district_id; `region` is the one row of out_region.
    `withheld` are the (district_id, column of out_gap) that `without` took out.
    """

    region: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    shapes: dict[str, shapely.Geometry]
    withheld: frozenset[tuple[str, str]] = frozenset()
    _groups: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)

    def of(self, table: str, district_id: str) -> pd.DataFrame:
        """Return the rows of one district, in published order; no rows where it has none."""
        frame = self.tables[table]
        if table not in self._groups:
            by_id = frame.groupby("district_id", sort=False) if len(frame) else ()
            self._groups[table] = {str(key): rows for key, rows in by_id}
        return self._groups[table].get(district_id, frame.iloc[:0])

    def without(self, cells: Mapping[str, np.ndarray], indicators: np.ndarray) -> "Snapshot":
        """Return the snapshot without figures that may not be published, told as withheld.

        Parameters
        ----------
        cells
            Column of out_gap to a mask over its rows.
        indicators
            Mask over the rows of out_indicator.
        """
        gap, long = self.tables["gap"].copy(), self.tables["indicator"].copy()
        hidden = set()
        for column, mask in cells.items():
            hidden |= {(key, column) for key in gap.loc[mask, "district_id"]}
            gap.loc[mask, column] = np.nan
        reasons = self.tables["reason"]
        if len(long):
            long["flag"] = long["flag"].astype("object")
            long.loc[indicators, "flag"] = WITHHELD
            long.loc[indicators, ["value", "low", "high"]] = np.nan
            if len(reasons):
                reasons = _without_reasons(reasons, long[indicators])
        tables = self.tables | {"gap": gap, "indicator": long, "reason": reasons}
        return replace(self, tables=tables, withheld=frozenset(hidden), _groups={})

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


def _without_reasons(reasons: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    """Drop the reasons from which a withheld indicator could be read."""
    pairs = set(zip(hidden["district_id"], hidden["indicator_id"], strict=True))
    of_row = zip(reasons["district_id"], reasons["part_id"], strict=True)
    return reasons[[pair not in pairs for pair in of_row]].reset_index(drop=True)


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
    return Snapshot(found.region, tables, shapes)


def data_date(sources: pd.DataFrame) -> str | None:
    """Return the latest date on which a source was read, ISO; None where none is given.

    It dates the documents: a property of the snapshot's content, not of the moment of a run, so the
    same snapshot always gives the same bytes.
    """
    dates = sources["accessed"].dropna().astype(str) if "accessed" in sources else pd.Series()
    whole = dates[dates.str.fullmatch(r"\d{4}-\d{2}-\d{2}").astype(bool)] if len(dates) else dates
    return str(whole.max()) if len(whole) else None
