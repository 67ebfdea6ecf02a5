"""Streamlit's own scripts and style sheets, compressed.

Streamlit sends them as they lie on the disk, because it would have to compress them anew for every
reader; together they are 3 MB before the first page is there. Here each is compressed once and
kept. Their names carry a hash of their content, so browsers keep them too.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.file_util import get_static_dir

from dashboard.answers import Answers, packed

_TYPES = {"js": "text/javascript", "css": "text/css"}
# Every file of one version of Streamlit: 7 MB when compressed, of which readers ask for 1 MB.
_kept = Answers(kept=1024)


class PackedFiles:
    """An ASGI layer that answers for these files, and hands everything else on.

    A layer and no routes, because Streamlit keeps all of `/static/` to itself.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        path = self._file(scope)
        if path is None:
            await self._app(scope, receive, send)
            return
        answer = await run_in_threadpool(_answer, Request(scope), path)
        await answer(scope, receive, send)

    def _file(self, scope: Scope) -> Path | None:
        """Return the file that is asked for; None where it is none of these."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        folder, _, name = str(scope["path"]).rpartition("/")
        kind = folder.removeprefix(f"{self._prefix}/static/")
        return files(kind).get(name) if kind in _TYPES else None


def _answer(request: Request, path: Path) -> Response:
    return packed(request, _kept.get(path, path.read_bytes), _TYPES[path.parent.name])


@lru_cache(maxsize=len(_TYPES))
def files(kind: str) -> dict[str, Path]:
    """Return the files of a kind (`js`, `css`) by name; nothing else can be asked for."""
    return {path.name: path for path in (Path(get_static_dir()) / "static" / kind).glob("*.*")}
