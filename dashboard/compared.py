"""Districts side by side: figures, which is best and worst, and what differs most. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard import text
from dashboard.columns import layer_name
from dashboard.i18n import t

# How many figures are named as those that differ most.
MOST = 6
BEST, WORST = "best", "worst"
Marks = Mapping[tuple[str, str, str, str], str]
# Counts of people in the gap table, as they add up; most of them are estimates.
_PEOPLE = ("population", "population_served", "population_over_capacity", "population_beyond_reach")
_NEAREST = "nearest_service_minutes"


@dataclass(frozen=True)
class Figure:
    """One row of the comparison: a figure of every district, in the order they are compared.

    `worse` is 1 where more is worse, -1 where less is worse, 0 where neither can be said. `lows`
    and `highs` are ends of likely ranges, empty where there are none. `usual_spread` is how far
    apart the 10th and 90th percentile of the region are; None where that is not known. `marks`
    are the signs of withheld cells, empty where none is.
    """

    key: str
    label: str
    values: tuple[float | None, ...]
    shown: tuple[str, ...]
    unit: str = ""
    worse: int = 0
    note: str = ""
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()
    usual_spread: float | None = None
    marks: tuple[str, ...] = ()

    @property
    def known(self) -> list[float]:
        """The figures that are there."""
        return [value for value in self.values if value is not None]

    @property
    def difference(self) -> float | None:
        """Largest difference among districts, as a share of the usual spread of the region."""
        if self.usual_spread is None or len(self.known) < 2:
            return None
        return (max(self.known) - min(self.known)) / self.usual_spread


def standing(figure: Figure) -> tuple[str, ...]:
    """Return `best`, `worst` or nothing for every district.

    Nothing at all where more is neither better nor worse, or where all known figures are equal;
    equal figures stand alike.
    """
    known = figure.known
    if not figure.worse or len(set(known)) < 2:
        return ("",) * len(figure.values)
    high, low = (WORST, BEST) if figure.worse > 0 else (BEST, WORST)
    ends = {max(known): high, min(known): low}
    return tuple("" if value is None else ends.get(value, "") for value in figure.values)


def differing(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures that differ most, measured by how much they differ in the region."""
    far = [(figure.difference or 0.0, at) for at, figure in enumerate(figures)]
    far = sorted((pair for pair in far if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]))
    return [figures[at] for _, at in far[:MOST]]


