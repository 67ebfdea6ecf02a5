"""Sign-in: what nobody, a viewer and an analyst see, and what is answered outside a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from make_snapshot import build
from running import APP, html
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from dashboard import guard, health, index_page, login

SECRET = "s" * 40
ON = """
  enabled: true
  verified_email_only: true
  roles:
    viewer: {emails: [], domains: [example.org]}
    analyst: {emails: [bo@example.org], domains: []}
"""


@pytest.fixture
def closed(synth: Path) -> Iterator[Path]:
    """A home where people must sign in."""
    path = synth / "config" / "serving.yaml"
    plain = path.read_text(encoding="utf-8")
    plain = plain.replace('public_url: ""', "public_url: https://maps.example.org")
    path.write_text(plain[: plain.index("login:")] + "login:" + ON, encoding="utf-8")
    login._settings.cache_clear()
    yield synth
    login._settings.cache_clear()


def opened(page: str, **user: Any) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.user = {"is_logged_in": False, **user}
    for key, value in {"page": page, "region": "synth", "lang": "en"}.items():
        app.query_params[key] = value
    return app.run()


def person(email: str) -> dict[str, Any]:
    return {"is_logged_in": True, "email": email, "email_verified": True}


def test_without_sign_in_only_the_question_is_shown(closed: Path) -> None:
    app = opened("methods")
    assert not app.exception
    assert [button.label for button in app.button] == ["Sign in"]
    assert "Synthetia" not in html(app)


def test_who_has_no_role_is_told_so_and_sees_nothing(closed: Path) -> None:
    app = opened("methods", **person("*eve*@evil.test"))
    assert not app.exception
    assert "no access" in app.warning[0].value and r"\*eve\*" in app.warning[0].value
    assert [button.label for button in app.button] == ["Sign in with another address"]
    assert "Synthetia" not in html(app)


def test_a_viewer_sees_pages_and_an_analyst_the_refused_rows_too(closed: Path) -> None:
    viewer = opened("methods", **person("ann@example.org"))
    analyst = opened("methods", **person("bo@example.org"))
    assert not viewer.exception and not analyst.exception
    assert "Synthetia" in html(viewer) and "shown to analysts" in html(viewer)
    assert "placed nearest" not in html(viewer)
    assert "placed nearest" in html(analyst) and "shown to analysts" not in html(analyst)
    assert any("ann" in caption.value for caption in viewer.caption)


def test_rows_behind_a_district_are_for_analysts(closed: Path) -> None:
    def sources(email: str) -> str:
        app = AppTest.from_file(APP, default_timeout=30)
        app.user = person(email)
        for key, value in {"page": "district", "region": "synth", "district": "SY002"}.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        # Whoever may see the rows asks for them; nobody else is offered the question.
        for toggle in app.toggle:
            if toggle.key == "w_origins":
                toggle.set_value(True).run()
        return html(app)

    assert "0f0f0f0f0f0f" in sources("bo@example.org")
    assert "0f0f0f0f0f0f" not in sources("ann@example.org")


def test_where_nobody_signs_in_no_code_of_it_runs(synth: Path, monkeypatch: Any) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(login, "admit", never)
    monkeypatch.setattr(login, "foot", never)
    monkeypatch.setattr(login, "role_of_cookies", never)
    login.check()
    app = opened("methods")
    assert not app.exception and "placed nearest" in html(app)
    assert client().get("/mindgap/geo/x").status_code == 200


def client(prefix: str = "", tiles: str = "") -> TestClient:
    """Our layers before a few routes; the address is http://testserver."""

    def data(request: Request) -> PlainTextResponse:
        return PlainTextResponse("figures", headers={"Cache-Control": "public, max-age=9"})

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    routes = [
        Route(prefix + "/mindgap/geo/x", data),
        Route(prefix + "/media/x", data),
        Route(prefix + "/component/x", data),
        WebSocketRoute(prefix + "/_stcore/stream", stream),
        *health.routes(prefix),
        *index_page.routes(prefix),
    ]
    before = config.get_option("server.allowedHosts")
    config.set_option("server.allowedHosts", ["testserver"])
    try:
        layers = guard.layers(prefix, tiles)
    finally:
        config.set_option("server.allowedHosts", before)
    return TestClient(Starlette(routes=routes, middleware=layers), follow_redirects=False)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(login, "get_cookie_secret", lambda: SECRET)
    return SECRET


