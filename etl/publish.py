"""Publish: check the ``out_`` tables, write an immutable snapshot, move ``CURRENT``.

A snapshot is a DuckDB file with a name of its own, never changed once written. Readers open the
file that ``CURRENT`` names. Whatever fails before ``CURRENT`` is replaced leaves
the old one served.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path

import pandas as pd
import shapely

from etl.errors import CheckFailedError, PublishError, SourceMissingError
from etl.warehouse import SQL_DIR, Warehouse

POINTER = "CURRENT"


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


def run_checks(warehouse: Warehouse) -> pd.DataFrame:
    """Run every SELECT in ``etl/sql/checks``; each returns the rows that fail it.

    Returns
    -------
    pandas.DataFrame
        One row per check: ``check``, ``n_rows`` failing, ``examples`` (JSON of the first rows).
    """
    rows = []
    for path in sorted((SQL_DIR / "checks").glob("*.sql")):
        bad = warehouse.select_file(f"checks/{path.stem}")
        shown = json.dumps(bad.head(3).astype("string").to_dict("records"), ensure_ascii=False)
        rows.append({"check": path.stem, "n_rows": len(bad), "examples": shown})
    return pd.DataFrame(rows, columns=["check", "n_rows", "examples"])


def refuse_failed(checks: pd.DataFrame) -> None:
    """Raise CheckFailedError naming every check that failing rows came back from."""
    failed = checks[checks["n_rows"] > 0]
    if len(failed):
        lines = "\n".join(
            f"  {r.check}: {r.n_rows} row(s), such as {r.examples}" for r in failed.itertuples()
        )
        raise CheckFailedError(
            f"{len(failed)} check(s) failed; nothing was published, the previous snapshot is still "
            f"served. Each check is etl/sql/checks/<name>.sql.\n{lines}"
        )


def publish(warehouse: Warehouse, home: Path, region_id: str, snapshot_id: str) -> Path:
    """Check the ``out_`` tables and publish them; return the snapshot's path.

    Raises
    ------
    CheckFailedError
        If a check returns rows; nothing is written.
    PublishError
        If the disk refuses; ``CURRENT`` still names the previous snapshot.
    """
    refuse_failed(run_checks(warehouse))
    folder = published_dir(home, region_id)
    target = folder / f"gap-{snapshot_id}.duckdb"
    building = folder / f".{target.name}.{os.getpid()}.building"
    try:
        (folder / "geo").mkdir(parents=True, exist_ok=True)
        _write_geometry(warehouse, folder / "geo")
        if not target.exists():  # the same inputs were published before: the file stays as it is
            building.unlink(missing_ok=True)
            warehouse.copy_tables(building, "out_")
            _sync(building)
            building.replace(target)
        _move_pointer(folder, target.name)
    except OSError as error:
        raise PublishError(
            f"{region_id}: {error}. The previous snapshot is still served."
        ) from error
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to tell
            building.unlink(missing_ok=True)
    return target


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
        building = folder / f".{name}.{os.getpid()}.building"
        building.write_text(text, encoding="utf-8")
        _sync(building)
        building.replace(folder / name)
    region = warehouse.read("out_region").assign(geometry_file=name)
    warehouse.write("out_region", region)


def _move_pointer(folder: Path, name: str) -> None:
    building = folder / f".{POINTER}.{os.getpid()}.building"
    building.write_text(name + "\n", encoding="utf-8")
    _sync(building)
    building.replace(folder / POINTER)
    handle = os.open(folder, os.O_RDONLY)  # the rename itself must reach the disk
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())
