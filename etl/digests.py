"""Hashes of what a refresh depends on: content of files, code, versions of libraries."""

import hashlib
import importlib.metadata
import json
import platform
import time
from pathlib import Path
from typing import Any

from etl.storage import write_whole

PACKAGES = ("duckdb", "geopandas", "numpy", "pandas", "pyogrio", "scipy", "shapely")
# A file changed this shortly before it was hashed may change again without its time moving on.
_SETTLED_S = 2.0


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's content as hexadecimal text."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def key_of(*parts: Any) -> str:
    """Return a sha256 of plain values (text, numbers, lists, dictionaries), order kept in lists."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def code_digest(*parts: str) -> str:
    """Return a sha256 of the Python and SQL files of this package, or of the `parts` named."""
    root = Path(__file__).parent
    files = [p for part in parts or ("",) for p in (root / part).rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(p for p in files if p.suffix in (".py", ".sql")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change a figure."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **found}


class FileDigests:
    """Hashes of files, remembered between runs by size, times and inode.

    A file whose size, modification time, change time and inode are those of last time is not read
    again. The change time is the system's own: no program that sets a file's date back can set it.

    Parameters
    ----------
    path
        Where they are remembered; None remembers nothing beyond this object.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[str, list[Any]] = {}
        self._changed = False
        if path is not None and path.is_file():
            try:
                self._known = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:  # an unreadable memory is no memory: everything is hashed again
                self._known = {}

    def sha256(self, path: Path) -> str:
        """Return the sha256 of a file's content.

        Raises
        ------
        OSError
            If it cannot be read.
        """
        name, stat = str(path.resolve()), path.stat()
        mark = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
        known = self._known.get(name)
        if known is not None and known[:4] == mark:
            return str(known[4])
        found = file_sha256(path)
        if time.time() - max(stat.st_mtime, stat.st_ctime) > _SETTLED_S:
            self._known[name] = [*mark, found]
            self._changed = True
        return found

    def content(self, path: Path) -> str:
        """Return a hash of a file and, for a shapefile, of the files that belong to it."""
        if path.suffix.lower() != ".shp":
            return self.sha256(path)
        parts = sorted(p for p in path.parent.glob(f"{path.stem}.*") if p.is_file())
        return key_of([[p.suffix, self.sha256(p)] for p in parts])

    def remember(self) -> None:
        """Write what is known to its file, if anything is new.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        if self._path is not None and self._changed:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(self._known, indent=0, sort_keys=True))
            self._changed = False
