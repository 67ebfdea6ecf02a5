"""The head of a profile: class, rank with its likely range in words, scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import glossary, palettes, text
from dashboard.i18n import t
from dashboard.views.profile.blocks import is_true


def badges(row: Mapping[Any, Any]) -> str:
    """Return the gap class, and rural and underserved where they are known to hold."""
    at = _class_index(row)
    colour = "" if at is None else f' style="background:{palettes.palette("gap", 5, 1)[at]}"'
    hatch = " mg-hatch" if at is None else ""
    out = (
        f'<i class="mg-swatch{hatch}"{colour}></i>'
        f"<b>{text.esc(t(f'district.badge.{class_key(row)}'))}</b>"
    )
    for name, holds in (("rural", "is_rural"), ("underserved", "is_underserved")):
        if is_true(row[holds]):
            out += f'<span class="mg-chip">{text.esc(t(f"district.badge.{name}"))}</span>'
    return f'<p class="mg-badge">{out}</p>'


def place(row: Mapping[Any, Any], plural: str, total: int, group: str) -> str:
    """Return the place among all districts with its likely range, HTML.

    `plural` is what districts are called, `total` their number, `group` what the chosen group of
    people is called (empty for everyone).
    """
    name = text.name_html(text.plain(row["district_name"], 320))
    whom = text.esc(text.lower_first(group))
    if text.is_missing(row["gap_rank"]):
        if group:
            return text.html_of("district.unranked_group", group=whom, name=name)
        return text.html_of("district.unranked", name=name)
    values = {
        "name": name,
        "rank": f"<b>{text.people(row['gap_rank'])}</b>",
        "total": text.people(total),
        "counties": text.esc(plural),
    }
    if group:
        out = text.html_of("district.rank_group", group=whom, **values)
    else:
        out = text.html_of("district.rank", **values)
    return " ".join(part for part in (out, text.esc(_range(row))) if part)


def _range(row: Mapping[Any, Any]) -> str:
    low, high = row["gap_rank_low"], row["gap_rank_high"]
    if text.is_missing(low) or text.is_missing(high):
        return ""
    if int(low) == int(high):
        return t("district.range_same", low=text.people(low))
    return t("district.range", low=text.people(low), high=text.people(high))


def chance(row: Mapping[Any, Any]) -> str:
    """Return how likely the place is among the worst fifth, plain text; empty when unknown."""
    if text.is_missing(row["gap_top_fifth_probability"]):
        return ""
    shown = text.chance(row["gap_top_fifth_probability"])
    if text.is_missing(row["confidence"]):
        return t("district.chance_alone", chance=shown)
    return t("district.chance", chance=shown, sure=text.label(row["confidence"]))


def kind(row: Mapping[Any, Any]) -> str:
    """Return class, rurality and whether it counts as underserved, in sentences; plain text."""
    return " ".join(
        (
            t(f"district.class.{class_key(row)}"),
            t(f"district.rural.{_truth(row['is_rural'])}"),
            t(f"district.underserved.{_truth(row['is_underserved'])}"),
        )
    )


def _truth(value: Any) -> str:
    return "unknown" if text.is_missing(value) else ("yes" if bool(value) else "no")


def _class_index(row: Mapping[Any, Any]) -> int | None:
    name = row["gap_class"]
    return text.CLASS_NAMES.index(name) if name in text.CLASS_NAMES else None


def class_key(row: Mapping[Any, Any]) -> str:
    """Return the end of the keys of the gap class: `very_high`, or `unknown`."""
    at = _class_index(row)
    return "unknown" if at is None else text.CLASS_NAMES[at].replace(" ", "_")


def scores(row: Mapping[Any, Any], total: int) -> str:
    """Return the three scores as bars with their ranks."""
    bars = []
    for layer in text.SCORES:
        value = row[f"{layer}_score"]
        width = 0.0 if text.is_missing(value) else min(100.0, max(0.0, float(value)))
        words = text.score_words(layer).button
        bars.append(
            f"<li><span>{glossary.term(layer, words)}</span>"
            f'<span class="mg-bar"><i class="mg-{layer}" style="width:{width:.1f}%"></i></span>'
            f"<b>{text.esc(text.number(value))}</b>"
            f"<small>{text.esc(_score_note(row, layer, total))}</small></li>"
        )
    return (
        f'<ul class="mg-scores" aria-label="{text.esc(t("district.scores"))}">{"".join(bars)}</ul>'
    )


def _score_note(row: Mapping[Any, Any], layer: str, total: int) -> str:
    notes = []
    rank = row[f"{layer}_rank"]
    if not text.is_missing(rank):
        notes.append(t("district.score.rank", rank=text.rank_of(rank, total)))
    likely = text.span(row["gap_low"], row["gap_high"], 1) if layer == "gap" else ""
    if likely:
        notes.append(t("district.score.likely", span=likely))
    better = "higher_better" if layer == "access" else "higher_worse"
    notes.append(t(f"district.score.{better}"))
    return " · ".join(notes)
