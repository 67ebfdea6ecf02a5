"""Opening packed files from strangers: size, names and kinds are checked before a byte is used.

Shared by the stages that read files a publisher or a user gave. Refused: names that lead outside
the archive, links, encrypted members, archives inside archives, and contents far larger than what
was packed (a "zip bomb").
"""

import fnmatch
import gzip
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from etl.errors import SourceChangedError

# Computing limits, not method: far above any source we know, far below what hurts a laptop.
MAX_FILE_BYTES = 512 * 2**20
MAX_TOTAL_BYTES = 1024 * 2**20
MAX_FILES = 20_000
MAX_RATIO = 250  # plain text packs to about a tenth; sheets of one repeated figure to a sixtieth
RATIO_FROM_BYTES = 16 * 2**20  # small members may pack to nothing
PACKED = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst")
# All that the three libraries raise for spoiled archives, as the fuzzer found them.
BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, struct.error, EOFError,
    OSError, ValueError, IndexError, KeyError, OverflowError, RuntimeError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold, in bytes after unpacking."""

    file_bytes: int = MAX_FILE_BYTES
    total_bytes: int = MAX_TOTAL_BYTES
    files: int = MAX_FILES


def read_members(
    path: Path, pattern: str, label: str, limits: Limits | None = None
) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of each file in `path` that matches `pattern`, in name order.

    Plain files give themselves; ``.gz`` one member; ``.zip`` and ``.tar.gz`` those that match.

    Parameters
    ----------
    label
        What the messages call the file.

    Raises
    ------
    SourceChangedError
        The archive cannot be read, or holds something that is refused.
    """
    try:
        return sorted(_members(path, pattern, label, limits or Limits()))
    except BROKEN as error:
        raise SourceChangedError(
            f"{label} cannot be unpacked ({error}). Fetch it again."
        ) from error


def unpack_zip(path: Path, folder: Path, label: str, limits: Limits | None = None) -> list[Path]:
    """Write every file of a zip into `folder`, flat below its own folders; return their paths.

    Raises
    ------
    SourceChangedError
        As `read_members`.
    """
    written = []
    try:
        for name, data in _zipped(path, "*", label, limits or Limits()):
            target = folder / PurePosixPath(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(target)
    except BROKEN as error:
        raise SourceChangedError(
            f"{label} cannot be unpacked ({error}). Fetch it again."
        ) from error
    except (OSError, ValueError) as error:  # a name this file system cannot hold
        raise SourceChangedError(f"{label}: a member cannot be written: {error}") from error
    return sorted(written)


def _members(path: Path, pattern: str, label: str, limits: Limits) -> Iterator[tuple[str, bytes]]:
    name = path.name.lower()
    if name.endswith((".tar.gz", ".tgz")):
        yield from _tarred(path, pattern, label, limits)
    elif name.endswith(".zip"):
        yield from _zipped(path, pattern, label, limits)
    elif name.endswith(".gz"):
        with gzip.open(path) as packed:
            data = packed.read(limits.file_bytes + 1)
        _check_size(label, path.stem, len(data), path.stat().st_size, limits)
        _refuse_nested(label, path.stem)
        yield path.stem, data
    else:
        yield path.name, path.read_bytes()


def _tarred(path: Path, pattern: str, label: str, limits: Limits) -> Iterator[tuple[str, bytes]]:
    total = number = 0
    with tarfile.open(path) as archive:
        for item in archive:
            total, number = total + max(item.size, 0), number + 1
            _check_total(label, total, number, limits)
            if item.isdir() or not fnmatch.fnmatch(item.name, pattern):
                continue
            _refuse_name(label, item.name)
            if not item.isreg():
                raise SourceChangedError(f"{label}: {item.name!r} is a link or device, no file")
            _check_size(label, item.name, item.size, None, limits)
            _refuse_nested(label, item.name)
            handle = archive.extractfile(item)
            yield item.name, handle.read() if handle else b""


def _zipped(path: Path, pattern: str, label: str, limits: Limits) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as bundle:
        wanted = [
            e for e in bundle.infolist() if not e.is_dir() and fnmatch.fnmatch(e.filename, pattern)
        ]
        check_entries(wanted, label, limits)
        for entry in wanted:
            yield entry.filename, bundle.read(entry)


def check_entries(
    entries: Iterable[zipfile.ZipInfo], label: str, limits: Limits, *, nested: bool = False
) -> None:
    """Refuse a zip by its list of entries: names, links, encryption, archives within, sizes.

    Parameters
    ----------
    nested
        Archives inside are of no concern (the parts of a workbook).

    Raises
    ------
    SourceChangedError
        Naming the entry.
    """
    total = 0
    for number, entry in enumerate(entries, start=1):
        name = entry.filename
        _refuse_name(label, name)
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise SourceChangedError(f"{label}: {name!r} is a link, no file")
        if entry.flag_bits & 0x1:
            raise SourceChangedError(
                f"{label}: {name!r} is encrypted. Unpack it with its password and give the file."
            )
        if not nested:
            _refuse_nested(label, name)
        _check_size(label, name, entry.file_size, entry.compress_size, limits)
        total += entry.file_size
        _check_total(label, total, number, limits)


def _refuse_name(label: str, name: str) -> None:
    """Refuse a name that climbs out of the archive, on any system."""
    inner = PurePosixPath(name.replace("\\", "/"))
    drive = len(name) > 1 and name[1] == ":"
    if inner.is_absolute() or ".." in inner.parts or drive or "\0" in name:
        raise SourceChangedError(f"{label} holds {name!r}, which leads outside the archive")


def _refuse_nested(label: str, name: str) -> None:
    if name.lower().endswith(PACKED):
        raise SourceChangedError(
            f"{label}: {name!r} is an archive inside an archive. Unpack it and give the file."
        )


def _check_size(label: str, name: str, size: int, packed: int | None, limits: Limits) -> None:
    if size > limits.file_bytes:
        raise SourceChangedError(
            f"{label}: {name!r} unpacks to more than {limits.file_bytes >> 20} MiB"
        )
    if packed is not None and size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1):
        raise SourceChangedError(
            f"{label}: {name!r} unpacks to more than {MAX_RATIO} times its packed size; a file "
            "made to fill the disk looks like this"
        )


def _check_total(label: str, total: int, number: int, limits: Limits) -> None:
    if total > limits.total_bytes:
        raise SourceChangedError(
            f"{label} unpacks to more than {limits.total_bytes >> 20} MiB in all"
        )
    if number > limits.files:
        raise SourceChangedError(f"{label} holds more than {limits.files:,} files")
