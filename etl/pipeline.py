"""The flow of one refresh: extract, layers, index, publish. The stages meet only in tables."""

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import time
from pathlib import Path

import pandas as pd

from etl.config import Config, home
from etl.extract.run import extract_layers, extract_raw
from etl.index import METHOD_VERSION
from etl.index.run import build_index
from etl.layers.build import build_core
from etl.layers.files import build_core_from_files
from etl.publish import publish, run_checks
from etl.schema import LayerFiles, Region
from etl.travel_times import DataModel, load_travel
from etl.warehouse import Warehouse

PACKAGES = ("duckdb", "geopandas", "numpy", "pandas", "scipy", "shapely")


def sample_dir(region_id: str) -> Path:
    """Return the folder of a region's embedded sample."""
    return home() / "data" / "sample" / region_id


def local_dir(region_id: str) -> Path:
    """Return the folder of a region's own layer files, which git does not keep."""
    return home() / "data" / "local" / region_id


def layers_dir(region: Region) -> Path:
    """Return where a region's layer files are: its own folder if it has one, else its sample."""
    own = local_dir(region.region_id)
    files = isinstance(region.layers, LayerFiles)
    return own if files and own.is_dir() else sample_dir(region.region_id)


def build_layers(
    config: Config, region: Region, raw_dir: Path | None, warehouse: Warehouse
) -> None:
    """Fill the ``core_`` tables from raw files, or the layer files if `raw_dir` is None."""
    if raw_dir is None:
        extract_layers(layers_dir(region), warehouse)
        build_core_from_files(config, region, warehouse)
    else:
        extract_raw(config, region, raw_dir, warehouse)
        build_core(config, region, warehouse)


def refresh(config: Config, region: Region, raw_dir: Path | None) -> tuple[Path, pd.DataFrame]:
    """Build one region and publish it; return the snapshot's path and the row counts by table.

    The working tables are kept in ``data/warehouse/<region>.duckdb``, replaced only after success.
    """
    started = dt.datetime.now(dt.UTC)
    clock = time.perf_counter()
    folder = home() / "data" / "warehouse"
    folder.mkdir(parents=True, exist_ok=True)
    building = folder / f".{region.region_id}.{os.getpid()}.building"
    building.unlink(missing_ok=True)
    try:
        with Warehouse(building) as warehouse:
            build_layers(config, region, raw_dir, warehouse)
            travel, travel_hash = _travel(config, region, raw_dir, warehouse)
            inputs = warehouse.fingerprint("core_") + travel_hash
            method = config.method_hash(region)
            snapshot_id = snapshot_name(inputs, method, code_hash())
            build_index(config, region, warehouse, snapshot_id, travel)
            run = {
                "snapshot_id": snapshot_id,
                "region_id": region.region_id,
                "origin": _origin(region, raw_dir),
                "started_at": started.isoformat(timespec="seconds"),
                "finished_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "duration_s": round(time.perf_counter() - clock, 2),
                "method_version": METHOD_VERSION,
                "input_hash": inputs,
                "config_hash": method,
                "versions": json.dumps({p: importlib.metadata.version(p) for p in PACKAGES}),
            }
            warehouse.write("out_run", pd.DataFrame([run]))
            path = publish(warehouse, home(), region.region_id, snapshot_id)
            counts = warehouse.row_counts()
        building.replace(folder / f"{region.region_id}.duckdb")
    finally:
        building.unlink(missing_ok=True)
        building.with_name(building.name + ".wal").unlink(missing_ok=True)
    return path, counts


def _origin(region: Region, raw_dir: Path | None) -> str:
    if raw_dir is not None:
        return "raw"
    return "sample" if layers_dir(region) == sample_dir(region.region_id) else "files"


def _travel(
    config: Config, region: Region, raw_dir: Path | None, warehouse: Warehouse
) -> tuple[DataModel | None, str]:
    points, services = warehouse.read("core_demand_point"), warehouse.read("core_service")
    return load_travel(config, region, raw_dir or home() / "data" / "raw", points, services)


def check(config: Config, region: Region, raw_dir: Path | None) -> pd.DataFrame:
    """Build a region in memory and return the result of every check; publish nothing."""
    with Warehouse() as warehouse:
        build_layers(config, region, raw_dir, warehouse)
        travel, _ = _travel(config, region, raw_dir, warehouse)
        build_index(config, region, warehouse, "check", travel)
        return run_checks(warehouse)


def code_hash() -> str:
    """Return a sha256 of the code that turns core tables into published ones.

    Part of the snapshot id, so that a change of method can never be published under an old name.
    """
    root = Path(__file__).parent
    files = [
        p for part in ("measures", "index", "travel", "sql/out") for p in (root / part).rglob("*")
    ]
    digest = hashlib.sha256()
    for path in sorted(p for p in files if p.suffix in (".py", ".sql")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def snapshot_name(input_hash: str, method_hash: str, code: str) -> str:
    """Return the snapshot id: a hash of inputs, configuration, code and method version."""
    text = "\n".join((input_hash, method_hash, code, METHOD_VERSION))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
