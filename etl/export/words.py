"""Text on its way out: made harmless for files, spreadsheets and file names."""

import re
from collections.abc import Mapping

from etl.errors import ConfigError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_HALVES = re.compile("[\ud800-\udfff]")
# Marks that turn the direction of what follows, by which one name can be made to look like another,
# and code points that are no characters.
_DROPPED = re.compile("[\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]")


def clean(value: object) -> str:
    r"""Return text that every format can hold: one line, no control or half characters.

    Letters of every script, emoji and length stay as they are.

    Examples
    --------
    >>> clean("  St.\x00 Mary's\n Clinic ")
    "St. Mary's Clinic"
    """
    text = _DROPPED.sub("", _BREAKS.sub(" ", str(value)))
    return " ".join(_HALVES.sub("\ufffd", text).split())


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


def url_part(text: str) -> str:
    """Return text as it may stand in a link (RFC 3986).

    Examples
    --------
    >>> url_part("a b&c")
    'a%20b%26c'
    """
    plain = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    return "".join(chr(b) if b in plain else f"%{b:02X}" for b in text.encode("utf-8", "replace"))


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
