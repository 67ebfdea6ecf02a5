"""The only door to DuckDB in the ETL: tables in, tables out, one SELECT per ``.sql`` file.

Geometry columns travel as WKB and are stored as DuckDB's core type ``GEOMETRY('OGC:CRS84')``; the
``spatial`` extension is never needed.
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import geopandas as gpd
import pandas as pd
import pyarrow as pa

from etl.errors import MindgapError, SourceMissingError

SQL_DIR = Path(__file__).parent / "sql"
# How names are compared wherever a crosswalk joins them: letters only, no case, no accents.
NAME_KEY = """
create or replace temp macro name_key(spelling) as
    regexp_replace(lower(strip_accents(spelling)), '[^a-z]', '', 'g')
"""
# What DuckDB raises where the disk refuses, by whether it happens while reading and writing, at the
# commit, or in a statement after that.
_DISK = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)
_IDENTIFIER = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def identifier(name: str) -> str:
    """Return `name` if it is safe to stand in SQL as it is, else raise ValueError."""
    if not _IDENTIFIER.match(name):
        raise ValueError(f"{name!r} is not a plain lower-case SQL name")
    return name


class Warehouse:
    """A DuckDB database holding ``raw_``, ``core_`` and ``out_`` tables of one refresh.

    Parameters
    ----------
    path
        File to open or create; None keeps the database in memory.
    read_only
        Open an existing file for reading only.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        try:
            self._con = duckdb.connect(str(path) if path else ":memory:", read_only=read_only)
        except duckdb.Error as error:  # absent, torn, foreign, locked: no use whichever it is
            raise OSError(str(error)) from error
        self._attached = False
        # Row order is part of the published bytes; threads may not shuffle it.
        self._con.execute("set preserve_insertion_order = true")
        self._con.execute(NAME_KEY)

    @classmethod
    def of_snapshot(cls, path: Path) -> Self:
        """Return a reader of a published snapshot.

        The file is attached to a database in memory: a process that already reads it with other
        settings, as the dashboard does, may not open it a second time.

        Raises
        ------
        SourceMissingError
            If the file cannot be read.
        """
        warehouse = cls()
        try:
            warehouse._con.execute(f"attach {_quoted(path)} as snapshot (read_only)")
            warehouse._con.execute("use snapshot")
        except duckdb.Error as error:
            warehouse._con.close()
            raise SourceMissingError(
                f"{path.name} is no snapshot that can be read ({error}). Publish the region again."
            ) from error
        return warehouse

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self._con.close()

    def write(self, table: str, frame: pd.DataFrame | pa.Table) -> int:
        """Create or replace `table` from a frame; return its row count.

        A GeoDataFrame keeps its geometry (converted to OGC:CRS84 by the caller).
        """
        source: pa.Table = _to_arrow(frame)
        self._con.register("incoming", source)
        self._change(f"create or replace table {identifier(table)} as from incoming")
        self._con.unregister("incoming")
        return int(source.num_rows)

    def _change(self, sql: str) -> None:
        """Run a statement that writes; what the disk refuses is an OSError."""
        try:
            self._con.execute(sql)
        except _DISK as error:
            raise OSError(str(error)) from error

    def tables(self) -> list[str]:
        """Return the names of all tables, sorted."""
        return self._tables("current_database()")

    def _tables(self, database: str) -> list[str]:
        rows = self._con.execute(
            f"select table_name from duckdb_tables() where database_name = {database} order by 1"
        ).fetchall()
        return [row[0] for row in rows]

    def attach(self, path: Path) -> None:
        """Open another warehouse beside this one, for reading only, to take tables from.

        Raises
        ------
        OSError
            If it is not a database that this version of DuckDB reads.
        """
        try:
            self._con.execute(f"attach {_quoted(path)} as previous (read_only)")
        except duckdb.Error as error:  # torn, foreign or of another version: all mean "no use"
            raise OSError(f"{path.name}: {error}") from error
        self._attached = True

    def attached_tables(self) -> list[str]:
        """Return the names of the tables of the attached warehouse, sorted."""
        return self._tables("'previous'")

    def read_attached(self, table: str) -> pd.DataFrame:
        """Return a table of the attached warehouse as a frame (without geometry)."""
        return self._con.execute(f"from previous.{identifier(table)}").df()

    def adopt(self, wanted: list[str]) -> list[str]:
        """Copy tables from the attached warehouse, rows in their stored order; return their names.

        Parameters
        ----------
        wanted
            Names; one that ends in ``_`` stands for all that begin so. Nothing is copied unless
            each names a table there.
        """
        there = self.attached_tables()
        found: list[str] = []
        for name in wanted:
            if name.endswith("_"):
                hits = [t for t in there if t.startswith(name)]
            else:
                hits = [name] if name in there else []
            if not hits:
                return []
            found += hits
        for table in map(identifier, found):
            self._change(f"create or replace table {table} as from previous.{table}")
        return found

    def detach(self) -> None:
        """Let go of the attached warehouse, if there is one."""
        if self._attached:
            self._con.execute("detach previous")
            self._attached = False

    def checkpoint(self) -> None:
        """Bring everything into the one file (no ``.wal`` beside it).

        Closing does the same but keeps an error to itself, and the file would be short of tables.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        self._change("checkpoint")

    def columns(self, table: str) -> dict[str, str]:
        """Return column names and DuckDB types of a table, in order."""
        rows = self._con.execute(f"describe {identifier(table)}").fetchall()
        return {row[0]: row[1] for row in rows}

    def read(self, table: str) -> pd.DataFrame:
        """Return a table as a frame, without its geometry column."""
        drop = [c for c, t in self.columns(table).items() if t.startswith("GEOMETRY")]
        exclude = f" exclude ({', '.join(drop)})" if drop else ""
        return self._con.execute(f"select *{exclude} from {identifier(table)}").df()

    def read_geo(self, table: str) -> gpd.GeoDataFrame:
        """Return a table with a ``geometry`` column as a GeoDataFrame in OGC:CRS84."""
        rest = self.read(table)
        wkb = self._con.execute(f"select st_aswkb(geometry) from {identifier(table)}").fetchall()
        shapes = gpd.GeoSeries.from_wkb([row[0] for row in wkb], crs="OGC:CRS84")
        return gpd.GeoDataFrame(rest, geometry=shapes)

    def select(self, sql: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the result of one SELECT; parameters are bound, never pasted."""
        wanted = set(re.findall(r"\$([a-z][a-z0-9_]*)", sql))
        given = params or {}
        if missing := wanted - set(given):
            raise MindgapError(f"SQL wants parameter(s) {sorted(missing)} that nothing declares")
        return self._con.execute(sql, {name: given[name] for name in wanted}).df()

    def select_file(self, path: str, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the result of ``etl/sql/<path>.sql``; errors name the file.

        Raises
        ------
        MindgapError
            If DuckDB refuses the statement, or it wants a parameter that nothing declares.
        """
        text = (SQL_DIR / f"{path}.sql").read_text(encoding="utf-8")
        try:
            return self.select(text, params)
        except duckdb.IOException as error:  # a large SELECT may spill to a full disk
            raise OSError(f"etl/sql/{path}.sql: {error}") from error
        except (duckdb.Error, MindgapError) as error:
            raise MindgapError(f"etl/sql/{path}.sql: {error}") from error

    def fingerprint(self, prefix: str) -> str:
        """Return a sha256 of the content of every table whose name starts with `prefix`.

        Rows count in their stored order; values by their text, geometry by its well-known text.
        """
        digest = hashlib.sha256()
        for name in (t for t in self.tables() if t.startswith(prefix)):
            columns = ", ".join(f'"{c}"' for c in self.columns(name))
            text = f"concat_ws('|', {', '.join(self._as_text(name))})"
            row = self._con.execute(
                f"select sha256(string_agg({text}, chr(10) order by rowid)) from {identifier(name)}"
            ).fetchone()
            digest.update(f"{name}({columns}):{row[0] if row else ''}\n".encode())
        return digest.hexdigest()

    def _as_text(self, table: str) -> list[str]:
        return [
            f'st_astext("{c}")'
            if t.startswith("GEOMETRY")
            else f"coalesce(cast(\"{c}\" as varchar), '~')"
            for c, t in self.columns(table).items()
        ]

    def row_counts(self) -> pd.DataFrame:
        """Return the tables and their row counts."""
        counts = [
            (name, self._con.execute(f"select count(*) from {identifier(name)}").fetchall()[0][0])
            for name in self.tables()
        ]
        return pd.DataFrame(counts, columns=["table", "rows"])

    def copy_tables(
        self, path: Path, prefixes: tuple[str, ...], selects: Mapping[str, str]
    ) -> list[str]:
        """Write the tables with one of `prefixes` into a new file, those in `selects` as they say.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        names = [t for t in self.tables() if t.startswith(prefixes)]
        self._change(f"attach {_quoted(path)} as target")
        try:
            for name in names:
                table = identifier(name)
                self._change(f"create table target.{table} as {selects.get(name, f'from {table}')}")
            self._change("checkpoint target")  # `detach` would keep an error to itself
        finally:
            with contextlib.suppress(duckdb.Error):  # the first error is the one to tell
                self._con.execute("detach target")
        return names


def _quoted(path: Path) -> str:
    """Return a path as an SQL string: ATTACH takes no bound parameter, so quotes are doubled."""
    return "'" + str(path).replace("'", "''") + "'"


def _to_arrow(frame: pd.DataFrame | pa.Table) -> pa.Table:
    if isinstance(frame, pa.Table):
        return frame
    if isinstance(frame, gpd.GeoDataFrame):
        return pa.table(frame.to_arrow(index=False, geometry_encoding="WKB"))
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for i, column in enumerate(table.schema):
        if pa.types.is_null(column.type):  # text without any value: pandas has forgotten its type
            table = table.set_column(i, column.name, table.column(i).cast(pa.string()))
    return table
