"""Put an export together: tables, what is withheld, cover, notes, dictionary."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from etl.errors import BadValueError
from etl.export.changes import ChangeLog
from etl.export.content import Content, Options, Sheet, typed
from etl.export.links import is_own_machine, permalink
from etl.export.table import (
    chosen_columns,
    chosen_rows,
    extra_sheets,
    gap_sheet,
    indicator_rows,
)
from etl.export.translated import CHOSEN_BY, rules_in, tables_in
from etl.export.words import clean, file_name, fill
from etl.published import Published, read_published
from etl.schema import ExportRules

NEEDED = (
    *("out_gap", "out_region", "out_confidence", "out_indicator", "out_source"),
    *("out_withheld", "out_unreliable"),
)


def read_tables(path: Path, rules: ExportRules) -> Published:
    """Read what an export needs of a snapshot file. Raises SourceMissingError, as the reader."""
    return read_published(path, NEEDED, {table.origin for table in rules.tables})


def build_content(
    data: Published, rules: ExportRules, options: Options, changes: ChangeLog | None = None
) -> Content:
    """Return the content of an export; the same snapshot, rules and options give the same content.

    What is withheld was decided when the snapshot was published, on the whole region, so that two
    exports of different rows never give away together what each withholds.

    Parameters
    ----------
    changes
        What differs from an earlier snapshot; None leaves the change log out.

    Raises
    ------
    BadValueError
        If a filter, a column or the language is not known.
    KeyJoinError
        If a district asked for is not in the snapshot.
    ConfigError
        If a text of ``config/export.yaml`` asks for a value that is not there.
    """
    if options.language not in rules.languages:
        known = ", ".join(rules.languages)
        raise BadValueError(f"--lang {options.language!r} is not known. There are: {known}.")
    rules = rules_in(options.language, rules)
    data = replace(data, tables=tables_in(options.language, data.tables))
    rows = indicator_rows(data)
    whole, always = gap_sheet(data, rules, rows)
    kept, words = chosen_rows(whole, options, rules)
    columns = chosen_columns(whole, options.columns, always)
    said = tables_in(options.language, {whole.id: whole.frame}, CHOSEN_BY)[whole.id]
    whole = replace(whole, frame=said)
    gap = whole.rows(kept, [column.id for column in columns])
    ids = set(gap.frame["district_id"])
    if changes is not None:
        data = replace(data, tables={**data.tables, **changes.tables(whole, rules)})
    sheets = [gap, *(_of_districts(s, ids) for s in extra_sheets(data, rules, rows))]
    about = _about(data, rules, words, len(gap.frame))
    n_withheld = sum(int(mask.sum()) for mask in gap.withheld.values())
    filling = {**about, **_codes(rules), "n_withheld": n_withheld}
    cover, notes = [*rules.cover], [*rules.notes]
    if is_own_machine(rules.permalink_base):
        notes.append(rules.own_machine)
    if changes is not None:
        filling |= changes.about
        cover += rules.changes.cover
        notes += rules.changes.notes
        notes += [] if changes.about["separable"] else [rules.changes.inseparable]
    return Content(
        stem=file_stem(
            about["region_id"], about["snapshot_id"], options, changes.since if changes else ""
        ),
        sheets=[*sheets, _dictionary(sheets, rules)],
        shapes=[data.shapes[key] for key in gap.frame["district_id"]],
        about=about,
        cover=[(clean(head), fill(text, filling)) for head, text in cover],
        notes=[(clean(head), fill(text, filling)) for head, text in notes],
        options=options,
    )


def _of_districts(sheet: Sheet, ids: set[str]) -> Sheet:
    if "district_id" not in sheet.frame:
        return sheet
    return sheet.rows(sheet.frame["district_id"].isin(ids).to_numpy())


def _about(data: Published, rules: ExportRules, words: str, n_rows: int) -> dict[str, str]:
    """Return the identity of the snapshot and the words that rest on it, as text.

    The date is the last one on which a source was read: the clock has no part in a file, so that
    the same snapshot gives the same bytes on any day.
    """
    region: Mapping[str, object] = data.region
    read = data.tables["out_source"]["accessed"].dropna().astype(str)
    identity = str(region["region_id"]), str(region["snapshot_id"])
    given = data.tables["out_region"].iloc[0].dropna().to_dict()
    about = {str(key): clean(value) for key, value in given.items()}
    about |= {
        "region": clean(region["name"]),
        "district": clean(region["district_term"]),
        "districts": clean(region["district_term_plural"]),
        "as_of": clean(max(read, default="unknown")),
        "year": clean(max(read, default="")[:4] or "no date"),
        "filter": words,
        "rows": str(n_rows),
        "publisher": rules.publisher,
        "licence": rules.licence.title,
        "base": rules.permalink_base,
        "link": permalink(rules.permalink_base, *identity),
    }
    about["title"] = fill(rules.title, about)
    about["summary"] = fill(rules.summary, about)
    about["citation"] = fill(rules.citation, about)
    return about


def _codes(rules: ExportRules) -> dict[str, object]:
    hidden, doubtful = rules.withholding, rules.withholding.unreliable
    numbers = {
        "threshold": hidden.threshold,
        "numerator_below": doubtful.numerator_below,
        "denominator_below": doubtful.denominator_below,
    }
    return {
        **numbers,
        "code_c": hidden.code,
        "words_c": fill(hidden.words, numbers),
        "code_u": doubtful.code,
        "words_u": fill(doubtful.words, numbers),
    }


def file_stem(region_id: str, snapshot_id: str, options: Options, since: str = "") -> str:
    """Return the name of the files: region, snapshot, and what was chosen of it."""
    parts = ["mindgap", region_id, snapshot_id, *options.filters]
    for several in (options.districts, options.columns):
        if several:
            parts.append(hashlib.sha256(",".join(sorted(several)).encode()).hexdigest()[:8])
    parts += ["since", since] * bool(since)
    parts += ["hxl"] * options.hxl + [options.language] * (options.language != "en")
    return "-".join(file_name(part) for part in parts)


def _dictionary(sheets: list[Sheet], rules: ExportRules) -> Sheet:
    words = {"label", "type", "unit", "description", "hxl"}
    lines = [
        {"table": sheet.id, "column": c.id, **c.model_dump(include=words)}
        for sheet in sheets
        for c in sheet.columns
    ]
    frame = pd.DataFrame(lines)
    made = pd.DataFrame({c.id: typed(frame[c.id], c) for c in rules.dictionary_columns})
    key = ("table", "column")
    return Sheet("dictionary", rules.dictionary_title, rules.dictionary_columns, made, key=key)
