"""What one district's fact sheet says, as plain data for the template: words, figures, a map."""

from typing import Any

from etl.export.links import is_own_machine, permalink
from etl.export.pdf import sheet_figures, sheet_support
from etl.export.pdf.pictures import Canvas, picture, swatch
from etl.export.pdf.snapshot import Snapshot, data_date
from etl.export.pdf.words import Words, breakable, clean, is_missing, name_of, sentence, shortened

LONGEST_TITLE = 90
LONGEST_NAME = 60
LONGEST_FULL_NAME = 600


def fact_sheet(
    snapshot: Snapshot, base: Canvas, district_id: str, words: Words, link_base: str
) -> dict[str, Any]:
    """Return everything that stands on the fact sheet of one district.

    Parameters
    ----------
    snapshot
        What `read_snapshot` returned.
    base
        The region's outlines, `pictures.canvas` of the snapshot's shapes.
    district_id
        A district of the snapshot.
    words
        The catalogue of the language.
    link_base
        Address of the dashboard, with which the permalink starts.
    """
    gap, region = snapshot.tables["gap"], snapshot.region
    row = snapshot.district(district_id)
    terms = place_words(region, row)
    title = words("sheet.title", **terms)
    return {
        **document(snapshot, words, title, words("sheet.description")),
        "kind": words("sheet.kind", **terms),
        "heading": breakable(shortened(name_of(row), LONGEST_TITLE)),
        "identity": _identity(row, words),
        "answer": _answer(row, len(gap), words),
        "sure": _sure(snapshot, row, words, terms),
        "map": _map(snapshot, base, district_id, words, terms),
        "scores": sheet_figures.scores(snapshot, row, len(gap), words),
        "figures": sheet_figures.figures(snapshot, row, words, terms),
        "why": sheet_figures.why(snapshot, row, len(gap), words),
        "people": sheet_support.people(snapshot, row, words),
        "services": sheet_support.services(snapshot, row, words),
        "help": sheet_support.remedies(snapshot, row, words),
        "caveats": _caveats(region, row, words, terms),
        "sources": sources(snapshot, words),
        "foot": foot(snapshot, words, title, link_base, district_id),
    }


def place_words(region: dict[str, Any], row: dict[str, Any] | None = None) -> dict[str, str]:
    """Return the names that texts fill in: region, term, terms and, for a row, district."""
    out = {
        "region": clean(region["name"]),
        "term": clean(region["district_term"]),
        "terms": clean(region["district_term_plural"]),
    }
    if row is not None:
        out["district"] = breakable(shortened(name_of(row), LONGEST_NAME))
    return out


def document(snapshot: Snapshot, words: Words, title: str, description: str) -> dict[str, Any]:
    """Return what identifies a document: language, title, date, and the words of its footer."""
    date = data_date(snapshot.tables["source"])
    return {
        "language": words.texts.language.split("-")[0],
        "direction": words.texts.direction,
        "title": title,
        "description": description,
        "author": words("product"),
        "date": [int(part) for part in date.split("-")] if date else None,
        "page": words("page", page="@", pages="#"),
        "footer": words(
            "footer",
            snapshot=clean(snapshot.region["snapshot_id"]),
            method=clean(snapshot.region["method_version"]),
        ),
    }


def foot(
    snapshot: Snapshot, words: Words, title: str, link_base: str, district_id: str = ""
) -> list[str]:
    """Return the citation and the permalink."""
    date = data_date(snapshot.tables["source"])
    values = {
        "title": title,
        "snapshot": clean(snapshot.region["snapshot_id"]),
        "method": clean(snapshot.region["method_version"]),
    }
    cite = (
        words("citation", **values, date=words.vintage(date))
        if date
        else words("citation_undated", **values)
    )
    region_id, snapshot_id = (str(snapshot.region[key]) for key in ("region_id", "snapshot_id"))
    link = permalink(link_base, region_id, snapshot_id, district_id)
    key = "permalink_local" if is_own_machine(link_base) else "permalink"
    return [cite, words(key, link=breakable(link, 60))]


