"""Reads published snapshots. The only module that imports DuckDB; it computes no index.

A snapshot file never changes once written; `CURRENT` names the one to read. Each call looks at
`CURRENT` again, so a new snapshot shows without a restart.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pandas as pd

VARIABLES = {"gap": "gap_score", "need": "need_score", "access": "access_score"}
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SNAPSHOT_FILE = re.compile(r"gap-[A-Za-z0-9_-]{1,100}\.duckdb")
_GEOMETRY_FILE = re.compile(r"districts-[A-Za-z0-9_-]{1,100}\.geojson")
_POINTS = "lon IS NOT NULL AND lat IS NOT NULL"

_connections: dict[Path, duckdb.DuckDBPyConnection] = {}
_lock = Lock()


class NoSnapshotError(Exception):
    """There is no readable snapshot of a region; `region_id` is empty when there is none at all."""

    def __init__(self, region_id: str, reason: str) -> None:
        super().__init__(reason)
        self.region_id = region_id
        self.reason = reason


@dataclass(frozen=True)
class Snapshot:
    """One immutable snapshot file of one region."""

    region_id: str
    path: Path

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Rows of one SELECT. Raises NoSnapshotError when the file lacks what is asked."""
        try:
            return _connection(self.path).cursor().execute(sql, list(parameters)).df()
        except duckdb.Error as error:
            reason = "the published snapshot cannot be read"
            raise NoSnapshotError(self.region_id, reason) from error

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> dict[str, Any]:
        """Return the first row of one SELECT. Raises NoSnapshotError when there is none."""
        rows = self.frame(sql, parameters)
        if rows.empty:
            raise NoSnapshotError(self.region_id, "the published snapshot is incomplete")
        return {str(key): value for key, value in rows.iloc[0].to_dict().items()}


def home() -> Path:
    """Where config and data live: MINDGAP_HOME, else the checkout."""
    return Path(os.environ.get("MINDGAP_HOME") or Path(__file__).resolve().parents[1]).resolve()


def published() -> Path:
    """Return the folder of published snapshots, one folder per region."""
    return home() / "data" / "published"


def published_regions() -> list[str]:
    """Ids of the regions that have a CURRENT file, in order of id."""
    folder = published()
    if not folder.is_dir():
        return []
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if _REGION.fullmatch(entry.name) and (entry / "CURRENT").is_file()
    )


def declared_regions() -> list[str]:
    """Ids of the regions that config declares, whether published or not."""
    folder = home() / "config" / "regions"
    found = {path.stem for path in folder.glob("*.yaml")} if folder.is_dir() else set()
    return sorted(name for name in found if _REGION.fullmatch(name))


def current(region_id: str) -> Snapshot:
    """Return the snapshot that CURRENT names. Raises NoSnapshotError."""
    if not _REGION.fullmatch(region_id):
        raise NoSnapshotError("", "unknown region")
    pointer = published() / region_id / "CURRENT"
    if not pointer.is_file():
        raise NoSnapshotError(region_id, "nothing is published yet")
    name = pointer.read_text(encoding="utf-8").strip()
    return _named(region_id, name)


def by_id(region_id: str, snapshot_id: str) -> Snapshot:
    """Return a snapshot by its id, current or not. Raises NoSnapshotError."""
    if not _REGION.fullmatch(region_id):
        raise NoSnapshotError("", "unknown region")
    return _named(region_id, f"gap-{snapshot_id}.duckdb")


def geometry_path(region_id: str, name: str) -> Path | None:
    """Return the geometry file of that name, or None; nothing outside `geo/` can be named."""
    if not (_REGION.fullmatch(region_id) and _GEOMETRY_FILE.fullmatch(name)):
        return None
    path = published() / region_id / "geo" / name
    return path if path.is_file() else None


def region(snapshot: Snapshot) -> dict[str, Any]:
    """Return the one row that describes the region."""
    return snapshot.one("SELECT * FROM out_region")


def run(snapshot: Snapshot) -> dict[str, Any]:
    """Return the one row that describes how and when the snapshot was made."""
    return snapshot.one("SELECT * FROM out_run")


def gap(snapshot: Snapshot) -> pd.DataFrame:
    """One row per district in ascending district_id (the order of the geometry file).

    Columns: all of out_gap, and class_gap, class_need, class_access (index, NaN = no data).
    """
    return snapshot.frame(
        """SELECT g.*, p.class_gap, p.class_need, p.class_access
        FROM out_gap g LEFT JOIN (
            SELECT district_id,
                any_value(class_index) FILTER (variable = 'gap_score') AS class_gap,
                any_value(class_index) FILTER (variable = 'need_score') AS class_need,
                any_value(class_index) FILTER (variable = 'access_score') AS class_access
            FROM out_class_district GROUP BY district_id) p USING (district_id)
        ORDER BY district_id"""
    )


def classes(snapshot: Snapshot, layer: str) -> pd.DataFrame:
    """Class bounds of one layer (`gap`, `need` or `access`), lowest values first."""
    return snapshot.frame(
        "SELECT * FROM out_class WHERE variable = ? ORDER BY class_index", [VARIABLES[layer]]
    )


