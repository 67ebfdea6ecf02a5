"""Languages: messages from gettext catalogues, words of the data, and local forms of numbers.

A catalogue is a folder of `.po` files per language, read with Babel: `<folder>/<language>/
LC_MESSAGES/<domain>.po`. Interface messages have stable keys (`map.rural_only`) and an English
catalogue like any other; words that come with the data (labels declared in `config/`) are looked up
by their English form and stay English where nobody has translated them.
"""

from __future__ import annotations

import datetime
import gettext
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from etl.config import home

ENGLISH = "en"
# What a reader chooses from, each in its own words.
LANGUAGES = {"en": "English", "sw": "Kiswahili", "fr": "Français", "es": "Español"}


class CatalogueError(Exception):
    """A catalogue cannot be read, or lacks a message that the program asks for."""


@dataclass(frozen=True)
class Catalogue:
    """The messages of one language: every form of each, and which form a number takes."""

    forms: dict[str, tuple[str, ...]]
    form_of: Callable[[int], int]

    def get(self, key: str, count: int | None = None) -> str | None:
        """Return a message (with `count`, in the form for that number), None where it lacks it."""
        forms = self.forms.get(key)
        if forms is None:
            return None
        return forms[0] if count is None else forms[min(self.form_of(count), len(forms) - 1)]


@lru_cache(maxsize=32)
def catalogue(folder: Path, language: str) -> Catalogue:
    """Return the messages of every `.po` file of one language; none where the folder holds none.

    A page asks for some hundred messages, so they are kept as plain text in one dictionary. Raises
    CatalogueError naming a file that cannot be read.
    """
    forms: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / language / "LC_MESSAGES").glob("*.po")):
        for entry in _entries(path, language):
            # A message with plurals has its key twice, and one text for each form.
            key = entry.id[0] if isinstance(entry.id, tuple | list) else entry.id
            held = entry.string if isinstance(entry.string, tuple | list) else [entry.string]
            words = tuple(str(form) for form in held if form)
            if key and len(words) == len(held) and not entry.fuzzy:
                forms[str(key)] = words
    return Catalogue(forms, gettext.c2py(get_plural(language).plural_expr))


def _entries(path: Path, language: str) -> Iterator[Message]:
    try:
        with path.open("rb") as file:
            yield from read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, OSError) as error:
        raise CatalogueError(f"{path.name} ({language}) cannot be read: {error}") from error


def message(folder: Path, language: str, key: str, count: int | None = None) -> str:
    """Return the message of a key, in English where the language lacks it.

    With `count`, the plural form that the language uses for that number. Raises CatalogueError
    when English lacks it too.
    """
    for tongue in (language, ENGLISH):
        found = catalogue(folder, tongue).get(key, count)
        if found is not None:
            return found
    raise CatalogueError(f"no catalogue in {folder} holds the message {key!r}")


def data(language: str, words: str) -> str:
    """Return words of the data (a label, a unit) in a language; English where not translated.

    Catalogues are `config/locale/<language>/LC_MESSAGES/*.po`, beside the YAML that declares the
    words.
    """
    if language == ENGLISH or not words:
        return words
    return catalogue(home() / "config" / "locale", language).get(words) or words


@lru_cache(maxsize=16)
def locale(language: str) -> Locale:
    """Return the Babel locale of a language. Raises `babel.UnknownLocaleError`."""
    # British English writes days before months and no comma before "and", as the texts here do.
    return Locale.parse("en_GB" if language == ENGLISH else language)


@lru_cache(maxsize=8192)
def decimal(language: str, value: float, decimals: int) -> str:
    """Return a number with the separators of the language, rounded as Python rounds it.

    Babel alone would round halves of the decimal text; files round the binary number.
    """
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(round(value, decimals), format=pattern, locale=locale(language)))


def listed(language: str, words: Sequence[str]) -> str:
    """Return `a`, `a and b`, `a, b and c` as the language joins them."""
    return str(format_list(list(words), locale=locale(language)))


def date(language: str, year: int, month: int, day: int) -> str:
    """Return a date as the language writes it: `3 March 2024`. Raises ValueError for no date."""
    day_of_year = datetime.date(year, month, day)
    written = str(format_date(day_of_year, "long", locale=locale(language)))
    # 1er janvier, 2 janvier: an ordinal that CLDR leaves out.
    return f"1er{written[1:]}" if language == "fr" and day == 1 else written


def month(language: str, year: int, month_of_year: int) -> str:
    """Return a month as the language writes it: `March 2024`. Raises ValueError for no month."""
    first = datetime.datetime(year, month_of_year, 1)
    return str(format_skeleton("yMMMM", first, locale=locale(language)))
