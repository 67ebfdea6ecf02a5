"""Districts side by side: figures, which is best and worst, and what differs most. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.i18n import t

# How many figures are named as those that differ most.
MOST = 6
BEST, WORST = "best", "worst"


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
    # A measure is named once, for the tier of services in which it differs most.
    first: dict[str, Figure] = {}
    for _, at in far:
        key = figures[at].key
        first.setdefault(key.rpartition(".")[0] if key.startswith("measure.") else key, figures[at])
    return list(first.values())[:MOST]


def with_data(figures: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Return figures that at least one district has, and those that none has."""
    told = [bool(figure.known) or any(figure.marks) for figure in figures]
    return (
        [figure for figure, has in zip(figures, told, strict=True) if has],
        [figure for figure, has in zip(figures, told, strict=True) if not has],
    )


def file_rows(
    sections: Mapping[str, Sequence[Figure]], names: Sequence[str]
) -> tuple[list[str], list[list[Any]]]:
    """Return headings and rows of a file: a figure a row, ends of ranges in rows of their own."""
    heads = ("id", "section", "figure", "unit")
    headings = [*(t(f"compare.file.{head}") for head in heads), *names]
    rows: list[list[Any]] = []
    for section, figures in sections.items():
        for one in figures:
            signs = one.marks or ("",) * len(one.values)
            cells = [sign or _written(v) for v, sign in zip(one.values, signs, strict=True)]
            rows.append([one.key, section, one.label, one.unit or None, *cells])
            ends = {
                "lowest": (t("table.lowest", column=one.label), one.lows),
                "highest": (t("table.highest", column=one.label), one.highs),
            }
            for end, (label, values) in ends.items():
                if any(value is not None for value in values):
                    rows.append([f"{one.key}_{end}", section, label, one.unit or None,
                                 *map(_written, values)])  # fmt: skip
    return headings, rows


def _written(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value.is_integer() else round(value, 3)
