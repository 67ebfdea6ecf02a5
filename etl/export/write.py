"""Write the files of an export, all or none, with a list of their checksums beside them."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from etl.errors import BadValueError, PublishError
from etl.export.content import Content
from etl.export.formats.csv_file import write_csv
from etl.export.formats.geojson import write_geojson
from etl.export.formats.geopackage import write_geopackage
from etl.export.formats.geoparquet import write_geoparquet
from etl.export.formats.package import write_package
from etl.export.formats.xlsx import write_xlsx
from etl.schema import ExportRules

Writer = Callable[[Content, Path, ExportRules], None]
WRITERS: dict[str, Writer] = {
    "csv": lambda content, path, _: write_csv(content, path),
    "xlsx": write_xlsx,
    "gpkg": lambda content, path, _: write_geopackage(content, path),
    "geojson": lambda content, path, _: write_geojson(content, path),
    "parquet": lambda content, path, _: write_geoparquet(content, path),
    "zip": write_package,
}
MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
CHECKSUMS = ".checksums.json"


def write_files(
    content: Content, rules: ExportRules, folder: Path, formats: Sequence[str]
) -> list[Path]:
    """Write the formats into `folder`, then their checksums; return the paths written.

    Everything is made in a hidden folder first and moved into place at the end: an export that
    fails leaves the folder as it was.

    Raises
    ------
    BadValueError
        If a format is not known.
    PublishError
        If the disk refuses.
    """
    if unknown := [name for name in formats if name not in WRITERS]:
        raise BadValueError(f"--format {', '.join(unknown)}: known are {', '.join(WRITERS)}.")
    building = folder / f".{content.stem}.{os.getpid()}.building"
    existed = folder.exists()
    try:
        building.mkdir(parents=True)
        made = [building / f"{content.stem}.{name}" for name in dict.fromkeys(formats)]
        for path in made:
            WRITERS[path.suffix[1:]](content, path, rules)
        made.append(_write_checksums(content, made, building))
        for path in made:
            path.replace(folder / path.name)
    except OSError as error:
        raise PublishError(f"The export was not written to {folder}: {error}.") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
        if not existed:
            with contextlib.suppress(OSError):  # only an empty folder is taken away again
                folder.rmdir()
    return [folder / path.name for path in made]


def file_bytes(content: Content, rules: ExportRules, name: str) -> bytes:
    """Return the bytes of one format, the same that `write_files` writes."""
    with tempfile.TemporaryDirectory() as folder:
        return write_files(content, rules, Path(folder), [name])[0].read_bytes()


def _write_checksums(content: Content, made: Sequence[Path], folder: Path) -> Path:
    files = {
        path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)} for path in made
    }
    kept = ("region_id", "snapshot_id", "method_version", "citation")
    path = folder / f"{content.stem}{CHECKSUMS}"
    about = {**{k: content.about[k] for k in kept}, "files": files}
    path.write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
