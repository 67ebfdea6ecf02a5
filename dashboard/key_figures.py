"""The key figures of a region or of what a filter leaves of it, each with its date or caveat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard import text
from dashboard.i18n import t, tn

# What is shown: heading, value and the line beneath, plain texts; and the glossary's term for it.
Figure = tuple[str, str, str, str]


def key_figures(region: Mapping[str, Any], total: Mapping[str, Any], group: str) -> list[Figure]:
    """Return the figures of `selection.totals`; `group` is empty for everyone."""
    figures = [
        _people(region, total, group),
        _districts(region, total),
        _underserved(region, total),
    ]
    if group:
        return [*figures, _new_worst(region, total)]
    return [*figures, _beyond_reach(total), _shortage(total)]


def _people(region: Mapping[str, Any], total: Mapping[str, Any], group: str) -> Figure:
    dated = t("figures.people.dated", vintage=text.vintage(region["population_vintage"]))
    if not group:
        return t("figures.people"), text.short_people(total["population"]), dated, ""
    share = _share(total["people"], total["population"])
    note = t("figures.people.share", share=share, dated=dated) if share else dated
    return text.sentence(group), text.short_people(total["people"]), note, "group"


def _districts(region: Mapping[str, Any], total: Mapping[str, Any]) -> Figure:
    missing = int(total["districts"]) - int(total["scored"])
    note = tn("figures.unscored", missing) if missing else t("figures.all_scored")
    _, plural = text.terms(region)
    return text.sentence(plural), text.people(total["districts"]), note, ""


def _underserved(region: Mapping[str, Any], total: Mapping[str, Any]) -> Figure:
    label = t("figures.underserved")
    if not int(total["judged"]):
        return label, text.no_data(), t("figures.not_judged"), "underserved"
    people = t("figures.underserved.people", people=text.short_people(total["underserved_people"]))
    return label, text.counted(total["underserved"], region), people, "underserved"


def _new_worst(region: Mapping[str, Any], total: Mapping[str, Any]) -> Figure:
    return (
        t("figures.new_worst"),
        text.counted(total["new_worst"], region),
        t("figures.new_worst.note", worst=text.people(total["worst"])),
        "underserved",
    )


def _beyond_reach(total: Mapping[str, Any]) -> Figure:
    share = _share(total["beyond_reach"], total["population"])
    note = t("figures.beyond_reach.share", share=share) if share else t("figures.beyond_reach.note")
    return t("figures.beyond_reach"), text.short_people(total["beyond_reach"]), note, "beyond_reach"


def _shortage(total: Mapping[str, Any]) -> Figure:
    shown = text.no_data()
    if not text.is_missing(total["fte_shortage"]):
        shown = t("figures.posts", number=text.number(total["fte_shortage"], 0))
    return t("figures.shortage"), shown, t("figures.shortage.note"), "fte"


def _share(part: Any, whole: Any) -> str:
    if text.is_missing(part) or text.is_missing(whole) or not float(whole):
        return ""
    share = float(part) / float(whole)
    if 0 < share < 0.01:
        return t("common.under", figure=text.percent(0.01, 0))
    return text.percent(share, 0)
