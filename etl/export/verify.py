"""Check exported files against their checksums, and find which snapshot they came from."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import SourceChangedError, SourceMissingError, examples
from etl.export.formats.package import DESCRIPTOR
from etl.export.write import CHECKSUMS


@dataclass(frozen=True)
class Origin:
    """Where a checked file came from, and how many files were checked."""

    region_id: str
    snapshot_id: str
    n_files: int


def verify(path: Path) -> Origin:
    """Check a data package, a list of checksums with all its files, or one file listed beside it.

    Raises
    ------
    SourceMissingError
        If the file, or a list that names it, is not there.
    SourceChangedError
        If a file differs from its checksum, is missing or was added; names each.
    """
    if not path.is_file():
        raise SourceMissingError(f"There is no file {path}.")
    if path.name.endswith(CHECKSUMS):
        return _listed(path, None)
    lists = [one for one in sorted(path.parent.glob(f"*{CHECKSUMS}")) if path.name in _files(one)]
    if path.suffix == ".zip":
        for one in lists:
            _listed(one, path.name)
        return _package(path)
    if not lists:
        raise SourceMissingError(
            f"No list of checksums beside {path.name} names it. Keep the file that ends in "
            f"{CHECKSUMS} and was written with it in the same folder; a zip carries its own."
        )
    return next(_listed(one, path.name) for one in lists)


def _package(path: Path) -> Origin:
    try:
        with zipfile.ZipFile(path) as package:
            names = [info.filename for info in package.infolist()]
            found = {name: package.read(name) for name in names}
        about = json.loads(found[DESCRIPTOR])
        origin = about["mindgap"]
        sums = {one["path"]: str(one["hash"]) for one in about["resources"]}
        region, snapshot = str(origin["region_id"]), str(origin["snapshot_id"])
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, NotImplementedError) as error:
        raise SourceChangedError(
            f"{path.name} is no data package of ours, or is damaged ({error}). Export it again."
        ) from error
    wrong = [f"{name}: missing" for name in sums if name not in found]
    wrong += [f"{name}: added" for name in found if name not in sums and name != DESCRIPTOR]
    wrong += [f"{name}: twice" for name in sorted({n for n in names if names.count(n) > 1})]
    wrong += [
        f"{name}: differs"
        for name, known in sums.items()
        if name in found and f"sha256:{hashlib.sha256(found[name]).hexdigest()}" != known
    ]
    _refuse(path, wrong)
    return Origin(region, snapshot, len(sums))


def _files(path: Path) -> Mapping[str, Any]:
    files = _read(path).get("files")
    return files if isinstance(files, dict) else {}


def _read(path: Path) -> Mapping[str, Any]:
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SourceChangedError(f"{path.name} is damaged ({error}). Export again.") from error
    return about if isinstance(about, dict) else {}


def _listed(path: Path, only: str | None) -> Origin:
    about, files = _read(path), _files(path)
    if not files or not {"region_id", "snapshot_id"} <= set(about):
        raise SourceChangedError(f"{path.name} is no list of checksums of ours. Export again.")
    wrong = []
    names = [only] if only else sorted(files)
    for name in names:
        beside = path.parent / Path(name).name  # a list names files beside it, nowhere else
        if not beside.is_file():
            wrong.append(f"{name}: missing")
        elif hashlib.sha256(beside.read_bytes()).hexdigest() != files[name].get("sha256"):
            wrong.append(f"{name}: differs")
    _refuse(path, wrong)
    return Origin(str(about["region_id"]), str(about["snapshot_id"]), len(names))


def _refuse(path: Path, wrong: list[str]) -> None:
    if wrong:
        raise SourceChangedError(
            f"{path.name}: {len(wrong)} file(s) are not as they were exported: {examples(wrong)}. "
            "Do not use them; export again."
        )
