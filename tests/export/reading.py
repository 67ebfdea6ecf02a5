"""Reads PDFs as a reader, a screen reader and a printer would."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pypdf

from etl.export.build import build_content, read_tables
from etl.export.content import Options
from etl.export.links import export_rules
from etl.export.pdf import brief_file, fact_sheet_files
from etl.export.write import write_files

UNSEEN = {"\u200b", "\u2068", "\u2069", "\u00ad"}


def fact_sheet_bytes(path: Path, district_id: str, **choices: Any) -> bytes:
    return next(fact_sheet_files(path, [district_id], **choices))[1]


def brief_bytes(path: Path, **choices: Any) -> bytes:
    return brief_file(path, **choices)[1]


def write_fact_sheets(path: Path, out: Path, ids: Sequence[str] | None = None) -> list[Path]:
    """Export fact sheets as the command does; return their paths, without the checksums."""
    rules = export_rules()
    content = build_content(read_tables(path, rules), rules, Options())
    return write_files(content, rules, out, [], fact_sheet_files(path, ids))[:-1]


def open_pdf(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All text on one line, marks without a glyph left out."""
    raw = " ".join(page.extract_text() for page in open_pdf(data).pages)
    return " ".join("".join(c for c in raw if c not in UNSEEN).split())


def squeezed(text: str) -> str:
    """Text without any space: where a line breaks plays no part."""
    return "".join(c for c in text if not c.isspace() and c not in UNSEEN)


def structure(data: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (role, element) of the structure tree, in reading order."""
    root = open_pdf(data).trailer["/Root"]["/StructTreeRoot"]
    waiting = [root["/K"]]
    while waiting:
        node = waiting.pop(0)
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting = [*node, *waiting]
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"]), node
            if "/K" in node:
                waiting = [node["/K"], *waiting]


def fonts(data: bytes) -> dict[str, bool]:
    """Name of each font to whether its file is embedded."""
    found = {}
    for page in open_pdf(data).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            for part in [d.get_object() for d in font.get("/DescendantFonts", [font])]:
                descriptor = part.get("/FontDescriptor", {})
                descriptor = descriptor.get_object()
                name = str(part.get("/BaseFont", part.get("/Name", "")))
                found[name] = any(f"/FontFile{n}" in descriptor for n in ("", "2", "3"))
    return found
