"""What people do to spreadsheets, drawn at random: the same figures must come out."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from etl.errors import BadValueError, MindgapError
from etl.extract.tables import read_table
from etl.number_text import plain_number
from etl.onboard.joining import Districts
from etl.onboard.naming import key
from etl.onboard.reading import open_given
from etl.onboard.request import Asker, Request
from etl.onboard.sheets import decimal_mark

from .fuzz import RULES_ONBOARD
from .new_country import book
from .test_extract import source

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ åäöéñçß"
NAMES = st.lists(
    st.text(LETTERS, min_size=3, max_size=12).filter(lambda t: key(t).replace(" ", "")),
    min_size=3, max_size=12, unique_by=key,
)  # fmt: skip
FIGURES = st.integers(-(10**9), 10**9).map(lambda n: n / 100)
MARKS = st.sampled_from([(".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", "'")])
REQUEST = Request(region_id="x", title="X", country="x", files={})


def written(value: float, decimal: str, thousands: str, digits: int = 2) -> str:
    text = f"{value:,.{digits}f}"
    return text.replace(",", "~").replace(".", decimal).replace("~", thousands)


def sheet(rows: list[list[str]], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def opened(path: Path, data: bytes, **over: object) -> object:
    path.write_bytes(data)
    request = Request(**{**REQUEST.__dict__, **over})
    return open_given(path, "--indicators", request, RULES_ONBOARD, Asker())


# --- One figure


@given(FIGURES, MARKS)
def test_figure_survives_being_written(value: float, marks: tuple[str, str]):
    found = plain_number(written(value, *marks), *marks)
    assert found is not None and float(found) == value


@given(st.text(max_size=12), MARKS)
@example("1.5", (",", "."))
@example("1.234.5", (",", "."))
@example("1,5", (".", ""))
@example("١٢", (".", ""))
@example("1e999", (".", ""))
def test_what_is_no_figure_is_none_and_never_another_figure(text: str, marks: tuple[str, str]):
    found = plain_number(text, *marks)
    if found is None:
        return
    digits = [c for c in text if c.isdigit()]
    assert [c for c in found if c.isdigit()] == digits and float(found) is not None


@pytest.mark.parametrize(
    ("cells", "delimiter", "expected"),
    [
        (["1,5", "2,25"], ";", (",", ".", True)),
        (["1.5", "2.25"], ",", (".", ",", True)),
        (["1.234,5"], ";", (",", ".", True)),
        (["1,234,567"], ",", (".", ",", True)),
        (["12 500", "3 000"], ";", (".", " ", True)),
        (["12 500,5"], ";", (",", " ", True)),
        (["1,234", "5,678"], ";", (",", "", False)),  # could be either
        (["1.234", "5.678"], ",", (".", ",", False)),
        (["0,123"], ",", (",", ".", True)),  # no thousands begin with 0
        (["12", "7"], ",", (".", "", True)),
    ],
)
def test_marks_are_seen_or_said_to_be_unsure(
    cells: list[str], delimiter: str, expected: tuple[str, str, bool]
):
    assert decimal_mark(cells, delimiter, "t") == expected


def test_figures_written_in_two_ways_are_refused():
    with pytest.raises(BadValueError, match=r"written in two ways: '1,5' and '2\.5'"):
        decimal_mark(["1,5", "2.5"], ";", "t")


# --- A whole table, as people save it


@given(
    names=NAMES,
    data=st.data(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    marks=MARKS,
    title=st.booleans(),
    footer=st.booleans(),
    gap=st.booleans(),
)
def test_table_comes_through_however_it_was_saved(
    tmp_path: Path, names: list[str], data: st.DataObject, encoding: str, delimiter: str,
    marks: tuple[str, str], title: bool, footer: bool, gap: bool,
):  # fmt: skip
    values = [data.draw(st.integers(10_000, 10**8)) / 100 + 0.25 for _ in names]
    # Two decimals that are no thousands, in every figure: the mark is certain.
    values = [round(v, 2) for v in values]
    rows = [["District", "Poverty rate", "Note"]]
    rows += [[n, written(v, *marks), "x"] for n, v in zip(names, values, strict=True)]
    if gap:
        rows.insert(2, ["", "", ""])
    if title:
        rows = [["Figures of 2021", "", ""], ["", "", ""], *rows]
    if footer:
        rows += [["", "", ""], ["Source: made by hand", "", ""]]
    table = opened(tmp_path / "t.csv", sheet(rows, delimiter).encode(encoding))
    assert table.columns == ["District", "Poverty rate", "Note"]
    assert table.text("District").tolist() == [" ".join(n.split()) for n in names]
    assert table.numbers("Poverty rate", RULES_ONBOARD).tolist() == values
    assert table.rows.tolist()[0] == (4 if title else 2)


@given(NAMES, st.booleans())
def test_merged_header_cells_are_joined(tmp_path: Path, names: list[str], title: bool):
    rows: list[list[object]] = [
        ["District", "Poverty", None, "Work", None],
        [None, "Rate", "Gap", "Jobless", "Hours"],
    ]
    rows += [[n, i, i + 0.5, i * 2, 40] for i, n in enumerate(names)]
    if title:
        rows.insert(0, ["A report", None, None, None, None])
    table = opened(tmp_path / "t.xlsx", book(rows))
    assert table.columns == [
        "District", "Poverty - Rate", "Poverty - Gap", "Work - Jobless", "Work - Hours",
    ]  # fmt: skip
    assert table.numbers("Poverty - Gap", RULES_ONBOARD).tolist() == [
        i + 0.5 for i in range(len(names))
    ]


@given(st.lists(st.sampled_from(["a", "b", ""]), min_size=2, max_size=6))
def test_repeated_and_blank_headers_are_told_apart(tmp_path: Path, names: list[str]):
    assume(sum(map(bool, names)) >= max(2, len(names) / 2))
    rows = [names, *[[str(i + 10 * r) for i in range(len(names))] for r in range(3)]]
    table = opened(tmp_path / "t.csv", sheet(rows, ";").encode())
    assert len(set(table.columns)) == len(names)
    for i, column in enumerate(table.columns):
        assert table.numbers(column, RULES_ONBOARD).tolist() == [i, i + 10, i + 20]


# --- Ids and names


@given(st.sets(st.integers(1, 9999), min_size=1, max_size=30), st.integers(4, 6))
def test_ids_join_whether_or_not_they_lost_their_zeros(numbers: set[int], width: int):
    districts = Districts({f"{n:0{width}d}": f"district {n}" for n in numbers})
    for number in numbers:
        for text in (f"{number:0{width}d}", str(number), f" {number} "):
            assert districts.find(text) == f"{number:0{width}d}"
    assert districts.find("0") is None


@given(NAMES, st.data())
def test_name_joins_by_spelling_and_never_by_likeness(names: list[str], data: st.DataObject):
    districts = Districts({f"D{i}": n for i, n in enumerate(names)})
    at = data.draw(st.integers(0, len(names) - 1))
    name = names[at]
    loud = name.upper() if name.upper().lower() == name.lower() else name
    assert districts.find(name) == districts.find(loud) == f"D{at}"
    other = name + data.draw(st.sampled_from(["x", "zz", "q"]))
    if key(other) not in {key(n) for n in names}:
        assert districts.find(other) is None


# --- The reader of declared sources


@given(
    st.lists(FIGURES, min_size=1, max_size=15), MARKS,
    st.sampled_from(["utf-8", "latin-1", "cp1252", "utf-16"]), st.sampled_from([",", ";", "\t"]),
    st.integers(0, 3), st.integers(0, 3),
)  # fmt: skip
def test_declared_table_is_read_as_declared(
    tmp_path: Path, values: list[float], marks: tuple[str, str], encoding: str, delimiter: str,
    titles: int, footers: int,
):  # fmt: skip
    body = [[f"{i:02d}", written(v, *marks)] for i, v in enumerate(values)]
    rows = [["Title é"]] * titles + [["Id", "People"], *body] + [["Source: é"]] * footers
    (tmp_path / "towns.csv").write_bytes(sheet(rows, delimiter).encode(encoding))
    columns = {"id": {"raw": "Id"}, "people": {"raw": "People", "type": "number"}}
    declared = source(columns=columns, encoding=encoding, delimiter=delimiter, header_row=titles,
                      footer_rows=footers, decimal=marks[0], thousands=marks[1])  # fmt: skip
    frame = read_table(declared, tmp_path / "towns.csv")
    assert frame["people"].tolist() == values
    assert frame["id"].tolist() == [f"{i:02d}" for i in range(len(values))]
    assert frame["_row"].tolist() == [titles + 2 + i for i in range(len(values))]


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-7", "latin-1", "utf-16"]))
def test_bytes_are_read_or_refused_with_our_error(tmp_path: Path, data: bytes, encoding: str):
    (tmp_path / "towns.csv").write_bytes(data)
    try:
        frame = read_table(source(encoding=encoding), tmp_path / "towns.csv")
    except MindgapError:
        return
    assert isinstance(frame, pd.DataFrame)


@pytest.mark.parametrize("cell", ["inf", "-inf", "nan", "1e999"])
def test_figure_that_is_not_finite_is_refused(tmp_path: Path, cell: str):
    (tmp_path / "towns.csv").write_text(f"Id,People\n01,{cell}\n")
    columns = {"id": {"raw": "Id"}, "people": {"raw": "People", "type": "number"}}
    with pytest.raises(BadValueError, match="are not number"):
        read_table(source(columns=columns), tmp_path / "towns.csv")
