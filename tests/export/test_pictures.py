"""Maps on paper: what is written on them, and how wide their borders are."""

from __future__ import annotations

import re

import pytest
import shapely

from etl.export.pdf.pictures import BORDER, MOST_NUMBERED, canvas, picture


def squares(across: int, down: int = 1) -> dict[str, shapely.Geometry]:
    """Squares of a hundredth of a degree at the equator, side by side, by id."""
    return {
        f"{x},{y}": shapely.box(x / 100, y / 100, (x + 1) / 100, (y + 1) / 100)
        for x in range(across)
        for y in range(down)
    }


def written(svg: str) -> list[str]:
    return re.findall(r">(\d+)</text>", svg)


def test_numbers_do_not_lie_over_one_another_and_are_few() -> None:
    apart = squares(5, 5)
    assert written(picture(canvas(apart), {}, numbers=[("0,0", "1"), ("4,4", "2")])) == ["1", "2"]
    near = squares(100, 100)
    two = [("50,50", "1"), ("51,50", "2"), ("90,50", "3")]
    assert written(picture(canvas(near), {}, numbers=two)) == ["1", "3"]
    many = [(f"{x},{y}", str(x)) for x in range(0, 100, 20) for y in range(0, 100, 10)]
    assert len(many) == 50
    assert len(written(picture(canvas(near), {}, numbers=many))) == MOST_NUMBERED
    assert written(picture(canvas(apart), {}, numbers=[("elsewhere", "1")])) == []


def test_borders_are_thin_where_districts_are_small() -> None:
    assert canvas(squares(5, 5)).border == BORDER
    small = canvas(squares(100, 100))  # ten units of a thousand wide
    assert small.border == pytest.approx(0.5, rel=1e-3)
    # One of them far away makes the map wider and districts smaller, not borders wider.
    far = squares(100, 100) | {"far": shapely.box(9, 0, 9.01, 0.01)}
    assert canvas(far).border < 0.1
    assert canvas({}).border == BORDER


def test_numbers_of_a_low_map_are_smaller() -> None:
    low = picture(canvas(squares(20, 4)), {}, numbers=[("3,2", "1")])
    tall = picture(canvas(squares(5, 5)), {}, numbers=[("3,2", "1")])
    sizes = [float(re.findall(r'font-size="([\d.]+)"', svg)[0]) for svg in (low, tall)]
    assert sizes == [pytest.approx(14.85, abs=0.06), 33.0]
