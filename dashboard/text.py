"""Words on screen, number formats, and escaping for HTML, scripts, Markdown and CSV."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

import pandas as pd

from dashboard import i18n
from dashboard.i18n import date, decimal, raw, t, td, tn

CLASS_NAMES = ("very low", "low", "moderate", "high", "very high")
# The published word for a place among the worst fifth in nearly every trial.
ROBUST = "robustly worst"
SCORES = ("gap", "need", "access")
REFRESH_COMMAND = "mindgap refresh {region}"

# Characters that mean something inside a JavaScript template literal, beside the HTML ones.
_TEMPLATE_CHARACTERS = {"`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;", "\\": "&#92;"}
# Folium compiles the scripts it is given as Jinja templates, so what opens a tag there is escaped
# too; in JSON a brace before one of these can only stand within a string.
_SCRIPT_CHARACTERS = re.compile("[<>&`$'\u2028\u2029\x7f-\x9f]|{(?=[{%#])")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class LayerText:
    """The words of one of the three scores."""

    button: str
    score: str
    question: str
    darker: str
    top: str


def score_words(score: str) -> LayerText:
    """Return the words of `gap`, `need` or `access`; the question still holds `{region}`."""
    return LayerText(
        **{part: raw(f"score.{score}.{part}") for part in LayerText.__dataclass_fields__}
    )


def no_data() -> str:
    """Return the word for a figure that is missing."""
    return t("common.no_data")


def html_of(key: str, /, **parts: str) -> str:
    """Return a message as HTML: its own words escaped, its placeholders filled with HTML."""
    return "".join(
        (esc(literal) if literal else "") + ("" if field is None else parts[field])
        for literal, field, _, _ in Formatter().parse(raw(key))
    )


# Units for which one decimal would be noise.
WHOLE_UNITS = {"people", "persons", "services", "beds", "households"}


def is_missing(value: Any) -> bool:
    """Return true for None, NaN, NaT and pandas NA."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def esc(value: Any) -> str:
    """Text safe in HTML, in an attribute, and in a JavaScript template literal around it."""
    if is_missing(value):
        return no_data()
    out = html.escape(str(value), quote=True)
    for character, entity in _TEMPLATE_CHARACTERS.items():
        out = out.replace(character, entity)
    return out


def name_html(value: Any) -> str:
    """Return a name escaped and isolated, so right-to-left names do not reorder the line."""
    return f"<bdi>{esc(value)}</bdi>"


def js(value: Any) -> str:
    """JSON that is safe in a script, in `eval`, in HTML and in a Jinja template.

    No character can end its string, none starts a tag of a template.
    """
    # NaN is not JSON: a caller must turn missing into None first.
    raw = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _SCRIPT_CHARACTERS.sub(lambda match: f"\\u{ord(match.group()):04x}", raw)


def markdown(value: Any) -> str:
    """Text for a Streamlit label: no Markdown, no icon or colour directive, one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(plain(value).split()))


def plain(value: Any, limit: int = 0) -> str:
    """Return the value as text, `no data` when missing, cut to `limit` characters when given."""
    out = no_data() if is_missing(value) else str(value)
    return out[: limit - 1] + "…" if limit and len(out) > limit else out


def csv_text(value: Any) -> str:
    """Return a text cell that no spreadsheet runs as a formula. Never pass numbers through here."""
    out = "" if is_missing(value) else str(value)
    return "'" + out if out.startswith(_FORMULA_STARTS) else out


def number(value: Any, decimals: int = 1) -> str:
    """Return a number as the reader's language writes it, or `no data`."""
    if is_missing(value):
        return no_data()
    # Minus zero would say that something is below zero.
    out = decimal(round(float(value), decimals) + 0.0, decimals)
    return out.replace("-", "−", 1)


def people(value: Any) -> str:
    """Return a count of people, rounded to a whole number."""
    return number(value, 0)


def short_people(value: Any) -> str:
    """Return a large count as people say it: 47.6 million, 926,976."""
    if is_missing(value):
        return no_data()
    if abs(float(value)) < 1e6:
        return people(value)
    return t("common.million", number=number(float(value) / 1e6, 1))


def percent(share: Any, decimals: int = 1) -> str:
    """Return a share between 0 and 1 as a percentage."""
    if is_missing(share):
        return no_data()
    return t("common.percent", number=number(float(share) * 100, decimals))


def with_unit(value: Any, unit: Any) -> str:
    """Return a number and its unit, `13.0%` or `9.8 per 100,000`; missing stays `no data`."""
    if is_missing(value):
        return no_data()
    name = "" if is_missing(unit) else str(unit).strip()
    shown = number(value, 0 if name in WHOLE_UNITS else decimals_for(value))
    if name.startswith("%"):
        # "% of people": the sign is written as the language writes it, the rest is translated.
        return t("common.percent", number=shown) + label(name).removeprefix("%")
    if name in WHOLE_UNITS:
        return tn(f"common.unit.{name}", round(float(value)))
    return f"{shown} {label(name).replace('km2', 'km²')}" if name else shown


