"""Write the files of an export, all or none, with a list of their checksums beside them."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from etl.errors import PublishError
from etl.export.content import Content
from etl.export.formats.csv_file import write_csv
from etl.export.formats.geojson import write_geojson
from etl.export.formats.geopackage import write_geopackage
from etl.export.formats.geoparquet import write_geoparquet
from etl.export.formats.package import write_package
from etl.export.formats.xlsx import write_xlsx
from etl.export.translated import rules_in
from etl.schema import ExportRules
from etl.storage import all_or_none

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
    content: Content,
    rules: ExportRules,
    folder: Path,
    formats: Sequence[str],
    documents: Iterable[tuple[str, bytes]] = (),
) -> list[Path]:
    """Write the formats (of `WRITERS`) and documents into `folder`, then their checksums.

    Everything is made in a hidden folder first and moved into place at the end: an export that
    fails leaves the folder as it was. Returns the paths written, the checksums last.

    Raises
    ------
    PublishError
        If the disk refuses.
    """
    rules = rules_in(content.options.language, rules)
    try:
        with all_or_none(folder) as room:
            for name in dict.fromkeys(formats):
                WRITERS[name](content, room / f"{content.stem}.{name}", rules)
            for name, data in documents:
                (room / name).write_bytes(data)
            made = sorted(room.iterdir(), key=lambda path: _place(path, content.stem, formats))
            made.append(_write_checksums(content, made, room, folder))
    except OSError as error:
        raise PublishError(f"The export was not written to {folder}: {error}.") from error
    return [folder / path.name for path in made]


def _place(path: Path, stem: str, formats: Sequence[str]) -> tuple[int, bool, str]:
    """Order files as their formats were asked for, the main file of a format first."""
    name = path.suffix[1:]
    asked = formats.index(name) if name in formats else len(formats)
    return asked, path.stem != stem, path.name


def file_bytes(content: Content, rules: ExportRules, name: str) -> bytes:
    """Return the bytes of one format, the same that `write_files` writes."""
    with tempfile.TemporaryDirectory() as folder:
        return write_files(content, rules, Path(folder), [name])[0].read_bytes()


def _write_checksums(content: Content, made: Sequence[Path], room: Path, folder: Path) -> Path:
    name = f"{content.stem}{CHECKSUMS}"
    # Formats exported earlier from the same snapshot with the same choices stay listed.
    files = _listed_before(folder / name)
    files |= {path.name: {"bytes": path.stat().st_size, "sha256": _sha256(path)} for path in made}
    kept = ("region_id", "snapshot_id", "method_version", "citation")
    about = {**{k: content.about[k] for k in kept}, "files": dict(sorted(files.items()))}
    text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    (room / name).write_text(text, encoding="utf-8", newline="\n")
    return room / name


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
