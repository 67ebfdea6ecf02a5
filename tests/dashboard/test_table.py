"""The ranked table and its CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from dashboard import queries, table


@pytest.fixture
def parts(synth: Path) -> tuple[pd.DataFrame, dict[str, object]]:
    snapshot = queries.current("synth")
    return queries.gap(snapshot), queries.region(snapshot)


def test_unscored_come_last_and_show_as_missing(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    rows = table.ranked(gap, "gap", [True] * 12)
    shown = table.display(rows, "gap", region)
    assert list(shown["Rank"][:11]) == list(range(1, 12))
    assert shown["Rank"].isna().iloc[-1]
    assert "County" in shown.columns
    assert not any("_" in heading for heading in shown.columns)


def test_csv_is_what_is_shown(parts: tuple[pd.DataFrame, dict[str, object]]) -> None:
    gap, region = parts
    rural = [bool(value) for value in gap["is_rural"]]
    rows = table.ranked(gap, "need", rural)
    body = table.csv_bytes(rows, "need", region, rural_only=True).decode("utf-8-sig")
    notes = [line for line in body.splitlines() if line.startswith("# ")]
    assert any(str(region["snapshot_id"]) in note for note in notes)
    records = list(csv.reader(io.StringIO(body.split("\r\n", len(notes))[-1])))
    assert records[0][:3] == ["Rank", "County id", "County"]
    assert [record[1] for record in records[1:]] == list(rows["district_id"])
    shown = table.display(rows, "need", region)
    assert len(records) == len(shown) + 1
    assert float(records[1][3]) == pytest.approx(shown["Need"].iloc[0], abs=5e-4)


def test_csv_cells_cannot_run_and_ids_stay_text(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    gap = gap.assign(district_id=[f"0{k:03d}" for k in range(12)])
    gap.loc[0, "district_name"] = "=cmd|'/c calc'!A1"
    body = table.csv_bytes(table.ranked(gap, "gap", [True] * 12), "gap", region, False).decode()
    assert "\"'=cmd|" in body
    assert '"0001"' in body
    assert "\n=" not in body and ",=" not in body


def test_file_name_says_what_and_which(parts: tuple[pd.DataFrame, dict[str, object]]) -> None:
    _, region = parts
    name = table.csv_name("gap", region, True)
    assert name == f"mindgap-synth-gap-rural-{region['snapshot_id']}.csv"
