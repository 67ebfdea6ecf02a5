"""Reads published snapshots. The only module that imports DuckDB; it computes no index.

What opens a snapshot, and what the map page reads, is here; `district_rows` and `region_rows` hold
the SELECTs of a profile and of the other pages. A snapshot file never changes once written;
`CURRENT` names the one to read. Each call looks at `CURRENT` again, so a new snapshot shows without
a restart.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
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
_answers: dict[tuple[Any, ...], pd.DataFrame] = {}
_sizes: dict[tuple[Any, ...], int] = {}
_lock = Lock()
# Answers kept in memory for all sessions together; a region of 3,000 districts needs about 40 MB.
CACHE_BYTES = 256 * 2**20


class NoSnapshotError(Exception):
    """There is no readable snapshot of a region; `region_id` is empty when there is none at all.

    `reason` names a message: `common.<reason>`.
    """

    def __init__(self, region_id: str, reason: str) -> None:
        super().__init__(reason)
        self.region_id = region_id
        self.reason = reason


@dataclass(frozen=True)
class Snapshot:
    """One immutable snapshot file of one region."""

    region_id: str
    path: Path

    @property
    def id(self) -> str:
        """The snapshot's id, as links carry it."""
        return self.path.stem.removeprefix("gap-")

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Rows of one SELECT. Raises NoSnapshotError when the file lacks what is asked.

        The file never changes, so neither do its answers: the latest are kept, up to `CACHE_BYTES`
        in all sessions together.
        """
        try:
            found = _rows(self.path, sql, tuple(parameters))
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            # A table or column is not there: the file is sound, but older than this dashboard.
            raise NoSnapshotError(self.region_id, "older_method") from error
        except duckdb.Error as error:
            raise NoSnapshotError(self.region_id, "unreadable_snapshot") from error
        return found.copy(deep=False)

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> dict[str, Any]:
        """Return the first row of one SELECT. Raises NoSnapshotError when there is none."""
        return dict(_first(self, sql, tuple(parameters)))


def home() -> Path:
    """Where config and data live: MINDGAP_HOME, else the checkout."""
    named = os.environ.get("MINDGAP_HOME") or str(Path(__file__).parents[1])
    return _resolved(named, Path.cwd())


@lru_cache(maxsize=8)
def _resolved(folder: str, _working: Path) -> Path:
    # Asked for ten times in a run, and each resolving looks at every folder on the way.
    return Path(folder).resolve()


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
        raise NoSnapshotError("", "unknown_region")
    pointer = published() / region_id / "CURRENT"
    if not pointer.is_file():
        raise NoSnapshotError(region_id, "nothing_published")
    name = pointer.read_text(encoding="utf-8").strip()
    return _named(region_id, name)


def by_id(region_id: str, snapshot_id: str) -> Snapshot:
    """Return a snapshot by its id, current or not. Raises NoSnapshotError."""
    if not _REGION.fullmatch(region_id):
        raise NoSnapshotError("", "unknown_region")
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

    Columns: all of out_gap; gap_low, gap_high (likely range of the gap score) and confidence;
    class_gap, class_need, class_access (index, NaN = no data).
    """
    return snapshot.frame(
        """SELECT g.*, c.gap_low, c.gap_high, c.confidence,
            p.class_gap, p.class_need, p.class_access
        FROM out_gap g LEFT JOIN out_confidence c USING (district_id) LEFT JOIN (
            SELECT district_id,
                any_value(class_index) FILTER (layer = 'gap') AS class_gap,
                any_value(class_index) FILTER (layer = 'need') AS class_need,
                any_value(class_index) FILTER (layer = 'access') AS class_access
            FROM (SELECT d.layer, d.district_id, CASE l.default_method
                    WHEN 'quantile' THEN d.class_quantile WHEN 'jenks' THEN d.class_jenks
                    ELSE d.class_equal END AS class_index
                FROM out_layer_district d JOIN out_layer l USING (layer)
                WHERE l.family = 'score') GROUP BY district_id) p USING (district_id)
        ORDER BY district_id"""
    )


