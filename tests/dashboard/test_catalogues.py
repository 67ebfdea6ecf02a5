"""No word bypasses the catalogues, and every catalogue is complete."""

from __future__ import annotations

from string import Formatter

import pytest
from catalogues import ROOT, asked, catalogue

from dashboard import i18n
from dashboard.views import withheld_parts
from etl import config, languages
from etl.withholding.run import POINTS, TYPICAL

ENGLISH = catalogue(i18n.LOCALE, "en")
OTHERS = [code for code in i18n.LANGUAGES if code != "en"]
KEYS = list(asked(ROOT / "dashboard"))


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def test_the_reader_of_keys_finds_whole_keys_and_starts_of_keys() -> None:
    assert any(whole for _, _, whole in KEYS) and any(not whole for _, _, whole in KEYS)
    assert len(KEYS) > 50


def test_every_key_the_code_asks_for_is_in_the_english_catalogue() -> None:
    whole = [f"{where}: {key}" for where, key, exact in KEYS if exact and key not in ENGLISH]
    starts = [
        f"{where}: {start}…"
        for where, start, exact in KEYS
        if not exact and not any(key.startswith(start) for key in ENGLISH)
    ]
    assert whole + starts == []


def test_every_english_message_is_asked_for() -> None:
    exact = {key for _, key, whole in KEYS if whole}
    starts = tuple(key for _, key, whole in KEYS if not whole)
    assert all("." in start for start in starts), "a key that starts with anything hides the rest"
    assert [key for key in ENGLISH if key not in exact and not key.startswith(starts)] == []


def test_no_english_message_is_empty() -> None:
    for key, forms in ENGLISH.items():
        assert all(forms), key


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_everything_with_the_same_values(language: str) -> None:
    found = catalogue(i18n.LOCALE, language)
    assert sorted(set(ENGLISH) - set(found)) == []
    assert sorted(set(found) - set(ENGLISH)) == []
    faults = []
    for key, forms in found.items():
        if not all(forms):
            faults.append(f"{key}: empty")
        # A form may leave the number out ("one county"), or say only the word that goes with it.
        wanted, held = (set().union(*map(fields, some)) for some in (ENGLISH[key], forms))
        if held - {"n"} != wanted - {"n"}:
            faults.append(f"{key}: {forms}")
    assert faults == []


@pytest.mark.parametrize("language", OTHERS)
def test_plurals_have_the_forms_of_the_language(language: str) -> None:
    # Every form of a plural is found by some number; a form that none reaches would be a mistake.
    plurals = {key: forms for key, forms in catalogue(i18n.LOCALE, language).items()
               if len(ENGLISH[key]) > 1}  # fmt: skip
    assert plurals
    for key, forms in plurals.items():
        seen = {languages.message(i18n.LOCALE, language, key, n) for n in (0, 1, 2, 5, 10**6)}
        assert seen == set(forms), key


def test_a_language_falls_back_to_english_and_a_missing_key_is_an_error(tmp_path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "a.po").write_text('msgid "a.one"\nmsgstr "one"\n', encoding="utf-8")
    assert languages.message(tmp_path, "fr", "a.one") == "one"
    with pytest.raises(languages.CatalogueError, match=r"a\.two"):
        languages.message(tmp_path, "fr", "a.two")


def test_a_broken_catalogue_names_its_file(tmp_path) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "bad.po").write_text('msgid "a.b"\nmsgstr "c"\nnonsense\n', encoding="utf-8")
    with pytest.raises(languages.CatalogueError, match=r"bad\.po"):
        languages.catalogue(tmp_path, "fr")


def test_every_table_that_can_withhold_has_a_name() -> None:
    rules = config.load(ROOT / "config").withholding
    # Beside what the rules name: what is usual, points where people live, totals of groups.
    told = {repeat.table for repeat in rules.repeats} | {TYPICAL, POINTS, rules.groups.table}
    assert told == set(withheld_parts.TABLES)
    assert {f"withheld.table.{name}" for name in withheld_parts.TABLES} <= set(ENGLISH)
