"""Who lives in a district, how many of them care can reach, and its key figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashboard import text
from dashboard.i18n import t
from dashboard.panels import note
from dashboard.views.profile.blocks import COUNT, SHARE, fact, facts, figure

# Column of out_gap: the end of the key of its words, its unit, that of what is said beneath.
_STRIP = (
    ("population", "population", COUNT, ""),
    ("population_beyond_reach", "beyond_reach", COUNT, "estimate"),
    ("fte_per_100k", "staff_here", "", "posts_per"),
    ("accessible_fte_per_100k", "staff_reach", "", "posts_per_estimate"),
    ("nearest_service_minutes", "nearest", "minutes", "estimate"),
    ("fte_shortage", "shortage", "", "posts_estimate"),
)
_MORE = (
    ("share_beyond_60min", "beyond_hour", SHARE, "estimate"),
    ("density_per_km2", "density", "", ""),
    ("area_km2", "area", "km²", ""),
)
# Column of out_gap: the end of the key of its words, and of the class of its colour and pattern.
_REACH = (
    ("population_served", "served"),
    ("population_over_capacity", "over"),
    ("population_beyond_reach", "beyond"),
)


def strip(row: Mapping[Any, Any]) -> str:
    """Return the figures a planner asks for first."""
    cells = "".join(
        f'<div class="mg-figure"><dt>{text.esc(label)}</dt><dd>{text.esc(shown)}'
        f"<small>{text.esc(mark)}</small></dd></div>"
        for label, shown, mark in _figures(row, _STRIP)
    )
    return f'<dl class="mg-strip">{cells}</dl>'


def _figures(
    row: Mapping[Any, Any], columns: tuple[tuple[str, str, str, str], ...]
) -> Iterator[tuple[str, str, str]]:
    for column, key, unit, beneath in columns:
        mark = t(f"district.beneath.{beneath}") if beneath else ""
        if column == "population" and not text.is_missing(row["population_vintage"]):
            mark = text.vintage(row["population_vintage"])
        yield t(f"district.fact.{key}"), figure(row, column, unit), mark


def people(row: Mapping[Any, Any]) -> str:
    """Return how many live here and how many of them care can reach, and further key figures."""
    # A bar of known parts only would show one of them as everybody.
    known = [float(row[name]) for name, _ in _REACH if not text.is_missing(row[name])]
    whole = sum(known) if len(known) == len(_REACH) else 0.0
    bars, items = [], []
    for name, kind in _REACH:
        share = 0.0 if text.is_missing(row[name]) or not whole else float(row[name]) / whole
        bars.append(f'<i class="mg-{kind}" style="width:{share:.2%}"></i>')
        shown = figure(row, name, COUNT)
        part = f" ({text.percent(share, 0)})" if whole else ""
        items.append(
            f'<li><i class="mg-swatch mg-{kind}"></i>{text.esc(t(f"district.reach.{kind}"))} '
            f"<b>{text.esc(shown + part)}</b></li>"
        )
    stack = f'<div class="mg-stack" aria-hidden="true">{"".join(bars)}</div>' if whole else ""
    return (
        f'<p>{text.esc(_sentence(row))}</p>{stack}<ul class="mg-parts">{"".join(items)}</ul>'
        + note(t("district.people.estimates"))
        + facts(fact(label, shown, mark=mark) for label, shown, mark in _figures(row, _MORE))
    )


def _sentence(row: Mapping[Any, Any]) -> str:
    if text.is_missing(row["population"]):
        return t("district.people.unknown")
    count = figure(row, "population", COUNT)
    when = text.vintage(row["population_vintage"])
    if text.is_missing(row["rural_share"]):
        return t("district.people.count", people=count, vintage=when)
    rural = figure(row, "rural_share", SHARE)
    return t("district.people.count_rural", people=count, vintage=when, share=rural)
