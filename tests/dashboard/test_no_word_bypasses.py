"""Every visible word goes through the catalogue.

The app is run in an invented language in which each letter of a message is a full-width letter.
A plain letter that is still on a page was never looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import make_snapshot
import pytest
from running import run, visible
from streamlit.testing.v1 import AppTest

from dashboard import glossary, navigation
from dashboard.views import controls
from etl import languages

# What is no word of ours: names, codes, addresses and figures of the synthetic region.
NOT_OURS = re.compile(
    r"Synthetia|District \d+|North|SY\d+|mindgap (?:refresh|diff|explain)|[0-9a-f]{8,}|Mindgap|"
    r"\S+\.csv|figures|row \d+|aaaa|bbbb|(?:duckdb|pandas) [\d.]+|"
    r"English|Kiswahili|Français|Español|https?://\S+|\d[\d.,]*e\d+|CSV|XLSX|PDF"
)
_real_message, _real_data = languages.message, languages.data


def wide(words: str) -> str:
    """The words with every Latin letter made full-width; placeholders stay."""
    out = ""
    for literal, field, spec, _ in Formatter().parse(words):
        out += "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in literal)
        if field is not None:
            out += "{" + field + (f":{spec}" if spec else "") + "}"
    return out


def forget() -> None:
    """Let go of words that are made once for all readers of a language."""
    glossary._all_terms.cache_clear()
    controls._others.cache_clear()


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forget()
    monkeypatch.setattr(
        languages, "message", lambda *arguments, **more: wide(_real_message(*arguments, **more))
    )
    monkeypatch.setattr(
        languages,
        "data",
        lambda language, words: wide(words.replace("{", "(").replace("}", ")")),
    )
    monkeypatch.setattr(languages, "date", lambda language, *day: "／".join(map(str, day)))
    monkeypatch.setattr(languages, "listed", lambda language, words: "、".join(words))
    yield
    forget()


def bypasses(app: AppTest) -> list[str]:
    """Texts in which two plain letters stand beside each other, each once."""
    found = [words for words in visible(app) if re.search("[A-Za-z]{2}", NOT_OURS.sub("", words))]
    return list(dict.fromkeys(words[:160] for words in found))


@pytest.mark.parametrize("page", list(navigation.PAGES))
@pytest.mark.parametrize("rich", [False, True])
def test_pages_hold_only_words_of_the_catalogue(
    home: Path, invented: None, monkeypatch: pytest.MonkeyPatch, page: str, rich: bool
) -> None:
    monkeypatch.setattr(make_snapshot, "HOSTILE", [str(k) for k in range(8)])
    make_snapshot.build(home)
    more = {"district": "SY002", "compare": "SY001,SY003", "rural": "1"} if rich else {}
    app = run(page=page, region="synth", **more)
    assert not app.exception
    assert bypasses(app) == []
