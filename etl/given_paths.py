"""Paths that a user or a configuration file gave: plain files only, never addresses.

The library that reads maps (GDAL) takes many things for a path: ``/vsicurl/http://...`` fetches
from the network, ``PG:`` opens a database, and a small text file (``.vrt``, XML) may name any of
them. A map file must be a plain file of a kind we know by its first bytes.
"""

import re
from pathlib import Path

from etl.errors import BadValueError, SourceChangedError

VIRTUAL = re.compile(r"^\s*(/+vsi|\\+vsi|[<{]|[a-z][a-z0-9+._-]+:)", re.IGNORECASE)
DRIVE = re.compile(r"^[a-z]:[\\/]", re.IGNORECASE)
# The first bytes of each kind of map file that is read; GDAL chooses its reader by content, so a
# name alone says nothing.
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".topojson": (b"{",),
    ".gpkg": (b"SQLite format 3\0",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".tif": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    ".tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    ".zip": (b"PK\x03\x04", b"PK\x05\x06"),
}


def is_virtual(text: str) -> bool:
    """Tell whether a text names something other than a plain file.

    Examples
    --------
    >>> [is_virtual(t) for t in ("us/a.csv", "/vsicurl/http://x/a.csv", "PG:dbname=x", "s3://b/a")]
    [False, True, True, True]
    """
    return bool(VIRTUAL.match(text)) and not DRIVE.match(text)


def plain_file(path: Path | str, what: str) -> Path:
    """Return `path` if it is a plain file that is there.

    Parameters
    ----------
    what
        What the path stands for, such as ``--districts``.

    Raises
    ------
    BadValueError
        An address or virtual path, a folder, or no file at all.
    """
    text = str(path)
    if is_virtual(text) or "\0" in text:
        raise BadValueError(
            f"{what}: {text!r} is an address or a virtual path. Only files on this machine are "
            "read: download it and give the file."
        )
    found = Path(text)
    try:
        there = found.is_file()
    except OSError as error:
        raise BadValueError(f"{what}: {text!r} cannot be used as a path ({error})") from error
    if not there:
        kind = "is a folder" if found.is_dir() else "does not exist"
        raise BadValueError(f"{what}: {text!r} {kind}. Give a file.")
    return found


def check_signature(path: Path, label: str) -> None:
    """Refuse a map file whose first bytes are not those of its kind.

    Raises
    ------
    SourceChangedError
        The kind is not read here, or the content is of another kind than the name says.
    """
    suffix = path.suffix.lower()
    if suffix not in SIGNATURES:
        raise SourceChangedError(
            f"{label}: {suffix or 'a file without ending'} is not read as a map. Known: "
            f"{', '.join(sorted(SIGNATURES))}."
        )
    with path.open("rb") as handle:
        start = handle.read(256).removeprefix(b"\xef\xbb\xbf")
    if SIGNATURES[suffix] == (b"{",):
        start = start.lstrip()
    if not start.startswith(SIGNATURES[suffix]):
        raise SourceChangedError(
            f"{label} is named {suffix} but is not such a file (it begins with {start[:12]!r}). "
            "Save it again in that format, or fetch it again."
        )
