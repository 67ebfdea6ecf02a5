"""The ranked table: as a grid, as a plain table in HTML, and as the lines of a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import i18n, text
from dashboard.columns import Column
from dashboard.i18n import t
from dashboard.layer_rows import Marks
from dashboard.table_files import cell

# Decimals of the kinds that are numbers; shares are shown as percentages.
_DECIMALS = {"score": 1, "one": 1, "whole": 0, "share": 0}
# Pixels a column has at least, and those of a letter of its heading; a long heading is cut.
_LEAST, _LETTER, _MOST = 84, 7, 200
# Both ends of a range, and its decimals.
_RANGES = {
    "place_range": ("gap_rank_low", "gap_rank_high", 0),
    "gap_range": ("gap_low", "gap_high", 1),
}


@dataclass(frozen=True)
class Ranked:
    """Rows in the order they are shown (`ranking.ordered`), and the columns after the name.

    `withheld` is the codes of `layer_rows.withheld`; `district` what a district is called; `ranges`
    whether likely ranges of the rank are known.
    """

    rows: pd.DataFrame
    columns: Sequence[Column]
    district: str
    layer: str
    lens: str
    ranges: bool
    withheld: Marks

    @property
    def first(self) -> list[Column]:
        """The columns that are always there: place, its likely range where known, and the name."""
        place = Column("place", t("table.column.place"), "rank", t("table.help.place"))
        between = Column("place_range", t("table.column.place_range"), "range",
                         t("table.help.place_range"))  # fmt: skip
        name = Column("district_name", self.district, "name")
        return [place, *([between] if self.ranges else []), name]

    @property
    def all(self) -> list[Column]:
        """Every column shown, from left to right."""
        return [*self.first, *self.columns]

    def mark(self, key: str, district_id: str) -> str:
        """Return the mark of a withheld cell, empty where it is not withheld."""
        found = self._marks.get(key, [])
        return next((marks[district_id] for marks in found if district_id in marks), "")

    @cached_property
    def _marks(self) -> dict[str, list[Mapping[str, str]]]:
        """The marks of every column shown, looked up once: a file asks for each of its cells."""
        return {column.key: self._marks_of(column.key) for column in self.all}

    def _marks_of(self, key: str) -> list[Mapping[str, str]]:
        """Return the marks of a column, by district; those of the group shown come first."""
        key = f"{self.layer}_rank" if key == "place" and self.layer in text.SCORES else key
        if "." in key:
            places = [("out_layer_district", key, "value")]
        else:
            places = [("out_gap", "", key)]
            if self.lens:
                of_group = "people" if key == "group_people" else key
                places.insert(0, ("out_lens_district", self.lens, of_group))
        return [self.withheld[place] for place in places if place in self.withheld]

    def withheld_cells(self) -> dict[str, int]:
        """Return how many of the cells shown are withheld, by the heading of their column."""
        ids = set(self.rows["district_id"].astype(str))
        counts = {
            column.heading: len(ids & set().union(*self._marks[column.key])) for column in self.all
        }
        return {heading: count for heading, count in counts.items() if count}

    @cached_property
    def decimals(self) -> dict[str, int]:
        """Decimals of every column of numbers: of its kind, or enough for its middle figure."""
        return {
            column.key: _decimals(self.rows[column.key])
            if column.kind == "figure"
            else _DECIMALS[column.kind]
            for column in self.columns
            if column.kind == "figure" or column.kind in _DECIMALS
        }


def grid(ranked: Ranked) -> pd.DataFrame:
    """Return the frame of the grid: a column per key, percentages as percentages."""
    out = {}
    for column in ranked.all:
        out[column.key] = _grid_column(ranked, column)
    return pd.DataFrame(out, index=ranked.rows.index)


def _grid_column(ranked: Ranked, column: Column) -> Any:
    if column.kind == "range":
        return _ranges(ranked.rows, column.key)
    values = ranked.rows[column.key]
    if column.kind in ("words", "name", "yes_no"):
        known = {value: _word(column, value) for value in pd.unique(values) if _is_known(value)}
        return values.map(known)
    if column.kind == "line":
        return values
    numbers = pd.to_numeric(values, errors="raise").astype("float64")
    if column.kind == "rank":
        return numbers.astype("Int64")
    numbers = numbers * 100 if column.kind == "share" else numbers
    # Parts of a person or a minute would claim more than an estimate knows.
    # Python's rounding, as everywhere else: numpy makes 70.4 of 70.35, which is stored as 70.3499….
    decimals = ranked.decimals[column.key]
    return numbers.map(lambda value: round(value, decimals), na_action="ignore")


def _decimals(values: pd.Series) -> int:
    """Decimals that say something about the middle figure; none where all figures are whole."""
    sizes = pd.to_numeric(values, errors="raise").astype("float64").abs().dropna()
    return 0 if sizes.mod(1).eq(0).all() else text.decimals_for(sizes.median())


def config(ranked: Ranked, n_districts: int, bar: str) -> dict[str, Any]:
    """Streamlit formats of the grid's columns; the figure ranked by, `bar`, is a bar if a score."""
    return {
        column.key: _config(ranked, column, n_districts, column.key == bar) for column in ranked.all
    }


