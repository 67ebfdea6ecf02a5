"""Rows of cells to a table: where the header is, what is a footer, how figures are written."""

import csv
import re
from collections.abc import Iterable, Sequence

from etl.errors import BadValueError, SourceChangedError, examples
from etl.number_text import plain_number
from etl.schema import Onboarding

Cell = str | float | None
DELIMITERS = (",", ";", "\t", "|")
YEAR = re.compile(r"^(19|20|21)\d{2}$")
LOOKED_AT = 30  # rows in which a header is looked for


def decode(data: bytes, label: str) -> tuple[str, str]:
    """Return (text, encoding) of a text file: by its mark, as UTF-8, else as Windows-1252.

    Raises
    ------
    SourceChangedError
        The bytes are no text in any of these.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:  # the next encoding is tried; the last one's failure is told below
            continue
        if "\0" not in text:
            return text, encoding
    raise SourceChangedError(
        f"{label} is not a text file in UTF-8, UTF-16 or Windows-1252. Save it as CSV UTF-8."
    )


def split_rows(text: str, label: str) -> tuple[list[list[str]], str]:
    """Return (rows, delimiter): the delimiter under which most rows have the same many cells.

    Raises
    ------
    SourceChangedError
        The text cannot be split into rows.
    """
    start = "".join(text.splitlines(keepends=True)[:200])
    best, chosen = 0, ","
    for delimiter in DELIMITERS:
        widths = [len(r) for r in _parsed(start, delimiter, label) if any(c.strip() for c in r)]
        common = max(set(widths), key=lambda w: (widths.count(w) * (w > 1), w), default=1)
        score = widths.count(common) * (common - 1)
        if score > best:
            best, chosen = score, delimiter
    return _parsed(text, chosen, label), chosen


def _parsed(text: str, delimiter: str, label: str) -> list[list[str]]:
    try:
        return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    except csv.Error as error:
        raise SourceChangedError(f"{label} cannot be read as CSV ({error})") from error


def blank(cell: Cell) -> bool:
    """Tell whether a cell holds nothing."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _figure(cell: Cell) -> bool:
    """Tell whether a cell is a figure and no year (years stand in headers)."""
    if isinstance(cell, float):
        return not (cell.is_integer() and 1900 <= cell < 2200)
    text = (cell or "").strip().rstrip("%").strip()
    return bool(re.match(r"^[+-]?[\d.,' \u00a0\u202f]*\d$", text)) and not YEAR.match(text)


def header_block(rows: Sequence[Sequence[Cell]]) -> tuple[int, int]:
    """Return (first, last) row of the header, counted from 0: two rows where cells were merged.

    The header is the first row that fills at least half of the width with mostly words. A second
    row belongs to it where the first has gaps (cells merged across) that the second fills, the
    second has gaps under filled cells (cells merged down), and the second holds no figure.
    """
    width = max((sum(not blank(c) for c in row) for row in rows), default=0)
    for i, row in enumerate(rows[:LOOKED_AT]):
        filled = [c for c in row if not blank(c)]
        if len(filled) < max(min(2, width), width / 2) or not filled:
            continue
        if sum(map(_figure, filled)) > len(filled) / 2:
            continue
        if i + 1 < len(rows) and _continues(row, rows[i + 1]):
            return i, i + 1
        return i, i
    return 0, 0


