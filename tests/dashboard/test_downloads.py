"""The download of the full table: the same bytes as the command writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard import queries
from dashboard.views import downloads
from etl.config import load_export
from etl.export.build import build_content
from etl.export.content import Options
from etl.export.published import read_published
from etl.export.write import WRITERS, write_files

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", list(WRITERS))
def test_bytes_are_those_of_the_command(synth: Path, tmp_path: Path, name: str) -> None:
    (synth / "config").mkdir(exist_ok=True)
    shutil.copy(ROOT / "config" / "export.yaml", synth / "config")
    snapshot = queries.current("synth")
    offered = downloads._make(snapshot, name, ("rural",))
    queries._connections.clear()  # DuckDB opens a file in one way at a time in one process
    rules = load_export()
    data = read_published(snapshot.path, rules)
    content = build_content(data, rules, Options(filters=("rural",)))
    assert write_files(content, rules, tmp_path / "out", [name])[0].read_bytes() == offered
