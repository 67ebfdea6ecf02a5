"""One source on its way from its publisher into the cache: what every kind of interface needs."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from etl.errors import DownloadContentError
from etl.extract.web.addresses import followed, origin, upgraded
from etl.extract.web.client import Client
from etl.extract.web.content import Content
from etl.extract.web.receipts import Receipt, forget, store
from etl.extract.web.wanted import MIB, Credential, Wanted
from etl.schema import Source
from etl.schema.download import Download


@dataclass(frozen=True)
class Job:
    """A source (laid out as published), its declared download, and where its file goes.

    Attributes
    ----------
    source, download : as declared in ``config/sources``
    client : makes the requests
    cache : folder; files go to ``files/<path>``, pages of lists to ``pages/<source_id>``
    credential : found in the environment, if the publisher asks for one
    """

    source: Source
    download: Download
    client: Client
    cache: Path
    credential: Credential | None

    @property
    def target(self) -> Path:
        """Where the source's file goes."""
        return self.cache / "files" / self.source.path

    @property
    def content(self) -> Content:
        """What the source's file must be, by its format and name."""
        suffix = self.target.suffix.lower()
        by_suffix: dict[str, Content] = {
            ".zip": "zip",
            ".gz": "gzip",
            ".geojson": "json",
            ".json": "json",
        }
        by_format: dict[str, Content] = {
            "csv": "csv",
            "cost_table": "csv",
            "excel": "excel",
            "raster": "tif",
            "friction": "tif",
            "json_pages": "json",
        }
        return by_suffix.get(suffix) or by_format.get(self.source.format, "any")

    def wanted(
        self,
        url: str,
        content: Content,
        *,
        params: dict[str, str] | None = None,
        sha256: str | None = None,
        keep_seconds: float = 0,
    ) -> Wanted:
        """Return a request of this source's, with its limit; its key goes to its own host only."""
        own = origin(url) == origin(self.download.url)
        return Wanted(
            source_id=self.source.source_id,
            url=url,
            params={**self.download.params, **(params or {})},
            content=content,
            max_bytes=int(self.download.max_mb * MIB),
            credential=self.credential if own else None,
            sha256=sha256,
            keep_seconds=keep_seconds,
            by_hand=f"download it by hand as {self.source.path} into the folder of raw files and "
            "use --from raw",
        )

    def elsewhere(self, wanted: Wanted, url: object) -> str:
        """Return an address that an answer names, if it may be followed.

        Raises
        ------
        DownloadContentError
            It is no text.
        DownloadRefusedError
            It leads where we do not go.
        """
        if not isinstance(url, str):
            raise wanted.wrong(f"the answer names no address but {url!r}")
        target, reason = followed(wanted.url, upgraded(wanted.url, url))
        if reason is not None:
            raise wanted.refused(f"the answer names {target}, and {reason}")
        return target

    def onward(self, wanted: Wanted, url: object) -> Wanted:
        """Return the request of the next part of a list, whose address an answer names.

        Raises
        ------
        DownloadRefusedError
            It is not of the same host: a list does not wander.
        """
        target = self.elsewhere(wanted, url)
        if origin(target) != origin(wanted.url):
            raise wanted.refused(f"the next part is at another host: {target}")
        return replace(wanted, url=target, params={})

    def ask(self, wanted: Wanted) -> tuple[Any, Receipt]:
        """Fetch one JSON answer into the folder of pages; return it read, with its receipt."""
        name = hashlib.sha256(wanted.address.encode()).hexdigest()[:20]
        path = self.cache / "pages" / self.source.source_id / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        receipt = self.client.get(wanted, path)
        return json.loads(path.read_bytes()), receipt

    def forget_pages(self) -> None:
        """Remove the stored pages: the list is whole, or what they hold cannot be used."""
        for path in (self.cache / "pages" / self.source.source_id).glob("*.json"):
            if not path.name.endswith(".receipt.json"):
                forget(path)

    def save(
        self, data: bytes, parts: Sequence[Receipt], about: dict[str, str] | None = None
    ) -> Receipt:
        """Write the source's file, put together from answers, with one receipt for all of them."""
        target = self.target
        target.parent.mkdir(parents=True, exist_ok=True)
        building = target.with_name(f".{target.name}.{os.getpid()}.building")
        digest = hashlib.sha256(data).hexdigest()
        if self.source.sha256 not in (None, digest):
            raise DownloadContentError(
                f"{self.source.source_id}: what {parts[0].url} answers gives sha256 {digest}, but "
                f"{self.source.sha256} is declared. Nothing was kept. If the publisher issued a "
                "new version, review it, then update sha256 and vintage in config/sources/"
                f"{self.source.source_id}.yaml."
            )
        receipt = Receipt(
            url=parts[0].url,
            retrieved=max(part.retrieved for part in parts),
            checked=min(part.checked for part in parts),
            sha256=digest,
            bytes=len(data),
            requests=len(parts),
            about=about or {},
        )
        try:
            building.write_bytes(data)
            return store(building, target, receipt)
        finally:
            building.unlink(missing_ok=True)


def json_bytes(value: object) -> bytes:
    """Return a value as JSON, the same bytes for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
