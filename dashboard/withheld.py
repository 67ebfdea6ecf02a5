"""Which figures are missing because a small count is withheld. Pure: cells in, words out."""

from __future__ import annotations

from collections.abc import Mapping

Cell = tuple[str, str, str, str]  # table, district_id, item (empty for one row a district), column


def reason(
    cells: Mapping[Cell, str], table: str, district_id: str, column: str, item: str = ""
) -> str:
    """Return why a figure is withheld, in a few words; empty where it is not.

    Parameters
    ----------
    cells
        `queries.withheld` of the snapshot.
    item
        What the row's own key says, such as the indicator id; for ``out_typical`` the layer, with
        the scope as `district_id`.
    """
    return cells.get((table, district_id, item, column), "")


def count(cells: Mapping[Cell, str], column: str, districts: list[str]) -> int:
    """Return how many of these districts do not show a column of ``out_gap``."""
    return sum(("out_gap", district, "", column) in cells for district in districts)
