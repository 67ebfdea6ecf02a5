"""Is what arrived what was asked for? A web page is no table, half a file is no file."""

import gzip
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

Content = Literal["csv", "json", "zip", "excel", "tif", "gzip", "any"]
BOM = b"\xef\xbb\xbf"
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HEAD = 4096
CHUNK = 1 << 16


def fault(path: Path, expected: Content) -> str | None:
    """Return what is wrong with a fetched file, or None if it can be what was expected."""
    with path.open("rb") as handle:
        head = handle.read(HEAD).removeprefix(BOM).lstrip()
    if not head:
        return "the answer is empty"
    if expected != "any" and re.match(rb"<!doctype html|<html|<\?xml|<head|<body", head, re.I):
        return f"a web page came instead of {expected}{_title(head)}"
    if expected in CHECKS:
        return CHECKS[expected](path, head)
    return None


def _title(head: bytes) -> str:
    found = re.search(rb"<(title|h1)[^>]*>([^<]{1,120})", head, re.I)
    return f" (it says: {found[2].decode('utf-8', 'replace').strip()!r})" if found else ""


def _csv(path: Path, head: bytes) -> str | None:
    if b"\0" in head:
        return "it holds bytes that no table of text holds"
    if head.startswith((b"{", b"[")):
        return "JSON came instead of a table of text"
    return None if b"\n" in head or b"\r" in head else "it is one line, not a table"


def _json(path: Path, head: bytes) -> str | None:
    try:
        json.loads(path.read_bytes())
    except ValueError as error:
        return f"it is not readable as JSON ({error})"
    return None


def _zip(path: Path, head: bytes) -> str | None:
    return None if zipfile.is_zipfile(path) else "it is not a whole zip archive"


def _excel(path: Path, head: bytes) -> str | None:
    if head.startswith(OLD_EXCEL) or zipfile.is_zipfile(path):
        return None
    return "it is not a whole Excel workbook"


def _tif(path: Path, head: bytes) -> str | None:
    return None if head.startswith(TIFF) else "it is not a TIFF raster"


def _gzip(path: Path, head: bytes) -> str | None:
    return None if head.startswith(b"\x1f\x8b") else "it is not a gzip file"


CHECKS: dict[Content, Callable[[Path, bytes], str | None]] = {
    "csv": _csv,
    "json": _json,
    "zip": _zip,
    "excel": _excel,
    "tif": _tif,
    "gzip": _gzip,
}


def unpack(packed: Path, encoding: str, limit: int) -> None:
    """Undo the ``Content-Encoding`` of a body in place.

    Raises
    ------
    ValueError
        The encoding is not gzip or deflate, the body is broken, or it unpacks beyond `limit` bytes.
    """
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ValueError(f"it is packed as {encoding!r}, which was not asked for")
    plain = packed.with_name(packed.name + ".plain")
    try:
        with packed.open("rb") as source, plain.open("wb") as target:
            _inflate(source, target, encoding, limit)
        plain.replace(packed)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"it is packed as {encoding} and cannot be unpacked ({error})") from error
    finally:
        plain.unlink(missing_ok=True)


def _inflate(source: Any, target: Any, encoding: str, limit: int) -> None:
    if encoding == "deflate":
        machine, size = zlib.decompressobj(), 0
        while chunk := source.read(CHUNK):
            while chunk:
                size += target.write(machine.decompress(chunk, CHUNK))
                _refuse_bomb(size, limit)
                chunk = machine.unconsumed_tail
        if not machine.eof:
            raise EOFError("it ends too early")
        return
    size = 0
    with gzip.open(source) as unpacked:
        while chunk := unpacked.read(CHUNK):
            size += target.write(chunk)
            _refuse_bomb(size, limit)


def _refuse_bomb(size: int, limit: int) -> None:
    if size > limit:
        raise ValueError(f"it unpacks to more than {limit:,} bytes")
