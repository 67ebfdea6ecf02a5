"""Small blocks the parts of a profile share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import text


def section(heading: str, body: str) -> str:
    """Return a headed section, or nothing when it has no body (which is HTML)."""
    return f"<section><h3>{text.esc(heading)}</h3>{body}</section>" if body else ""


def facts(items: Iterable[str], extra: str = "") -> str:
    """Return a list of figures from `fact` entries."""
    body = "".join(items)
    return f'<dl class="mg-facts{extra}">{body}</dl>' if body else ""


def fact(label: str, value: str, note: str = "", mark: str = "") -> str:
    """Return one figure; plain texts: what it is, its value, a line beneath, a mark beside."""
    tag = f" <em>{text.esc(mark)}</em>" if mark else ""
    small = f"<small>{text.esc(note)}</small>" if note else ""
    return f"<div><dt>{text.esc(label)}{tag}</dt><dd>{text.esc(value)}</dd>{small}</div>"


def more(summary: str, body: str) -> str:
    """Return a part that opens on demand, or nothing; it works by keyboard and without a script."""
    if not body:
        return ""
    return f'<details class="mg-more"><summary>{text.esc(summary)}</summary>{body}</details>'


def is_true(value: Any) -> bool:
    """Tell whether a nullable truth value is known and true."""
    return not text.is_missing(value) and bool(value)
