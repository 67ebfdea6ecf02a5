"""``config/export_text/<language>.yaml``: every word of the fact sheets and region briefs."""

import string
from typing import Annotated, Literal

from pydantic import StringConstraints, field_validator

from etl.schema.base import Strict

LanguageTag = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)
]


def placeholders(pattern: str) -> set[str]:
    """Return the names in braces of a text.

    Raises
    ------
    ValueError
        If a brace is left open, or holds anything but a plain name.
    """
    names = set()
    for _, name, form, conversion in string.Formatter().parse(pattern):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{{{name}}} is not a plain name in braces, in {pattern!r}")
        names.add(name)
    return names


class ExportTexts(Strict):
    """One language. `strings` are texts with ``{names}`` that the code fills in.

    Marks of numbers and names of months are those of the language's locale (Unicode CLDR).
    """

    language: LanguageTag
    direction: Literal["ltr", "rtl"] = "ltr"
    minus: Annotated[str, StringConstraints(min_length=1, max_length=1)]
    no_data: Annotated[str, StringConstraints(min_length=1)]
    strings: dict[str, str]

    @field_validator("strings")
    @classmethod
    def _names_in_braces(cls, strings: dict[str, str]) -> dict[str, str]:
        for pattern in strings.values():
            placeholders(pattern)
        return strings
