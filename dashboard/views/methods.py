"""Methods and sources: generated from the snapshot, so it cannot disagree with the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import addresses, glossary, i18n, login, panels, queries, region_rows, state, text
from dashboard.i18n import t
from dashboard.views import frame, index_parts, map_classes, withheld_parts

_SECTIONS = ("rules", "groups", "access", "targets", "classes", "methods", "withheld",
             "sources", "quality", "words", "snapshot")  # fmt: skip
_SEVERITIES = ("error", "warn", "info")
_ORIGINS = ("sample", "raw", "files", "web")


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    frame.page(_page)


def _page(start: frame.Start) -> None:
    state.save(start.view)
    frame.notes()
    _draw(start.snapshot, start.region)


def _draw(snapshot: queries.Snapshot, region: Mapping[str, Any]) -> None:
    name = text.place(region)
    anchors = {section: t(f"methods.{section}") for section in _SECTIONS}
    foreign = "" if i18n.language() == "en" else panels.note(t("methods.published_in_english"))
    st.html(panels.title(t("methods.title", region=name), t("methods.sub")) + foreign)
    st.html(panels.contents(anchors))
    bodies = {
        "rules": _rules(region),
        **_index_parts(snapshot),
        "classes": map_classes.classes(region_rows.layer_classes(snapshot)),
        "methods": _methods(region_rows.methods(snapshot)),
        "withheld": withheld_parts.section(
            region_rows.withheld_counts(snapshot),
            region_rows.unreliable_counts(snapshot),
            region_rows.withholding_rule(snapshot),
            region,
        ),
        "sources": _sources(region_rows.sources(snapshot)),
        "quality": _quality(region_rows.quality(snapshot))
        if login.is_analyst()
        else _none(t("login.analysts")),
        "words": glossary.all_terms(),
        "snapshot": _run(queries.run(snapshot)),
    }
    for section, heading in anchors.items():
        st.html(panels.page_section(section, heading, bodies[section]))


def _rules(region: Mapping[str, Any]) -> str:
    rows = [
        [f"<b>{text.esc(t(f'methods.rule.{name}'))}</b>", text.esc(text.sentence(words))]
        for name, words in (
            ("gap", text.label(region["gap_rule"])),
            ("rural", text.label(region["rural_rule"])),
            ("underserved", text.label(region["underserved_rule"])),
            ("travel", text.label(region["travel_note"])),
            (
                "people",
                t("figures.people.dated", vintage=text.vintage(region["population_vintage"])),
            ),
        )
    ]
    return panels.table([t("methods.column.term"), t("methods.column.rule")], rows)


def _index_parts(snapshot: queries.Snapshot) -> dict[str, str]:
    labels = region_rows.indicator_labels(snapshot)
    access = index_parts.access_components(region_rows.access_components(snapshot))
    left_out = index_parts.indicators_left_out(region_rows.indicators_left_out(snapshot))
    return {
        "groups": index_parts.lenses(queries.lenses(snapshot), labels),
        "access": access + left_out,
        "targets": index_parts.benchmarks(region_rows.benchmarks(snapshot)),
    }


def _methods(rows: pd.DataFrame) -> str:
    blocks = []
    for heading, part in rows.groupby("section", sort=False, dropna=False):
        items = "".join(_method(row) for row in part.sort_values("position").to_dict("records"))
        blocks.append(f"<h3>{text.esc(text.sentence(text.humanise(heading)))}</h3>{items}")
    return "".join(blocks) or _none(t("methods.none"))


def _method(row: Mapping[Any, Any]) -> str:
    value = ""
    if not text.is_missing(row["value"]) and str(row["value"]):
        unit = "" if text.is_missing(row["unit"]) else f" {text.label(row['unit'])}"
        value = f'<span class="mg-value">{text.esc(text.label(row["value"]) + unit)}</span>'
    body = "" if text.is_missing(row["text"]) else f"<p>{panels.words(row['text'])}</p>"
    reference = ""
    if not text.is_missing(row["reference"]) and str(row["reference"]):
        cited = text.esc(t("methods.reference", reference=text.label(row["reference"])))
        reference = f'<p class="mg-vintage">{cited}</p>'
    title = panels.words(row["title"])
    return f'<div class="mg-method"><h4>{title} {value}</h4>{body}{reference}</div>'


def _sources(rows: pd.DataFrame) -> str:
    if rows.empty:
        return _none(t("methods.sources.none"))
    names = ("source", "describes", "used_for", "licence", "dates")
    headings = [t(f"methods.column.{name}") for name in names]
    return panels.table(headings, [_source(row) for row in rows.to_dict("records")], wide=0)


def _source(row: Mapping[Any, Any]) -> list[str]:
    title = panels.link(row["url"], text.label(row["title"]))
    more = "".join(
        f"<small>{panels.words(row[name])}</small>"
        for name in ("citation", "note")
        if not text.is_missing(row[name])
    )
    digest = ""
    if not text.is_missing(row["sha256"]) and str(row["sha256"]):
        checksum = t("methods.source.checksum", digest=str(row["sha256"])[:12])
        digest = f"<small>{text.esc(checksum)}</small>"
    dates = [t("methods.source.published", date=text.vintage(row["published"])),
             t("methods.source.read", date=text.vintage(row["accessed"]))]  # fmt: skip
    return [
        f"<b>{panels.words(row['publisher'])}</b><br>{title}{more}",
        text.esc(text.vintage(row["vintage"])),
        text.esc(text.sentence(text.humanise(row["used_for"]))),
        panels.words(row["licence"]),
        "<br>".join(map(text.esc, dates)) + digest,
    ]


def _quality(rows: pd.DataFrame) -> str:
    if rows.empty:
        return _none(t("methods.quality.none"))
    names = ("weight", "found", "rows", "examples", "action")
    headings = [t(f"methods.column.{name}") for name in names]
    return panels.table(headings, [_finding(row) for row in rows.to_dict("records")], wide=1)


def _finding(row: Mapping[Any, Any]) -> list[str]:
    source = "" if text.is_missing(row["publisher"]) else text.label(row["publisher"])
    parts = [part for part in (source, addresses.file_name(row["file"])) if part]
    where = f"<small>{text.esc(', '.join(parts))}</small>" if parts else ""
    severity = text.plain(row["severity"])
    count = text.number(row["n_rows"], 0)
    examples = "" if text.is_missing(row["examples"]) else text.plain(row["examples"], 240)
    known = severity in _SEVERITIES
    weight = t(f"methods.severity.{severity}") if known else text.label(severity)
    return [
        f'<span class="mg-sev mg-{text.esc(severity)}">{text.esc(weight)}</span>',
        f"{text.esc(text.sentence(text.humanise(row['rule'])))}{where}",
        text.esc(count),
        text.esc(examples),
        panels.words(row["action"]),
    ]


def _run(run: Mapping[str, Any]) -> str:
    origin = text.plain(run["origin"])
    made = t(f"methods.origin.{origin}") if origin in _ORIGINS else origin
    facts = {
        "id": text.plain(run["snapshot_id"]),
        "made_from": made,
        "finished": text.plain(run["finished_at"]).replace("T", " ", 1),
        "took": text.with_unit(run["duration_s"], "seconds"),
        "method_version": text.plain(run["method_version"]),
        "inputs": text.plain(run["input_hash"], 20),
        "settings": text.plain(run["config_hash"], 20),
        "software": _versions(run["versions"]),
    }
    rows = [
        [f"<b>{text.esc(t(f'methods.run.{name}'))}</b>", text.esc(value)]
        for name, value in facts.items()
    ]
    return panels.table([t("methods.column.what"), t("methods.column.value")], rows)


def _versions(value: Any) -> str:
    """Versions as `name 1.2, …` when the snapshot holds them as JSON, else as they are."""
    try:
        known = json.loads(text.plain(value))
    except json.JSONDecodeError:
        return text.plain(value)
    if not isinstance(known, dict):
        return text.plain(value)
    return ", ".join(f"{name} {version}" for name, version in known.items())


def _none(words: str) -> str:
    return f"<p>{text.esc(words)}</p>"
