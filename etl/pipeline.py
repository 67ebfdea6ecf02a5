"""The flow of one refresh: extract, layers, index, publish. The stages meet only in tables."""

import contextlib
import datetime as dt
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl import logs
from etl.config import Config, home
from etl.diff.keep import keep as keep_changes
from etl.digests import FileDigests, code_digest, versions
from etl.errors import MindgapError, SourceMissingError, StorageError
from etl.extract.provenance import write_receipts
from etl.extract.run import extract_layers, extract_raw
from etl.frozen_config import freeze
from etl.index import METHOD_VERSION
from etl.index.run import build_index
from etl.inputs import layers_dir, sample_dir, sources_of, travel_folder
from etl.layers.build import build_core
from etl.layers.files import build_core_from_files
from etl.lineage import lineage_frame
from etl.locking import region_lock
from etl.publish import current_snapshot, publish, record_checks, run_checks
from etl.rejects import keep_rejected, told, write_rejects
from etl.retention import prune, sweep
from etl.schema import Region
from etl.steps import STEP_TABLE, Places, Steps, run_key, stamp_run, up_to_date
from etl.storage import remedy, remove, write_whole
from etl.travel_times import load_travel, travel_digest
from etl.warehouse import Warehouse
from etl.withholding.run import take_out
from etl.yardsticks import write_previous, write_yardsticks

__all__ = ["Choices", "build_layers", "check", "code_hash", "refresh", "sample_dir"]


@dataclass(frozen=True)
class Choices:
    """How a refresh is run, where it differs from the usual."""

    force: bool = False  # do every step, whatever has not changed
    wait: bool = False  # for another refresh of the region to end
    keep: int | None = None  # snapshots; None as config/publish.yaml says
    accept_smaller: bool = False  # sources may bring far fewer rows than last time


def build_layers(
    config: Config,
    region: Region,
    raw_dir: Path | None,
    warehouse: Warehouse,
    steps: Steps | None = None,
    digests: FileDigests | None = None,
) -> None:
    """Fill the ``core_`` tables from raw files, or the layer files if `raw_dir` is None."""
    steps, digests = steps or Steps(warehouse), digests or FileDigests()
    key = [region.model_dump(mode="json"), config.method_hash(region)]
    write_receipts(config, region, raw_dir, warehouse)
    if raw_dir is None:
        extract_layers(layers_dir(region), warehouse, steps, digests)
        inputs = warehouse.fingerprint("raw_layer_")
        steps.run("layers", [*key, inputs], ["core_"],
                  lambda: build_core_from_files(config, region, warehouse))  # fmt: skip
    else:
        # First, so that a region of layer files is refused before any file is looked for.
        tables = ["core_", *(["lookup_"] if region.selects.lookups else [])]
        extract_raw(config, region, raw_dir, warehouse, steps, digests)
        about = [config.sources[name].model_dump(mode="json") for name in sources_of(region)]
        steps.run("layers", [*key, about, steps.keys("extract ")], tables,
                  lambda: build_core(config, region, warehouse))  # fmt: skip
    write_yardsticks(config, region, warehouse)


def refresh(
    config: Config, region: Region, raw_dir: Path | None, choices: Choices | None = None
) -> tuple[Path, pd.DataFrame]:
    """Build one region and publish it; return the snapshot's path and the row counts by table.

    One refresh of a region runs at a time. The working tables are kept in
    ``data/warehouse/<region>.duckdb``, replaced only after success; steps whose inputs have not
    changed since are taken from there, and if nothing has changed nothing is done.

    Raises
    ------
    LockedError
        If another refresh of the region is running.
    StorageError
        If the disk refuses.
    MindgapError
        As the stages tell.
    """
    choices = choices or Choices()
    places = Places(region.region_id)
    with (
        _told_disk_errors(region.region_id),
        region_lock(places.folder, region.region_id, wait=choices.wait),
    ):
        sweep(places.leftovers())
        done = None if choices.force else up_to_date(config, region, raw_dir)
        if done is not None and places.kept.is_file():
            logs.event("up_to_date", f"{region.region_id} is up to date: nothing to do.")
            with Warehouse(places.kept, read_only=True) as kept:
                return done, kept.row_counts()
        with _kept_rejects(places):
            return _Refresh(config, region, raw_dir, choices, places).run()


