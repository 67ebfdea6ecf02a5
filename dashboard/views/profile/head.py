"""The head of a profile: name, class, rank with its likely range, scores, and the rules applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import maps, text


def head(region: Mapping[str, Any], row: Mapping[Any, Any], total: int, group: str) -> str:
    """Return name, class and place in the ranking; `group` is empty for everyone."""
    parent = ""
    if not text.is_missing(row["parent_name"]):
        parent = f'<p class="mg-sub">{text.name_html(text.plain(row["parent_name"], 120))}</p>'
    gap_class = text.plain(row["gap_class"])
    label = gap_class if gap_class == "insufficient data" else f"{gap_class} gap"
    return (
        f"<h2>{text.name_html(text.plain(row['district_name'], 320))}</h2>{parent}"
        f'<p class="mg-badge"><i class="mg-swatch{_badge_style(row)}"></i>'
        f"<b>{text.esc(text.sentence(label))}</b></p>"
        f"<p>{text.esc(_place(row, total, group))}</p>"
    )


def _place(row: Mapping[Any, Any], total: int, group: str) -> str:
    whom = f" for {text.lower_first(group)}" if group else ""
    if text.is_missing(row["gap_rank"]):
        return f"Not ranked{whom}."
    out = f"Gap rank {text.rank_of(row['gap_rank'], total)}{whom}"
    low, high = row["gap_rank_low"], row["gap_rank_high"]
    if not (text.is_missing(low) or text.is_missing(high)):
        same = int(low) == int(high)
        out += (
            ", the same in at least 90% of trials"
            if same
            else f", likely between {int(low)} and {int(high)} (90% interval)"
        )
    out += "."
    if not text.is_missing(row["gap_top_fifth_probability"]):
        chance = text.chance(row["gap_top_fifth_probability"])
        sure = "" if text.is_missing(row["confidence"]) else f" ({text.plain(row['confidence'])})"
        out += f" Chance of being in the worst fifth: {chance}{sure}."
    return out


def _badge_style(row: Mapping[Any, Any]) -> str:
    order = text.CLASS_NAMES
    if row["gap_class"] not in order:
        return " mg-hatch"
    return f'" style="background:{maps.palette("gap", 5)[order.index(row["gap_class"])]}'


def scores(row: Mapping[Any, Any], total: int) -> str:
    """Return the three scores as bars with their ranks."""
    bars = []
    for layer in text.SCORES:
        words = text.score_words(layer)
        value = row[f"{layer}_score"]
        width = 0.0 if text.is_missing(value) else min(100.0, max(0.0, float(value)))
        worse = "higher is better" if layer == "access" else "higher is worse"
        rank = row[f"{layer}_rank"]
        note = "" if text.is_missing(rank) else f"rank {text.rank_of(rank, total)}, "
        likely = text.span(row["gap_low"], row["gap_high"], 1) if layer == "gap" else ""
        note += f"likely {likely}, " if likely else ""
        bars.append(
            f"<li><span>{text.esc(words.button)}</span>"
            f'<span class="mg-bar"><i class="mg-{layer}" style="width:{width:.1f}%"></i></span>'
            f"<b>{text.esc(text.number(value))}</b><small>{text.esc(note + worse)}</small></li>"
        )
    return (
        f'<ul class="mg-scores" aria-label="Scores from 0 to 100">{"".join(bars)}</ul>'
        '<p class="mg-vintage">Scores run from 0 to 100. Rank 1 is the worst off.</p>'
    )


def rules(region: Mapping[str, Any], row: Mapping[Any, Any]) -> str:
    """Return how the rules judge this district, each rule beside its outcome."""
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


def _yes_no(value: Any) -> str:
    return text.no_data() if text.is_missing(value) else ("yes" if bool(value) else "no")
