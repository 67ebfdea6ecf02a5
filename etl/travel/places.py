"""Points joined to the places of a travel model (road nodes, raster cells), and back to pairs."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.errors import BadValueError, examples
from etl.measures.catchment import Network, from_costs
from etl.measures.checks import BoolArray, FloatArray, IntArray, Numbers
from etl.measures.routing import Rows
from etl.measures.travel import lonlat_points

NOTE_COLUMNS = ["rule", "severity", "n_rows", "value", "message", "action"]

# (source places, target places, limit per source in minutes, towards) -> rows of pairs. `towards`
# asks for the minutes from each target to the source, else from the source to each target.
Route = Callable[[IntArray, IntArray, FloatArray, bool], Rows]


@dataclass(frozen=True, eq=False)
class Joined:
    """Points and the place each is joined to.

    Attributes
    ----------
    place : (n,) number of the place, -1 where none is near enough
    km : (n,) great-circle km from the point to the nearest place, also where it is too far
    minutes : (n,) minutes from the point to its place, NaN where there is none
    """

    place: IntArray
    km: FloatArray
    minutes: FloatArray

    @property
    def ok(self) -> BoolArray:
        """Points that are joined, (n,)."""
        return self.place >= 0


@dataclass(frozen=True, eq=False)
class Travelled:
    """A network in minutes, how its points were joined, and what the reader must be told.

    Attributes
    ----------
    network : pairs of demand point and service within the limit; every point is counted
    demand, service : how the points were joined (`Joined`)
    notes : rule, severity, n_rows, value, message, action; ready for the ledger of issues
    """

    network: Network
    demand: Joined
    service: Joined
    notes: pd.DataFrame


def read_points(lonlat: Numbers, what: str) -> FloatArray:
    """Read coordinates as (n, 2) degrees, longitude first.

    Raises
    ------
    BadValueError
        Coordinates missing or out of range, naming the rows.
    """
    try:
        return lonlat_points(lonlat, what)
    except ValueError as error:
        raise BadValueError(
            f"{error}. Longitude comes first, in degrees; are the two columns swapped?"
        ) from error


def row_names(lonlat: Numbers, where: BoolArray) -> list[object]:
    """Names of rows: the index of a frame, else positions from 0."""
    if isinstance(lonlat, pd.DataFrame):
        return list(lonlat.index[where])
    return [int(i) for i in np.flatnonzero(where)]


def network_between(
    demand: Joined, service: Joined, route: Route, *, max_minutes: float
) -> Network:
    """Network of all pairs of points within `max_minutes` (inclusive), by the fewer searches.

    A pair costs the minutes from the point to its place, between the places, and from the place to
    the service. A point that is joined to nothing has no pair.
    """
    towards = len(np.unique(service.place[service.ok])) <= len(np.unique(demand.place[demand.ok]))
    origin, target = (service, demand) if towards else (demand, service)
    sources, leg = _groups(origin)
    targets, _ = _groups(target)
    starts, column, cost = route(sources, targets, (max_minutes - leg) * (1 + 1e-12), towards)
    row = np.repeat(np.arange(len(sources)), np.diff(starts))
    pair, i, j = _expand(row, column, _members(origin, sources), _members(target, targets))
    minutes = cost[pair] + origin.minutes[i] + target.minutes[j]
    rows, columns = (j, i) if towards else (i, j)
    keep = minutes <= max_minutes
    return from_costs(
        rows[keep],
        columns[keep],
        minutes[keep],
        n_demand=len(demand.place),
        n_service=len(service.place),
        max_cost=max_minutes,
    )


def _groups(points: Joined) -> tuple[IntArray, FloatArray]:
    """Places in use, and the fewest minutes any of their points needs to get there."""
    used = points.place[points.ok]
    places, number = np.unique(used, return_inverse=True)
    leg = np.full(len(places), np.inf)
    np.minimum.at(leg, number, points.minutes[points.ok])
    return places.astype(np.int64), leg


def _members(points: Joined, places: IntArray) -> tuple[IntArray, IntArray]:
    """Return starts, and the points of each place, in order."""
    order = np.argsort(points.place, kind="stable")
    first = np.searchsorted(points.place[order], places, side="left")
    last = np.searchsorted(points.place[order], places, side="right")
    skipped = first[0] if len(first) else 0  # points that are joined to nothing come first
    return np.append(first, last[-1:]) - skipped, order[skipped:]


def _expand(
    row: IntArray,
    column: IntArray,
    by_row: tuple[IntArray, IntArray],
    by_column: tuple[IntArray, IntArray],
) -> tuple[IntArray, IntArray, IntArray]:
    """Pairs of points from pairs of places: position of the pair of places, and both points."""
    (row_start, row_points), (column_start, column_points) = by_row, by_column
    across = np.diff(column_start)[column]
    times = np.diff(row_start)[row] * across
    pair = np.repeat(np.arange(len(row)), times)
    nth = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
    i = row_points[row_start[row[pair]] + nth // across[pair]]
    j = column_points[column_start[column[pair]] + nth % across[pair]]
    return pair, i, j


def joined_note(
    points: Joined, lonlat: Numbers, what: str, *, limit_km: float, to: str
) -> dict[str, object] | None:
    """Note on the points that are too far from the network to travel; None without any."""
    far = ~points.ok
    if not far.any():
        return None
    named = [
        f"{name} ({km:.1f} km)"
        for name, km in zip(row_names(lonlat, far), points.km[far], strict=True)
    ]
    return {
        "rule": "beyond_snap_limit",
        "severity": "warn",
        "n_rows": int(far.sum()),
        "value": examples(named),
        "message": f"{what} points further than {limit_km:g} km from {to}",
        "action": "kept; taken as out of reach by this travel model",
    }
