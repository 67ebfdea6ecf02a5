"""The travel models behind one face: minutes within a limit, and minutes to the nearest.

Each has ``network(points, to, max_minutes)`` and ``nearest(points, to)``, the face of
`etl.index.reach.TravelModel`; frames have ``lon`` and ``lat`` in degrees, the cost table asks for
``point_id`` and ``service_id`` besides. What the reader must be told gathers in ``notes``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from etl.measures.catchment import Network, from_costs
from etl.measures.catchment import nearest as nearest_pair
from etl.measures.checks import FloatArray, IntArray
from etl.travel.places import NOTE_COLUMNS, Travelled
from etl.travel.roads import Roads, nearest_by_road, road_network
from etl.travel.surface import Ground, nearest_by_surface, surface_network
from etl.travel.table import cost_network

LONLAT = ["lon", "lat"]


def no_notes() -> pd.DataFrame:
    """Return an empty table of notes."""
    return pd.DataFrame(columns=NOTE_COLUMNS)


@dataclass
class PathTravel:
    """Least minutes along paths; `road_travel` and `surface_travel` make one.

    `pairs` and `to_nearest` take places as (n, 2) lon and lat and, for pairs, `max_minutes`.
    """

    pairs: Callable[..., Travelled]
    to_nearest: Callable[..., tuple[FloatArray, IntArray]]
    notes: pd.DataFrame = field(default_factory=no_notes)

    def network(self, points: pd.DataFrame, to: pd.DataFrame, max_minutes: float) -> Network:
        """Return all pairs within `max_minutes` (included), cost in minutes."""
        found = self.pairs(points[LONLAT], to[LONLAT], max_minutes=max_minutes)
        self.notes = _with(self.notes, found)
        return found.network

    def nearest(self, points: pd.DataFrame, to: pd.DataFrame) -> FloatArray:
        """Return minutes to the nearest of `to`; NaN where none can be reached."""
        return _or_nan(self.to_nearest(points[LONLAT], to[LONLAT])[0])


def road_travel(roads: Roads, notes: pd.DataFrame | None = None) -> PathTravel:
    """Driving minutes along a road network; `notes` tells what was done to it."""
    told = no_notes() if notes is None else notes
    return PathTravel(partial(road_network, roads), partial(nearest_by_road, roads), told)


def surface_travel(ground: Ground) -> PathTravel:
    """Least-cost minutes over a friction surface."""
    return PathTravel(partial(surface_network, ground), partial(nearest_by_surface, ground))


class TableTravel:
    """Minutes as a user's cost table states them, checked once against all ids.

    Raises
    ------
    KeyJoinError, BadValueError
        As `etl.travel.table.cost_network`.
    """

    def __init__(self, costs: pd.DataFrame, points: pd.DataFrame, services: pd.DataFrame) -> None:
        self._points, self._services = (
            pd.Index(points["point_id"]),
            pd.Index(services["service_id"]),
        )
        self._all, self.notes = cost_network(costs, list(self._points), list(self._services))

    def network(self, points: pd.DataFrame, to: pd.DataFrame, max_minutes: float) -> Network:
        """Return all pairs within `max_minutes` (included), cost in minutes.

        A place of `to` that the table does not know, such as staff without a listed service, is
        out of reach.
        """
        row = _renumber(self._points, points["point_id"])[self._all.demand]
        column = _renumber(self._services, to["service_id"])[self._all.index]
        keep = (row >= 0) & (column >= 0)
        return from_costs(
            row[keep],
            column[keep],
            self._all.cost[keep],
            n_demand=len(points),
            n_service=len(to),
            max_cost=max_minutes,
        )

    def nearest(self, points: pd.DataFrame, to: pd.DataFrame) -> FloatArray:
        """Return minutes to the nearest of `to`; NaN where none is listed."""
        return _or_nan(nearest_pair(self.network(points, to, np.inf))[0])


def _renumber(known: pd.Index, wanted: pd.Series) -> IntArray:
    """Position in `wanted` of every known id, -1 where it is not wanted; places may have no id."""
    named = np.flatnonzero(wanted.notna())
    position = pd.Index(wanted.iloc[named]).get_indexer(known)
    found: IntArray = np.full(len(known), -1, dtype=np.int64)
    found[position >= 0] = named[position[position >= 0]]
    return found


def _with(notes: pd.DataFrame, found: Travelled) -> pd.DataFrame:
    return pd.concat([notes, found.notes], ignore_index=True).drop_duplicates(ignore_index=True)


def _or_nan(minutes: FloatArray) -> FloatArray:
    return np.where(np.isfinite(minutes), minutes, np.nan)
