"""Runs a page as Streamlit does, without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "dashboard" / "app.py")
SHOWN_ATTRIBUTES = {"aria-label", "title", "alt", "data-label", "data-tip", "placeholder"}


def run(**params: str) -> AppTest:
    """Open the app at an address; `page` names the page, the others are the view."""
    app = AppTest.from_file(APP, default_timeout=30)
    for key, value in params.items():
        app.query_params[key] = value
    return app.run()


def html(app: AppTest) -> str:
    """All HTML the page wrote, in order."""
    return "\n".join(element.proto.body for element in app.get("html"))


class Words(HTMLParser):
    """Collects what a person sees or hears of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.hidden += tag in ("style", "script")
        self.found += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def visible(app: AppTest) -> Iterator[str]:
    """Yield every text of a page that a person sees or hears."""
    for element in app.get("html"):
        words = Words()
        words.feed(element.proto.body)
        yield from words.found
    for block in [app.main]:
        for element in block:
            proto = getattr(element, "proto", None)
            for name in ("label", "help", "placeholder", "body", "caption"):
                value = getattr(proto, name, "") if element.type != "html" else ""
                if isinstance(value, str):
                    yield value
            options = getattr(proto, "options", [])
            yield from (o if isinstance(o, str) else getattr(o, "content", "") for o in options)