@contextlib.contextmanager
def _told_disk_errors(region_id: str) -> Iterator[None]:
    """Turn what the disk refuses, wherever, into one error with a remedy."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{region_id}: {error}. {remedy(error)} What was published is still served."
        ) from error


@contextlib.contextmanager
def _kept_rejects(places: Places) -> Iterator[None]:
    """Where an error names rows, keep all of them in a file and say so."""
    try:
        yield
    except MindgapError as error:
        keep_rejected(places.own / "rejected", error)
        raise


class _Refresh:
    """One refresh under the region's lock."""

    def __init__(
        self,
        config: Config,
        region: Region,
        raw_dir: Path | None,
        choices: Choices,
        places: Places,
    ) -> None:
        self._config, self._region, self._raw_dir = config, region, raw_dir
        self._choices, self._places = choices, places
        self._digests = places.digests()
        self._started, self._clock = dt.datetime.now(dt.UTC), time.perf_counter()

    def run(self) -> tuple[Path, pd.DataFrame]:
        """Build, publish, keep the working tables, note what was done, delete what is too old."""
        places = self._places
        # Before the work: a file that changes meanwhile must make the next refresh run again.
        key = run_key(self._config, self._region, self._raw_dir, self._digests)
        before = _current(self._region.region_id)
        temporary = places.folder / f".{self._region.region_id}.{os.getpid()}.building"
        try:
            with Warehouse(temporary) as warehouse:
                path = self._build(warehouse)
                geometry = str(warehouse.read("out_region")["geometry_file"].iloc[0])
                counts = warehouse.row_counts()
                ledger = warehouse.read("core_issue")
                warehouse.checkpoint()
            temporary.replace(places.kept)
        finally:
            for left in temporary.parent.glob(temporary.name + "*"):
                with contextlib.suppress(OSError):  # the first error is the one to tell
                    remove(left)
        places.own.mkdir(parents=True, exist_ok=True)
        lists = write_rejects(places.own / "rejected", ledger)
        self._digests.remember()
        stamp_run(self._region.region_id, key, path, geometry)
        if before is not None and before != path and before.is_file():
            keep_changes(before, path)
        prune(places.published, self._choices.keep or self._config.publish.keep_snapshots)
        logs.event("rejected", told(lists) or "No row was refused or doubted.")
        took = round(time.perf_counter() - self._clock, 2)
        told_as = f"Published {path.name} in {took} s"
        logs.event("published", told_as, snapshot=path.name, seconds=took)
        return path, counts

    def _build(self, warehouse: Warehouse) -> Path:
        config, region, raw_dir = self._config, self._region, self._raw_dir
        steps = Steps(warehouse, None if self._choices.force else self._places.kept)
        build_layers(config, region, raw_dir, warehouse, steps, self._digests)
        inputs = warehouse.fingerprint("core_") + travel_digest(
            config, region, travel_folder(raw_dir), self._digests
        )
        method = config.method_hash(region)
        snapshot_id = snapshot_name(inputs, method, code_hash())
        steps.run("index", [snapshot_id], ["cfg_", "idx_", "out_"],
                  lambda: _index(config, region, raw_dir, warehouse, snapshot_id))  # fmt: skip
        warehouse.write(
            "out_run", self._about(snapshot_id, inputs, method, _origin(region, raw_dir, warehouse))
        )
        warehouse.write("snap_config", freeze(config, region))
        lineage = lineage_frame(config, region, raw_dir, warehouse, self._digests)
        warehouse.write("out_lineage", lineage)
        warehouse.write(STEP_TABLE, steps.table())
        warehouse.detach()
        if not self._choices.accept_smaller:
            write_previous(warehouse, _current(region.region_id))
        return publish(warehouse, home(), region.region_id, snapshot_id, config.withholding)

    def _about(self, snapshot_id: str, inputs: str, method: str, origin: str) -> pd.DataFrame:
        run = {
            "snapshot_id": snapshot_id,
            "region_id": self._region.region_id,
            "origin": origin,
            "started_at": self._started.isoformat(timespec="seconds"),
            "finished_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "duration_s": round(time.perf_counter() - self._clock, 2),
            "method_version": METHOD_VERSION,
            "input_hash": inputs,
            "config_hash": method,
            "versions": json.dumps(versions()),
        }
        return pd.DataFrame([run])


def _index(
    config: Config, region: Region, raw_dir: Path | None, warehouse: Warehouse, snapshot_id: str
) -> None:
    points, services = warehouse.read("core_demand_point"), warehouse.read("core_service")
    travel, _ = load_travel(config, region, travel_folder(raw_dir), points, services)
    build_index(config, region, warehouse, snapshot_id, travel)


def _origin(region: Region, raw_dir: Path | None, warehouse: Warehouse) -> str:
    """Return in a word where the figures came from."""
    if raw_dir is None:
        return "sample" if layers_dir(region) == sample_dir(region.region_id) else "files"
    return "web" if len(warehouse.read("raw_receipt")) else "raw"


def _current(region_id: str) -> Path | None:
    """Return the published snapshot; None where nothing is published yet."""
    try:
        return current_snapshot(home(), region_id)
    except SourceMissingError:
        return None


def check(
    config: Config,
    region: Region,
    raw_dir: Path | None,
    look: Callable[[Warehouse], None] | None = None,
) -> pd.DataFrame:
    """Build a region in memory and return the result of every check; publish nothing.

    Writes ``data/warehouse/<region>/quality.csv`` (what ``out_quality`` would hold) and, beside it,
    the lists of refused and doubtful rows.

    Parameters
    ----------
    look
        Called with what was built, before it is let go.

    Raises
    ------
    StorageError
        If the disk refuses.
    MindgapError
        As the stages tell.
    """
    places = Places(region.region_id)
    with _told_disk_errors(region.region_id), _kept_rejects(places), Warehouse() as warehouse:
        build_layers(config, region, raw_dir, warehouse)
        _index(config, region, raw_dir, warehouse, "check")
        write_previous(warehouse, _current(region.region_id))
        record_checks(warehouse, checks := run_checks(warehouse))
        places.own.mkdir(parents=True, exist_ok=True)
        quality = places.own / "quality.csv"
        write_whole(quality, warehouse.read("out_quality").to_csv(index=False))
        lists = write_rejects(places.own / "rejected", warehouse.read("core_issue"))
        logs.event("quality", f"What the checks found is in {quality}.", file=str(quality))
        logs.event("rejected", told(lists) or "No row was refused or doubted.")
        if look is not None:
            take_out(warehouse, config.withholding)
            warehouse.write("snap_config", freeze(config, region))
            look(warehouse)
        return checks


def code_hash() -> str:
    """Return a sha256 of the code that turns core tables into published ones.

    Part of the snapshot id, so that a change of method can never be published under an old name.
    """
    return code_digest("measures", "index", "travel", "withholding", "sql/out")


def snapshot_name(input_hash: str, method_hash: str, code: str) -> str:
    """Return the snapshot id: a hash of inputs, configuration, code and method version."""
    text = "\n".join((input_hash, method_hash, code, METHOD_VERSION))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
