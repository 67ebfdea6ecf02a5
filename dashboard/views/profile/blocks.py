"""Small blocks the parts of a profile share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard import text
from dashboard.i18n import t

# The unit of figures between 0 and 1 that are read as percentages.
SHARE = "share"
# The unit of counts that name what they count beside them.
COUNT = "count"


def figure(row: Mapping[Any, Any], column: str, unit: Any = "") -> str:
    """Return one published figure as plain text; where it is missing, whether it is withheld.

    Every figure of a profile passes here. `unit` is the published one, `SHARE` or `COUNT`. The
    row's `withheld`, where it has one, lists the columns that are not shown; `unreliable` says that
    its value rests on few people.
    """
    if column in row.get("withheld", ()):
        return t("district.withheld")
    if unit == SHARE:
        return text.percent(row[column], 0)
    if unit == COUNT:
        return text.people(row[column])
    shown = text.with_unit(row[column], unit)
    return text.doubted(shown, row.get("unreliable", False)) if column == "value" else shown


def section(anchor: str, heading: str, body: str) -> str:
    """Return a headed section that links can name, or nothing when it has no body (HTML)."""
    if not body:
        return ""
    return f'<section id="{anchor}"><h2>{text.esc(heading)}</h2>{body}</section>'


def part(heading: str, body: str) -> str:
    """Return a headed part of a section, or nothing when it has no body (HTML)."""
    return f"<h3>{text.esc(heading)}</h3>{body}" if body else ""


def facts(items: Iterable[str], extra: str = "") -> str:
    """Return a list of figures from `fact` entries."""
    body = "".join(items)
    return f'<dl class="mg-facts{extra}">{body}</dl>' if body else ""


def fact(label: str, value: str, note: str = "", mark: str = "") -> str:
    """Return one figure; plain texts: what it is, its value, a line beneath, a mark beside."""
    tag = f" <em>{text.esc(mark)}</em>" if mark else ""
    small = f"<dd class='mg-small'>{text.esc(note)}</dd>" if note else ""
    return f"<div><dt>{text.esc(label)}{tag}</dt><dd>{text.esc(value)}</dd>{small}</div>"


def more(summary: str, body: str) -> str:
    """Return a part that opens on demand, or nothing; it works by keyboard and without a script."""
    if not body:
        return ""
    return f'<details class="mg-more"><summary>{text.esc(summary)}</summary>{body}</details>'


def is_true(value: Any) -> bool:
    """Tell whether a nullable truth value is known and true."""
    return not text.is_missing(value) and bool(value)


def known(value: Any) -> bool:
    """Tell whether a text is there and not empty."""
    return not text.is_missing(value) and bool(str(value))
