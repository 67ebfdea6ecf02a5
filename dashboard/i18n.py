"""Every word of the interface, in the reader's language.

`t("map.rural_only", terms=plural)` looks a message up by its stable key in
`dashboard/locale/<language>/LC_MESSAGES/<domain>.po` (the part of the key before the first dot
names the file) and fills its `{placeholders}`. Values are put in as they are: escape the whole
result with `text.esc`, or use `text.html_of` where parts of a sentence are marked up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from etl import languages

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = languages.LANGUAGES
_KEY = "mindgap_language"
# People who look for a name leave these out: Murang'a, Prince George's, Mo`ili`ili.
_APOSTROPHES = frozenset("'`\u2018\u2019\u02bb\u02bc")
# The language of the run that this thread is in. A page asks some hundred times, and asking the
# session each time took a tenth of the run.
_of_run: ContextVar[str] = ContextVar("mindgap_language_of_run", default="")
# Outside a session (a route, a thread that makes a file) the language is set by hand.
_outside: ContextVar[str] = ContextVar("mindgap_language", default=languages.ENGLISH)


def language() -> str:
    """Return the code of the reader's language, English when none was chosen."""
    if found := _of_run.get():
        return found
    if get_script_run_ctx(suppress_warning=True) is None:
        return _outside.get()
    return str(st.session_state.get(_KEY, languages.ENGLISH))


def use(code: str) -> None:
    """Choose the language of this session; an unknown code is English."""
    chosen = code if code in LANGUAGES else languages.ENGLISH
    st.session_state[_KEY] = chosen
    _of_run.set(chosen)


@contextmanager
def using(code: str) -> Iterator[None]:
    """Set the language where there is no session, for one request."""
    before = _outside.set(code if code in LANGUAGES else languages.ENGLISH)
    try:
        yield
    finally:
        _outside.reset(before)


def t(key: str, /, **values: Any) -> str:
    """Return the message of a key, its placeholders filled.

    Raises `etl.languages.CatalogueError` for a key that no catalogue has, KeyError for a
    placeholder without a value.
    """
    return raw(key).format_map(values)


def raw(key: str, /) -> str:
    """Return the message of a key with its placeholders unfilled."""
    return languages.message(LOCALE, language(), key)


def tn(key: str, count: int, /, **values: Any) -> str:
    """Return the message of a key in the form for a number; `{n}` is the number, formatted."""
    found = languages.message(LOCALE, language(), key, int(count))
    return found.format_map({"n": decimal(count, 0), **values})


def td(words: Any) -> str:
    """Return words that came with the data (a label, a unit) in the reader's language."""
    return languages.data(language(), str(words))


def decimal(value: float, decimals: int) -> str:
    """Return a number as the reader's language writes it."""
    return languages.decimal(language(), float(value), decimals)


def date(year: int, month: int, day: int) -> str:
    """Return a date as the reader's language writes it."""
    return languages.date(language(), year, month, day)


def listed(words: Sequence[str]) -> str:
    """Return words joined as the reader's language joins them: `a, b and c`."""
    return languages.listed(language(), words)


def folded(words: object) -> str:
    """Return a text without accents, apostrophes and case, for searching and sorting."""
    parts = unicodedata.normalize("NFKD", str(words).casefold())
    return "".join(c for c in parts if not unicodedata.combining(c) and c not in _APOSTROPHES)
