"""A receipt beside every fetched file: from where, when, and exactly which bytes."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

SUFFIX = ".receipt.json"


@dataclass(frozen=True)
class Receipt:
    """What is known of a fetched file.

    Attributes
    ----------
    url : the address, secrets removed
    retrieved : when these bytes first came (ISO 8601, UTC); the same bytes again do not move it
    checked : when the server last said they are still current
    sha256, bytes : of the file as stored
    etag, last_modified : what the server calls this version; empty where it does not say
    requests : how many answers the file was put together from
    about : what else the publisher states, such as a licence or the number of records
    """

    url: str
    retrieved: str
    checked: str
    sha256: str
    bytes: int
    etag: str = ""
    last_modified: str = ""
    requests: int = 1
    about: dict[str, str] = field(default_factory=dict)


def receipt_path(path: Path) -> Path:
    """Return where the receipt of `path` is."""
    return path.with_name(path.name + SUFFIX)


def read_receipt(path: Path) -> Receipt | None:
    """Return the receipt of `path` if there is one and the file is still the one it describes."""
    try:
        receipt = Receipt(**json.loads(receipt_path(path).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # none, or torn: fetch again
        return None
    if not path.is_file() or path.stat().st_size != receipt.bytes:
        return None
    return receipt if file_sha256(path) == receipt.sha256 else None


def store(building: Path, path: Path, receipt: Receipt) -> Receipt:
    """Move `building` to `path` and write its receipt; both appear whole or not at all.

    A kill between the two leaves a receipt that does not fit its file, which is as good as none.
    """
    before = read_receipt(path)
    if before is not None and (before.sha256, before.url) == (receipt.sha256, receipt.url):
        receipt = replace(receipt, retrieved=before.retrieved)
    with building.open("rb+") as handle:
        os.fsync(handle.fileno())
    building.replace(path)
    write_receipt(path, receipt)
    return receipt


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write the receipt of `path`, replacing the one before in one step."""
    target = receipt_path(path)
    building = target.with_name(f".{target.name}.building")
    building.write_text(json.dumps(asdict(receipt), indent=1, sort_keys=True), encoding="utf-8")
    building.replace(target)


def forget(path: Path) -> None:
    """Remove a fetched file and its receipt."""
    receipt_path(path).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file as hexadecimal text."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
