"""The ranked table and its CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from dashboard import queries, selection, table
from dashboard.table import Choice


@pytest.fixture
def parts(synth: Path) -> tuple[pd.DataFrame, dict[str, object]]:
    snapshot = queries.current("synth")
    return queries.gap(snapshot), queries.region(snapshot)


def test_unscored_come_last_and_show_as_missing(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    rows = table.ranked(gap, "gap", [True] * 12)
    shown = table.display(rows, Choice("gap"), region)
    assert list(shown["Rank"][:11]) == list(range(1, 12))
    assert shown["Rank"].isna().iloc[-1]
    assert "County" in shown.columns
    assert not any("_" in heading for heading in shown.columns)


def test_csv_is_what_is_shown(parts: tuple[pd.DataFrame, dict[str, object]]) -> None:
    gap, region = parts
    rural = [bool(value) for value in gap["is_rural"]]
    rows = table.ranked(gap, "need", rural)
    body = table.csv_bytes(rows, Choice("need", rural=True), region).decode("utf-8-sig")
    notes = [line for line in body.splitlines() if line.startswith("# ")]
    assert any(str(region["snapshot_id"]) in note for note in notes)
    records = list(csv.reader(io.StringIO(body.split("\r\n", len(notes))[-1])))
    assert records[0][:3] == ["Rank", "County id", "County"]
    assert [record[1] for record in records[1:]] == list(rows["district_id"])
    shown = table.display(rows, Choice("need", rural=True), region)
    assert len(records) == len(shown) + 1
    assert float(records[1][3]) == pytest.approx(shown["Need"].iloc[0], abs=5e-4)


def test_csv_cells_cannot_run_and_ids_stay_text(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    gap = gap.assign(district_id=[f"0{k:03d}" for k in range(12)])
    gap.loc[0, "district_name"] = "=cmd|'/c calc'!A1"
    body = table.csv_bytes(table.ranked(gap, "gap", [True] * 12), Choice("gap"), region).decode()
    assert "\"'=cmd|" in body
    assert '"0001"' in body
    assert "\n=" not in body and ",=" not in body


def test_file_name_says_what_and_which(parts: tuple[pd.DataFrame, dict[str, object]]) -> None:
    _, region = parts
    name = table.csv_name(Choice("gap", rural=True), region)
    assert name == f"mindgap-synth-gap-rural-{region['snapshot_id']}.csv"
    name = table.csv_name(Choice("need", rural=True, lens="older", group="Older"), region)
    assert name == f"mindgap-synth-need-older-rural-{region['snapshot_id']}.csv"
    assert "-robust-" in table.csv_name(Choice("gap", robust=True), region)


def records(body: bytes) -> list[list[str]]:
    lines = body.decode("utf-8-sig").split("\r\n")
    return list(csv.reader(line for line in lines if line and not line.startswith("# ")))


def test_ranges_are_written_beside_numbers_that_still_sort(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    rows = table.ranked(gap, "gap", [True] * 12)
    shown = table.display(rows, Choice("gap"), region)
    styled = table.with_ranges(rows, shown, Choice("gap"))
    first = rows.iloc[0]
    words = f"1 ({int(first['gap_rank_low'])}–{int(first['gap_rank_high'])})"
    score = f"{first['gap_score']:.1f} ({first['gap_low']:.1f}–{first['gap_high']:.1f})"
    for _ in range(2):  # written out twice, each row keeps its own range
        page = styled.to_html()
        assert words in page and score in page
        assert page.index(words) < page.index(score)
    assert list(styled.data["Rank"][:11]) == list(range(1, 12))
    assert pd.api.types.is_numeric_dtype(styled.data["Gap"])


def test_equal_scores_keep_their_own_ranges(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    gap = gap.assign(gap_score=50.0, gap_rank=1.0, gap_rank_low=range(1, 13), gap_rank_high=12)
    rows = table.ranked(gap, "gap", [True] * 12)
    page = table.with_ranges(rows, table.display(rows, Choice("gap"), region), Choice("gap"))
    html = page.to_html()
    assert all(f"1 ({low}–12)" in html for low in range(1, 12))


def test_csv_has_ranges_as_columns_and_confidence(
    parts: tuple[pd.DataFrame, dict[str, object]],
) -> None:
    gap, region = parts
    rows = table.ranked(gap, "gap", [True] * 12)
    head, first, *_ = records(table.csv_bytes(rows, Choice("gap"), region))
    assert head[:4] == ["Rank", "Rank, likely low", "Rank, likely high", "County id"]
    at = head.index("Gap")
    assert head[at : at + 4] == ["Gap", "Gap, likely low", "Gap, likely high", "Confidence"]
    assert float(first[at + 1]) == pytest.approx(rows["gap_low"][0], abs=5e-4)
    assert first[at + 3].lower() == rows["confidence"][0]


def test_another_group_has_no_ranges_anywhere(
    parts: tuple[pd.DataFrame, dict[str, object]], synth: Path
) -> None:
    gap, region = parts
    gap = selection.for_lens(gap, queries.lens_gap(queries.current("synth"), "older"))
    choice = Choice("gap", lens="older", group="Older =adults")
    rows = table.ranked(gap, "gap", [True] * 12)
    shown = table.display(rows, choice, region)
    assert table.with_ranges(rows, shown, choice) is shown
    assert "Confidence" not in shown and "People in the group" in shown and "People" not in shown
    body = table.csv_bytes(rows, choice, region)
    assert b"for: Older =adults" in body and b"for everyone only" in body
    assert not any("likely" in heading for heading in records(body)[0])


def test_nothing_shown_is_an_empty_table(parts: tuple[pd.DataFrame, dict[str, object]]) -> None:
    gap, region = parts
    rows = table.ranked(gap, "gap", [False] * 12)
    shown = table.display(rows, Choice("gap"), region)
    assert table.with_ranges(rows, shown, Choice("gap")).empty
    assert len(records(table.csv_bytes(rows, Choice("gap"), region))) == 1