def cookie(email: str, secret: str = SECRET) -> dict[str, str]:
    body = json.dumps(person(email))
    return {"_streamlit_user": create_signed_value(secret, "_streamlit_user", body).decode()}


@pytest.mark.parametrize("prefix", ["", "/gap"])
@pytest.mark.parametrize("path", ["/mindgap/geo/x", "/media/x"])
def test_data_is_answered_to_known_people_only(
    closed: Path, secret: str, path: str, prefix: str
) -> None:
    asked = client(prefix)
    assert asked.get(prefix + path).status_code == 401
    for forged in (cookie("ann@example.org", "other" * 9), cookie("eve@evil.test"),
                   {"_streamlit_user": "nonsense"}):  # fmt: skip
        asked.cookies = forged  # type: ignore[assignment]
        assert asked.get(prefix + path).status_code == 401
    asked.cookies = cookie("ann@example.org")  # type: ignore[assignment]
    answer = asked.get(prefix + path)
    assert (answer.status_code, answer.text) == (200, "figures")
    assert answer.headers["cache-control"] == "private, max-age=9"
    assert "Cookie" in answer.headers["vary"]
    asked.cookies = {}  # type: ignore[assignment]
    assert asked.get(prefix + health.PATH).status_code == 200


def test_every_answer_has_the_headers(synth: Path) -> None:
    for path in ("/", "/methods", "/mindgap/geo/x", "/nothing", health.PATH):
        headers = client(tiles="https://{s}.tile.test/{z}/{x}/{y}.png").get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'self'" in policy and "https://*.tile.test" in policy
        assert "unsafe-eval'" not in policy.replace("wasm-unsafe-eval", "")
    frame = client().get("/component/x").headers["content-security-policy"]
    assert "'unsafe-eval'" in frame


def test_other_sites_and_other_host_names_are_refused(synth: Path) -> None:
    asked = client()
    evil = {"origin": "http://evil.test"}
    assert asked.get("/", headers=evil).status_code == 403
    assert asked.get("/", headers={"host": "evil.test"}).status_code == 400
    with pytest.raises(WebSocketDisconnect), asked.websocket_connect("/_stcore/stream",
                                                                    headers=evil):  # fmt: skip
        pass
    own = {"origin": "http://testserver"}
    with asked.websocket_connect("/_stcore/stream", headers=own) as socket:
        assert socket.receive_text() == "hello"


def test_the_page_has_our_title_language_and_script_first(synth: Path) -> None:
    for lang, told in (("fr", "fr"), ("xx", "en"), ("", "en")):
        body = client("/gap").get(f"/gap/methods?lang={lang}").text
        assert f'<html lang="{told}">' in body and "<title>Mindgap</title>" in body
        assert body.index("./mindgap/start.js") < body.index('type="module"')
    moved = client("/gap").get("/gap/overview?region=a&lang=en")
    assert moved.headers["location"] == "/gap/?region=a&lang=en"


def test_health_says_what_is_published_and_when_it_cannot_be_read(home: Path) -> None:
    asked = client()
    nothing = asked.get(health.PATH)
    assert (nothing.status_code, nothing.json()["regions"]) == (503, [])
    path = build(home)
    [region] = asked.get(health.PATH).json()["regions"]
    assert region["snapshot"] == path.stem.removeprefix("gap-")
    assert region["method_version"] == "0.1.0" and region["age_hours"] > 0
    build(home, "other").unlink()
    broken = asked.get(health.PATH)
    assert broken.status_code == 503
    assert broken.json()["regions"][0] == {"region": "other", "problem": "missing_snapshot"}


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ({}, "redirect_uri and cookie_secret"),
        ({"redirect_uri": "https://x.test/oauth2callback"}, "cookie_secret"),
        ({"redirect_uri": "https://x.test/oauth2callback", "cookie_secret": "short"}, "32"),
    ],
)
def test_sign_in_that_cannot_work_stops_the_start(
    closed: Path, monkeypatch: pytest.MonkeyPatch, auth: dict[str, str], words: str
) -> None:
    class Secrets(dict[str, Any]):
        def load_if_toml_exists(self) -> bool:
            return True

    monkeypatch.setattr(login.st, "secrets", Secrets(auth=auth))
    with pytest.raises(login.LoginError, match=words):
        login.check()
