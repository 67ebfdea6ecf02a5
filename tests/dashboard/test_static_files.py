"""Streamlit's own scripts, compressed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.file_util import get_static_dir

from dashboard import static_files

STATIC = Path(get_static_dir()) / "static"


async def behind(request: Request) -> PlainTextResponse:
    """Stand in for Streamlit, which answers everything else."""
    return PlainTextResponse(f"{request.method} {request.url.path}")


@pytest.fixture(params=["", "/base"])
def client(request: pytest.FixtureRequest) -> TestClient:
    methods = ["GET", "HEAD", "POST"]
    app = Starlette(
        routes=[Route("/{path:path}", behind, methods=methods)],
        middleware=[Middleware(static_files.PackedFiles, prefix=request.param)],
    )
    return TestClient(app, base_url=f"http://testserver{request.param}/")


@pytest.mark.parametrize(("kind", "media"), [("js", "text/javascript"), ("css", "text/css")])
def test_what_streamlit_ships_is_sent_in_fewer_bytes(
    client: TestClient, kind: str, media: str
) -> None:
    largest = max((STATIC / kind).iterdir(), key=lambda path: path.stat().st_size)
    answer = client.get(f"static/{kind}/{largest.name}", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Type"].split(";")[0] == media
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert int(answer.headers["Content-Length"]) < largest.stat().st_size / 2
    assert answer.content == largest.read_bytes()
    plain = client.get(f"static/{kind}/{largest.name}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.content == largest.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "static/js/none.js", "static/js/..%2findex.html", "static/js/%2e%2e/%2e%2e/index.html",
        "static/js/.", "static/js/", "static/media/index.js", "static/index.html", "elsewhere",
    ],
)  # fmt: skip
def test_everything_else_is_left_to_streamlit(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.text.startswith("GET /")
    assert "Cache-Control" not in answer.headers


def test_only_reading_is_answered(client: TestClient) -> None:
    name = next(iter(static_files.files("js")))
    assert client.post(f"static/js/{name}").text.startswith("POST ")
    assert "Cache-Control" not in client.head(f"static/js/{name}").headers
    # An address without the prefix, or with it twice, is not ours.
    assert client.get(f"static/js/static/js/{name}").text.startswith("GET ")


def test_every_name_carries_a_hash_so_that_browsers_may_keep_it_for_good() -> None:
    for kind in ("js", "css"):
        names = static_files.files(kind)
        assert names
        assert all(len(name.split(".")[-2]) >= 8 for name in names), kind
