"""Catalogues of the words of the data: every language whole, and nothing asked for in vain."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from etl import languages
from etl.config import load_export
from etl.export.translated import CHOSEN_BY, SHOWN, rules_in, tables_in
from etl.publish import current_snapshot
from etl.schema import ExportRules
from etl.warehouse import Warehouse

from .conftest import CHECKOUT

OTHERS = sorted(languages.LANGUAGES.keys() - {languages.ENGLISH})
# What is not put into other words: texts of the methods page but its limits, sentences with
# figures of one snapshot in them, and units made of them.
LEFT_ENGLISH = {("method", "title"), ("method", "text"), ("method", "unit")}
# What the dashboard shows beside the exports, in the same words.
ALSO_SHOWN = {
    "cluster": ("label",),
    "profile": ("state",),
    **CHOSEN_BY,
    "confidence": ("confidence",),
    "layer": ("label", "tier_label", "unit", "definition"),
    "peer": ("peer_label",),
    "similar_item": ("label", "unit"),
    "total": ("label", "unit"),
}


def messages(language: str, name: str) -> dict[str, str]:
    path = CHECKOUT / "config" / "locale" / language / "LC_MESSAGES" / f"{name}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    assert not [entry.id for entry in catalogue if entry.fuzzy and entry.id]
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id}


def named(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", ["data", "export"])
def test_catalogue_is_whole(language: str, name: str):
    first = messages(OTHERS[0], name)
    found = messages(language, name)
    assert found.keys() == first.keys()
    assert not [key for key, text in found.items() if not text.strip()]
    assert not [
        key for key, text in found.items() if name == "export" and named(key) != named(text)
    ]
    # Three languages that all say the English words are not translated.
    same = [key for key, text in found.items() if key == text and re.search("[a-z]{4}", key)]
    assert len(same) < 30, same


@pytest.mark.parametrize("region_id", ["us-ga", "kenya"])
def test_every_label_of_a_snapshot_is_translated(region_id: str, published_home: Path):
    known = {
        language: messages(language, "data") | messages(language, "export") for language in OTHERS
    }
    untold = set()
    with Warehouse.of_snapshot(current_snapshot(published_home, region_id)) as snapshot:
        for listed in (SHOWN, ALSO_SHOWN):
            for table, columns in listed.items():
                frame = snapshot.read(f"out_{table}")
                for column in (c for c in columns if (table, c) not in LEFT_ENGLISH and c in frame):
                    told = {str(text) for text in frame[column].dropna().unique() if text}
                    untold |= {
                        (language, table, column, text)
                        for language, entries in known.items()
                        for text in told - entries.keys()
                    }
        limits = snapshot.read("out_method").query("section == 'Limits'")
        assert set(limits["title"]) | set(limits["text"]) <= known["sw"].keys()
    assert not sorted(untold)[:5]


@pytest.mark.parametrize("language", OTHERS)
def test_config_of_exports_is_translated(language: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MINDGAP_HOME", str(CHECKOUT))
    languages.catalogue.cache_clear()
    rules = load_export(CHECKOUT / "config")
    told = rules_in(language, rules)
    assert [c.id for c in told.columns] == [c.id for c in rules.columns]
    assert [c.hxl for c in told.columns] == [c.hxl for c in rules.columns]
    titles = [told.gap_title, told.dictionary_title, told.cover_title, told.notes_title]
    titles += [table.title for table in told.tables]
    assert len({title.casefold() for title in titles}) == len(titles)
    assert all(len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)
    # Whatever a person reads of it is in the catalogue.
    known = messages(language, "export").keys() | messages(language, "data").keys()
    read = {c.label for c in rules.columns} | {c.description for c in rules.columns}
    read |= {c.unit for c in rules.columns if c.unit not in ("FTE", "")}
    for table in rules.tables:
        read |= {table.title} | {c.label for c in table.columns}
        read |= {c.description for c in table.columns}
    read |= {head for head, _ in (*rules.cover, *rules.notes)}
    read |= {text for _, text in (*rules.cover, *rules.notes) if re.search(r"[a-z]{3} [a-z]", text)}
    read |= {rules.withholding.words, rules.withholding.unreliable.words, rules.no_filter}
    read |= {rule.words for rule in rules.filters.values()}
    assert not sorted(text for text in read if text.strip() not in known)


def test_words_without_translation_and_codes_stay(monkeypatch: pytest.MonkeyPatch):
    import pandas as pd

    monkeypatch.setenv("MINDGAP_HOME", str(CHECKOUT))
    frame = pd.DataFrame({"cadre": ["psychiatrist"], "label": ["Psychiatrist"]})
    odd = pd.DataFrame({"label": ["Witch doctor", None, ""]})
    told = tables_in("fr", {"out_staff": frame, "lens": odd, "out_unknown": odd})
    assert told["out_staff"].iloc[0].to_list() == ["psychiatrist", "Psychiatre"]
    assert told["lens"]["label"].to_list() == odd["label"].to_list()
    assert told["out_unknown"] is odd
    assert tables_in("en", {"out_staff": frame})["out_staff"] is frame


def test_dates_and_numbers_are_those_of_the_language():
    assert languages.date("fr", 2023, 7, 1) == "1er juillet 2023"
    assert languages.date("fr", 2023, 7, 11) == "11 juillet 2023"
    assert languages.date("es", 2023, 7, 1) == "1 de julio de 2023"
    assert languages.date("en", 2023, 7, 1) == "1 July 2023"
    assert [languages.month(tongue, 2024, 3) for tongue in ("en", "sw", "fr", "es")] == [
        "March 2024", "Machi 2024", "mars 2024", "marzo de 2024",
    ]  # fmt: skip


def test_languages_offered_are_those_of_the_exports():
    rules: ExportRules = load_export(CHECKOUT / "config")
    assert set(rules.languages) == set(languages.LANGUAGES)
    files = {path.stem for path in (CHECKOUT / "config" / "export_text").glob("*.yaml")}
    assert files == set(languages.LANGUAGES)
