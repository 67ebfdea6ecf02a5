"""Text on its way out: made harmless for files, spreadsheets and file names."""

import re
import unicodedata
from collections.abc import Mapping

from etl.errors import ConfigError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Marks that turn the direction of what follows, by which one name can be made to look like another.
_TURNING = set(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def clean(value: object) -> str:
    r"""Return text that every format can hold: one line, no control or half characters.

    Letters of every script, emoji and length stay as they are.

    Examples
    --------
    >>> clean("  St.\x00 Mary's\n Clinic ")
    "St. Mary's Clinic"
    """
    kept = (_safe(character) for character in str(value))
    return " ".join("".join(kept).split())


def _safe(character: str) -> str:
    code = ord(character)
    if character in _TURNING or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return ""
    if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
        return " "
    return "\ufffd" if unicodedata.category(character) == "Cs" else character


def not_a_formula(text: str) -> str:
    """Return a text cell of a CSV file that no spreadsheet runs; never for numbers.

    Examples
    --------
    >>> not_a_formula("=1+1")
    "'=1+1"
    """
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def file_name(text: str) -> str:
    """Return text as part of a file name: lower-case letters, digits and hyphens.

    Examples
    --------
    >>> file_name("../Very high")
    'very-high'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values into the braces of a text of ``config/export.yaml``.

    Raises
    ------
    ConfigError
        If the text names a value that the export does not have.
    """
    try:
        return clean(text.format_map(values))
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        known = ", ".join(sorted(values))
        raise ConfigError(
            f"config/export.yaml: {text!r} cannot be filled in ({error}). "
            f"In braces may stand: {known}."
        ) from error