def _config(ranked: Ranked, column: Column, n_districts: int, bar: bool) -> Any:
    # Help is Markdown: what comes from strangers stays text.
    words: dict[str, Any] = {"label": column.heading, "help": text.markdown(column.help) or None}
    words["width"] = min(_MOST, max(_LEAST, _LETTER * len(column.heading) + 24))
    make = st.column_config
    if column.kind == "rank":
        return make.NumberColumn(format="localized", pinned=True, **words)
    if column.kind == "line":
        return make.LineChartColumn(y_min=1, y_max=max(2, n_districts), **words)
    if column.key == "district_name":
        return make.TextColumn(pinned=True, **{**words, "width": 170})
    if column.kind in ("words", "name", "yes_no", "range"):
        return make.TextColumn(**{**words, "width": max(120, words["width"])})
    if column.kind == "score" and bar:
        return make.ProgressColumn(
            format="localized", step=0.1, min_value=0.0, max_value=100.0, **words
        )
    if column.kind == "share":
        return make.NumberColumn(format="%.0f%%", **words)
    return make.NumberColumn(format="localized", step=10.0 ** -ranked.decimals[column.key], **words)


def words(ranked: Ranked, column: Column, row: Mapping[Any, Any]) -> str:
    """Return one cell in words, as the plain table shows it."""
    if mark := ranked.mark(column.key, str(row["district_id"])):
        return t("table.withheld", mark=mark)
    if column.kind == "range":
        low, high, decimals = _RANGES[column.key]
        return text.span(row[low], row[high], decimals) or text.no_data()
    value = row[column.key]
    if column.kind == "line":
        known = _ranks(value)
        return text.span(min(known), max(known)) if known else text.no_data()
    if not _is_known(value):
        return text.no_data()
    if column.kind in ("words", "name", "yes_no"):
        return _word(column, value)
    if column.kind == "share":
        return text.percent(value, 0)
    if column.kind == "figure":
        return text.short_number(value)
    return text.number(value, _DECIMALS.get(column.kind, 0))


def file_rows(ranked: Ranked) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of a file: ids first, both ends of a range in a column each."""
    columns = [Column("district_id", t("table.column.district_id", district=ranked.district),
                      "name"), *ranked.all]  # fmt: skip
    headings = [heading for column in columns for heading in _headings(column)]
    rows = [
        [one for column in columns for one in _cells(ranked, column, row)]
        for row in ranked.rows.to_dict("records")
    ]
    return headings, rows


def _headings(column: Column) -> list[str]:
    if column.kind == "range":
        return [t("table.lowest", column=column.heading), t("table.highest", column=column.heading)]
    return [t("table.percent", column=column.heading) if column.kind == "share" else column.heading]


def _cells(ranked: Ranked, column: Column, row: Mapping[Any, Any]) -> Iterator[Any]:
    if column.kind == "range":
        low, high, _ = _RANGES[column.key]
        yield from (cell(row[low]), cell(row[high]))
    elif mark := ranked.mark(column.key, str(row["district_id"])):
        yield mark
    elif column.kind == "line":
        yield " ".join(str(int(rank)) for rank in _ranks(row[column.key])) or None
    elif column.kind in ("words", "name", "yes_no"):
        value = row[column.key]
        yield _word(column, value) if _is_known(value) else None
    else:
        value = row[column.key]
        yield cell(value * 100 if column.kind == "share" and _is_known(value) else value)


def _word(column: Column, value: Any) -> str:
    if column.kind == "name":
        return text.plain(value, 80)
    if column.kind == "yes_no":
        return text.yes_no(value)
    return text.sentence(text.humanise(value))


def _ranges(rows: pd.DataFrame, key: str) -> list[str | None]:
    low, high, decimals = _RANGES[key]
    code = i18n.language()
    return [
        _between(code, float(a), float(b), decimals) if _is_known(a) and _is_known(b) else None
        for a, b in zip(rows[low], rows[high], strict=True)
    ]


@lru_cache(maxsize=65_536)
def _between(_language: str, low: float, high: float, decimals: int) -> str:
    # Thousands of rows hold few different ranges; writing a number as a language does is slow.
    return text.span(low, high, decimals)


def _ranks(value: Any) -> list[float]:
    return [] if value is None or isinstance(value, float) else [float(rank) for rank in value]


def _is_known(value: Any) -> bool:
    return not text.is_missing(value)