def label(words: Any) -> str:
    """Return a label or unit that came with the data, in the reader's language."""
    return no_data() if is_missing(words) else td(words)


def chance(share: Any) -> str:
    """Return a probability as a percentage that never claims certainty."""
    if is_missing(share):
        return no_data()
    if share < 0.005:
        return t("common.under", figure=percent(0.01, 0))
    return t("common.over", figure=percent(0.99, 0)) if share >= 0.995 else percent(share, 0)


def p_value(value: Any) -> str:
    """Return a probability of chance with three decimals, never as zero."""
    if is_missing(value):
        return no_data()
    if float(value) < 0.001:
        return t("common.under", figure=number(0.001, 3))
    return number(value, 3)


def short_number(value: Any) -> str:
    """Return a number without decimals when it is whole, else with as many as say something."""
    if is_missing(value):
        return no_data()
    return number(value, 0 if float(value).is_integer() else decimals_for(value))


def as_stated(value: Any, unit: Any) -> str:
    """Return a figure of a rule or a publisher with all its digits: 0.184, 6,000."""
    if is_missing(value):
        return no_data()
    digits = len(f"{float(value):.6g}".partition(".")[2])
    return number(value, digits) + ("" if is_missing(unit) else f" {label(unit)}")


def decimals_for(value: Any) -> int:
    """One decimal, more for figures too small for it to say anything."""
    size = abs(float(value))
    return 1 if size >= 0.95 or size == 0 else 2 if size >= 0.095 else 3


def interval(low: Any, high: Any, unit: Any) -> str:
    """Return a 90 % interval in words, empty when unknown."""
    if is_missing(low) or is_missing(high):
        return ""
    return t("common.interval", low=with_unit(low, ""), high=with_unit(high, unit))


def doubted(shown: str, unreliable: bool) -> str:
    """Return a figure as text, with a word where it rests on few people."""
    return t("common.unreliable", figure=shown) if unreliable else shown


def span(low: Any, high: Any, decimals: int = 0) -> str:
    """Return `1–7`, one number where both ends are the same, empty when unknown."""
    if is_missing(low) or is_missing(high):
        return ""
    ends = number(low, decimals), number(high, decimals)
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def with_span(value: Any, low: Any, high: Any, decimals: int = 0) -> str:
    """Return `3 (1–7)`: a figure and its likely range; the figure alone when that is unknown."""
    if is_missing(value):
        return no_data()
    between = span(low, high, decimals)
    return f"{number(value, decimals)} ({between})" if between else number(value, decimals)


def listed(words: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c` as the reader's language joins them."""
    return i18n.listed(words)


def lower_first(value: Any) -> str:
    """Return the text for the middle of a sentence; abbreviations such as US stay as they are."""
    out = plain(value)
    return out if out[1:2].isupper() else out[:1].lower() + out[1:]


def rank_of(rank: Any, total: int) -> str:
    """`3 of 47`, or `not ranked`."""
    if is_missing(rank):
        return t("common.not_ranked")
    return t("common.rank_of", rank=people(rank), total=people(total))


def yes_no(value: Any) -> str:
    """Return yes, no, or `no data`."""
    return no_data() if is_missing(value) else t("common.yes" if bool(value) else "common.no")


def humanise(code: Any) -> str:
    """Return a code such as `low_coverage` as words, so that no raw name reaches the page."""
    return no_data() if is_missing(code) else td(str(code).replace("_", " ").strip())


def sentence(value: Any) -> str:
    """Return the text with a capital first letter."""
    out = plain(value)
    return out[:1].upper() + out[1:]


def vintage(value: Any) -> str:
    """Return an ISO date or time stamp as people write dates; anything else stays as it is."""
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?$", plain(value))
    if not found:
        return label(value)
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:  # digits that are no date
        return plain(value)


def class_name(index: int, count: int) -> str:
    """Return what a class of a score is called: in words when there are five, else its number."""
    if count == len(CLASS_NAMES):
        return sentence(td(CLASS_NAMES[index]))
    return t("common.class_number", number=people(index + 1))


def counted(count: Any, region: Mapping[str, Any]) -> str:
    """Return a number of districts in the region's own words: `1 county`, `31 counties`."""
    singular, plural = terms(region)
    # Which form a number takes is the language's business, so a message chooses between the two.
    return tn("common.counted", int(count), singular=singular, plural=plural)


def place(region: Mapping[str, Any], limit: int = 60) -> str:
    """Return what a region is called in the reader's language, cut to `limit` characters."""
    return plain(label(region["name"]), limit)


def terms(region: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a district is called in this region: singular, plural."""
    return label(region["district_term"]), label(region["district_term_plural"])
