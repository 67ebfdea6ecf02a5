"""Runs a page as Streamlit does, without a browser."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")


def run(**params: str) -> AppTest:
    """Open the app at an address; `page` names the page, the others are the view."""
    app = AppTest.from_file(APP, default_timeout=30)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


def html(app: AppTest) -> str:
    """All HTML the page wrote, in order."""
    return "\n".join(element.proto.body for element in app.get("html"))
