"""How far the figures of a district can be relied on, by which rules it is judged, its sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import panels, text
from dashboard.i18n import t, tn
from dashboard.panels import note
from dashboard.views.profile import head
from dashboard.views.profile.blocks import COUNT, SHARE, fact, facts, figure, is_true, known, more


def quality(
    row: Mapping[Any, Any], indicators: pd.DataFrame, findings: pd.DataFrame, cited: list[str]
) -> str:
    """Return completeness, cautions and what the checks found in the sources used here.

    `indicators` and `findings` are those of `district_rows`; `cited` the ids of the sources in the
    order they are listed.
    """
    items = [
        fact(t("origin.coverage"), figure(row, "data_coverage", SHARE), t("origin.coverage_means")),
        fact(
            t("origin.reporting"),
            figure(row, "services_reporting_share", SHARE),
            t("origin.reporting_means"),
        ),
    ]
    counted = indicators[indicators["in_index"].map(is_true).astype(bool)]
    absent = [text.label(label) for label in counted.loc[counted["value"].isna(), "label"]]
    words = note(t("origin.absent", figures=text.listed(absent))) if absent else ""
    return _flags(row["flags"]) + facts(items) + words + _findings(findings, cited)


def _flags(flags: Any) -> str:
    codes = [code for code in ("" if text.is_missing(flags) else str(flags)).split(";") if code]
    if not codes:
        return ""
    words = t("origin.care", what=text.listed([text.humanise(code) for code in codes]))
    return f'<p class="mg-flag">{text.esc(words)}</p>'


def _findings(rows: pd.DataFrame, cited: list[str]) -> str:
    body = [
        [
            text.esc(text.sentence(text.humanise(row["rule"]))),
            text.esc(figure(row, "n_rows", COUNT)),
            text.esc(text.plain(text.label(row["action"]), 300)),
            cite(row["source_id"], cited),
        ]
        for row in rows.to_dict("records")
    ]
    if not body:
        return ""
    headings = [
        t("origin.finding"),
        t("origin.finding_rows"),
        t("origin.finding_done"),
        t("origin.source"),
    ]
    return more(tn("origin.findings", len(body)), panels.table(headings, body, wide=2))


def cite(source_id: Any, cited: list[str]) -> str:
    """Return the number of a source as a link to it; nothing where the source is not known."""
    if text.is_missing(source_id) or str(source_id) not in cited:
        return ""
    at = cited.index(str(source_id)) + 1
    return f' <a class="mg-cite" href="#source-{at}">[{at}]</a>'


def sources(rows: pd.DataFrame) -> str:
    """Return the numbered sources; `rows` is `district_rows.sources`."""
    return "".join(
        f'<p class="mg-source" id="source-{at}"><b>[{at}]</b> {_source(row)}</p>'
        for at, row in enumerate(rows.to_dict("records"), start=1)
    )


def _source(row: Mapping[Any, Any]) -> str:
    title = text.plain(text.label(row["title"]), 200)
    parts = [
        text.esc(text.plain(text.label(row["publisher"]), 120)),
        panels.link(row["url"], title),
        *(
            text.esc(words)
            for words in (
                text.vintage(row["vintage"]) if known(row["vintage"]) else t("origin.undated"),
                text.plain(text.label(row["licence"]), 120) if known(row["licence"]) else "",
            )
            if words
        ),
    ]
    return " · ".join(parts)


def rules(region: Mapping[str, Any], row: Mapping[Any, Any]) -> str:
    """Return how the rules judge this district, each rule beside its outcome."""
    items = [
        fact(
            t("origin.rule.gap"), t(f"district.class.{head.class_key(row)}"), _rule(region, "gap")
        ),
        fact(t("origin.rule.rural"), text.yes_no(row["is_rural"]), _rule(region, "rural")),
        fact(
            t("origin.rule.underserved"),
            text.yes_no(row["is_underserved"]),
            _rule(region, "underserved"),
        ),
        fact(t("origin.rule.both"), text.yes_no(row["is_underserved_rural"])),
    ]
    if known(row["rural_class"]):
        items.insert(2, fact(t("origin.rule.class"), text.humanise(row["rural_class"])))
    return facts(items, " mg-rules") + note(text.label(region["travel_note"]))


def _rule(region: Mapping[str, Any], name: str) -> str:
    words = region[f"{name}_rule"]
    return text.sentence(text.label(words)) if known(words) else ""
