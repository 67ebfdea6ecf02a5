"""Finding a raw file, proving it is the one declared, and opening it whatever it is packed in."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

from etl.archives import Limits, read_members
from etl.digests import file_sha256
from etl.errors import SourceChangedError, SourceMissingError
from etl.schema import Source

MAX_UNPACKED_BYTES = 512 * 2**20  # far above any declared source; stops a zip bomb


def locate(source: Source, raw_dir: Path, sha256: Callable[[Path], str] = file_sha256) -> Path:
    """Return the path of a source's file under `raw_dir`, checked against its sha256.

    Parameters
    ----------
    sha256
        Hashes a file; one that remembers saves reading it again.

    Raises
    ------
    SourceMissingError
        If the file is not there.
    SourceChangedError
        If its checksum is not the declared one.
    """
    path = raw_dir / source.path
    if not path.is_file():
        raise SourceMissingError(
            f"{source.source_id}: no file {source.path!r} in {raw_dir}. Download it from "
            f"{source.url} or point --raw-dir at the folder that holds it."
        )
    if source.sha256 is not None:
        found = sha256(path)
        if found != source.sha256:
            raise SourceChangedError(
                f"{source.source_id}: {source.path} has sha256 {found}, but "
                f"config/sources/{source.source_id}.yaml declares {source.sha256}. If the "
                "publisher issued a new version, review it, then update sha256 and vintage there; "
                "otherwise fetch the file again."
            )
    return path


def members(source: Source, path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file in `path` that matches the source's ``member`` pattern.

    Plain files yield themselves; ``.gz`` one member; ``.zip`` and ``.tar.gz`` those that match, in
    name order. What is refused is told in `etl.archives`.

    Raises
    ------
    SourceChangedError
        If nothing matches, an archive cannot be read, or it unpacks to an unreasonable size.
    """
    limits = Limits(file_bytes=MAX_UNPACKED_BYTES)
    label = f"{source.source_id}: {source.path}"
    found = read_members(path, source.member or "*", label, limits)
    if not found:
        raise SourceChangedError(f"{label} holds no file like {source.member!r}")
    yield from found


def decode(source: Source, name: str, data: bytes) -> io.StringIO:
    """Return text decoded as declared, byte-order mark removed.

    UTF-7 is decoded cell by cell by the reader: there a comma or quote inside a field is itself
    encoded, so decoding before splitting would tear rows apart.

    Raises
    ------
    SourceChangedError
        Naming the byte and row where the declared encoding fails.
    """
    encoding = {"utf-8": "utf-8-sig", "utf-7": "ascii"}.get(source.encoding, source.encoding)
    try:
        return io.StringIO(data.decode(encoding), newline="")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise SourceChangedError(
            f"{source.source_id}: {name}, row {row}: byte 0x{data[error.start]:02x} is not "
            f"{source.encoding}. Set `encoding` in config/sources/{source.source_id}.yaml "
            "(cp1252 and latin-1 are common)."
        ) from error