def _continues(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    size = max(len(above), len(below))
    top = [*above, *[None] * (size - len(above))]
    low = [*below, *[None] * (size - len(below))]
    across = any(blank(a) and not blank(b) for a, b in zip(top, low, strict=True))
    down = any(not blank(a) and blank(b) for a, b in zip(top, low, strict=True))
    return across and down and not any(_figure(c) for c in low if not blank(c))


def headers(rows: Sequence[Sequence[Cell]], first: int, last: int) -> list[str]:
    """Return unique column names; merged headers are joined as "upper - lower"."""
    size = max((len(row) for row in rows[first:]), default=0)
    names = []
    top: str = ""
    for at in range(size):
        cells = [rows[i][at] if at < len(rows[i]) else None for i in range(first, last + 1)]
        upper = "" if blank(cells[0]) else _words(cells[0])
        if last == first:
            names.append(upper)
            continue
        lower = "" if blank(cells[1]) else _words(cells[1])
        top = upper or (top if lower else "")
        names.append(" - ".join(part for part in (top, lower) if part))
    seen: dict[str, int] = {}
    unique = []
    for at, name in enumerate(names, start=1):
        name = name or f"column {at}"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique


def _words(cell: Cell) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return " ".join((cell or "").split())


def body_end(rows: Sequence[Sequence[Cell]], start: int, rules: Onboarding) -> int:
    """Return where the data end: trailing rows of one text cell are notes, blank rows nothing."""
    wide = any(sum(not blank(c) for c in row) > 1 for row in rows[start:])
    end = len(rows)
    while end > start:
        filled = [c for c in rows[end - 1] if not blank(c)]
        if filled and not (wide and len(filled) == 1 and _is_note(filled[0], rows, end, rules)):
            break
        end -= 1
    return end


def _is_note(cell: Cell, rows: Sequence[Sequence[Cell]], end: int, rules: Onboarding) -> bool:
    text = _words(cell).casefold()
    after_gap = all(blank(c) for c in rows[end - 2]) if end >= 2 else False
    starts = any(re.match(rf"{re.escape(w)}(\b|$)", text) for w in rules.footer_words)
    return after_gap or starts or len(text) > 40 or ":" in text


def decimal_mark(
    cells: Iterable[str], delimiter: str, label: str, degrees: Iterable[str] = ()
) -> tuple[str, str, bool]:
    """Return (decimal mark, thousands mark, sure) from how the figures of a table are written.

    "1,5" can only be a decimal comma and "1,234,567" only thousands; "1,234" could be both, so a
    table that holds nothing clearer is not sure. No longitude or latitude (`degrees`) has
    thousands: a mark in one is the decimal mark.

    Raises
    ------
    BadValueError
        The figures contradict each other.
    """
    evidence: dict[str, list[str]] = {",": [], ".": []}
    grouped: dict[str, list[str]] = {",": [], ".": [], " ": [], "'": []}
    either: list[str] = []
    for cell in degrees:
        if found := re.match(r"^[+-]?\d{1,3}([.,])\d+$", cell.strip()):
            evidence[found[1]].append(cell)
    for cell in cells:
        _weigh(cell, evidence, grouped, either)
    return _decide(evidence, grouped, either, delimiter, label)


def _weigh(
    cell: str, evidence: dict[str, list[str]], grouped: dict[str, list[str]], either: list[str]
) -> None:
    """Add one cell to what speaks for a decimal mark, for a thousands mark, or for either."""
    text = cell.strip().rstrip("%").strip().lstrip("+-\u2212")
    spaced = re.sub(r"[\s\u00a0\u2007\u2009\u202f]", " ", text).replace("\u2019", "'")
    for mark in (" ", "'"):
        if re.match(rf"^\d{{1,3}}({mark}\d{{3}})+([.,]\d+)?$", spaced):
            grouped[mark].append(cell)
            spaced = spaced.replace(mark, "")
    for mark, other in ((",", "."), (".", ",")):
        q, o = re.escape(mark), re.escape(other)
        if re.match(rf"^\d{{1,3}}({q}\d{{3}})+{o}\d+$|^\d{{1,3}}({q}\d{{3}}){{2,}}$", spaced):
            grouped[mark].append(cell)
            if other in spaced:
                evidence[other].append(cell)
        elif re.match(rf"^0{q}\d+$|^\d*{q}(\d{{1,2}}|\d{{4,}})$|^\d{{4,}}{q}\d+$", spaced):
            evidence[mark].append(cell)
        elif re.match(rf"^\d{{1,3}}{q}\d{{3}}$", spaced):
            either.append(cell)


def _decide(
    evidence: dict[str, list[str]], grouped: dict[str, list[str]], either: list[str],
    delimiter: str, label: str,
) -> tuple[str, str, bool]:  # fmt: skip
    for mark in (",", "."):
        other = "." if mark == "," else ","
        against = evidence[other] + grouped[mark]
        if evidence[mark] and against:
            raise BadValueError(
                f"{label}: figures are written in two ways: {examples(evidence[mark][:2])} and "
                f"{examples(against[:2])}. Write all in one way."
            )
    spaces = next((m for m in (" ", "'") if grouped[m]), "")
    for mark, other in ((",", "."), (".", ",")):
        if evidence[mark] or grouped[other]:
            return mark, spaces or other, True
    if either:
        written = "," if "," in either[0] else "."
        return (written, spaces, False) if delimiter == ";" else (".", spaces or ",", False)
    return ".", spaces, True


def figure(cell: Cell, decimal: str, thousands: str) -> float | None:
    """Return a cell as a number, None where it is none; a percent sign is dropped."""
    if isinstance(cell, float):
        return cell
    text = plain_number((cell or "").strip().rstrip("%"), decimal, thousands)
    return None if text is None else float(text)
