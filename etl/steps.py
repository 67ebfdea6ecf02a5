"""What need not be done again: a whole refresh, or a step of it, whose inputs hash the same.

Every key holds the hash of the whole package's code and of its libraries' versions: a change of
code redoes everything. That costs a developer a minute and spares everyone a stale figure.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl import logs
from etl.config import Config, home
from etl.digests import FileDigests, code_digest, key_of, versions
from etl.inputs import input_files, sources_of
from etl.schema import Region
from etl.storage import leftovers, write_whole

if TYPE_CHECKING:
    import pandas as pd

    from etl.warehouse import Warehouse

STEP_TABLE = "step"


@dataclass(frozen=True)
class Places:
    """Where the working files of one region are."""

    region_id: str

    @property
    def folder(self) -> Path:
        """Folder of all regions' working tables."""
        return home() / "data" / "warehouse"

    @property
    def kept(self) -> Path:
        """Working tables of the last refresh that was published."""
        return self.folder / f"{self.region_id}.duckdb"

    @property
    def own(self) -> Path:
        """Folder of the region's small files: hashes, stamp, quality, rejected rows."""
        return self.folder / self.region_id

    @property
    def published(self) -> Path:
        """Folder of the region's snapshots."""
        return home() / "data" / "published" / self.region_id

    def digests(self) -> FileDigests:
        """Return the remembered hashes of the region's input files."""
        return FileDigests(self.own / "hashes.json")

    def leftovers(self) -> list[Path]:
        """Return what killed refreshes of this region left half written."""
        found = list(leftovers(self.folder, f"{self.region_id}."))
        for folder in (self.own, self.own / "rejected", self.published, self.published / "geo"):
            found += leftovers(folder)
        return found


def run_key(
    config: Config, region: Region, raw_dir: Path | None, digests: FileDigests
) -> str | None:
    """Return a hash of everything a refresh depends on; None where an input file is absent."""
    files = input_files(config, region, raw_dir)
    if not all(path.is_file() for path in files.values()):
        return None
    used = sources_of(region)
    return key_of(
        "sample" if raw_dir is None else "raw",
        {name: digests.content(path) for name, path in files.items()},
        config.method_hash(region),
        [config.sources[name].model_dump(mode="json") for name in used],
        [config.corrections[n].model_dump(mode="json") for n in used if n in config.corrections],
        config.publish.model_dump(mode="json"),
        {k: v.model_dump(mode="json") for k, v in region.anchors.items()},
        code_digest(),
        versions(),
    )


def up_to_date(config: Config, region: Region, raw_dir: Path | None) -> Path | None:
    """Return the published snapshot if a refresh now would make it again, else None.

    True only if nothing that the snapshot depends on has changed, the snapshot and its geometry are
    there, ``CURRENT`` names it, and no killed refresh left anything to clean up.
    """
    places = Places(region.region_id)
    stamp = places.own / "stamp.json"
    if not stamp.is_file() or places.leftovers():
        return None
    try:
        told = json.loads(stamp.read_text(encoding="utf-8"))
        snapshot, geometry, key = told["snapshot"], told["geometry"], told["key"]
    except (ValueError, KeyError, TypeError):  # an unreadable stamp proves nothing: do the work
        return None
    pointer, path = places.published / "CURRENT", places.published / snapshot
    current = pointer.is_file() and pointer.read_text(encoding="utf-8").strip() == snapshot
    if not (current and path.is_file() and (places.published / "geo" / geometry).is_file()):
        return None
    digests = places.digests()
    same = run_key(config, region, raw_dir, digests) == key
    return path if same else None


def stamp_run(region_id: str, key: str | None, snapshot: Path, geometry: str) -> None:
    """Note what the published snapshot was made from, for `up_to_date`.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    text = json.dumps({"key": key, "snapshot": snapshot.name, "geometry": geometry}, indent=1)
    write_whole(Places(region_id).own / "stamp.json", text + "\n")


class Steps:
    """Runs the steps of a refresh, or takes their tables from the last one where nothing changed.

    Parameters
    ----------
    warehouse
        Where the tables of this refresh go.
    previous
        Working tables of the last published refresh, if there are any.
    """

    def __init__(self, warehouse: "Warehouse", previous: Path | None = None) -> None:
        self._warehouse = warehouse
        self._done: list[dict[str, Any]] = []
        self._known: dict[str, str] = {}
        self._common = [code_digest(), versions()]
        if previous is not None and previous.is_file():
            self._open(previous)

    def _open(self, previous: Path) -> None:
        try:
            self._warehouse.attach(previous)
            if STEP_TABLE in self._warehouse.attached_tables():
                known = self._warehouse.read_attached(STEP_TABLE)
                self._known = dict(zip(known["step"], known["step_key"], strict=True))
        except OSError as error:
            logs.event(
                "step", f"The working tables of the last refresh cannot be read ({error}): "
                "everything is done again.", step="reuse", level=30,
            )  # fmt: skip

    def run(self, name: str, key: list[Any], tables: list[str], build: Callable[[], None]) -> bool:
        """Do a step, or take over its tables; return whether it was done.

        Parameters
        ----------
        key
            Plain values that the step's outcome depends on, besides code and libraries.
        tables
            Names of the tables it makes; a name that ends in ``_`` stands for all that begin so.
        """
        clock = time.perf_counter()
        full = key_of(name, key, self._common)
        taken = self._adopt(name, tables) if self._known.get(name) == full else []
        if not taken:
            build()
        seconds = time.perf_counter() - clock
        self._done.append({"step": name, "step_key": full, "seconds": round(seconds, 3),
                           "reused": bool(taken)})  # fmt: skip
        words = "unchanged, taken from the last refresh" if taken else "done"
        logs.event("step", words, step=name, seconds=round(seconds, 3), level=10)
        return not taken

    def _adopt(self, name: str, tables: list[str]) -> list[str]:
        try:
            return self._warehouse.adopt(tables)
        except OSError as error:
            logs.event(
                "step", f"its tables of the last refresh cannot be read ({error}): it is done "
                "again", step=name, level=30,
            )  # fmt: skip
            return []

    def keys(self, prefix: str) -> dict[str, str]:
        """Return the keys of the steps so far whose names start with `prefix`."""
        return {s["step"]: s["step_key"] for s in self._done if s["step"].startswith(prefix)}

    def table(self) -> "pd.DataFrame":
        """Return the steps in order: ``step``, ``step_key``, ``seconds``, ``reused``."""
        import pandas as pd  # late: `up_to_date` must not wait for it

        return pd.DataFrame(self._done, columns=["step", "step_key", "seconds", "reused"])
