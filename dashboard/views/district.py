"""The profile of one district: rank and class with their rule, people, figures, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import maps, queries, text
from dashboard.views import factsheet
from dashboard.views.links import missing_links, shortage_rule

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


def profile(
    snapshot: queries.Snapshot, region: Mapping[str, Any], row: Mapping[Any, Any], total: int
) -> None:
    """Draw the profile. `row` is one row of `queries.gap`, `total` the number of districts."""
    indicators = queries.indicators(snapshot, str(row["district_id"]))
    access = queries.access(snapshot, str(row["district_id"]))
    shortage = queries.shortage(snapshot, str(row["district_id"]))
    links = queries.links(snapshot, str(row["district_id"]))
    factsheet.download(snapshot, region, str(row["district_id"]))
    services = queries.local_services(snapshot, str(row["district_id"]))
    st.html(
        '<article class="mg-profile">'
        + _head(region, row, total, queries.confidence(snapshot, str(row["district_id"])))
        + _scores(row, total)
        + _rules(region, row)
        + _people(row)
        + _section("What is missing here", missing_links(links))
        + _section("Key figures", _figures(row))
        + _section("US mental-health shortage rule", shortage_rule(shortage))
        + _services(services, row)
        + "</article>"
    )
    counted = [_is_true(value) for value in indicators["in_index"]]
    in_index, context = indicators[counted], indicators[[not value for value in counted]]
    st.html(
        '<article class="mg-profile">'
        + _section("What makes up the need score", _indicators(in_index))
        + _section("Other figures, not in the score", _indicators(context))
        + _section("Access to care", _access(access))
        + f'<p class="mg-note">{text.esc(region["travel_note"])}</p></article>'
    )


def _head(region: Mapping[str, Any], row: Mapping[Any, Any], total: int, sure: str | None) -> str:
    parent = ""
    if not text.is_missing(row["parent_name"]):
        parent = f'<p class="mg-sub">{text.name_html(text.plain(row["parent_name"], 120))}</p>'
    low, high = row["gap_rank_low"], row["gap_rank_high"]
    likely = ""
    if not (text.is_missing(low) or text.is_missing(high)):
        likely = ", the same in at least 90% of trials"
        if int(low) != int(high):
            likely = f", likely between {int(low)} and {int(high)} (90% interval)"
    chance = ""
    if not (text.is_missing(row["gap_rank"]) or text.is_missing(row["gap_top_fifth_probability"])):
        worst = text.percent(row["gap_top_fifth_probability"], 0)
        word = f" ({text.plain(sure)})" if sure else ""
        chance = f" Chance of being in the worst fifth: {worst}{text.esc(word)}."
    rank = text.rank_of(row["gap_rank"], total)
    gap_class = text.plain(row["gap_class"])
    label = gap_class if gap_class == "insufficient data" else f"{gap_class} gap"
    place = "Not ranked" if text.is_missing(row["gap_rank"]) else f"Gap rank {rank}{likely}"
    return (
        f"<h2>{text.name_html(text.plain(row['district_name'], 320))}</h2>{parent}"
        f'<p class="mg-badge"><i class="mg-swatch{_badge_style(row)}"></i>'
        f"<b>{text.esc(text.sentence(label))}</b></p>"
        f"<p>{text.esc(place)}.{text.esc(chance)}</p>"
    )


def _badge_style(row: Mapping[Any, Any]) -> str:
    order = text.CLASS_NAMES
    if row["gap_class"] not in order:
        return " mg-hatch"
    return f'" style="background:{maps.palette("gap", 5)[order.index(row["gap_class"])]}'


def _scores(row: Mapping[Any, Any], total: int) -> str:
    bars = []
    for layer, words in text.LAYERS.items():
        value = row[f"{layer}_score"]
        width = 0.0 if text.is_missing(value) else min(100.0, max(0.0, float(value)))
        worse = "higher is better" if layer == "access" else "higher is worse"
        rank = row[f"{layer}_rank"]
        note = "" if text.is_missing(rank) else f"rank {text.rank_of(rank, total)}, "
        bars.append(
            f"<li><span>{text.esc(words.button)}</span>"
            f'<span class="mg-bar"><i class="mg-{layer}" style="width:{width:.1f}%"></i></span>'
            f"<b>{text.esc(text.number(value))}</b><small>{text.esc(note + worse)}</small></li>"
        )
    return (
        f'<ul class="mg-scores" aria-label="Scores from 0 to 100">{"".join(bars)}</ul>'
        '<p class="mg-vintage">Scores run from 0 to 100. Rank 1 is the worst off.</p>'
    )


def _rules(region: Mapping[str, Any], row: Mapping[Any, Any]) -> str:
    lines = [("Gap class", text.plain(row["gap_class"]), region["gap_rule"])]
    for column, label, rule in (
        ("is_rural", "Rural", "rural_rule"),
        ("is_underserved", "Underserved", "underserved_rule"),
        ("is_underserved_rural", "Rural and underserved", "underserved_rule"),
    ):
        lines.append((label, _yes_no(row[column]), region[rule]))
    if not text.is_missing(row["rural_class"]):
        lines.append(("Rural class", text.humanise(row["rural_class"]), region["rural_rule"]))
    items = []
    seen: set[str] = set()
    for label, value, rule in lines:
        fresh = not text.is_missing(rule) and str(rule) not in seen
        why = f"<small>{text.esc(text.sentence(rule))}</small>" if fresh else ""
        seen.add(str(rule))
        items.append(f"<div><dt>{text.esc(label)}</dt><dd>{text.esc(value)}</dd>{why}</div>")
    return f'<dl class="mg-facts mg-rules">{"".join(items)}</dl>{_flags(row["flags"])}'


def _flags(flags: Any) -> str:
    codes = [code for code in ("" if text.is_missing(flags) else str(flags)).split(";") if code]
    if not codes:
        return ""
    words = "; ".join(text.humanise(code) for code in codes)
    return f'<p class="mg-flag"><b>Read with care:</b> {text.esc(words)}.</p>'


def _people(row: Mapping[Any, Any]) -> str:
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


def _figures(row: Mapping[Any, Any]) -> str:
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


def _services(services: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    if services.empty:
        share = row["services_reporting_share"]
        caution = ""
        if not text.is_missing(share) and float(share) < 1:
            caution = " Facilities that did not report are not the same as none."
        return _section("Services here", f"<p>None listed.{text.esc(caution)}</p>")
    items = []
    for entry in services.to_dict("records"):
        candidate = " <em>possible place for integration</em>" if entry["is_candidate"] else ""
        items.append(
            f"<div><dt>{text.esc(text.sentence(entry['type_label']))}"
            f" <small>{text.esc(entry['level_label'])}</small>{candidate}</dt>"
            f"<dd>{int(entry['n']):,}</dd></div>"
        )
    return _section("Services here", f'<dl class="mg-facts">{"".join(items)}</dl>')


def _indicators(rows: pd.DataFrame) -> str:
    groups = []
    for domain, part in rows.groupby("domain", sort=False, dropna=False):
        items = "".join(_indicator(row) for row in part.to_dict("records"))
        groups.append(f"<h4>{text.esc(text.sentence(text.humanise(domain)))}</h4><ul>{items}</ul>")
    return f'<div class="mg-indicators">{"".join(groups)}</div>' if groups else ""


def _indicator(row: Mapping[Any, Any]) -> str:
    source = text.plain(row["publisher"]) if not text.is_missing(row["publisher"]) else ""
    title = "" if text.is_missing(row["source_title"]) else str(row["source_title"])
    details = [
        text.interval(row["low"], row["high"], row["unit"]),
        "date unknown" if text.is_missing(row["vintage"]) else text.vintage(row["vintage"]),
        ": ".join(part for part in (source, title) if part) or "source: " + text.NO_DATA,
    ]
    counted = _is_true(row["in_index"]) and not text.is_missing(row["weight"])
    if counted and not text.is_missing(row["contribution"]):
        share = text.percent(row["weight"], 0)
        details.append(f"adds {text.number(row['contribution'])} points, weight {share}")
    if not text.is_missing(row["flag"]) and str(row["flag"]):
        details.append("note: " + text.humanise(row["flag"]))
    width = 0.0 if text.is_missing(row["scaled_value"]) else float(row["scaled_value"])
    bar = f'<span class="mg-bar"><i class="mg-need" style="width:{width:.1f}%"></i></span>'
    definition = "" if text.is_missing(row["definition"]) else text.esc(row["definition"])
    return (
        f"<li><span class='mg-ind' title='{definition}'>{text.esc(row['label'])}</span>"
        f"<b>{text.esc(text.with_unit(row['value'], row['unit']))}</b>"
        f"{'' if text.is_missing(row['scaled_value']) else bar}"
        f"<small>{text.esc(' · '.join(part for part in details if part))}</small></li>"
    )


def _access(rows: pd.DataFrame) -> str:
    """One entry per measure: the figure for all services, and beneath it those by tier."""
    items = []
    tiers = rows[rows["tier"] != "all"].groupby("measure")
    for row in rows[rows["tier"] == "all"].to_dict("records"):
        parts = [
            f"{part['tier_label']}: {text.with_unit(part['value'], part['unit'])}"
            for part in (
                tiers.get_group(row["measure"]).to_dict("records")
                if row["measure"] in tiers.groups
                else []
            )
        ]
        by_tier = f"<small>{text.esc(' · '.join(parts))}</small>" if parts else ""
        mark = " <em>estimate</em>" if _is_true(row["estimate"]) else ""
        definition = row["definition"]
        why = "" if text.is_missing(definition) else f"<small>{text.esc(definition)}</small>"
        value = text.with_unit(row["value"], row["unit"])
        items.append(
            f"<div><dt>{text.esc(row['label'])}{mark}</dt><dd>{text.esc(value)}</dd>"
            f"{by_tier}{why}</div>"
        )
    return f'<dl class="mg-facts">{"".join(items)}</dl>' if items else ""


def _section(heading: str, body: str) -> str:
    return f"<section><h3>{text.esc(heading)}</h3>{body}</section>" if body else ""


def _yes_no(value: Any) -> str:
    return text.NO_DATA if text.is_missing(value) else ("yes" if bool(value) else "no")


def _is_true(value: Any) -> bool:
    return not text.is_missing(value) and bool(value)
