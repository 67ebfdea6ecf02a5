"""What is in a district: its people and who care can reach, key figures, services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.views.profile.blocks import section

# Column of out_gap: label, unit, whether it is an estimate.
_FIGURES: dict[str, tuple[str, str, bool]] = {
    "fte_per_100k": ("Mental-health staff here", "FTE per 100,000", False),
    "accessible_fte_per_100k": ("Staff within reach", "FTE per 100,000", True),
    "nearest_service_minutes": ("Travel to the nearest service", "minutes", True),
    "share_beyond_60min": ("People more than 60 minutes away", "share", True),
    "fte_shortage": ("Staff missing against the staffing target", "FTE", True),
    "services_count": ("Services in the district", "whole", False),
    "services_reporting_share": ("Facilities that reported their services", "share", False),
    "data_coverage": ("Need index backed by data", "share", False),
    "density_per_km2": ("People per square kilometre", "", False),
    "area_km2": ("Area", "km²", False),
}


def people(row: Mapping[Any, Any]) -> str:
    """Return how many live here and how many of them care can reach."""
    vintage = text.vintage(row["population_vintage"])
    head = f"<h3>People: {text.esc(text.people(row['population']))}</h3>"
    head += f'<p class="mg-vintage">{text.esc(vintage)}'
    head += f", {text.esc(text.percent(row['rural_share'], 0))} rural</p>"
    parts = [
        ("population_served", "Served", "#0b5563"),
        ("population_over_capacity", "In reach, but over capacity", "#e0a100"),
        ("population_beyond_reach", "Beyond reach", "#a50021"),
    ]
    # A bar of known parts only would show one of them as everybody.
    known = [float(row[name]) for name, _, _ in parts if not text.is_missing(row[name])]
    whole = sum(known) if len(known) == len(parts) else 0.0
    bars, items = [], []
    for name, label, color in parts:
        value = row[name]
        share = 0.0 if text.is_missing(value) or not whole else float(value) / whole * 100
        bars.append(f'<i style="width:{share:.2f}%;background:{color}"></i>')
        items.append(
            f'<li><i class="mg-swatch" style="background:{color}"></i>{text.esc(label)} '
            f"<b>{text.esc(text.people(value))}</b></li>"
        )
    stack = f'<div class="mg-stack">{"".join(bars)}</div>' if whole else ""
    return (
        f'{head}{stack}<ul class="mg-parts">{"".join(items)}</ul>'
        '<p class="mg-vintage">Estimates of who care can reach</p>'
    )


def figures(row: Mapping[Any, Any]) -> str:
    """Return the key figures."""
    items = []
    for column, (label, unit, estimate) in _FIGURES.items():
        value = row[column]
        if unit == "share":
            shown = text.percent(value, 0)
        elif unit == "whole":
            shown = text.number(value, 0)
        else:
            shown = text.with_unit(value, unit)
        mark = " <em>estimate</em>" if estimate else ""
        items.append(f"<div><dt>{text.esc(label)}{mark}</dt><dd>{text.esc(shown)}</dd></div>")
    return f'<dl class="mg-facts">{"".join(items)}</dl>'


def services_here(services: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """Return the services listed here by type; `services` is `district_rows.local_services`."""
    if services.empty:
        share = row["services_reporting_share"]
        caution = ""
        if not text.is_missing(share) and float(share) < 1:
            caution = " Facilities that did not report are not the same as none."
        return section("Services here", f"<p>None listed.{text.esc(caution)}</p>")
    items = []
    for entry in services.to_dict("records"):
        candidate = " <em>possible place for integration</em>" if entry["is_candidate"] else ""
        items.append(
            f"<div><dt>{text.esc(text.sentence(entry['type_label']))}"
            f" <small>{text.esc(entry['level_label'])}</small>{candidate}</dt>"
            f"<dd>{int(entry['n']):,}</dd></div>"
        )
    return section("Services here", f'<dl class="mg-facts">{"".join(items)}</dl>')
