"""The catalogue of texts: complete, used, with known names in braces; numbers and dates."""

import ast
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.config import Config, load_texts
from etl.errors import MindgapError
from etl.export.pdf.words import Words, breakable, clean, shortened
from etl.schema import ExportTexts
from etl.text_checks import text_faults

from ..conftest import CHECKOUT


@pytest.fixture(scope="module")
def english() -> ExportTexts:
    return load_texts("en", CHECKOUT / "config")


def used_keys() -> tuple[set[str], list[re.Pattern[str]]]:
    """Keys named in the code: whole texts, and patterns of those put together."""
    whole, patterns = set(), []
    for path in (CHECKOUT / "etl" / "export" / "pdf").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+"
                    for v in node.values
                ]
                if "." in "".join(p for p in parts if p != ".+"):
                    patterns.append(re.compile("".join(parts)))
    return whole, patterns


def test_every_text_is_used(english: ExportTexts):
    whole, patterns = used_keys()
    unused = [
        key
        for key in english.strings
        if key not in whole and not any(p.fullmatch(key) for p in patterns)
    ]
    assert not unused


def test_texts_avoid_words_the_owner_rejects(english: ExportTexts):
    for key, text in english.strings.items():
        assert not re.search(r"\bdesert|treatment gap|utiliz|center\b", text, re.I), key


def test_a_language_must_be_complete_and_ask_for_nothing_new(english: ExportTexts):
    strings = dict(english.strings)
    del strings["why.none"]
    strings["extra"] = "x"
    strings["rank"] = "{rank} von {summe}"
    other = english.model_copy(update={"language": "de", "strings": strings})
    faults = list(text_faults({"en": english, "de": other}))
    assert [(f[0], f[1]) for f in faults] == [
        ("config/export_text/de.yaml", "strings.why.none"),
        ("config/export_text/de.yaml", "strings.extra"),
        ("config/export_text/de.yaml", "strings.rank"),
    ]
    assert list(text_faults({"en": english})) == []
    assert list(text_faults({})) == []
    assert [f[1] for f in text_faults({"de": other})] == ["en"]


@pytest.mark.parametrize("bad", ["{", "{0}", "{a.b}", "{a!r}", "{a:>10}", "{}"])
def test_odd_braces_are_refused(english: ExportTexts, bad: str):
    with pytest.raises(ValueError, match=r"plain name|brace|expected|Single"):
        ExportTexts.model_validate(english.model_dump() | {"strings": {"x": bad}})


def test_unknown_text_and_missing_name_are_told(english: ExportTexts):
    words = Words(english)
    with pytest.raises(MindgapError, match=r"en.yaml has no text strings.nope"):
        words("nope")
    with pytest.raises(MindgapError, match=r"strings.rank wants 'total', which is not given"):
        words("rank", rank=1)


def test_configuration_holds_the_catalogue(real_config: Config):
    assert real_config.texts["en"].language == "en"


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1234.56, 1, "1,234.6"), (-0.04, 1, "0.0"), (-2.5, 1, "−2.5"), (0, 0, "0"),
     (float("nan"), 1, "no data"), (None, 0, "no data"), (1e6, 0, "1,000,000")],
)  # fmt: skip
def test_numbers(english: ExportTexts, value: float | None, decimals: int, shown: str):
    assert Words(english).number(value, decimals) == shown


def test_figures_units_and_dates(english: ExportTexts):
    words = Words(english)
    assert words.with_unit(21.13, "%") == "21.1%"
    assert words.with_unit(0.0951, "FTE per 100,000") == "0.10 FTE per 100,000"
    assert words.with_unit(3, "people per km2") == "3.0 people per km²"
    assert words.with_unit(math.nan, "%") == "no data"
    assert words.percent(0.748) == "75%"
    assert words.between(17.2, 25.04) == "17.2 to 25.0"
    assert words.between(None, 3) == ""
    assert words.rank(3.0, 47) == "3 of 47"
    assert words.rank(math.nan, 47) == "not ranked"
    assert words.vintage("2023-07-01") == "1 July 2023"
    assert words.vintage("2024-03") == "March 2024"
    assert words.vintage("2018-2022") == "2018-2022"
    assert words.vintage("2023-13-01") == "2023-13-01"
    assert words.vintage("Census 2019") == "Census 2019"
    assert words.vintage(None) == "no data"
    assert [words.answer(v) for v in (True, False, None)] == ["yes", "no", "no data"]


@given(st.text())
def test_cleaned_text_is_one_line_without_marks(text: str):
    line = clean(text)
    assert "\n" not in line and "\x00" not in line
    assert clean(line) == line
    assert not {"\u202e", "\u202a", "\u2066"} & set(line)


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=300))
def test_breaks_change_nothing_that_is_seen(text: str):
    assert breakable(text).replace("\u200b", "") == text
    assert max(map(len, breakable(text).split("\u200b"))) <= 24


def test_shortened_shows_the_cut():
    assert shortened("abcdef", 6) == "abcdef"
    assert shortened("abcdefg", 6) == "abcde…"
    isolated = clean("מחוז" * 10)
    assert shortened(isolated, 10).endswith("…\u2069")
