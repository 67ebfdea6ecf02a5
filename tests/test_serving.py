"""`config/serving.yaml`: what it may say, the command it becomes, and who has which role."""

import re
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from etl import serving
from etl.errors import ConfigError, ServingError
from etl.schema.serving import Serving

from .conftest import CHECKOUT


def made(**changes: Any) -> Serving:
    plain = serving.load(CHECKOUT / "config").model_dump()
    return Serving.model_validate(plain | changes)


def login(**roles: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"emails": [], "domains": []}
    return {
        "enabled": True,
        "verified_email_only": True,
        "roles": {name: empty | who for name, who in roles.items()},
    }


PUBLIC = "https://maps.example.org/gap"


def options(command: list[str], name: str) -> list[str]:
    return [command[at + 1] for at, word in enumerate(command) if word == name]


def test_as_it_comes_it_serves_this_machine_only():
    command = serving.command(made(), Path("server.py"), 8501)
    assert options(command, "--server.address") == ["127.0.0.1"]
    assert options(command, "--server.allowedHosts") == ["localhost", "127.0.0.1"]
    assert options(command, "--server.baseUrlPath") == []
    assert not made().login.enabled


def test_a_public_address_becomes_path_host_and_origin():
    settings = made(public_url=PUBLIC, address="0.0.0.0", allowed_hosts=["10.0.0.7"])
    command = serving.command(settings, Path("server.py"), 8501)
    assert options(command, "--server.baseUrlPath") == ["gap"]
    assert options(command, "--server.corsAllowedOrigins") == ["https://maps.example.org"]
    assert options(command, "--server.allowedHosts") == [
        "localhost", "127.0.0.1", "maps.example.org", "10.0.0.7",
    ]  # fmt: skip
    # Without it Streamlit asks the internet for this machine's address.
    assert options(command, "--browser.serverAddress") == ["maps.example.org"]


def test_files_link_to_the_public_address_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("MINDGAP_PUBLIC_URL", raising=False)
    assert serving.environment(made(public_url=PUBLIC))["MINDGAP_PUBLIC_URL"] == PUBLIC
    assert "MINDGAP_PUBLIC_URL" not in serving.environment(made())
    monkeypatch.setenv("MINDGAP_PUBLIC_URL", "https://other.example.org")
    told = serving.environment(made(public_url=PUBLIC))["MINDGAP_PUBLIC_URL"]
    assert told == "https://other.example.org"


@pytest.mark.parametrize(
    "changes",
    [
        {"public_url": "maps.example.org"},
        {"public_url": PUBLIC + "/"},
        {"public_url": PUBLIC + "?a=1"},
        {"address": "127.0.0.1 --server.enableCORS"},
        {"port": 0},
        {"login": login(viewer={"domains": ["example.org"]})},  # no public address
        {"public_url": PUBLIC, "login": login()},  # nobody could enter
        {"public_url": PUBLIC, "login": login(owner={"emails": ["a@example.org"]})},
        {"public_url": PUBLIC, "login": login(viewer={"domains": ["@example.org"]})},
    ],
)
def test_what_cannot_work_is_refused(changes):
    with pytest.raises(ValueError):
        made(**changes)


def test_a_missing_file_is_a_fault_and_not_an_open_door(tmp_path):
    with pytest.raises(ConfigError, match=r"serving\.yaml.*missing"):
        serving.load(tmp_path)


def person(email: object, **claims: object) -> dict[str, object]:
    return {"is_logged_in": True, "email": email, "email_verified": True, **claims}


@pytest.mark.parametrize(
    ("who", "role"),
    [
        (person("Ann@Example.org"), "viewer"),
        (person("bo@example.org"), "analyst"),  # both: the higher
        (person("cy@partner.test"), "analyst"),
        (person("cy@sub.partner.test"), None),
        (person("cy@partner.test.evil.test"), None),
        (person("partner.test"), None),
        (person("ann@example.org", email_verified=False), None),
        (person("ann@example.org", email_verified="true"), None),
        ({"is_logged_in": True, "email": "ann@example.org"}, None),
        (person("ann@example.org", is_logged_in=False), None),
        (person(None), None),
        ({}, None),
    ],
)
def test_role(who, role):
    roles = login(
        viewer={"domains": ["example.org"]},
        analyst={"emails": ["bo@example.org"], "domains": ["partner.test"]},
    )
    assert serving.role(made(public_url=PUBLIC, login=roles), who) == role


def test_a_provider_that_does_not_say_verified_can_be_allowed():
    roles = login(viewer={"domains": ["example.org"]}) | {"verified_email_only": False}
    who = {"is_logged_in": True, "email": "ann@example.org"}
    assert serving.role(made(public_url=PUBLIC, login=roles), who) == "viewer"


def test_a_taken_port_is_refused_with_words():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServingError, match=rf"port {port}: .* --port {port + 1}"):
            serving.refuse_taken_port(made(), port)
    serving.refuse_taken_port(made(), port)


def test_dashboard_says_where_and_what(home, monkeypatch, capsys):
    from etl import cli

    ran: list[list[str]] = []
    monkeypatch.setattr(cli.subprocess, "call", lambda command, **_: ran.append(command) or 0)
    monkeypatch.setattr(sys, "argv", ["mindgap", "dashboard", "--port", "18616"])
    for published in (False, True):
        if published:
            folder = home / "data" / "published" / "kenya"
            folder.mkdir(parents=True)
            (folder / "CURRENT").write_text("gap-abc.duckdb\n")
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == 0
        said = capsys.readouterr().out
        assert "http://localhost:18616" in said
        assert ("kenya, gap-abc" in said) is published
        assert ("mindgap refresh REGION" in said) is not published
    assert len(ran) == 2 and "18616" in ran[0]


def test_the_container_uses_the_constraints_no_root_and_no_registry_of_its_own():
    text = (CHECKOUT / ".ci" / "Containerfile").read_text(encoding="utf-8")
    steps = [line for line in text.splitlines() if line and not line.startswith("#")]
    joined = "\n".join(steps)
    installs = re.findall(r"pip install[^\n]*", joined)
    assert installs and all("--constraint constraints.txt" in line for line in installs)
    users = [line.split()[1] for line in steps if line.startswith("USER ")]
    assert users and users[-1] not in ("root", "0")
    assert not re.search(r"https?://(?!127\.0\.0\.1)|--(extra-)?index-url|--find-links", joined)
    assert [line for line in steps if line.startswith("FROM ")] == ["FROM python:3.11-slim"]
    assert "HEALTHCHECK" in joined and "VOLUME /app/data" in joined


def test_no_statistics_are_sent_and_nobody_waits_for_garbage():
    import tomllib

    settings = tomllib.loads((CHECKOUT / ".streamlit" / "config.toml").read_text())
    # With fifty readers a change took 18 seconds while this was on.
    assert settings["runner"]["postScriptGC"] is False
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["browser"]["serverAddress"]