def summary(snapshot: Snapshot, rural_only: bool) -> dict[str, Any]:
    """Totals of the shown districts; NULL where no district has the figure."""
    return snapshot.one(
        """SELECT count(*) AS districts, count(gap_score) AS scored,
            sum(population) AS population,
            coalesce(sum(population) FILTER (is_rural), 0) AS rural_population,
            count(*) FILTER (is_underserved_rural) AS underserved,
            count(is_underserved_rural) AS judged,
            coalesce(sum(population) FILTER (is_underserved_rural), 0) AS underserved_people,
            sum(population_beyond_reach) AS beyond_reach,
            sum(population_over_capacity) AS over_capacity,
            sum(population_served) AS served, sum(fte_shortage) AS fte_shortage
        FROM out_gap WHERE is_rural OR NOT ?""",
        [rural_only],
    )


def levels(snapshot: Snapshot) -> pd.DataFrame:
    """Levels of support in order, with how many services can be drawn (`n_points`)."""
    return snapshot.frame(
        f"""SELECT l.*, coalesce(s.n_points, 0) AS n_points FROM out_level l LEFT JOIN (
            SELECT level, count(*) AS n_points FROM out_service
            WHERE {_POINTS} AND NOT coalesce(is_candidate, false) GROUP BY level) s USING (level)
        ORDER BY l.position, l.level"""
    )


def candidate_count(snapshot: Snapshot) -> int:
    """How many places could take mental-health care up and can be drawn."""
    found = snapshot.one(
        f"SELECT count(*) AS n FROM out_service WHERE {_POINTS} AND coalesce(is_candidate, false)"
    )
    return int(found["n"])


def points(snapshot: Snapshot) -> pd.DataFrame:
    """Services that can be drawn: lon, lat, level, is_candidate, name, type_label, district_id."""
    return snapshot.frame(
        f"""SELECT lon, lat, level, coalesce(is_candidate, false) AS is_candidate, name,
            type_label, district_id
        FROM out_service WHERE {_POINTS} ORDER BY is_candidate DESC, service_id"""
    )


def indicators(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every indicator of one district with the title of its source."""
    return snapshot.frame(
        """SELECT i.*, s.publisher, s.title AS source_title
        FROM out_indicator i LEFT JOIN out_source s USING (source_id) WHERE i.district_id = ?
        ORDER BY i.in_index DESC, i.domain, i.indicator_id""",
        [district_id],
    )


def access(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every access measure of one district."""
    return snapshot.frame(
        "SELECT * FROM out_access WHERE district_id = ? ORDER BY rowid", [district_id]
    )


def confidence(snapshot: Snapshot, district_id: str) -> str | None:
    """Return in words how sure one district's place among the worst is; None without a score."""
    rows = snapshot.frame(
        "SELECT confidence FROM out_confidence WHERE district_id = ?", [district_id]
    )
    words = rows["confidence"].dropna()
    return None if words.empty else str(words.iloc[0])


def links(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return which links of care are missing in one district, in published order."""
    return snapshot.frame(
        "SELECT * FROM out_profile WHERE district_id = ? ORDER BY rowid", [district_id]
    )


def shortage(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return the federal shortage rule's outcome in one district; no row where none applies."""
    return snapshot.frame("SELECT * FROM out_shortage WHERE district_id = ?", [district_id])


def local_services(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return counts of services in one district by level and type, candidates apart."""
    return snapshot.frame(
        """SELECT level_label, type_label, coalesce(is_candidate, false) AS is_candidate,
            count(*) AS n
        FROM out_service WHERE district_id = ? GROUP BY ALL
        ORDER BY is_candidate, level_label, type_label""",
        [district_id],
    )


def methods(snapshot: Snapshot) -> pd.DataFrame:
    """Return the methods text in the order it was published."""
    return snapshot.frame("SELECT * FROM out_method ORDER BY rowid")


def sources(snapshot: Snapshot) -> pd.DataFrame:
    """Every source, by publisher."""
    return snapshot.frame("SELECT * FROM out_source ORDER BY publisher, source_id")


def quality(snapshot: Snapshot) -> pd.DataFrame:
    """Return what the checks found, the gravest first."""
    return snapshot.frame(
        """SELECT q.*, s.publisher, s.title AS source_title
        FROM out_quality q LEFT JOIN out_source s USING (source_id)
        ORDER BY list_position(['error', 'warn', 'info'], q.severity), q.source_id, q.rule"""
    )


def export_tables(snapshot: Snapshot, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return those of the named tables that the snapshot holds, rows in their published order."""
    held = set(snapshot.frame("SELECT table_name FROM duckdb_tables()")["table_name"])
    # A name goes into the statement only if the snapshot itself says that it is one of its tables.
    return {name: snapshot.frame(f'SELECT * FROM "{name}"') for name in names if name in held}


def shapes(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the districts' shapes as WKB, by district id."""
    rows = snapshot.frame("SELECT district_id, ST_AsWKB(geometry) AS wkb FROM out_district")
    return {str(k): bytes(v) for k, v in zip(rows["district_id"], rows["wkb"], strict=True)}


def _named(region_id: str, name: str) -> Snapshot:
    path = published() / region_id / name
    if not _SNAPSHOT_FILE.fullmatch(name) or not path.is_file():
        raise NoSnapshotError(region_id, "the snapshot that CURRENT names is missing")
    return Snapshot(region_id, path)


def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    """Return the shared read-only connection to one file; callers take a cursor each."""
    with _lock:
        found = _connections.get(path)
        if found is None:
            found = duckdb.connect(
                str(path), read_only=True, config={"enable_external_access": "false"}
            )
            found.execute("SET lock_configuration = true")
            # A replaced snapshot of the region is let go; cursors still in use keep it alive.
            for old in [known for known in _connections if known.parent == path.parent]:
                del _connections[old]
            _connections[path] = found
        return found
