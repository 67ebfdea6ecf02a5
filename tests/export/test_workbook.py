"""The quick worksheet writes what the library's own would."""

from pathlib import Path

import pytest

from etl.export.build import build_content
from etl.export.content import Options
from etl.export.formats import xlsx
from etl.export.formats.quick_page import QuickPage
from etl.schema import ExportRules

from .conftest import HOSTILE, make


def test_bytes_are_those_of_the_library(
    rules: ExportRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    content = build_content(make(len(HOSTILE), 1, HOSTILE), rules, Options())
    xlsx.write_xlsx(content, tmp_path / "quick.xlsx", rules)
    calls: list[int] = []
    monkeypatch.delattr(QuickPage, "_write_cell")
    slow = QuickPage._write_cell

    def counted(self: QuickPage, row: int, col: int, cell: object) -> None:
        calls.append(row)
        slow(self, row, col, cell)

    monkeypatch.setattr(QuickPage, "_write_cell", counted, raising=False)
    xlsx.write_xlsx(content, tmp_path / "plain.xlsx", rules)
    assert len(calls) > 1000
    assert (tmp_path / "quick.xlsx").read_bytes() == (tmp_path / "plain.xlsx").read_bytes()
