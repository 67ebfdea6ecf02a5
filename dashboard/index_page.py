"""The HTML page that a browser opens: Streamlit's own, with our title, language and script."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from streamlit.file_util import get_static_dir

from dashboard import i18n, login, maps, navigation, queries, text
from dashboard.i18n import t
from dashboard.routes import POINTS_PATH

START_PATH = "/mindgap/start.js"
_START = Path(__file__).parent / "assets" / "start.js"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class IndexPageError(Exception):
    """Streamlit's page is not the one this was written for; the message names what is missing."""


def page(request: Request) -> Response:
    """Answer any page of ours; which one, and its view, the browser reads from the address."""
    asked = request.query_params
    soon = ahead(asked.get("region", "")) if request.url.path.endswith("/map") else ()
    return HTMLResponse(
        document(asked.get("lang", ""), soon), headers={"Cache-Control": "no-cache"}
    )


def ahead(region_id: str) -> tuple[str, ...]:
    """Return what the map will ask for, so that the browser fetches it while Streamlit starts.

    Outlines and services of the region too, where it is published and nobody has to sign in; an
    unknown region is the first one, as on the page.
    """
    known = queries.published_regions()
    if login.required() or not known:
        return maps.programs()
    try:
        region = queries.region(queries.current(region_id if region_id in known else known[0]))
    except queries.NoSnapshotError:
        return maps.programs()  # the page says what is wrong
    return (
        *maps.programs(), maps.geometry_url(region), maps.snapshot_url(POINTS_PATH, region),
    )  # fmt: skip


def start(request: Request) -> Response:
    """Answer the first script."""
    headers = {"Cache-Control": "no-cache"}
    return FileResponse(_START, media_type="text/javascript", headers=headers)


def routes(prefix: str) -> list[BaseRoute]:
    """Return the routes below `prefix`, which is `""` or `"/prefix"`."""
    first, *others = navigation.PAGES

    def to_first(request: Request) -> Response:
        # Streamlit knows its first page by the bare address only.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{prefix}/{query}")

    return [
        Route(prefix + START_PATH, start),
        Route(f"{prefix}/{first}", to_first),
        *(Route(f"{prefix}/{name}", page) for name in ["", *others]),
    ]


def inline_hashes() -> list[str]:
    """Return the hashes of the page's inline scripts, as a Content-Security-Policy names them."""
    digests = (hashlib.sha256(body.encode()).digest() for body in _INLINE.findall(_streamlits()))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@lru_cache(maxsize=32)
def document(language: str, soon: tuple[str, ...] = ()) -> str:
    """Return the page in a language, English for an unknown one.

    `soon` is the addresses that the browser fetches ahead. Raises IndexPageError.
    """
    language = language if language in i18n.LANGUAGES else "en"
    with i18n.using(language):
        noscript = f"<noscript><p>{text.esc(t('login.noscript'))}</p></noscript>"
    listed = f' data-ahead="{text.esc(" ".join(soon))}"' if soon else ""
    changes = [
        (r'<html lang="en">', f'<html lang="{language}">'),
        (r"<title>.*?</title>", "<title>Mindgap</title>"),
        # Before every other script, so that Streamlit's own finds what it sets.
        (r"<script>", f'<script src=".{START_PATH}"{listed}></script>\n    <script>'),
        # They tell of a programming interface that is turned off here.
        (r'<link rel="service-desc"[^>]*>', ""),
        (r"<noscript>.*?</noscript>", noscript),
    ]
    out = _streamlits()
    for pattern, new in changes:
        out, found = re.subn(pattern, lambda _, new=new: new, out, count=1, flags=re.DOTALL)  # type: ignore[misc]
        if not found:
            raise IndexPageError(f"Streamlit's index.html has no {pattern}: see {__name__}")
    return out


@lru_cache(maxsize=1)
def _streamlits() -> str:
    return (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
