"""Sign-in and roles, where `config/serving.yaml` turns them on; otherwise nothing here runs.

Streamlit does the OpenID Connect exchange and keeps a signed cookie. What we add: who has which
role, a page for those who have none, and the same check for what is fetched outside a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard import queries, text
from dashboard.i18n import t
from etl import serving

_LEAST_SECRET = 32
_NEEDED = ("redirect_uri", "cookie_secret")


class LoginError(Exception):
    """Sign-in is turned on and cannot work; the message says what is missing and where."""


def settings() -> serving.Serving:
    """Return `config/serving.yaml`, read once per process. Raises `etl.errors.ConfigError`."""
    return _settings(queries.home())


@lru_cache(maxsize=4)
def _settings(home: Path) -> serving.Serving:
    return serving.load(home / "config")


def required() -> bool:
    """Tell whether people must sign in."""
    return settings().login.enabled


def check() -> None:
    """Raise LoginError when sign-in is on and its library or its secrets are missing."""
    if not required():
        return
    missing = [name for name in ("authlib", "httpx") if find_spec(name) is None]
    if missing:
        raise LoginError(
            f"config/serving.yaml turns login on, which needs {' and '.join(missing)}: "
            "pip install 'mindgap[team]'"
        )
    auth: Mapping[str, Any] = st.secrets.get("auth", {}) if st.secrets.load_if_toml_exists() else {}
    lacking = [name for name in _NEEDED if not auth.get(name)]
    if lacking:
        raise LoginError(
            "config/serving.yaml turns login on, but [auth] in .streamlit/secrets.toml lacks "
            f"{' and '.join(lacking)}"
        )
    if len(str(auth["cookie_secret"])) < _LEAST_SECRET:
        raise LoginError(
            f"cookie_secret in .streamlit/secrets.toml is shorter than {_LEAST_SECRET} characters; "
            "make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )


def is_analyst() -> bool:
    """Tell whether this reader sees rows and files behind figures: an analyst, or no login."""
    return not required() or serving.role(settings(), dict(st.user)) == "analyst"


def admit() -> bool:
    """Return whether the reader may go on; draw the page that says what to do when not."""
    if serving.role(settings(), dict(st.user)) is not None:
        return True
    st.html(f"<h1>{text.esc(t('login.title'))}</h1>")
    if not st.user.get("is_logged_in"):
        st.write(t("login.ask"))
        st.button(t("login.in"), on_click=st.login, type="primary", key="w_login")
        return False
    st.warning(t("login.nobody", who=text.markdown(st.user.get("email"))))
    st.button(t("login.other"), on_click=st.logout, key="w_logout")
    return False


def foot() -> None:
    """Say at the end of a page who is signed in, with a way out."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("login.who", who=text.markdown(st.user.get("email"))), width="content")
        st.button(t("login.out"), on_click=st.logout, type="tertiary", key="w_logout")


def role_of_cookies(cookies: Mapping[str, str]) -> str | None:
    """Return the role of who sent these cookies; None for nobody, and for a cookie not ours."""
    secret = get_cookie_secret()

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        # Cookies are latin-1 on the wire; their signature is over the bytes.
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1"))

    found = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    if found is None:
        return None
    try:
        person = json.loads(found)
    except ValueError:
        return None
    return serving.role(settings(), person) if isinstance(person, dict) else None
