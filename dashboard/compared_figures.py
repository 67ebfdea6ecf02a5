"""The figures that districts are compared by, made from what is published of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard import layers, text
from dashboard.compared import Figure
from dashboard.i18n import t
from dashboard.layer_rows import Marks

# Counts of people in the gap table, as they add up.
_PEOPLE = ("population", "population_served", "population_over_capacity", "population_beyond_reach")
_NEAREST = "nearest_service_minutes"
# Both ends of the likely range of a figure, and its decimals.
_ENDS = {
    "gap_rank": ("gap_rank_low", "gap_rank_high", 0),
    "gap_score": ("gap_low", "gap_high", 1),
}


def scores(
    rows: Sequence[Mapping[str, Any]],
    total: int,
    spreads: Mapping[str, float],
    marks: Marks,
    lens: str,
) -> list[Figure]:
    """Return rank and the three scores with likely ranges; `rows` are of `queries.gap`.

    With a `lens` they are those of one group of people.
    """
    out = [_score(rows, "gap_rank", t("compare.rank", total=text.people(total)), -1,
                  t("compare.range_note"))]  # fmt: skip
    for name, worse in (("gap", 1), ("need", 1), ("access", -1)):
        label, note = text.score_words(name).score, t(f"compare.note.{name}")
        one = _score(rows, f"{name}_score", label, worse, note)
        out.append(replace(one, usual_spread=spreads.get(name)))
    table = "out_lens_district" if lens else "out_gap"
    cells = [(row["district_id"], lens) for row in rows]
    return [_with_signs(one, _signs(marks, table, cells, one.key)) for one in out]


def _score(
    rows: Sequence[Mapping[str, Any]], key: str, label: str, worse: int, note: str
) -> Figure:
    low, high, decimals = _ENDS.get(key, ("", "", 1))
    missing = t("common.not_ranked") if key.endswith("_rank") else text.no_data()
    shown = tuple(
        missing
        if text.is_missing(row[key])
        else text.with_span(row[key], row[low], row[high], decimals)
        if low
        else text.number(row[key])
        for row in rows
    )
    ends = (_column(rows, low), _column(rows, high)) if low else ((), ())
    return Figure(key, label, _column(rows, key), shown, worse=worse, note=note, lows=ends[0],
                  highs=ends[1])  # fmt: skip


def _with_signs(one: Figure, signs: tuple[str, ...]) -> Figure:
    shown = tuple(
        t("table.withheld", mark=sign) if sign else words
        for words, sign in zip(one.shown, signs, strict=True)
    )
    return replace(one, shown=shown, marks=signs)


def people(rows: Sequence[Mapping[str, Any]], marks: Marks, vintage: str) -> list[Figure]:
    """Return people, and of them those served, over capacity and beyond reach, as shares too."""
    out = []
    for key in _PEOPLE:
        signs = _signs(marks, "out_gap", [(row["district_id"], "") for row in rows], key)
        shown = tuple(_of_all(row[key], row["population"], key) for row in rows)
        note = t("compare.people_of", vintage=vintage) if key == "population" else ""
        one = Figure(key, t(f"table.column.{key}"), _column(rows, key), shown, note=note)
        out.append(_with_signs(one, signs))
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


def services(
    levels: pd.DataFrame, counts: pd.DataFrame, rows: Sequence[Mapping[str, Any]]
) -> list[Figure]:
    """Return listed services by level, and how many facilities say what they give.

    A level that no register covers has no data anywhere.
    """
    ids = [str(row["district_id"]) for row in rows]
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
    key = "services_reporting_share"
    shares = tuple(None if v is None else v * 100 for v in _column(rows, key))
    out.append(Figure(key, t(f"table.column.{key}"), shares,
                      tuple(text.percent(row[key], 0) for row in rows), unit="%",
                      note=t("compare.reporting")))  # fmt: skip
    return out


def of_family(
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
            text.doubted(text.with_unit(row["value"], row["unit"]), row["unreliable"])
            for row in rows
        )
        one = Figure(
            layer,
            layers.name(about),
            _column(rows, "value"),
            shown,
            unit="" if text.is_missing(about["unit"]) else text.label(about["unit"]),
            worse=int(about["direction"]),
            note=_note(about),
            usual_spread=spreads.get(layer),
        )
        out.append(_with_signs(one, signs))
    return out


def nearest(figures: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Return the minutes to the nearest service by tier, and the other access measures."""
    near = [figure for figure in figures if f".{_NEAREST}." in figure.key]
    return near, [figure for figure in figures if figure not in near]


def _cadre(
    key: str,
    label: str,
    own: Sequence[pd.DataFrame],
    cadre: str,
    column: str,
    unit: str,
    worse: int,
) -> Figure:
    rows: list[Mapping[str, Any]] = [
        {column: frame.loc[cadre, column] if cadre in frame.index else None} for frame in own
    ]
    values = _column(rows, column)
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
        # A measure made from several sources has the vintage of each.
        parts.append("; ".join(text.vintage(one) for one in str(about["vintage"]).split("; ")))
    if not text.is_missing(about["estimate"]) and bool(about["estimate"]):
        parts.append(t("compare.estimate"))
    return " · ".join(parts)


def _signs(
    marks: Marks, table: str, cells: Sequence[tuple[Any, str]], column: str
) -> tuple[str, ...]:
    return tuple(marks.get((table, item, column), {}).get(str(key), "") for key, item in cells)


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[float | None, ...]:
    return tuple(None if text.is_missing(row[name]) else float(row[name]) for row in rows)
