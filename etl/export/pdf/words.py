"""Texts and numbers as one language writes them, and text of strangers made safe to set."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import pandas as pd

from etl import languages
from etl.errors import MindgapError
from etl.schema import ExportTexts

# Units for which a decimal would be noise.
WHOLE_UNITS = {"people", "persons", "services", "beds", "households"}
ISOLATE, END_ISOLATE, BREAK = "\u2068", "\u2069", "\u200b"
LONGEST_WORD = 24
# Of the characters that only steer layout, the two that scripts need to join letters.
JOINERS = {"\u200c", "\u200d"}


def is_missing(value: Any) -> bool:
    """Return true for None, NaN, NaT and pandas NA."""
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def clean(value: Any) -> str:
    r"""Return text of a stranger as one line that cannot disturb its surroundings.

    Control characters become spaces and unseen marks are dropped; a name written from right to
    left is isolated, so that it cannot reorder the line around it.

    Examples
    --------
    >>> clean("  two\nlines ")
    'two lines'
    """
    text = unicodedata.normalize("NFC", str(value))
    kept = (
        " " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c
        for c in text
        if unicodedata.category(c) != "Cf" or c in JOINERS
    )
    line = " ".join("".join(kept).split())
    if any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in line):
        return f"{ISOLATE}{line}{END_ISOLATE}"
    return line


def name_of(row: Mapping[Any, Any]) -> str:
    """Return a district's name, its id where the name has nothing to see."""
    name = clean("" if is_missing(row["district_name"]) else row["district_name"])
    seen = any(unicodedata.category(c)[0] not in "CZM" for c in name)
    return name if seen else clean(row["district_id"])


def breakable(text: str, longest: int = LONGEST_WORD) -> str:
    """Return the text with places to break inside words longer than `longest` characters."""
    words = [
        BREAK.join(word[i : i + longest] for i in range(0, len(word), longest))
        for word in text.split(" ")
    ]
    return " ".join(words)


def shortened(text: str, limit: int) -> str:
    """Return the text cut to `limit` characters, the cut shown by an ellipsis."""
    if len(text) <= limit:
        return text
    end = END_ISOLATE if text.startswith(ISOLATE) else ""
    return text[: limit - 1].rstrip() + "…" + end


class Words:
    """The catalogue of one language.

    Parameters
    ----------
    texts
        ``config/export_text/<language>.yaml``.
    """

    def __init__(self, texts: ExportTexts) -> None:
        self.texts = texts
        self._whole = {self.data(unit) for unit in WHOLE_UNITS}

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text with its names filled in; whole numbers as the language writes them.

        Raises
        ------
        MindgapError
            If the catalogue has no such text, or wants a name that is not given.
        """
        file = f"config/export_text/{self.texts.language}.yaml"
        if key not in self.texts.strings:
            raise MindgapError(f"{file} has no text strings.{key}. Add it, as in en.yaml.")
        shown = {k: self.number(v, 0) if isinstance(v, int) else v for k, v in values.items()}
        try:
            return self.texts.strings[key].format(**shown)
        except KeyError as error:
            given = ", ".join(sorted(values)) or "nothing"
            raise MindgapError(
                f"{file}: strings.{key} wants {error}, which is not given ({given})."
            ) from error

    def data(self, words: Any) -> str:
        """Return words of the snapshot in the language, made safe to set."""
        return clean(languages.data(self.texts.language, str(words)))

    def has(self, key: str) -> bool:
        """Tell whether the catalogue has a text."""
        return key in self.texts.strings

    def number(self, value: Any, decimals: int = 1) -> str:
        """Return a number with the marks of the language, or its words for no data."""
        if is_missing(value):
            return self.texts.no_data
        shown = languages.decimal(self.texts.language, abs(float(value)), decimals)
        negative = float(value) < 0 and any(c in "123456789" for c in shown)
        return self.texts.minus + shown if negative else shown

    def people(self, value: Any) -> str:
        """Return a count of people as a whole number."""
        return self.number(value, 0)

    def percent(self, share: Any, decimals: int = 0) -> str:
        """Return a share between 0 and 1 as a percentage."""
        if is_missing(share):
            return self.texts.no_data
        return self("percent", number=self.number(float(share) * 100, decimals))

    def with_unit(self, value: Any, unit: Any) -> str:
        """Return a figure and its unit; missing stays no data."""
        if is_missing(value):
            return self.texts.no_data
        name = self.unit(unit)
        shown = self.number(value, 0 if name.lower() in self._whole else decimals_for(value))
        if name.startswith("%"):
            return self("percent", number=shown) + name[1:]
        return f"{shown} {name}".strip()

    def unit(self, unit: Any) -> str:
        """Return a unit as it is written; nothing for a figure without one."""
        return "" if is_missing(unit) else clean(unit).replace("km2", "km²")

    def between(self, low: Any, high: Any, decimals: int | None = None) -> str:
        """Return an interval, empty when one end is not known."""
        if is_missing(low) or is_missing(high):
            return ""
        places = decimals if decimals is not None else decimals_for(max(abs(low), abs(high)))
        return self("to", low=self.number(low, places), high=self.number(high, places))

    def rank(self, value: Any, total: int) -> str:
        """Return `3 of 47`, or that there is no rank."""
        if is_missing(value):
            return self("not_ranked")
        return self("rank", rank=int(value), total=total)

    def vintage(self, value: Any) -> str:
        """Return an ISO date or month as the language writes it; other text as it is."""
        if is_missing(value):
            return self.texts.no_data
        parts = str(value).split("T")[0].split("-")
        digits = [p for p in parts if p.isascii() and p.isdigit()]
        if len(digits) != len(parts) or [len(p) for p in parts][:2] != [4, 2]:
            return clean(value)
        if len(parts) not in (2, 3):
            return clean(value)
        try:
            written = languages.month if len(parts) == 2 else languages.date
            return written(self.texts.language, *map(int, parts))
        except ValueError:  # no such day, or no such year
            return clean(value)

    def answer(self, value: Any) -> str:
        """Return yes, no or no data."""
        if is_missing(value):
            return self.texts.no_data
        return self("answer.yes" if bool(value) else "answer.no")

    def listed(self, items: list[str]) -> str:
        """Return items one after the other."""
        return self("list_joiner").join(items)


def decimals_for(value: Any) -> int:
    """One decimal, more for figures too small for it to say anything."""
    size = abs(float(value))
    return 1 if size >= 0.95 or size == 0 else 2 if size >= 0.095 else 3


def sentence(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]
