"""Reads the catalogues and the keys that the code asks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
ASKING = {"t", "tn", "raw", "html_of", "message"}


@cache
def catalogue(folder: Path, language: str) -> dict[str, tuple[str, ...]]:
    """Every message of a language by key: its forms, one unless it has plurals."""
    out: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / language / "LC_MESSAGES").glob("*.po")):
        for message in read(path, language):
            if not message.id:
                continue
            plural = isinstance(message.id, tuple)
            key = message.id[0] if plural else message.id
            assert key not in out, f"{key} stands twice, again in {path.name}"
            assert not message.fuzzy, f"{key} of {path.name} is marked fuzzy"
            out[key] = tuple(message.string) if plural else (message.string,)
    return out


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def asked(folder: Path) -> Iterator[tuple[str, str, bool]]:
    """Every key that code asks for: where, the key or how it starts, whether it is whole."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else (
                node.func.id if isinstance(node.func, ast.Name) else "")  # fmt: skip
            if name not in ASKING:
                continue
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            for part in _choices(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield where, part.value, True
                elif isinstance(part, ast.JoinedStr) and isinstance(part.values[0], ast.Constant):
                    yield where, str(part.values[0].value), False


def _choices(node: ast.expr) -> Iterator[ast.expr]:
    """The expressions a key can be: both ends of `a if x else b`."""
    if isinstance(node, ast.IfExp):
        yield from _choices(node.body)
        yield from _choices(node.orelse)
    else:
        yield node
