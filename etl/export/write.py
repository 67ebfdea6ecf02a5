"""Write the files of an export, all or none, with a list of their checksums beside them."""

import contextlib
import hashlib
import json
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
    existed, building = folder.exists(), folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
        made = [building / f"{content.stem}.{name}" for name in dict.fromkeys(formats)]
        for path in made:
            WRITERS[path.suffix[1:]](content, path, rules)
        made.append(_write_checksums(content, made, building, folder))
        for path in made:
            path.replace(folder / path.name)
    except OSError as error:
        raise PublishError(f"The export was not written to {folder}: {error}.") from error
    finally:
        if building != folder:
            shutil.rmtree(building, ignore_errors=True)
        if not existed:
            with contextlib.suppress(OSError):  # only an empty folder is taken away again
                folder.rmdir()
    return [folder / path.name for path in made]


def file_bytes(content: Content, rules: ExportRules, name: str) -> bytes:
    """Return the bytes of one format, the same that `write_files` writes."""
    with tempfile.TemporaryDirectory() as folder:
        return write_files(content, rules, Path(folder), [name])[0].read_bytes()


def _write_checksums(content: Content, made: Sequence[Path], building: Path, folder: Path) -> Path:
    name = f"{content.stem}{CHECKSUMS}"
    # Formats exported earlier from the same snapshot with the same choices stay listed.
    files = _listed_before(folder / name)
    files |= {path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)} for path in made}
    kept = ("region_id", "snapshot_id", "method_version", "citation")
    about = {**{k: content.about[k] for k in kept}, "files": dict(sorted(files.items()))}
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    (building / name).write_text(text, encoding="utf-8", newline="\n")
    return building / name


def _listed_before(path: Path) -> dict[str, object]:
    """Return the files that an earlier list names and that are still there; none if unreadable."""
    if not path.is_file():
        return {}
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {str(k): v for k, v in files.items() if (path.parent / Path(k).name).is_file()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}  # it is replaced by a whole one


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
