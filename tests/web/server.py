"""A local server that replays documented answers, and misbehaves on request."""

import gzip
import hashlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = Callable[["Handler", "Answer", int], bool]


@dataclass
class Answer:
    """A body and how it is sent."""

    body: bytes
    kind: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return self.headers.get("ETag", f'"{hashlib.sha256(self.body).hexdigest()[:16]}"')


Maker = Callable[["Handler"], Answer]


class Handler(BaseHTTPRequestHandler):
    """Answers GET from the server's routes, by path."""

    protocol_version = "HTTP/1.1"
    server: "Publisher"

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        with self.server.lock:
            self.server.asked.append((self.path, dict(self.headers)))
            count = self.server.counts[path] = self.server.counts.get(path, 0) + 1
        maker = self.server.routes.get(path)
        if maker is None:
            self.plain(404, b"no such page")
            return
        answer = maker(self)
        fault = self.server.faults.get(path)
        if fault is not None and fault(self, answer, count):
            return
        self.good(answer)

    def good(self, answer: Answer) -> None:
        """Answer as a well-kept server does: ETag, 304, ranges."""
        if self.headers.get("If-None-Match") == answer.etag:
            self.plain(304, b"", {"ETag": answer.etag})
            return
        start = self.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
        if start and self.headers.get("If-Range") == answer.etag:
            size = len(answer.body)
            said = {"Content-Range": f"bytes {start}-{size - 1}/{size}", "ETag": answer.etag}
            self.plain(206, answer.body[int(start) :], said)
            return
        self.plain(
            200, answer.body, {"ETag": answer.etag, "Content-Type": answer.kind} | answer.headers
        )

    def plain(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def cut(self, answer: Answer, after: int, *, reset: bool) -> None:
        """Promise the whole body, send the beginning, and hang up (politely or not)."""
        self.send_response(200)
        self.send_header("ETag", answer.etag)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[:after])
        self.wfile.flush()
        self.hang_up(reset=reset)

    def hang_up(self, *, reset: bool) -> None:
        if reset:  # linger 0: the peer sees a reset, not an end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        self.close_connection = True


class Publisher(ThreadingHTTPServer):
    """The server: routes, faults, and what was asked of it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.routes: dict[str, Maker] = {}
        self.faults: dict[str, Fault] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.counts: dict[str, int] = {}
        self.patience = threading.Event()  # set at the end, so that slow answers do not hold us up

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, address: Any) -> None:
        """A client that hung up is expected here."""

    def serve(self, path: str, body: bytes, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.routes[path] = lambda handler: Answer(body, headers=named)

    def renew(self) -> None:
        """Forget what was asked so far."""
        with self.lock:
            self.asked.clear()
            self.counts.clear()


# --- faults: each answers request number n (1-based) itself and returns True, or leaves it ---


def once(fault: Fault) -> Fault:
    return lambda handler, answer, n: n == 1 and fault(handler, answer, n)


def slow(handler: Handler, answer: Answer, n: int) -> bool:
    handler.server.patience.wait(0.5)
    handler.hang_up(reset=False)
    return True


def stalled(handler: Handler, answer: Answer, n: int) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body[:5])
    handler.wfile.flush()
    return slow(handler, answer, n)


def truncated(handler: Handler, answer: Answer, n: int) -> bool:
    handler.cut(answer, len(answer.body) // 2, reset=False)
    return True


def reset(handler: Handler, answer: Answer, n: int) -> bool:
    handler.hang_up(reset=True)
    return True


def reset_midway(handler: Handler, answer: Answer, n: int) -> bool:
    handler.cut(answer, len(answer.body) // 3, reset=True)
    return True


def status(code: int, **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def fault(handler: Handler, answer: Answer, n: int) -> bool:
        handler.plain(code, b"the server says no", named)
        return True

    return fault


def html(handler: Handler, answer: Answer, n: int) -> bool:
    page = b"<!DOCTYPE html><html><head><title>Please sign in</title></head></html>"
    handler.plain(200, page, {"Content-Type": "text/html"})
    return True


def html_below_comment(handler: Handler, answer: Answer, n: int) -> bool:
    handler.plain(200, b"\n\n  <html><h1>Invalid Key</h1></html>", {"Content-Type": "text/csv"})
    return True


def empty(handler: Handler, answer: Answer, n: int) -> bool:
    handler.plain(200, b"")
    return True


def garbage(handler: Handler, answer: Answer, n: int) -> bool:
    handler.plain(200, b'{"a": [1, 2,\0')
    return True


def bad_gzip(handler: Handler, answer: Answer, n: int) -> bool:
    packed = gzip.compress(answer.body)
    spoilt = packed[:12] + b"\xff\xff\xff" + packed[15:]
    handler.plain(200, spoilt, {"Content-Encoding": "gzip"})
    return True


def gzip_bomb(handler: Handler, answer: Answer, n: int) -> bool:
    handler.plain(200, gzip.compress(b"[" + b" " * (3 << 20)), {"Content-Encoding": "gzip"})
    return True


def unknown_packing(handler: Handler, answer: Answer, n: int) -> bool:
    handler.plain(200, answer.body, {"Content-Encoding": "br"})
    return True


def too_large_declared(handler: Handler, answer: Answer, n: int) -> bool:
    handler.send_response(200)
    handler.send_header("Content-Length", str(1 << 40))
    handler.end_headers()
    handler.hang_up(reset=False)
    return True


def too_large_undeclared(handler: Handler, answer: Answer, n: int) -> bool:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(b"10000\r\n" + b"[" * 0x10000 + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")
    return True


def chunks_cut(handler: Handler, answer: Answer, n: int) -> bool:
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"%x\r\n" % len(answer.body) + answer.body[: len(answer.body) // 2])
    handler.wfile.flush()
    handler.hang_up(reset=False)
    return True


def redirect(target: str) -> Fault:
    def fault(handler: Handler, answer: Answer, n: int) -> bool:
        handler.plain(302, b"", {"Location": target.replace("SELF", handler.path)})
        return True

    return fault


def redirect_chain(handler: Handler, answer: Answer, n: int) -> bool:
    joint = "&" if "?" in handler.path else "?"
    handler.plain(302, b"", {"Location": f"{handler.path}{joint}step={n}"})
    return True


def other_version_midway(handler: Handler, answer: Answer, n: int) -> bool:
    """Break off, then go on with a rest whose ETag is another (a server that breaks the rules)."""
    if n == 1:
        return truncated(handler, answer, n)
    start = handler.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
    if not start:
        return False
    size = len(answer.body)
    said = {"Content-Range": f"bytes {start}-{size - 1}/{size}", "ETag": '"another"'}
    handler.plain(206, b"#" * (size - int(start)), said)
    return True


def wrong_place_midway(handler: Handler, answer: Answer, n: int) -> bool:
    """Break off, then send a rest that begins elsewhere."""
    if n == 1:
        return truncated(handler, answer, n)
    if "Range" not in handler.headers:
        return False
    said = {"Content-Range": f"bytes 0-4/{len(answer.body)}", "ETag": answer.etag}
    handler.plain(206, answer.body[:5], said)
    return True


def rest_gone(handler: Handler, answer: Answer, n: int) -> bool:
    """Break off, then say that the rest cannot be had (416)."""
    if n == 1:
        return truncated(handler, answer, n)
    if "Range" not in handler.headers:
        return False
    handler.plain(416, b"")
    return True
