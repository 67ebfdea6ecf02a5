"""The download of the full table: the same bytes as the command writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dashboard import queries
from etl.config import load_export
from etl.export.build import build_content, read_tables
from etl.export.content import Options
from etl.export.download import download
from etl.export.write import WRITERS, write_files

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", list(WRITERS))
def test_bytes_are_those_of_the_command(synth: Path, tmp_path: Path, name: str) -> None:
    (synth / "config").mkdir(exist_ok=True)
    for file in ("export.yaml", "withholding.yaml"):
        shutil.copy(ROOT / "config" / file, synth / "config")
    snapshot = queries.current("synth")
    assert len(queries.gap(snapshot))  # the file is open here, with other settings
    offered = download(snapshot.path, name, ("rural",))
    rules = load_export()
    content = build_content(read_tables(snapshot.path, rules), rules, Options(filters=("rural",)))
    assert write_files(content, rules, tmp_path / "out", [name])[0].read_bytes() == offered
