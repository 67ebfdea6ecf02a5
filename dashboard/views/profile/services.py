"""Services of a district by level, what is missing, and what the US shortage rule says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.i18n import t, tn
from dashboard.panels import note
from dashboard.views.profile.blocks import SHARE, fact, facts, figure, known


def by_level(rows: pd.DataFrame, candidates: pd.DataFrame, row: Mapping[Any, Any]) -> str:
    """Return the services listed here, a line per level of care.

    `rows` is `district_rows.levels`, `candidates` `district_rows.candidates`. A level that the
    region has no register of is unknown, not empty.
    """
    items = []
    for _, own in rows.groupby("level", sort=False):
        head = own.iloc[0]
        label = text.sentence(text.label(head["label"]))
        if not bool(head["has_data"]):
            why = text.label(head["note"]) if known(head["note"]) else ""
            items.append(fact(label, text.no_data(), why))
            continue
        shown = text.people(own["n"].sum()) if own["n"].sum() else t("care.none_listed")
        items.append(fact(label, shown, _types(own)))
    if len(candidates):
        count = text.people(candidates["n"].sum())
        items.append(fact(t("care.candidates"), count, _types(candidates)))
    return facts(items) + _reported(row)


def _types(rows: pd.DataFrame) -> str:
    return " · ".join(
        t("care.type", type=text.sentence(text.label(part["type_label"])), n=text.people(part["n"]))
        for part in rows.to_dict("records")
        if not text.is_missing(part["type_label"])
    )


def _reported(row: Mapping[Any, Any]) -> str:
    share = row["services_reporting_share"]
    if text.is_missing(share):
        return note(t("care.reporting_unknown"))
    if float(share) >= 1:
        return ""
    return note(t("care.reporting", share=figure(row, "services_reporting_share", SHARE)))


def missing_links(rows: pd.DataFrame) -> str:
    """Return the links of care that are missing, and those that could not be judged.

    `rows` is `district_rows.links`, in published order; the words are published, no advice of ours.
    """
    if rows.empty:
        return ""
    missing = rows[rows["state"] == "missing"]
    unknown = rows[rows["state"] == "no data"]
    items = "".join(_link(row) for row in missing.to_dict("records"))
    out = f'<ul class="mg-links">{items}</ul>' if items else ""
    out = out or f"<p>{text.esc(t('care.nothing_missing'))}</p>"
    if len(unknown):
        names = text.listed([text.plain(text.label(label)) for label in unknown["label"]])
        out += note(t("care.not_judged", links=names))
    return out


def _link(row: Mapping[Any, Any]) -> str:
    remedy = t("care.remedy", remedy=text.label(row["remedy_family"]))
    words = text.plain(text.label(row["words"]), 400)
    return (
        f"<li><b>{text.esc(text.label(row['label']))}</b> "
        f"<small>{text.esc(words)} {text.esc(remedy)}</small></li>"
    )


def shortage_rule(rows: pd.DataFrame) -> str:
    """Return the outcome of the federal shortage rule; nothing where no rule applies.

    `rows` is `district_rows.shortage` of one district.
    """
    if rows.empty:
        return ""
    row = rows.iloc[0].to_dict()
    items = [
        fact(t("care.rule.outcome"), t(f"care.rule.{_verdict(row)}")),
        fact(t("care.rule.judged"), text.label(row["judged"])),
        fact(t("care.rule.high_need"), _high_need(row)),
        fact(t("care.rule.ratio"), figure(row, "population_per_core_fte", "people")),
        fact(t("care.rule.threshold"), figure(row, "core_threshold", "people")),
        fact(t("care.rule.posts"), figure(row, "core_fte_shortage", "FTE")),
    ]
    source = [text.plain(text.label(row[name]), 600) for name in ("reference", "note")]
    return facts(items) + "".join(note(words) for words in source)


def _verdict(row: Mapping[Any, Any]) -> str:
    if not text.is_missing(row["qualifies"]):
        return "qualifies" if bool(row["qualifies"]) else "not_qualifies"
    return "unjudged" if str(row["judged"]) == "no branch" else "not_by_branch"


def _high_need(row: Mapping[Any, Any]) -> str:
    if not text.is_missing(row["high_need"]):
        return text.yes_no(row["high_need"])
    if text.is_missing(row["high_need_unknown"]):
        return text.no_data()
    return t("care.rule.sign_unknown", signs=text.humanise(row["high_need_unknown"]))


def better(rows: pd.DataFrame, singular: str, plural: str) -> str:
    """Return similar districts where people reach more care; `rows` is `district_rows.better`."""
    if rows.empty:
        return f"<p>{text.esc(t('care.better.none', county=singular))}</p>"
    items = "".join(
        "<li>"
        + text.html_of(
            "care.better.one",
            name=f"<b>{text.name_html(text.plain(row['district_name'], 120))}</b>",
            access=text.esc(text.number(row["access_difference"])),
            need=text.esc(_signed(row["need_difference"])),
        )
        + "</li>"
        for row in rows.to_dict("records")
    )
    head = tn("care.better.count", len(rows), county=singular, counties=plural)
    return f'<p>{text.esc(head)}</p><ul class="mg-lines">{items}</ul>'


def _signed(value: Any) -> str:
    if text.is_missing(value):
        return text.no_data()
    shown = text.number(value)
    return shown if float(value) <= 0 else f"+{shown}"
