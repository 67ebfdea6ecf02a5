"""What stands before every answer: security headers, foreign web pages, and sign-in for data.

An ASGI layer around Streamlit's routes and ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import index_page, login

_SAME_FOR_ALL = {
    "X-Content-Type-Options": "nosniff",
    # The map is a frame of this same server; no other site may frame us.
    "X-Frame-Options": "SAMEORIGIN",
    # A view says what somebody looks at; other sites learn our name only.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# What holds figures: our own routes but for programs and the health check, and Streamlit's files
# (downloads, pictures). Pages themselves come over the websocket, after `login.admit`.
_OF_READERS = (
    "/mindgap/geo/",
    "/mindgap/points/",
    "/mindgap/layer/",
    "/mindgap/people/",
    "/media/",
)
_FRAMES = "/component/"


def layers(prefix: str, tiles: str = "") -> list[Middleware]:
    """Return the layers, outermost first.

    Parameters
    ----------
    prefix
        `""` or `"/prefix"`: what every address of ours starts with.
    tiles
        Address of background tiles that an operator has named; empty for none.
    """
    hosts = list(st.get_option("server.allowedHosts")) or ["*"]
    trusted = Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    known = list(st.get_option("server.corsAllowedOrigins"))
    return [Middleware(Guard, prefix=prefix, origins=known, tiles=tiles), trusted]


def policies(origins: Sequence[str], tiles: str) -> tuple[str, str]:
    """Return the Content-Security-Policy of pages, and of the frames of components.

    A component's frame runs the script it is sent (streamlit-folium evaluates it), pages do not.
    """
    image = urlsplit(tiles)
    # `*.tile.example.org` for a template `{s}.tile.example.org`.
    host = image.netloc.replace("{s}", "*")
    # Older Safari does not take 'self' to mean the websocket of the same host.
    sockets = [origin.replace("http", "ws", 1) for origin in origins]
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'", *index_page.inline_hashes()],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:", *([f"{image.scheme}://{host}"] if host else [])],
        "font-src": ["'self'", "data:"],
        "connect-src": ["'self'", *sockets],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    frame = {**rules, "script-src": ["'self'", "'unsafe-inline'", "'unsafe-eval'"]}
    return _joined(rules), _joined(frame)


def _joined(rules: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} {' '.join(values)}" for name, values in rules.items())


class Guard:
    """The layer itself."""

    def __init__(self, app: ASGIApp, prefix: str, origins: Sequence[str], tiles: str) -> None:
        self._app, self._prefix, self._origins = app, prefix, set(origins)
        self._page, self._frame = policies(origins, tiles)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(self._prefix)
        is_data = path.startswith(_OF_READERS)
        refused = self._refusal(scope, is_data)
        # A shared cache must not answer for us what we would refuse.
        private = is_data and login.required()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message), path, private)
            await send(message)

        if refused is None:
            await self._app(scope, receive, guarded)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
        else:
            code, words = refused
            await PlainTextResponse(words, status_code=code)(scope, receive, guarded)

    def _refusal(self, scope: Scope, is_data: bool) -> tuple[int, str] | None:
        """Return status and words of a refusal; None to go on."""
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        # Streamlit would ask the internet for its own address before it refused one.
        if origin and origin not in self._origins and urlsplit(origin).netloc != headers["host"]:
            return 403, "asked for by a web page of another site"
        if is_data and login.required():
            cookies = HTTPConnection(scope).cookies
            if login.role_of_cookies(cookies) is None:
                return 401, "sign in first"
        return None

    def _add_headers(self, headers: MutableHeaders, path: str, private: bool) -> None:
        for name, value in _SAME_FOR_ALL.items():
            headers[name] = value
        is_frame = path.startswith(_FRAMES)
        headers["Content-Security-Policy"] = self._frame if is_frame else self._page
        if private:
            kept = headers.get("cache-control", "no-store")
            headers["Cache-Control"] = kept.replace("public", "private")
            headers["Vary"] = ", ".join(filter(None, [headers.get("vary"), "Cookie"]))
