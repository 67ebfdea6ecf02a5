"""What the need and access scores are made of here: figures, weights, bounds, what is left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.views.profile.blocks import fact, facts, is_true


def indicators(rows: pd.DataFrame) -> str:
    """Return indicators by domain, each domain with the share of the need score it carries here."""
    groups = []
    for domain, part in rows.groupby("domain", sort=False, dropna=False):
        items = "".join(_indicator(row) for row in part.to_dict("records"))
        counted = [is_true(value) for value in part["in_index"]]
        weight = part["weight"].where(part["contribution"].notna())[counted].sum(min_count=1)
        share = "" if text.is_missing(weight) else f" · {text.percent(weight, 0)} of the need score"
        heading = text.sentence(text.humanise(domain)) + share
        groups.append(f"<h4>{text.esc(heading)}</h4><ul>{items}</ul>")
    return f'<div class="mg-indicators">{"".join(groups)}</div>' if groups else ""


def _indicator(row: Mapping[Any, Any]) -> str:
    source = text.plain(row["publisher"]) if not text.is_missing(row["publisher"]) else ""
    title = "" if text.is_missing(row["source_title"]) else str(row["source_title"])
    details = [
        text.interval(row["low"], row["high"], row["unit"]),
        "date unknown" if text.is_missing(row["vintage"]) else text.vintage(row["vintage"]),
        ": ".join(part for part in (source, title) if part) or "source: " + text.no_data(),
    ]
    counted = is_true(row["in_index"]) and not text.is_missing(row["weight"])
    if counted and not text.is_missing(row["contribution"]):
        share = text.percent(row["weight"], 0)
        points = text.number(row["contribution"])
        details.append(f"adds {points} points to the need score, weight {share}")
    if not text.is_missing(row["smoothed_value"]):
        steady = text.with_unit(row["smoothed_value"], row["unit"])
        details.append(f"{steady} when steadied, because the counts are small")
    if not text.is_missing(row["left_out"]):
        details.append("not counted in this region: " + text.plain(row["left_out"], 240))
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


def access_measures(rows: pd.DataFrame) -> str:
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
        mark = " <em>estimate</em>" if is_true(row["estimate"]) else ""
        definition = row["definition"]
        why = "" if text.is_missing(definition) else f"<small>{text.esc(definition)}</small>"
        value = text.with_unit(row["value"], row["unit"])
        items.append(
            f"<div><dt>{text.esc(row['label'])}{mark}</dt><dd>{text.esc(value)}</dd>"
            f"{by_tier}{why}</div>"
        )
    return f'<dl class="mg-facts">{"".join(items)}</dl>' if items else ""


def access_parts(rows: pd.DataFrame) -> str:
    """Return the parts of the access score with weight and bounds; those left out with the reason.

    `rows` is `district_rows.access_parts`.
    """
    counted = [is_true(value) for value in rows["in_index"]]
    used, left = rows[counted], rows[[not value for value in counted]]
    items = [_access_part(row) for row in used.to_dict("records")]
    items += [
        fact(
            text.sentence(row["label"]),
            "not counted",
            "" if text.is_missing(row["left_out"]) else text.plain(row["left_out"], 300),
        )
        for row in left.to_dict("records")
    ]
    return facts(items)


def _access_part(row: Mapping[Any, Any]) -> str:
    points = "no points: " + text.no_data()
    if not text.is_missing(row["contribution"]):
        points = f"adds {text.number(row['contribution'])} points to the access score"
    weight = row["weight"] if text.is_missing(row["weight_here"]) else row["weight_here"]
    return fact(
        text.sentence(row["label"]),
        text.with_unit(row["value"], row["unit"]),
        f"{points}, weight {text.percent(weight, 0)} · {bounds(row)}",
    )


def bounds(row: Mapping[Any, Any]) -> str:
    """Return the bounds a part of the access score is measured against, and whether they move."""
    low, high = text.short_number(row["low"]), text.short_number(row["high"])
    fixed = "fixed bounds" if is_true(row["is_fixed"]) else "bounds of this region's own districts"
    best = "higher is better" if int(row["direction"]) > 0 else "lower is better"
    reference = (
        ""
        if text.is_missing(row["reference"])
        else f": {text.lower_first(text.plain(row['reference'], 200))}"
    )
    return f"{best}, from {low} to {high} ({fixed}{reference})"