def sources(snapshot: Snapshot, words: Words) -> dict[str, Any]:
    """Return every source of the snapshot with the time it describes."""
    items = []
    for row in snapshot.tables["source"].to_dict("records"):
        dated = not is_missing(row.get("vintage"))
        key = "sources.item" if dated else "sources.item_undated"
        items.append(
            words(
                key,
                publisher=clean(row["publisher"]),
                title=clean(row["title"]),
                vintage=words.vintage(row.get("vintage")),
            )
        )
    return {"heading": words("sources.heading"), "items": sorted(items)}


def _identity(row: dict[str, Any], words: Words) -> list[str]:
    name = name_of(row)
    lines = []
    if not is_missing(row["parent_name"]):
        parent = breakable(shortened(clean(row["parent_name"]), LONGEST_TITLE))
        lines.append(words("sheet.parent", parent=parent))
    boundaries = words.vintage(row["boundary_vintage"])
    lines.append(
        words("sheet.id", district_id=breakable(clean(row["district_id"])), vintage=boundaries)
    )
    if len(name) > LONGEST_TITLE:
        whole = breakable(shortened(name, LONGEST_FULL_NAME))
        lines.append(words("sheet.full_name", name=whole))
    return lines


def _answer(row: dict[str, Any], total: int, words: Words) -> list[str]:
    if is_missing(row["gap_rank"]):
        lines = [words("sheet.answer_none")]
    else:
        gap_class = words("class_of_gap", gap_class=words.data(row["gap_class"]))
        rank = int(row["gap_rank"])
        lines = [sentence(words("sheet.answer", gap_class=gap_class, rank=rank, total=total))]
        low, high = row["gap_rank_low"], row["gap_rank_high"]
        if not (is_missing(low) or is_missing(high)):
            same = int(low) == int(high)
            lines.append(
                words("sheet.answer_interval_same")
                if same
                else words("sheet.answer_interval", low=int(low), high=int(high))
            )
    lines.append(words("sheet.rural", answer=words.answer(row["is_rural"])))
    answer = words.answer(row["is_underserved_rural"])
    return [*lines, words("sheet.underserved_rural", answer=answer)]


def _sure(
    snapshot: Snapshot, row: dict[str, Any], words: Words, terms: dict[str, str]
) -> list[str]:
    found = snapshot.one("confidence", str(row["district_id"])) or {}
    word, chance = found.get("confidence"), row["gap_top_fifth_probability"]
    if is_missing(row["gap_rank"]) or is_missing(word) or is_missing(chance):
        return [words("sure.none")]
    key = f"sure.{str(word).replace(' ', '_')}"
    return [words(key, chance=words.percent(chance)), words("sheet.trials", **terms)]


def _map(
    snapshot: Snapshot, base: Canvas, district_id: str, words: Words, terms: dict[str, str]
) -> dict[str, Any]:
    gap = snapshot.tables["gap"]
    fills = {}
    for row in gap[["district_id", "gap_score", "is_underserved_rural"]].itertuples(index=False):
        fills[str(row.district_id)] = (
            "dots"
            if is_missing(row.gap_score)
            else "mid"
            if not is_missing(row.is_underserved_rural) and bool(row.is_underserved_rural)
            else "white"
        )
    keys = [("black", "this"), ("mid", "underserved_rural"), ("white", "other")]
    if "dots" in fills.values():
        keys.append(("dots", "no_score"))
    return {
        "svg": picture(base, fills, marked=district_id),
        "alt": words("map.sheet_alt", **terms),
        "legend": [[swatch(fill), words(f"map.{name}", **terms)] for fill, name in keys],
    }


def _caveats(
    region: dict[str, Any], row: dict[str, Any], words: Words, terms: dict[str, str]
) -> dict[str, Any]:
    codes = [] if is_missing(row["flags"]) else [c for c in str(row["flags"]).split(";") if c]
    told = [
        words(f"flag.{code}")
        if words.has(f"flag.{code}")
        else words("flag.other", flag=clean(code.replace("_", " ")))
        for code in codes
    ]
    travel = [] if is_missing(region.get("travel_note")) else [clean(region["travel_note"])]
    return {
        "heading": words("caveats.heading"),
        "items": [*told, words("caveats.relative", **terms), *travel],
    }
