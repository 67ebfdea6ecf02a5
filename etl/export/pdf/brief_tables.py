"""The tables of a region brief: worst districts, people, missing links, certainty, choices."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl.export.pdf.snapshot import Snapshot
from etl.export.pdf.words import Words, breakable, clean, is_missing, name_of, sentence, shortened

Block = dict[str, Any]
# Words of out_confidence, surest first.
SURE = ("robustly worst", "likely", "uncertain", "not worst")
ROBUST, LESS_SURE, REST = "robust", "less_sure", "rest"
MOST_ROWS = 32
DASH = "–"


def heading(words: str) -> Block:
    """Return a heading."""
    return {"kind": "heading", "text": words}


def text(words: str, *, lead: bool = False, small: bool = False, intro: bool = False) -> Block:
    """Return a paragraph; `lead` is larger, `small` a note, `intro` stays with what follows."""
    return {"kind": "text", "text": words, "lead": lead, "small": small, "intro": intro}


def table(columns: list[str], rows: list[list[str]], shape: str = "figures") -> Block:
    """Return a table: the first column names, `figures` to the right of it or `wide` texts."""
    return {"kind": "table", "columns": columns, "rows": rows, "shape": shape}


def ranked(snapshot: Snapshot) -> pd.DataFrame:
    """Return out_gap by gap rank with ``confidence`` and ``group`` (robust, less_sure, rest)."""
    rows = snapshot.tables["gap"].copy()
    sure = snapshot.tables["confidence"]
    known = (
        sure.assign(district_id=sure["district_id"].astype(str)).set_index("district_id")[
            "confidence"
        ]
        if len(sure)
        else pd.Series(dtype="object")
    )
    rows["confidence"] = rows["district_id"].map(known).astype("object")
    named = rows["is_underserved_rural"].astype("boolean").fillna(False).astype(bool)
    robust = named & (rows["confidence"] == SURE[0])
    rows["group"] = REST
    rows.loc[named, "group"] = LESS_SURE
    rows.loc[robust, "group"] = ROBUST
    return rows.sort_values(["gap_rank", "district_id"], na_position="last").reset_index(drop=True)


def worst(
    snapshot: Snapshot, rows: pd.DataFrame, words: Words, terms: dict[str, str]
) -> list[Block]:
    """Return the ranked table of rural and underserved districts with intervals."""
    named = rows[rows["group"] != REST]
    start = [heading(words("brief.table", **terms))]
    if named.empty:
        return [*start, text(words("brief.table.none", **terms))]
    lines = [_worst_line(snapshot, r, words) for r in named.head(MOST_ROWS).to_dict("records")]
    columns = ("rank", "interval", "chance", "sure", "people", "gap", "reach", "minutes", "links")
    heads = [sentence(terms["term"]), *(words(f"brief.table.{c}", **terms) for c in columns)]
    cut = len(named) - MOST_ROWS
    told = words("brief.table.cut", count=cut) if cut > 0 else ""
    return [*start, table(heads, lines), text(words("brief.table.note", cut=told), small=True)]


def _worst_line(snapshot: Snapshot, row: Mapping[Any, Any], words: Words) -> list[str]:
    links = snapshot.of("profile", str(row["district_id"]))
    known = len(links) > 0
    missing = words.number(int((links["state"] == "missing").sum()), 0) if known else DASH
    return [
        breakable(shortened(name_of(row), 60), 14),
        words.number(row["gap_rank"], 0),
        words.between(row["gap_rank_low"], row["gap_rank_high"], 0) or DASH,
        words.percent(row["gap_top_fifth_probability"]),
        _sure_word(row["confidence"], words),
        words.people(row["population"]),
        words.number(row["gap_score"]),
        words.number(row["accessible_fte_per_100k"]),
        words.number(row["nearest_service_minutes"], 0),
        missing,
    ]


def _sure_word(value: Any, words: Words) -> str:
    if is_missing(value):
        return words("brief.sure.none")
    return words(f"brief.sure.{str(value).replace(' ', '_')}")


def people(
    snapshot: Snapshot, rows: pd.DataFrame, words: Words, terms: dict[str, str]
) -> list[Block]:
    """Return how many people live in each group of districts and whom care reaches."""
    parts = ("population_served", "population_over_capacity", "population_beyond_reach")
    groups = [(name, rows[rows["group"] == name]) for name in (ROBUST, LESS_SURE, REST)]
    lines = [
        [
            words(f"brief.people.{name}", **terms),
            words.number(len(part), 0),
            words.people(_people_in(part)),
            *(_people_of(snapshot, part, c, words) for c in parts),
        ]
        for name, part in groups
    ]
    whole = [words("brief.people.all", **terms), words.number(len(rows), 0)]
    whole += [words.people(_people_in(rows)), *(words.people(snapshot.total(c)) for c in parts)]
    lines.append(whole)
    heads = [
        sentence(terms["terms"]),
        words("brief.people.count"),
        words("brief.people.people"),
        *(words(f"people.{p}") for p in ("served", "over_capacity", "beyond_reach")),
    ]
    travel = snapshot.region.get("travel_note")
    note = words("brief.people.note", travel="" if is_missing(travel) else clean(travel), **terms)
    return [heading(words("brief.people")), table(heads, lines), text(note, small=True)]


def _people_of(snapshot: Snapshot, rows: pd.DataFrame, column: str, words: Words) -> str:
    """Return a sum over districts in words; withheld if a part of it is."""
    if rows.empty:
        return DASH
    if any(snapshot.is_withheld("gap", str(d), column) for d in rows["district_id"]):
        return words("withheld")
    return words.people(rows[column].sum(min_count=1))


def _people_in(rows: pd.DataFrame) -> float:
    """Sum the people of some districts: nobody where there are none, NaN where none is known."""
    return float(rows["population"].sum(min_count=1)) if len(rows) else 0.0


def missing(
    snapshot: Snapshot, rows: pd.DataFrame, words: Words, terms: dict[str, str]
) -> list[Block]:
    """Return which links of care are missing, where, for how many people, by remedy family."""
    links = snapshot.tables["profile"]
    if links.empty:
        return []
    named = links.merge(rows[["district_id", "population", "group"]], on="district_id")
    heads = [words(f"brief.missing.{c}", **terms) for c in ("link", "family", "robust", "all")]
    heads += [words("brief.missing.people"), words("brief.missing.no_data")]
    lines = []
    for _, part in named.groupby("link", sort=False):
        gone = part[part["state"] == "missing"]
        judged = bool((part["state"] != "no data").any())
        counts = [
            words.number(int((gone["group"] == ROBUST).sum()), 0),
            words.number(len(gone), 0),
            words.people(_people_in(gone)),
        ]
        unknown = words.number(int((part["state"] == "no data").sum()), 0)
        first = part.iloc[0]
        lines.append(
            [
                clean(first["label"]),
                clean(first["remedy_family"]),
                *(counts if judged else [words.texts.no_data] * 3),
                unknown,
            ]
        )
    out = [heading(words("brief.missing")), text(words("brief.missing.intro", **terms), intro=True)]
    out.append(table(heads, lines, "two names"))
    return [*out, *_families(named, words, terms), *_levels(snapshot, words)]


def _families(named: pd.DataFrame, words: Words, terms: dict[str, str]) -> list[Block]:
    """Count, by remedy family, the rural and underserved districts that miss any of its links."""
    gone = named[(named["state"] == "missing") & (named["group"] != REST)]
    counts = gone.groupby("remedy_family", sort=False)["district_id"].nunique()
    if counts.empty:
        return []
    parts = [
        words("brief.missing.family_part", family=clean(family), count=words.number(n, 0))
        for family, n in counts.sort_values(ascending=False, kind="stable").items()
    ]
    return [text(words("brief.missing.families", parts=words.listed(parts), **terms))]


def _levels(snapshot: Snapshot, words: Words) -> list[Block]:
    levels = snapshot.tables["level"]
    if levels.empty:
        return []
    empty = levels[~levels["has_data"].astype("boolean").fillna(False).astype(bool)]
    labels = words.listed([clean(label) for label in empty["label"]])
    return [text(words("brief.missing.levels", labels=labels))] if labels else []


def certainty(rows: pd.DataFrame, words: Words, terms: dict[str, str]) -> list[Block]:
    """Return how many districts are surely, likely, maybe and not among the worst."""
    named = rows["group"] != REST
    scored = rows["gap_score"].notna()
    lines = []
    for word in (*SURE, None):
        here = (rows["confidence"] == word) & scored if word else ~scored
        if word is None and not here.any():
            continue
        lines.append(
            [
                _sure_word(word, words),
                words.number(int(here.sum()), 0),
                words.number(int((here & named).sum()), 0),
                words.people(_people_in(rows[here])),
            ]
        )
    heads = [words(f"brief.sure.{c}", **terms) for c in ("word", "count", "rural", "people")]
    intro = text(words("brief.sure.intro", **terms), intro=True)
    return [heading(words("brief.sure")), intro, table(heads, lines)]


def moves(snapshot: Snapshot, words: Words) -> list[Block]:
    """Return what moves the ranking: the share of each choice."""
    frame = snapshot.tables["sensitivity"]
    if frame.empty:
        return []
    lines = [
        [
            sentence(clean(r["factor"])),
            words.percent(r["first_order"]),
            words.percent(r["total_order"]),
        ]
        for r in frame.sort_values("total_order", ascending=False).to_dict("records")
    ]
    heads = [words(f"brief.moves.{c}") for c in ("factor", "alone", "total")]
    intro = text(words("brief.moves.intro"), intro=True)
    return [heading(words("brief.moves")), intro, table(heads, lines)]


def variants(snapshot: Snapshot, words: Words) -> list[Block]:
    """Return what other choices of model would change, and those that could not be computed."""
    frame = snapshot.tables["variant"]
    if frame.empty:
        return []
    lines, failed = [], []
    for r in frame.sort_values("position").to_dict("records"):
        if bool(r["is_published"]):
            continue
        label = clean(r["label"])
        if not is_missing(r["failure"]):
            why = shortened(clean(r["failure"]), 300)
            failed.append(words("brief.variants.failed", label=label, why=why))
            continue
        counts = [words.number(r[c], 0) for c in ("n_enter", "n_leave")]
        lines.append([label, words.number(r["rank_correlation"], 2), *counts])
    heads = [words(f"brief.variants.{c}") for c in ("label", "agreement", "enter", "leave")]
    intro = text(words("brief.variants.intro"), intro=True)
    notes = [text(line, small=True) for line in failed]
    return [heading(words("brief.variants")), intro, table(heads, lines), *notes]


def domains(snapshot: Snapshot) -> list[str]:
    """Return the domains of the need score, in published order."""
    counted = _counted(snapshot)
    return [] if counted.empty else [clean(d) for d in counted["domain"].dropna().unique()]


def _counted(snapshot: Snapshot) -> pd.DataFrame:
    """Return the rows of indicators of the index that this region counts."""
    frame = snapshot.tables["indicator"]
    if frame.empty:
        return frame
    kept = frame["in_index"].astype("boolean").fillna(False).astype(bool)
    if "left_out" in frame:
        kept &= frame["left_out"].isna()
    return frame[kept]


def indicators(snapshot: Snapshot, words: Words, terms: dict[str, str]) -> list[Block]:
    """Return the figures that make up the need score, with how many districts have each."""
    counted = _counted(snapshot)
    if counted.empty:
        return []
    lines = []
    for _, part in counted.groupby("indicator_id", sort=False):
        first = part.iloc[0]
        vintages = sorted({words.vintage(v) for v in part["vintage"].dropna()})
        lines.append(
            [
                clean(first["label"]),
                clean(first["domain"]),
                words.listed(vintages) or words.texts.no_data,
                words("to_total", part=int(part["value"].notna().sum()), total=len(part)),
            ]
        )
    keys = ("label", "domain", "vintage", "known")
    heads = [sentence(words(f"brief.indicators.{c}", **terms)) for c in keys]
    lines.sort(key=lambda line: (line[1], line[0]))
    return [heading(words("brief.indicators")), table(heads, lines, "two names")]
