"""Answers whose address never changes its content: made and compressed once, kept by browsers."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock

from starlette.requests import Request
from starlette.responses import Response

KEPT = 16
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}


class Answers:
    """The latest compressed answers; one that several readers ask for at once is made once."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._held: OrderedDict[Hashable, Future[bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the answer to `key`, compressed; what `make` raises is raised and not kept."""
        with self._lock:
            found = self._held.get(key)
            ours = found is None
            held = found or Future()
            self._held[key] = held
            self._held.move_to_end(key)
            while len(self._held) > self._kept:
                self._held.popitem(last=False)
        if ours:
            try:
                held.set_result(gzip.compress(make(), compresslevel=6, mtime=0))
            except BaseException as error:
                with self._lock:
                    if self._held.get(key) is held:
                        del self._held[key]
                held.set_exception(error)
                raise
        return held.result()


def packed(request: Request, body: bytes, media_type: str) -> Response:
    """Answer with a compressed body as it is, or opened for those who do not take it."""
    if takes_gzip(request.headers.get("accept-encoding", "")):
        headers = {**FOREVER, "Content-Encoding": "gzip"}
        return Response(body, media_type=media_type, headers=headers)
    return Response(gzip.decompress(body), media_type=media_type, headers=FOREVER)


def takes_gzip(accepted: str) -> bool:
    """Read an Accept-Encoding header: `gzip` named, and not with weight zero."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").removeprefix("q=").strip("0.") != "" or not weight
    return False
