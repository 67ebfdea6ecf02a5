"""Publish: check the ``out_`` tables, write an immutable snapshot, move ``CURRENT``.

A snapshot is a DuckDB file with a name of its own, never changed once written. Readers open the
file that ``CURRENT`` names. Whatever fails before ``CURRENT`` is replaced leaves
the old one served.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import shapely

from etl.errors import CheckFailedError, MindgapError, PublishError, SourceMissingError
from etl.schema import Withholding
from etl.storage import building, remedy, sync, sync_folder, write_whole
from etl.warehouse import SQL_DIR, Warehouse
from etl.withholding.run import withhold_counts

POINTER = "CURRENT"
# What is shown, and what it was made from, so that any snapshot can be recomputed (`etl.diff`). The
# latter (``core_``) holds every count and is internal: no product reads or serves it.
KEPT = ("out_", "core_", "snap_")


def published_dir(home: Path, region_id: str) -> Path:
    """Return the folder of a region's snapshots."""
    return home / "data" / "published" / region_id


def current_snapshot(home: Path, region_id: str) -> Path:
    """Return the snapshot file that ``CURRENT`` names.

    Raises
    ------
    SourceMissingError
        If nothing is published yet.
    """
    folder = published_dir(home, region_id)
    pointer = folder / POINTER
    if not pointer.is_file():
        raise SourceMissingError(
            f"Nothing is published for {region_id}. Run `mindgap refresh {region_id}`."
        )
    return folder / pointer.read_text(encoding="utf-8").strip()


def published_regions(home: Path) -> list[str]:
    """Return the ids of the regions of which a snapshot is published, in order."""
    return sorted(path.parent.name for path in (home / "data" / "published").glob(f"*/{POINTER}"))


def run_checks(warehouse: Warehouse) -> pd.DataFrame:
    """Run every SELECT in ``etl/sql/checks``; each returns the rows that fail it.

    The comment at the head of a file says what it checks, ``-- severity: error`` (the default:
    nothing is published) or ``warn`` (told beside the figures), and ``-- scope: run`` where the
    outcome depends on the day or on the last snapshot.

    Returns
    -------
    pandas.DataFrame
        One row per check: ``check``, ``severity``, ``scope``, ``n_rows`` failing, ``examples``
        (JSON of the first rows), ``about``.
    """
    rows = []
    for path in sorted((SQL_DIR / "checks").glob("*.sql")):
        about = check_header(path.stem, path.read_text(encoding="utf-8"))
        bad = warehouse.select_file(f"checks/{path.stem}")
        shown = json.dumps(bad.head(3).astype("string").to_dict("records"), ensure_ascii=False)
        rows.append({"check": path.stem, **about, "n_rows": len(bad), "examples": shown})
    columns = ["check", "severity", "scope", "n_rows", "examples", "about"]
    return pd.DataFrame(rows, columns=columns)


def check_header(name: str, sql: str) -> dict[str, str]:
    """Return ``severity``, ``scope`` and ``about`` from the comment at the head of a check.

    Raises
    ------
    MindgapError
        If it states a severity or scope that there is not.
    """
    found = {"severity": "error", "scope": "data"}
    words = []
    for line in sql.splitlines():
        if not line.startswith("--"):
            break
        text = line.removeprefix("--").strip()
        key, colon, value = text.partition(":")
        if colon and key in found:
            found[key] = value.strip()
        else:
            words.append(text)
    allowed = {"severity": ("error", "warn"), "scope": ("data", "run")}
    for key, options in allowed.items():
        if found[key] not in options:
            raise MindgapError(f"etl/sql/checks/{name}.sql: {key} {found[key]!r} is not {options}")
    return {**found, "about": " ".join(words)}


def refuse_failed(checks: pd.DataFrame) -> None:
    """Raise CheckFailedError naming every check of severity error that has failing rows."""
    failed = checks[(checks["n_rows"] > 0) & (checks["severity"] == "error")]
    if len(failed):
        lines = "\n".join(
            f"  {r.check}: {r.n_rows} row(s), such as {r.examples}\n    {r.about}"
            for r in failed.itertuples()
        )
        raise CheckFailedError(
            f"{len(failed)} check(s) failed; nothing was published, the previous snapshot is still "
            f"served. Each check is etl/sql/checks/<name>.sql.\n{lines}"
        )


def record_checks(warehouse: Warehouse, checks: pd.DataFrame) -> None:
    """Write ``out_check`` (every check as it stood) and add the warnings to ``out_quality``."""
    text = ["check", "severity", "scope", "examples", "about"]
    table = checks.astype(dict.fromkeys(text, "string")).astype({"n_rows": "int32"})
    warehouse.write("chk_result", table)
    warehouse.write("out_check", table)
    warehouse.write("out_quality", warehouse.select_file("publish/quality"))


def publish(
    warehouse: Warehouse, home: Path, region_id: str, snapshot_id: str, rules: Withholding
) -> Path:
    """Check the ``out_`` tables, publish them without small counts; return the snapshot's path.

    The checks see every figure; `rules` say which of them the snapshot's ``out_`` tables leave out.

    Raises
    ------
    CheckFailedError
        If a check returns rows; nothing is written.
    PublishError
        If the disk refuses; ``CURRENT`` still names the previous snapshot.
    """
    checks = run_checks(warehouse)
    refuse_failed(checks)
    record_checks(warehouse, checks)
    selects = withhold_counts(warehouse, rules)
    folder = published_dir(home, region_id)
    target = folder / f"gap-{snapshot_id}.duckdb"
    try:
        (folder / "geo").mkdir(parents=True, exist_ok=True)
        _write_geometry(warehouse, folder / "geo")
        if not target.exists():  # the same inputs were published before: the file stays as it is
            _write_snapshot(warehouse, target, selects)
        _move_pointer(folder, target.name)
    except OSError as error:
        raise PublishError(
            f"{region_id}: {error}. {remedy(error)} The previous snapshot is still served."
        ) from error
    return target


def _write_snapshot(warehouse: Warehouse, target: Path, selects: Mapping[str, str]) -> None:
    """Write the `KEPT` tables under a hidden name, read them back, then name the file.

    `selects` stand in for the tables they are named after.
    """
    temporary = building(target)
    wal = temporary.with_name(temporary.name + ".wal")
    try:
        names = warehouse.copy_tables(temporary, KEPT, selects)
        sync(temporary)
        with Warehouse(temporary, read_only=True) as written:
            lost = set(names) ^ set(written.tables())
        if lost or wal.exists():
            raise OSError(f"{target.name} came out without {', '.join(sorted(lost)) or 'its end'}")
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            temporary.unlink(missing_ok=True)
            wal.unlink(missing_ok=True)


def _write_geometry(warehouse: Warehouse, folder: Path) -> None:
    """Write the map's geometry under a name made of its content; note it in ``out_region``.

    Feature i is the i-th district by id; nothing but the number is in its properties, so no text of
    a stranger reaches the map through this file.
    """
    shapes = warehouse.read_geo("out_district").sort_values("district_id")
    features = [
        {
            "type": "Feature",
            "properties": {"i": i},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for i, shape in enumerate(shapes.geometry)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))
    name = f"districts-{hashlib.sha256(text.encode()).hexdigest()[:12]}.geojson"
    if not (folder / name).exists():
        write_whole(folder / name, text)
    region = warehouse.read("out_region").assign(geometry_file=name)
    warehouse.write("out_region", region)


def _move_pointer(folder: Path, name: str) -> None:
    write_whole(folder / POINTER, name + "\n")
