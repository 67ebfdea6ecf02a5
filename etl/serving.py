"""How the dashboard is served: `config/serving.yaml`, as Streamlit's settings and as roles."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from etl.config import home, load_one
from etl.errors import ServingError
from etl.export.links import VARIABLE
from etl.schema.serving import Role, Serving

__all__ = ["Serving"]

# Host names that mean the machine itself; a browser on it uses one of them.
OWN_HOSTS = ("localhost", "127.0.0.1")
EVERYWHERE = ("0.0.0.0", "::")


def load(root: Path | None = None) -> Serving:
    """Read and check `config/serving.yaml`.

    Raises
    ------
    ConfigError
        With one line for each fault.
    """
    return load_one(Serving, "serving", root)


def base_path(settings: Serving) -> str:
    """Return the path of the public address, without slashes at its ends; empty for none."""
    return urlsplit(settings.public_url).path.strip("/")


def origin(settings: Serving) -> str:
    """Return scheme, host and port of the public address; empty for none.

    Examples
    --------
    >>> origin(Serving.model_construct(public_url="https://maps.example.org/gap"))
    'https://maps.example.org'
    """
    parts = urlsplit(settings.public_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def hosts(settings: Serving) -> list[str]:
    """Return the host names that are answered; `*` is any, where nothing says what readers type."""
    public = urlsplit(settings.public_url).hostname
    if settings.address in EVERYWHERE and not public:
        return ["*"]
    own = [settings.address] if settings.address not in EVERYWHERE else []
    named = [*OWN_HOSTS, *own, *([public] if public else []), *settings.allowed_hosts]
    return list(dict.fromkeys(named))


def command(settings: Serving, main_file: Path, port: int) -> list[str]:
    """Return the command that serves the dashboard."""
    out = [sys.executable, "-m", "streamlit", "run", str(main_file),
           "--server.port", str(port), "--server.address", settings.address]  # fmt: skip
    for host in hosts(settings):
        out += ["--server.allowedHosts", host]
    if settings.public_url:
        public = urlsplit(settings.public_url)
        out += ["--server.baseUrlPath", base_path(settings)]
        out += ["--server.corsAllowedOrigins", origin(settings)]
        # Named, or Streamlit asks the internet for this machine's address to judge an origin.
        out += ["--browser.serverAddress", str(public.hostname)]
        if public.scheme == "https":
            # Cookies of the sign-in are sent over TLS only; the proxy ends TLS.
            out += ["--browser.serverPort", str(public.port or 443)]
    return out


def environment(settings: Serving) -> dict[str, str]:
    """Return the environment of the server: files it makes link to the public address."""
    out = {**os.environ, "MINDGAP_HOME": str(home())}
    if settings.public_url:
        out.setdefault(VARIABLE, settings.public_url)
    return out


def address(settings: Serving, port: int) -> str:
    """Return where a reader opens the dashboard."""
    if settings.public_url:
        return settings.public_url
    host = "localhost" if settings.address in (*EVERYWHERE, *OWN_HOSTS) else settings.address
    return f"http://{host}:{port}"


def refuse_taken_port(settings: Serving, port: int) -> None:
    """Raise ServingError when the port cannot be listened on, saying why and what to do."""
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server does: a port that was in use a moment ago counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.address, port))
        except OSError as error:
            raise ServingError(
                f"The dashboard cannot listen on {settings.address}, port {port}: "
                f"{error.strerror}. Stop what uses it (perhaps another mindgap dashboard), or "
                f"choose another port: mindgap dashboard --port {min(port + 1, 65535)}"
            ) from error


def role(settings: Serving, person: Mapping[str, Any]) -> Role | None:
    """Return the role of who has signed in, the higher of two; None for nobody we know.

    Parameters
    ----------
    settings
        What `config/serving.yaml` says.
    person
        Claims of the OpenID provider: `is_logged_in`, `email`, `email_verified`.
    """
    email = person.get("email")
    if person.get("is_logged_in") is not True or not isinstance(email, str):
        return None
    if settings.login.verified_email_only and person.get("email_verified") is not True:
        return None
    email = email.strip().lower()
    domain = email.rpartition("@")[2]
    for name in ("analyst", "viewer"):
        people = settings.login.roles.get(name)
        if people and (email in people.emails or ("@" in email and domain in people.domains)):
            return name
    return None
