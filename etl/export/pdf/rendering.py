"""Plain data and a template to a tagged PDF, with typst and nothing but its own fonts.

The data go in as JSON text that the template parses: nothing of them is ever read as markup. The
fonts are those inside the typst wheel, plus those of ``config/fonts`` where it exists, so the same
input gives the same bytes on every machine; no network, no system font.
"""

import functools
import json
import unicodedata
from pathlib import Path
from typing import Any, Final

import typst

from etl.errors import PublishError

TEMPLATES = Path(__file__).parent / "templates"
# Tagged for screen readers, language and title declared, every glyph known, or typst refuses.
STANDARD: Final = "ua-1"
NO_GLYPH = "could not be displayed"


class Renderer:
    """One template, compiled again and again with other data.

    Parameters
    ----------
    template
        File name in ``templates``.
    fonts
        Folder of further fonts, for scripts that the built-in ones lack; need not exist.
    """

    def __init__(self, template: str, fonts: Path | None = None) -> None:
        self._template = template
        self._fonts = fonts if fonts is not None and fonts.is_dir() else None
        self._compiler = _compiler(template, self._fonts)

    def pdf(self, data: dict[str, Any]) -> bytes:
        """Return the document.

        A character that no font can draw is replaced by its Unicode number, such as [U+1F600]:
        the reader sees that something is there, and what.

        Raises
        ------
        PublishError
            If typst refuses; the message holds its words.
        """
        try:
            return self._compile(data)
        except typst.TypstError as error:
            if NO_GLYPH not in str(error):
                raise PublishError(f"{self._template}: typst says: {error}") from error
        unknown = _undrawable(frozenset(_characters(data)), self._fonts)
        try:
            return self._compile(_replaced(data, unknown))
        except typst.TypstError as error:
            raise PublishError(f"{self._template}: typst says: {error}") from error

    def _compile(self, data: dict[str, Any]) -> bytes:
        return _pdf(self._compiler, json.dumps(data, ensure_ascii=False, allow_nan=False))


def _compiler(template: str, fonts: Path | None) -> typst.Compiler:
    return typst.Compiler(
        str(TEMPLATES / template),
        root=str(TEMPLATES),
        font_paths=typst.Fonts(
            include_system_fonts=False, font_paths=[str(fonts)] if fonts else []
        ),
    )


def _pdf(compiler: typst.Compiler, data: str) -> bytes:
    made = compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=STANDARD)
    if not isinstance(made, bytes):
        raise PublishError("typst gave several files where one PDF was asked for.")
    return made


def _characters(data: Any) -> set[str]:
    """Return the characters beyond ASCII in every text of the data."""
    return {c for c in json.dumps(data, ensure_ascii=False) if not c.isascii()}


@functools.lru_cache(maxsize=64)
def _undrawable(characters: frozenset[str], fonts: Path | None) -> frozenset[str]:
    """Return the characters that no font can draw, found by halving."""
    compiler = _compiler("characters.typ", fonts)

    def search(part: list[str]) -> list[str]:
        if not part or _drawn(compiler, part):
            return []
        if len(part) == 1:
            return part
        middle = len(part) // 2
        return search(part[:middle]) + search(part[middle:])

    return frozenset(search(sorted(characters)))


def _drawn(compiler: typst.Compiler, part: list[str]) -> bool:
    try:
        _pdf(compiler, json.dumps(" ".join(part)))
    except typst.TypstError as error:
        if NO_GLYPH in str(error):
            return False
        raise
    return True


def _replaced(data: Any, unknown: frozenset[str]) -> Any:
    if isinstance(data, dict):
        return {key: _replaced(value, unknown) for key, value in data.items()}
    if isinstance(data, list):
        return [_replaced(value, unknown) for value in data]
    if isinstance(data, str) and not unknown.isdisjoint(data):
        return "".join(_number(c) if c in unknown else c for c in data)
    return data


def _number(character: str) -> str:
    """Return the Unicode number; marks that only change the one before them are dropped."""
    if unicodedata.category(character) in ("Mn", "Cf"):
        return ""
    return f"[U+{ord(character):04X}]\u200b"
