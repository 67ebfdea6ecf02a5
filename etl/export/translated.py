"""What an export says, in another language: words of ``config/export.yaml`` and of the tables.

Ids, codes and names stay as they are in every language, so that files can be joined; so do
sentences made with figures (why a variant failed). Words without a translation stay English.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl import languages
from etl.schema import ExportRules

# Columns of words that a person reads, by published table (``out_`` left off). No code of Mindgap
# compares them with anything.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "access": ("label", "tier_label", "unit", "definition"),
    "access_component": ("label", "unit", "left_out"),
    "benchmark": ("label", "unit", "applies_to"),
    "cluster_region": ("label", "definition"),
    "equity": ("label", "unit", "definition"),
    "indicator": ("label", "definition", "domain", "unit"),
    "lens": ("label", "description"),
    "level": ("label", "note"),
    "method": ("section", "title", "text", "unit"),
    "profile": ("label", "words", "remedy_family"),
    "reason": ("label", "unit"),
    "region": (
        *("name", "country", "district_term", "district_term_plural", "parent_term", "id_scheme"),
        *("rural_rule", "underserved_rule", "gap_rule", "travel_note"),
    ),
    "sensitivity": ("factor",),
    "service": ("type_label", "level_label", "care_tier", "ownership", "ownership_label"),
    "shortage": ("rule", "high_need_unknown", "judged", "note"),
    "source": ("used_for",),
    "staff": ("label",),
    "variant": ("label", "description"),
}
# Columns of the exported tables that rows are chosen by, so put into words after that.
CHOSEN_BY: Mapping[str, tuple[str, ...]] = {"gap": ("gap_class", "confidence")}
# Where ``config/export.yaml`` holds words: keys of a text, and keys of lists of texts.
TEXTS = {
    *("title", "summary", "citation", "label", "description", "unit", "words", "no_filter"),
    *("gap_title", "dictionary_title", "cover_title", "notes_title"),
    *("methodology_other", "caveats", "districts_named"),
}
LISTS = {"cover", "notes", "keywords", "own_machine", "inseparable"}


def tables_in(
    language: str,
    tables: Mapping[str, pd.DataFrame],
    columns: Mapping[str, tuple[str, ...]] = SHOWN,
) -> dict[str, pd.DataFrame]:
    """Return the tables (names with or without ``out_``) with their words in a language."""
    if language == languages.ENGLISH:
        return dict(tables)
    return {
        name: _frame_in(language, frame, columns.get(name.removeprefix("out_"), ()))
        for name, frame in tables.items()
    }


def _frame_in(language: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    held = [column for column in columns if column in frame]
    if not held:
        return frame
    return frame.assign(**{column: _column_in(language, frame[column]) for column in held})


def _column_in(language: str, values: pd.Series) -> pd.Series:
    known = {text: languages.data(language, str(text)) for text in values.dropna().unique()}
    return values.map(known, na_action="ignore").astype(values.dtype)


def rules_in(language: str, rules: ExportRules) -> ExportRules:
    """Return ``config/export.yaml`` with its words in a language."""
    if language == languages.ENGLISH:
        return rules
    return ExportRules.model_validate(_words_in(language, rules.model_dump(by_alias=True), ""))


def _words_in(language: str, value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {k: _words_in(language, v, k) for k, v in value.items()}
    if isinstance(value, list):
        inside = key if key in LISTS else ""
        return [_words_in(language, v, inside) for v in value]
    is_words = isinstance(value, str) and key in TEXTS | LISTS
    return languages.data(language, value.strip()) if is_words else value
