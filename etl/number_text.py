"""Figures written as text: decimal commas and thousands marks.

Pure text in, text out; shared by the reader of declared sources and the reader of a user's own
spreadsheets.
"""

import re

SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
MARKS = (".", ",", " ", "'")
GROUPED = {mark: re.compile(rf"^[+-]?\d{{1,3}}({re.escape(mark)}\d{{3}})+(?!\d)") for mark in MARKS}
PLAIN = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$", re.ASCII)


def plain_number(text: str, decimal: str = ".", thousands: str = "") -> str | None:
    """Return a figure with a decimal point and no thousands marks, None where it is no figure.

    A thousands mark counts only where it stands before every three digits: under "," as decimal
    and "." as thousands mark, "1.5" is no figure rather than 15.

    Examples
    --------
    >>> plain_number("1.234,5", ",", ".")
    '1234.5'
    >>> plain_number("12 500", ".", " ")
    '12500'
    >>> plain_number("1.5", ",", ".") is None
    True
    """
    figure = SPACES.sub(" ", text.strip()).replace("\u2212", "-").replace("\u2019", "'")
    if thousands and GROUPED[thousands].match(figure):
        figure = figure.replace(thousands, "")
    if decimal != ".":
        if "." in figure or figure.count(decimal) > 1:
            return None
        figure = figure.replace(decimal, ".")
    return figure if PLAIN.match(figure) else None
