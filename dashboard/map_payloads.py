"""What the map fetches by address, made from published rows; pure, so that it can be checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard import text

NAME_LENGTH = 120
# About a metre: a service is a building, a place of people the middle of an area.
_DEGREES = 5
# A known number is rounded so far that no withheld one can be worked out from a district's total.
_PEOPLE_STEP = 10


def points(
    districts: pd.DataFrame,
    services: pd.DataFrame,
    *,
    levels: Sequence[str],
    types: Sequence[str],
    owners: Sequence[str],
) -> dict[str, Any]:
    """Return what names every district and service.

    `districts` (district_id, district_name) come in ascending district_id. A service is [lon, lat,
    level position, candidate 0/1, district position or -1, name, type position, owner position or
    -1, id]; `levels`, `types` and `owners` are what the positions stand for. Raises ValueError for
    a service of a level, type or owner that is not among them.
    """
    place = {str(key): at for at, key in enumerate(districts["district_id"])}
    rows = [
        [
            round(float(row["lon"]), _DEGREES),
            round(float(row["lat"]), _DEGREES),
            levels.index(row["level"]),
            int(bool(row["is_candidate"])),
            place.get(str(row["district_id"]), -1),
            "" if text.is_missing(row["name"]) else text.plain(row["name"], NAME_LENGTH),
            types.index(row["service_type"]),
            -1 if text.is_missing(row["ownership"]) else owners.index(row["ownership"]),
            str(row["service_id"]),
        ]
        for row in services.to_dict("records")
    ]
    return {
        "districts": [text.plain(name, NAME_LENGTH) for name in districts["district_name"]],
        "services": rows,
        "levels": list(levels),
        "types": list(types),
        "owners": list(owners),
    }


def figures(values: pd.Series, ranks: pd.Series | None = None) -> list[list[float | int | None]]:
    """Return [value or null, rank or null] per district, in the order given."""
    placed = pd.Series(None, index=values.index, dtype=object) if ranks is None else ranks
    return [
        [
            None if text.is_missing(value) else float(value),
            None if text.is_missing(rank) else int(rank),
        ]
        for value, rank in zip(values, placed, strict=True)
    ]


def people(places: pd.DataFrame, threshold: int) -> list[list[float | int | None]]:
    """Return [lon, lat, people] per place, people rounded to tens.

    A number below `threshold` is withheld: null.
    """
    return [
        [
            round(float(lon), _DEGREES),
            round(float(lat), _DEGREES),
            None if count < threshold else round(count / _PEOPLE_STEP) * _PEOPLE_STEP,
        ]
        for lon, lat, count in zip(places["lon"], places["lat"], places["population"], strict=True)
    ]
