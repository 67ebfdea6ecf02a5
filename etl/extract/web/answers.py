"""Judging an answer: its status and headers before the body is read, and the whole file after."""

import datetime as dt
from pathlib import Path

import requests

from etl.extract.web import content
from etl.extract.web.partial import Partial
from etl.extract.web.receipts import Receipt, file_sha256, store
from etl.extract.web.waiting import Passing
from etl.extract.web.wanted import RETRY_STATUS, Wanted


def packing(response: requests.Response) -> str:
    """Return how a body is packed for the journey; empty if it is not."""
    named = response.headers.get("Content-Encoding", "").strip().lower()
    return "" if named == "identity" else named


def prepare(
    wanted: Wanted, partial: Partial, response: requests.Response, now: dt.datetime
) -> None:
    """Judge status and headers, and make the partial file fit what is about to come.

    Raises
    ------
    Passing
        Asking again may help.
    DownloadError
        It will not: refused, gone, too large.
    """
    status, headers = response.status_code, response.headers
    if status in RETRY_STATUS:
        said = f"the server answered {status} {response.reason}".rstrip()
        raise Passing(said, headers.get("Retry-After"), now)
    if status == 416 and partial.size:
        partial.discard()
        raise Passing("the server no longer has the rest of the file")
    if status == 206 and partial.size:
        if partial.continues(headers.get("Content-Range", ""), headers.get("ETag", "")):
            return
        partial.discard()
        raise Passing("the server went on with another version of the file")
    if status != 200:
        raise wanted.status(status, response.reason or "")
    length = headers.get("Content-Length", "")
    total = int(length) if length.isdigit() else None
    if total is not None and total > wanted.max_bytes:
        raise wanted.too_large(total)
    etag, changed = headers.get("ETag", ""), headers.get("Last-Modified", "")
    partial.restart(etag, changed, total, bool(packing(response)))


def accept(wanted: Wanted, partial: Partial, into: Path, packed: str, moment: str) -> Receipt:
    """Judge the whole file and move it to its place, with its receipt.

    Raises
    ------
    DownloadContentError
        It cannot be unpacked, is not what was asked for, or has another checksum.
    """
    path = partial.path
    if packed:
        try:
            content.unpack(path, packed, wanted.max_bytes)
        except ValueError as error:
            raise wanted.wrong(str(error)) from None
    if (fault := content.fault(path, wanted.content)) is not None:
        key = wanted.credential
        raise wanted.wrong(fault, f"The key in {key.env} may be wrong." if key else "")
    _hide(wanted, path)
    digest = file_sha256(path)
    if wanted.sha256 not in (None, digest):
        raise wanted.checksum(digest)
    receipt = Receipt(
        url=wanted.address,
        retrieved=moment,
        checked=moment,
        sha256=digest,
        bytes=path.stat().st_size,
        etag=partial.etag,
        last_modified=partial.last_modified,
    )
    receipt = store(path, into, receipt)
    partial.finish()
    return receipt


def _hide(wanted: Wanted, path: Path) -> None:
    """Keep a key that the server echoes (in a link to the next page) out of the stored file."""
    if not wanted.secrets or wanted.content not in ("json", "csv"):
        return
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    clean = wanted.clean(text)
    if clean != text:
        path.write_text(clean, encoding="utf-8", errors="surrogateescape", newline="")