def with_data(figures: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Return figures that at least one district has, and those that none has."""
    told = [bool(figure.known) or any(figure.marks) for figure in figures]
    return (
        [figure for figure, has in zip(figures, told, strict=True) if has],
        [figure for figure, has in zip(figures, told, strict=True) if not has],
    )


def scores(
    rows: Sequence[Mapping[str, Any]], total: int, spreads: Mapping[str, float]
) -> list[Figure]:
    """Return rank and the three scores with likely ranges; `rows` are of `queries.gap`."""
    ranks = ("gap_rank", "gap_rank_low", "gap_rank_high")
    rank = Figure(
        "gap_rank",
        t("compare.rank", total=text.people(total)),
        _column(rows, ranks[0]),
        tuple(text.with_span(*(row[name] for name in ranks)) if not text.is_missing(row[ranks[0]])
              else t("common.not_ranked") for row in rows),
        worse=-1,
        note=t("compare.range_note"),
        lows=_column(rows, ranks[1]),
        highs=_column(rows, ranks[2]),
    )  # fmt: skip
    out = [rank]
    for name, worse in (("gap", 1), ("need", 1), ("access", -1)):
        ends = ("gap_low", "gap_high") if name == "gap" else ()
        shown = tuple(
            text.with_span(row[f"{name}_score"], *(row[end] for end in ends), decimals=1)
            if ends
            else text.number(row[f"{name}_score"])
            for row in rows
        )
        out.append(
            Figure(
                f"{name}_score",
                text.score_words(name).score,
                _column(rows, f"{name}_score"),
                shown,
                worse=worse,
                note=t(f"compare.note.{name}"),
                lows=_column(rows, "gap_low") if ends else (),
                highs=_column(rows, "gap_high") if ends else (),
                usual_spread=spreads.get(name),
            )
        )
    return out


def people(rows: Sequence[Mapping[str, Any]], marks: Marks, vintage: str) -> list[Figure]:
    """Return people, and of them those served, over capacity and beyond reach, as shares too."""
    out = []
    for key in _PEOPLE:
        signs = _signs(marks, "out_gap", [(row["district_id"], "") for row in rows], key)
        shown = [
            t("table.withheld", mark=sign) if sign else _of_all(row[key], row["population"], key)
            for row, sign in zip(rows, signs, strict=True)
        ]
        note = t("compare.people_of", vintage=vintage) if key == "population" else ""
        out.append(Figure(key, t(f"table.column.{key}"), _column(rows, key), tuple(shown),
                          note=note, marks=signs))  # fmt: skip
    return out


def staff(frames: Sequence[pd.DataFrame]) -> list[Figure]:
    """Return full-time posts per 100,000 people by cadre, then posts missing.

    `frames` holds `district_rows.staff` of every district. A cadre that is only counted by heads
    is shown as heads, and not judged.
    """
    cadres: dict[str, Mapping[Any, Any]] = {}
    for frame in frames:
        for row in frame.to_dict("records"):
            cadres.setdefault(str(row["cadre"]), row)
    own = [frame.set_index(frame["cadre"].astype(str)) for frame in frames]
    out = []
    for cadre, about in sorted(cadres.items(), key=lambda pair: (pair[1]["position"], pair[0])):
        counted = not text.is_missing(about["is_counted"]) and bool(about["is_counted"])
        column, unit = ("fte_per_100k", "FTE per 100,000") if counted else ("headcount", "people")
        out.append(_cadre(f"staff.{cadre}", text.label(about["label"]), own, cadre, column, unit,
                          -1 if counted else 0))  # fmt: skip
    missing = _cadre("fte_shortage", t("compare.shortage"), own, "all", "fte_shortage", "FTE", 1)
    return [*out, missing]


def services(levels: pd.DataFrame, counts: pd.DataFrame, ids: Sequence[str]) -> list[Figure]:
    """Return listed services by level; a level that no register covers has no data anywhere."""
    found = {(str(row["district_id"]), str(row["level"])): float(row["n"])
             for row in counts.to_dict("records")}  # fmt: skip
    out = []
    for row in levels.to_dict("records"):
        level, covered = str(row["level"]), bool(row["has_data"])
        values = tuple(found.get((key, level), 0.0) if covered else None for key in ids)
        out.append(
            Figure(f"level.{level}", text.label(row["label"]), values,
                   tuple(text.people(value) for value in values), worse=-1)
        )  # fmt: skip
    return out


def layers(
    frames: Sequence[pd.DataFrame],
    ids: Sequence[str],
    family: str,
    spreads: Mapping[str, float],
    marks: Marks,
) -> list[Figure]:
    """Return the figures of one family of out_layer; `frames` holds `layer_rows.of_district`."""
    out = []
    for rows in zip(*(frame[frame["family"] == family].to_dict("records") for frame in frames),
                    strict=True):  # fmt: skip
        about = rows[0]
        layer = str(about["layer"])
        signs = _signs(marks, "out_layer_district", [(key, layer) for key in ids], "value")
        shown = tuple(
            t("table.withheld", mark=sign) if sign else text.with_unit(row["value"], row["unit"])
            for row, sign in zip(rows, signs, strict=True)
        )
        out.append(
            Figure(
                layer,
                layer_name({**about, "unit": None}),
                _column(rows, "value"),
                shown,
                unit="" if text.is_missing(about["unit"]) else text.label(about["unit"]),
                worse=int(about["direction"]),
                note=_note(about),
                usual_spread=spreads.get(layer),
                marks=signs,
            )
        )
    return out


def nearest(figures: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Return the minutes to the nearest service by tier, and the other access measures."""
    near = [figure for figure in figures if f".{_NEAREST}." in figure.key]
    return near, [figure for figure in figures if figure not in near]


def file_rows(
    sections: Mapping[str, Sequence[Figure]], names: Sequence[str]
) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of a file: one figure a row, ends of a range in rows of their own."""
    heads = ("id", "section", "figure", "unit")
    headings = [*(t(f"compare.file.{head}") for head in heads), *names]
    rows: list[list[Any]] = []
    for section, figures in sections.items():
        for one in figures:
            signs = one.marks or ("",) * len(one.values)
            cells = [sign or _written(v) for v, sign in zip(one.values, signs, strict=True)]
            rows.append([one.key, section, one.label, one.unit or None, *cells])
            for end, values in (("lowest", one.lows), ("highest", one.highs)):
                if any(value is not None for value in values):
                    label = t(f"table.{end}", column=one.label)
                    rows.append([f"{one.key}_{end}", section, label, one.unit or None,
                                 *map(_written, values)])  # fmt: skip
    return headings, rows


def _cadre(
    key: str,
    label: str,
    own: Sequence[pd.DataFrame],
    cadre: str,
    column: str,
    unit: str,
    worse: int,
) -> Figure:
    cells = [frame[column].get(cadre) if cadre in frame.index else None for frame in own]
    values = tuple(None if text.is_missing(cell) else float(cell) for cell in cells)
    return Figure(key, label, values, tuple(text.with_unit(value, unit) for value in values),
                  unit=text.label(unit), worse=worse)  # fmt: skip


def _of_all(count: Any, population: Any, key: str) -> str:
    if (
        key == "population"
        or text.is_missing(count)
        or text.is_missing(population)
        or not population
    ):
        return text.people(count)
    share = text.percent(float(count) / float(population), 0)
    return t("compare.of_all", people=text.people(count), share=share)


def _note(about: Mapping[Any, Any]) -> str:
    parts = []
    if not text.is_missing(about["vintage"]):
        parts.append(text.vintage(about["vintage"]))
    if not text.is_missing(about["estimate"]) and bool(about["estimate"]):
        parts.append(t("compare.estimate"))
    return " · ".join(parts)


def _signs(
    marks: Marks, table: str, cells: Sequence[tuple[Any, str]], column: str
) -> tuple[str, ...]:
    return tuple(marks.get((table, str(key), item, column), "") for key, item in cells)


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[float | None, ...]:
    return tuple(None if text.is_missing(row[name]) else float(row[name]) for row in rows)


def _written(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value.is_integer() else round(value, 3)
