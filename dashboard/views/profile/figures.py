"""The figures of a district, each held against the region: indicators and measures of access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.i18n import t
from dashboard.panels import note
from dashboard.views.profile import against, quality
from dashboard.views.profile.blocks import figure, is_true, known, more, part

NEAREST = "nearest_service_minutes"


def indicators(rows: pd.DataFrame, usual: pd.DataFrame, plural: str, cited: list[str]) -> str:
    """Return the indicators, those outside the need score folded away.

    `rows` is `district_rows.indicators`, `usual` `district_rows.typical`, `cited` the ids of the
    sources in the order they are listed.
    """
    counted = rows["in_index"].map(is_true).astype(bool)
    return (
        _domains(rows[counted])
        + _table(rows[counted], usual, plural, cited)
        + more(t("district.indicators.others"), _table(rows[~counted], usual, plural, cited))
    )


def _domains(rows: pd.DataFrame) -> str:
    """Return the share of the need score that each domain carries here."""
    weights = rows["weight"].where(rows["contribution"].notna())
    sums = weights.groupby(rows["domain"], sort=False).sum(min_count=1).dropna()
    named = [
        t(
            "district.indicators.domain",
            domain=text.lower_first(text.humanise(domain)),
            share=text.percent(share, 0),
        )
        for domain, share in sums.items()
    ]
    return note(t("district.indicators.domains", domains=text.listed(named))) if named else ""


def _table(rows: pd.DataFrame, usual: pd.DataFrame, plural: str, cited: list[str]) -> str:
    lines = (
        against.Line(
            row["layer"],
            text.label(row["label"]),
            row,
            list(_notes(row)),
            _marks(row, cited),
        )
        for row in rows.to_dict("records")
    )
    return against.table(lines, usual, plural, t("against.figure"))


def _marks(row: Mapping[Any, Any], cited: list[str]) -> str:
    domain = text.esc(text.sentence(text.humanise(row["domain"])))
    return f' <em class="mg-domain">{domain}</em>' + quality.cite(row["source_id"], cited)


def _notes(row: Mapping[Any, Any]) -> Iterator[str]:
    if known(row["definition"]):
        yield text.label(row["definition"]).rstrip(".")
    between = text.interval(row["low"], row["high"], row["unit"])
    if between:
        yield between
    if text.is_missing(row["vintage"]):
        yield t("district.indicators.undated")
    else:
        yield text.vintage(row["vintage"])
    if is_true(row["in_index"]) and not text.is_missing(row["contribution"]):
        points = text.number(row["contribution"])
        yield t("district.indicators.points", points=points, share=text.percent(row["weight"], 0))
    if not text.is_missing(row["smoothed_value"]):
        yield t("district.indicators.steadied", value=figure(row, "smoothed_value", row["unit"]))
    if known(row["left_out"]):
        yield t("district.left_out", why=text.plain(text.label(row["left_out"]), 240))
    if known(row["flag"]):
        yield t("district.indicators.flag", flag=text.humanise(row["flag"]))


def nearest(rows: pd.DataFrame, usual: pd.DataFrame, plural: str) -> str:
    """Return the minutes to the nearest service by tier; `rows` is `district_rows.access`."""
    own = rows[rows["measure"] == NEAREST]
    lines = (
        against.Line(row["layer"], text.label(row["tier_label"]), row)
        for row in own.to_dict("records")
    )
    return against.table(lines, usual, plural, t("district.nearest.tier"))


def measures(rows: pd.DataFrame, usual: pd.DataFrame, plural: str) -> str:
    """Return every other measure of access with its tiers; `rows` is `district_rows.access`."""
    out = []
    for _, own in rows[rows["measure"] != NEAREST].groupby("measure", sort=False):
        head = own.iloc[0].to_dict()
        lines = (
            against.Line(row["layer"], text.label(row["tier_label"]), row)
            for row in own.to_dict("records")
        )
        about = "".join(
            f"<p class='mg-note'>{text.esc(words)}</p>" for words in _about(head) if words
        )
        body = about + against.table(lines, usual, plural, t("district.nearest.tier"))
        out.append(part(text.sentence(text.label(head["label"])), body))
    return "".join(out)


def _about(row: Mapping[Any, Any]) -> Iterator[str]:
    if known(row["definition"]):
        yield text.label(row["definition"])
    if known(row["reference"]):
        yield t("district.measure.method", reference=text.label(row["reference"]))
    if is_true(row["estimate"]):
        yield t("district.measure.estimate")


def access_parts(rows: pd.DataFrame) -> str:
    """Return the parts of the access score: figure, points, weight, bounds, or why left out.

    `rows` is `district_rows.access_parts`.
    """
    items = []
    for row in rows.to_dict("records"):
        label = text.esc(text.sentence(text.label(row["label"])))
        if is_true(row["in_index"]):
            shown, notes = figure(row, "value", row["unit"]), _part_notes(row)
        else:
            why = text.plain(text.label(row["left_out"]), 300) if known(row["left_out"]) else ""
            shown, notes = t("district.part.not_counted"), why
        items.append(
            f"<div><dt>{label}</dt><dd>{text.esc(shown)}</dd>"
            f'<dd class="mg-small">{text.esc(notes)}</dd></div>'
        )
    return f'<dl class="mg-facts">{"".join(items)}</dl>' if items else ""


def _part_notes(row: Mapping[Any, Any]) -> str:
    weight = row["weight"] if text.is_missing(row["weight_here"]) else row["weight_here"]
    share = text.percent(weight, 0)
    points = t("district.part.no_points", share=share)
    if not text.is_missing(row["contribution"]):
        points = t("district.part.points", points=text.number(row["contribution"]), share=share)
    return f"{points} · {bounds(row)}"


def bounds(row: Mapping[Any, Any]) -> str:
    """Return what a part of the access score is measured against, and the reason for it."""
    ends = {"low": text.short_number(row["low"]), "high": text.short_number(row["high"])}
    kind = "fixed" if is_true(row["is_fixed"]) else "own"
    better = "higher" if int(row["direction"]) > 0 else "lower"
    out = t(f"district.part.{better}_{kind}", **ends)
    if not known(row["reference"]):
        return out
    return f"{out} · {text.plain(text.label(row['reference']), 200)}"
