"""The ranked table as a grid, in words, and as a file."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from dashboard import columns, layer_rows, layers, map_rows, queries, ranking, selection, table
from dashboard.table_files import Lines, cell, csv_bytes, xlsx_bytes

LAYER = "indicator.poverty"


def ranked(
    *, layer: str = "gap", keys: tuple[str, ...] = (), lens: str = "", withheld: bool = True
) -> table.Ranked:
    """The table of the synthetic region with these columns, else the usual ones."""
    snapshot = queries.current("synth")
    gap = queries.gap(snapshot)
    if lens:
        gap = selection.for_lens(gap, queries.lens_gap(snapshot, lens))
    known = columns.known(layers.listed(snapshot), group=bool(lens), parents=True)
    figures = {key: map_rows.layer_values(snapshot, key) for key in ranking.needed(layer, keys)}
    rows = ranking.whole(gap, layer_rows.variant_ranks(snapshot), figures, layer, 1)
    return table.Ranked(
        rows=ranking.ordered(rows, ""),
        columns=columns.chosen(known, keys, layer),
        district="County",
        layer=layer,
        lens=lens,
        ranges=layer == "gap" and not lens,
        withheld=layer_rows.withheld(snapshot) if withheld else {},
    )


def lines(shown: table.Ranked) -> list[dict[str, str]]:
    body = csv_bytes(Lines("t", ["n"], *table.file_rows(shown))).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body.split("\r\n", 2)[2])))


def test_unscored_come_last_and_show_as_missing(synth: Path) -> None:
    grid = table.grid(ranked())
    assert list(grid["place"][:11]) == list(range(1, 12))
    assert grid.iloc[-1][["place", "gap_score", "place_range"]].isna().all()
    assert grid["rural_share"].max() > 1  # a percentage, not a share


def test_every_column_that_can_be_chosen_can_be_drawn(synth: Path) -> None:
    snapshot = queries.current("synth")
    for lens in ("", "older"):
        known = columns.known(layers.listed(snapshot), group=bool(lens), parents=True)
        shown = ranked(keys=tuple(known), lens=lens)
        assert list(table.grid(shown)) == [column.key for column in shown.all]
        assert set(table.config(shown, 12, "gap_score")) == set(table.grid(shown))
        first = shown.rows.to_dict("records")[0]
        assert all(table.words(shown, column, first) for column in shown.all)
        headings, rows = table.file_rows(shown)
        assert len(set(headings)) == len(headings) and all(len(r) == len(headings) for r in rows)


def test_a_file_has_ids_first_both_ends_of_ranges_and_ranks_of_all_choices(synth: Path) -> None:
    shown = ranked()
    first, source = lines(shown)[0], shown.rows.iloc[0]
    assert list(first)[:5] == [
        "County id",
        "Rank",
        "Likely rank: lowest",
        "Likely rank: highest",
        "County",
    ]
    assert first["County id"] == source["district_id"]
    assert float(first["Likely gap score: lowest"]) == pytest.approx(source["gap_low"], abs=5e-4)
    ranks = [int(rank) for rank in first["Rank by model choice"].split()]
    assert ranks == list(source["variants"]) and len(ranks) > 1
    rural = float(first["People in rural areas (%)"])
    assert rural == pytest.approx(source["rural_share"] * 100, abs=5e-4)


def test_withheld_cells_carry_their_mark_everywhere(synth: Path) -> None:
    key, column = "SY012", "population_beyond_reach"
    shown = ranked(keys=(column, "population"))
    own = {line["County id"]: line["People beyond reach (estimate)"] for line in lines(shown)}
    assert own[key] == "[c]" and "[c]" not in own["SY002"]
    row = next(r for r in shown.rows.to_dict("records") if r["district_id"] == key)
    assert table.words(shown, shown.columns[0], row) == "withheld [c]"
    assert table.words(shown, shown.columns[1], row) != "withheld [c]"
    assert shown.withheld_cells() == {shown.columns[0].heading: 1}
    assert ranked(keys=("population",)).withheld_cells() == {}


def test_a_group_shows_nothing_that_is_known_for_everyone_only(synth: Path) -> None:
    shown = ranked(lens="older")
    keys = {column.key for column in shown.all}
    assert "group_people" in keys and "place_range" not in keys
    assert not keys & columns.OF_EVERYONE
    assert not any("ikely" in heading for heading in table.file_rows(shown)[0])


def test_ranked_by_another_figure_that_figure_comes_first(synth: Path) -> None:
    shown = ranked(layer=LAYER)
    assert [c.key for c in shown.columns][:2] == [LAYER, "gap_score"]
    values = table.grid(shown)[LAYER].dropna()
    assert list(values) == sorted(values, reverse=True)


def test_nothing_shown_is_an_empty_table_and_file(synth: Path) -> None:
    shown = ranked()
    empty = table.Ranked(**{**vars(shown), "rows": shown.rows.iloc[:0]})
    assert table.grid(empty).empty and lines(empty) == []


def test_cells_of_a_file_cannot_run_and_ids_stay_text() -> None:
    made = Lines("title\nof two lines", ["=note"], ["=1+1", "n"], [["0012", 3], ["=cmd|'x'", None]])
    body = csv_bytes(made).decode("utf-8-sig")
    assert body.startswith('# title of two lines\r\n# =note\r\n"\'=1+1","n"\r\n')
    assert body.endswith('"0012",3\r\n"\'=cmd|\'x\'",""\r\n')
    book = zipfile.ZipFile(io.BytesIO(xlsx_bytes(made)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "=cmd|'x'" in book.read("xl/sharedStrings.xml").decode()
    assert xlsx_bytes(made) == xlsx_bytes(made)
    read = pd.read_excel(io.BytesIO(xlsx_bytes(made)), engine="calamine", dtype=object)
    assert list(read.iloc[0]) == ["0012", 3]


def test_numbers_of_a_file_stay_numbers() -> None:
    assert [cell(v) for v in (2.0, 1.23456, None, float("nan"), "a")] == [2, 1.235, None, None, "a"]
