"""What a region's brief says, as plain data for the template: a list of blocks to set in order.

A block is ``{"kind": "heading" | "text" | "list" | "table" | "map" | "key", ...}``. Counts and sums
of published figures are made here; no index is.
"""

from typing import Any

import pandas as pd

from etl.export.pdf import brief_tables
from etl.export.pdf.brief_tables import LESS_SURE, ROBUST, heading, table, text
from etl.export.pdf.pictures import canvas, picture, swatch
from etl.export.pdf.sheet import document, foot, place_words
from etl.export.pdf.snapshot import Snapshot
from etl.export.pdf.words import Words, breakable, clean, is_missing, name_of, sentence, shortened

Block = dict[str, Any]
MOST_NAMES = 6
# A map this much wider than tall has its legend below, for there is no room beside it.
WIDE = 1.2
LIMITS = "Limits"


def region_brief(snapshot: Snapshot, words: Words, link_base: str) -> dict[str, Any]:
    """Return everything that stands in the brief of a region.

    Parameters
    ----------
    snapshot
        What `read_snapshot` returned.
    words
        The catalogue of the language.
    link_base
        Address of the dashboard, with which the permalink starts.
    """
    terms = place_words(snapshot.region)
    rows = brief_tables.ranked(snapshot)
    title = words("brief.title", **terms)
    return {
        **document(snapshot, words, title, words("brief.description")),
        "kind": words(
            "brief.kind",
            count=len(rows),
            population=words.people(_total(rows["population"])),
            vintage=words.vintage(snapshot.region["population_vintage"]),
            **terms,
        ),
        "blocks": [
            *_answer(rows, words, terms),
            _map(snapshot, rows, words, terms),
            _key(snapshot, rows, words, terms),
            *brief_tables.worst(snapshot, rows, words, terms),
            *brief_tables.people(snapshot, rows, words, terms),
            *brief_tables.missing(snapshot, rows, words, terms),
            *brief_tables.certainty(rows, words, terms),
            *brief_tables.moves(snapshot, words),
            *brief_tables.variants(snapshot, words),
            *_method(snapshot, words, terms),
            *_limits(snapshot, words),
            *_sources(snapshot, words),
            heading(words("brief.cite")),
            *(text(line) for line in foot(snapshot, words, title, link_base)),
        ],
    }


def _total(values: pd.Series) -> float | None:
    known = values.dropna()
    return float(known.sum()) if len(known) else None


