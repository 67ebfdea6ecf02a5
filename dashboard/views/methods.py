"""Methods and sources: generated from the snapshot, so it cannot disagree with the figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import panels, queries, region_rows, state, text
from dashboard.views import frame, index_parts

_SEVERITY = {"error": "Error", "warn": "Warning", "info": "Note"}
_ORIGIN = {"sample": "the embedded sample", "raw": "the raw public files",
           "files": "layer files of your own"}  # fmt: skip


def page() -> None:
    """Draw the page; any trouble with the snapshot becomes one clear message."""
    start = frame.start()
    if start is None:
        return
    state.save(start.view)
    frame.notes()
    try:
        _draw(start.snapshot, start.region)
    except queries.NoSnapshotError as error:
        frame.unreadable(error)


def _draw(snapshot: queries.Snapshot, region: Mapping[str, Any]) -> None:
    run = queries.run(snapshot)
    st.html(
        panels.title(
            f"How the figures of {text.plain(region['name'], 60)} are made",
            "Generated from the published snapshot: what you read here is what was computed.",
        )
        + '<nav class="mg-toc" aria-label="On this page"><a href="#rules">Rules</a>'
        '<a href="#groups">Groups of people</a><a href="#access">Parts of the access score</a>'
        '<a href="#targets">Staffing targets</a><a href="#methods">Methods</a>'
        '<a href="#sources">Sources</a><a href="#quality">Data quality</a>'
        '<a href="#snapshot">This snapshot</a></nav>'
    )
    st.html(_rules(region))
    st.html(_index_parts(snapshot))
    st.html(_methods(region_rows.methods(snapshot)))
    st.html(_sources(region_rows.sources(snapshot)))
    st.html(_quality(region_rows.quality(snapshot)))
    st.html(_run(run))


def _rules(region: Mapping[str, Any]) -> str:
    rules = [
        ("Gap", region["gap_rule"]),
        ("Rural", region["rural_rule"]),
        ("Underserved", region["underserved_rule"]),
        ("Travel time", region["travel_note"]),
        ("People", "Population of " + text.vintage(region["population_vintage"])),
    ]
    rows = [[f"<b>{text.esc(label)}</b>", text.esc(text.sentence(rule))] for label, rule in rules]
    return panels.page_section(
        "rules", "Rules in one line each", panels.table(["Term", "Rule"], rows)
    )


def _index_parts(snapshot: queries.Snapshot) -> str:
    labels = region_rows.indicator_labels(snapshot)
    access = index_parts.access_components(region_rows.access_components(snapshot))
    left_out = index_parts.indicators_left_out(region_rows.indicators_left_out(snapshot))
    return (
        panels.page_section(
            "groups", "Groups of people", index_parts.lenses(queries.lenses(snapshot), labels)
        )
        + panels.page_section("access", "Parts of the access score", access + left_out)
        + panels.page_section(
            "targets",
            "Staffing targets and figures to compare with",
            index_parts.benchmarks(region_rows.benchmarks(snapshot)),
        )
    )


def _methods(rows: pd.DataFrame) -> str:
    blocks = []
    for heading, part in rows.groupby("section", sort=False, dropna=False):
        items = "".join(_method(row) for row in part.sort_values("position").to_dict("records"))
        blocks.append(f"<h3>{text.esc(text.sentence(text.humanise(heading)))}</h3>{items}")
    return panels.page_section(
        "methods", "Methods", "".join(blocks) or _none("No method is described.")
    )


def _method(row: Mapping[Any, Any]) -> str:
    value = ""
    if not text.is_missing(row["value"]) and str(row["value"]):
        unit = "" if text.is_missing(row["unit"]) else f" {row['unit']}"
        value = f'<span class="mg-value">{text.esc(str(row["value"]) + unit)}</span>'
    body = "" if text.is_missing(row["text"]) else f"<p>{text.esc(row['text'])}</p>"
    reference = ""
    if not text.is_missing(row["reference"]) and str(row["reference"]):
        reference = f'<p class="mg-vintage">Reference: {text.esc(row["reference"])}</p>'
    return (
        f'<div class="mg-method"><h4>{text.esc(row["title"])} {value}</h4>{body}{reference}</div>'
    )


def _sources(rows: pd.DataFrame) -> str:
    if rows.empty:
        return panels.page_section("sources", "Sources", _none("No source is listed."))
    body = panels.table(
        ["Source", "Describes", "Used for", "Licence", "Dates"],
        [_source(row) for row in rows.to_dict("records")],
        wide=0,
    )
    return panels.page_section("sources", "Sources", body)


def _source(row: Mapping[Any, Any]) -> list[str]:
    title = panels.link(row["url"], text.plain(row["title"]))
    note = "" if text.is_missing(row["note"]) else f"<small>{text.esc(row['note'])}</small>"
    cited = row["citation"]
    citation = "" if text.is_missing(cited) else f"<small>{text.esc(cited)}</small>"
    digest = ""
    if not text.is_missing(row["sha256"]) and str(row["sha256"]):
        digest = f"<small>Checksum (SHA-256) {text.esc(str(row['sha256'])[:12])}…</small>"
    return [
        f"<b>{text.esc(row['publisher'])}</b><br>{title}{citation}{note}",
        text.esc(text.vintage(row["vintage"])),
        text.esc(text.sentence(text.humanise(row["used_for"]))),
        text.esc(row["licence"]),
        (
            f"Published {text.esc(text.vintage(row['published']))}<br>"
            f"Read {text.esc(text.vintage(row['accessed']))}{digest}"
        ),
    ]


def _quality(rows: pd.DataFrame) -> str:
    if rows.empty:
        return panels.page_section(
            "quality", "Data quality", _none("The checks found nothing to report.")
        )
    body = panels.table(
        ["Weight", "What was found", "Rows", "Examples", "What was done"],
        [_finding(row) for row in rows.to_dict("records")],
        wide=1,
    )
    return panels.page_section("quality", "Data quality", body)


def _finding(row: Mapping[Any, Any]) -> list[str]:
    source = "" if text.is_missing(row["publisher"]) else str(row["publisher"])
    parts = [part for part in (source, text.file_name(row["file"])) if part]
    where = f"<small>{text.esc(', '.join(parts))}</small>" if parts else ""
    severity = text.plain(row["severity"])
    count = text.number(row["n_rows"], 0)
    examples = "" if text.is_missing(row["examples"]) else text.plain(row["examples"], 240)
    return [
        (
            f'<span class="mg-sev mg-{text.esc(severity)}">'
            f"{text.esc(_SEVERITY.get(severity, severity))}</span>"
        ),
        f"{text.esc(text.sentence(text.humanise(row['rule'])))}{where}",
        text.esc(count),
        text.esc(examples),
        text.esc(row["action"]),
    ]


def _run(run: Mapping[str, Any]) -> str:
    origin = text.plain(run["origin"])
    facts = [
        ("Snapshot", text.plain(run["snapshot_id"])),
        ("Made from", _ORIGIN.get(origin, origin)),
        ("Finished", text.plain(run["finished_at"]).replace("T", " ", 1)),
        ("Took", text.with_unit(run["duration_s"], "seconds")),
        ("Method version", text.plain(run["method_version"])),
        ("Fingerprint of the inputs", text.plain(run["input_hash"], 20)),
        ("Fingerprint of the settings", text.plain(run["config_hash"], 20)),
        ("Software", _versions(run["versions"])),
    ]
    rows = [[f"<b>{text.esc(label)}</b>", text.esc(value)] for label, value in facts]
    return panels.page_section("snapshot", "This snapshot", panels.table(["What", "Value"], rows))


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