def classes(snapshot: Snapshot, layer: str, lens: str = "") -> pd.DataFrame:
    """Class bounds of one layer (`gap`, `need` or `access`), lowest values first.

    An empty lens means everyone.
    """
    if lens:
        return snapshot.frame(
            """SELECT *, 'class ' || (class_index + 1) AS label FROM out_lens_class
            WHERE lens = ? AND variable = ? ORDER BY class_index""",
            [lens, VARIABLES[layer]],
        )
    return snapshot.frame(
        """SELECT c.*, 'class ' || (c.class_index + 1) AS label FROM out_layer_class c
        JOIN out_layer l ON l.layer = c.layer AND l.default_method = c.method
        WHERE c.layer = ? ORDER BY c.class_index""",
        [layer],
    )


def lenses(snapshot: Snapshot) -> pd.DataFrame:
    """Return groups of people the index can be made for, in order; `failure` says why not."""
    return snapshot.frame("SELECT * FROM out_lens ORDER BY position, lens")


def lens_gap(snapshot: Snapshot, lens: str = "") -> pd.DataFrame:
    """Scores, ranks and classes of every district for one group, or for all when it is empty."""
    return snapshot.frame(
        "SELECT * FROM out_lens_district WHERE ? IN ('', lens) ORDER BY lens, district_id", [lens]
    )


def totals(snapshot: Snapshot, scope: str) -> dict[str, float]:
    """Return the published totals of a scope (all, rural, not rural) by item; NaN is no data."""
    rows = snapshot.frame("SELECT item, value FROM out_total WHERE scope = ?", [scope])
    return {str(item): float(value) for item, value in rows.itertuples(index=False, name=None)}


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


def _named(region_id: str, name: str) -> Snapshot:
    path = published() / region_id / name
    if not _SNAPSHOT_FILE.fullmatch(name) or not path.is_file():
        raise NoSnapshotError(region_id, "missing_snapshot")
    return Snapshot(region_id, path)


@lru_cache(maxsize=256)
def _first(snapshot: Snapshot, sql: str, parameters: tuple[Any, ...]) -> dict[str, Any]:
    # Kept as a dictionary: a page asks for its region several times, and rows are slow to take out.
    rows = snapshot.frame(sql, parameters)
    if rows.empty:
        raise NoSnapshotError(snapshot.region_id, "incomplete_snapshot")
    return {str(key): value for key, value in rows.iloc[0].to_dict().items()}


def _rows(path: Path, sql: str, parameters: tuple[Any, ...]) -> pd.DataFrame:
    key = (path, sql, parameters)
    with _lock:
        found = _answers.get(key)
    if found is None:
        found = _connection(path).cursor().execute(sql, list(parameters)).df()
        with _lock:
            _remember(key, found)
    return found


def _remember(key: tuple[Any, ...], rows: pd.DataFrame) -> None:
    """Keep an answer as the newest; let the oldest go until all fit."""
    size = int(rows.memory_usage(deep=False).sum()) + 1000
    if size > CACHE_BYTES or key in _answers:
        return
    _answers[key] = rows
    _sizes[key] = size
    while sum(_sizes.values()) > CACHE_BYTES:
        oldest = next(iter(_answers))
        del _answers[oldest], _sizes[oldest]


def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    """Return the shared read-only connection to one file; callers take a cursor each."""
    with _lock:
        found = _connections.get(path)
        if found is None:
            found = duckdb.connect(
                str(path), read_only=True, config={"enable_external_access": "false"}
            )
            found.execute("SET lock_configuration = true")
            _connections[path] = found
            # Replaced snapshots of the region are let go, but for one that a link may still name;
            # cursors still in use keep them alive.
            for old in [known for known in _connections if known.parent == path.parent][:-2]:
                del _connections[old]
        return found