def _names(rows: pd.DataFrame, words: Words) -> str:
    names = [breakable(shortened(name_of(row), 40)) for row in rows.to_dict("records")]
    shown = words.listed(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return words("and_more", items=shown, count=more) if more > 0 else shown


def _answer(rows: pd.DataFrame, words: Words, terms: dict[str, str]) -> list[Block]:
    robust, less = rows[rows["group"] == ROBUST], rows[rows["group"] == LESS_SURE]
    if rows["gap_score"].isna().all():
        return [text(words("brief.answer_unscored", **terms), lead=True)]
    values = {"total": len(rows), "more": len(less), **terms}
    if robust.empty:
        return [text(words("brief.answer_none", **values), lead=True)]
    people = words.people(_total(robust["population"]))
    return [
        text(words("brief.answer_some", count=len(robust), people=people, **values), lead=True),
        text(words("brief.largest", names=_names(robust, words))),
    ]


def _map(snapshot: Snapshot, rows: pd.DataFrame, words: Words, terms: dict[str, str]) -> Block:
    robust = rows[(rows["group"] == ROBUST) & rows["gap_rank"].notna()]
    fills = {}
    for row in rows.to_dict("records"):
        rural = not is_missing(row["is_rural"]) and bool(row["is_rural"])
        fill = "light" if rural else "white"
        if is_missing(row["gap_score"]):
            fill = "dots"
        elif row["group"] in (ROBUST, LESS_SURE):
            fill = "black" if row["group"] == ROBUST else "lines"
        fills[str(row["district_id"])] = fill
    legend = [("black", "robust"), ("lines", "less_sure"), ("light", "rural"), ("white", "urban")]
    if "dots" in fills.values():
        legend.append(("dots", "no_score"))
    ranks = zip(robust["district_id"], robust["gap_rank"], strict=True)
    names = _names(robust, words)
    alt = (
        words("brief.map_alt_none", **terms)
        if robust.empty
        else words("brief.map_alt", count=len(robust), names=names, **terms)
    )
    base = canvas(snapshot.shapes)
    return {
        "kind": "map",
        "svg": picture(base, fills, numbers=[(d, str(int(r))) for d, r in ranks]),
        "wide": bool(base.width > WIDE * base.height),
        "alt": alt,
        "legend": [[swatch(fill), words(f"brief.map_{key}", **terms)] for fill, key in legend],
    }


def _key(snapshot: Snapshot, rows: pd.DataFrame, words: Words, terms: dict[str, str]) -> Block:
    scored = words("to_total", part=int(rows["gap_score"].notna().sum()), total=len(rows))
    figures = {
        "people": words.people(_total(rows["population"])),
        "scored": scored,
        "robust": words.people(_sum_of(rows, ROBUST)),
        "less_sure": words.people(_sum_of(rows, LESS_SURE)),
        "beyond": words.people(snapshot.total("population_beyond_reach")),
        "shortage": words.people(_total(rows["fte_shortage"])),
    }
    return {
        "kind": "key",
        "items": [[sentence(words(f"brief.key.{k}", **terms)), v] for k, v in figures.items()],
    }


def _sum_of(rows: pd.DataFrame, group: str) -> float | None:
    """Sum the people of a group; an empty group holds nobody unless nothing is scored."""
    if rows["gap_score"].isna().all():
        return None
    people = rows.loc[rows["group"] == group, "population"]
    return _total(people) if len(people) else 0.0


def _method(snapshot: Snapshot, words: Words, terms: dict[str, str]) -> list[Block]:
    region = snapshot.region
    domains = words.listed(brief_tables.domains(snapshot)) or words.texts.no_data
    lines = [words("brief.method.need", domains=domains), words("brief.method.access", **terms)]
    rules = {
        "gap": {"rule": region.get("gap_rule"), "underserved": region.get("underserved_rule")},
        "rural": {"rule": region.get("rural_rule")},
        "travel": {"note": region.get("travel_note")},
    }
    for key, values in rules.items():
        if not any(is_missing(v) for v in values.values()):
            told = {k: sentence(clean(v)).rstrip(".") for k, v in values.items()}
            lines.append(words(f"brief.method.{key}", **told))
    lines += [words("brief.method.staff"), words("brief.method.missing", **terms)]
    out = [heading(words("brief.method")), *(text(line) for line in lines)]
    return out + brief_tables.indicators(snapshot, words, terms)


def _limits(snapshot: Snapshot, words: Words) -> list[Block]:
    """Return the limits that the methods page publishes."""
    method = snapshot.tables["method"]
    rows = method[method["section"] == words.data(LIMITS)] if len(method) else method
    items = [
        f"{clean(r['title'])}. {clean(r['text'])}"
        for r in rows.to_dict("records")
        if not is_missing(r["text"])
    ]
    return [heading(words("brief.limits")), {"kind": "list", "items": items}] if items else []


def _sources(snapshot: Snapshot, words: Words) -> list[Block]:
    rows = [
        [
            f"{clean(r['publisher'])}: {clean(r['title'])}",
            words.vintage(r["vintage"]),
            words.texts.no_data if is_missing(r["licence"]) else clean(r["licence"]),
        ]
        for r in snapshot.tables["source"].to_dict("records")
    ]
    columns = [words(f"brief.sources.{c}") for c in ("title", "vintage", "licence")]
    return [heading(words("brief.sources")), table(columns, sorted(rows), "wide")]
