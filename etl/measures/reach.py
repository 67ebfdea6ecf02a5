"""Who reaches a place: demand points around coordinates, and what the trip costs them."""

from dataclasses import dataclass

import numpy as np

from .checks import FloatArray, IntArray, Numbers, per_row
from .neighbours import Bands, bands, places
from .travel import lonlat_points


@dataclass(frozen=True, eq=False)
class Reach:
    """Demand points prepared for `around`; made by `reach`."""

    _bands: Bands
    _rate: FloatArray | None
    _limit: FloatArray | None

    def around(self, lonlat: Numbers) -> tuple[IntArray, FloatArray]:
        """Find the demand points that reach a place, ascending, and the cost of their trips.

        Parameters
        ----------
        lonlat : (2,) degrees, longitude first

        Raises
        ------
        ValueError
            Coordinates missing, infinite or out of range.
        """
        from .kernels_sphere import disc

        n = len(self._bands.order)
        found, km = np.empty(n, np.int64), np.empty(n)
        place = places(lonlat_points(np.reshape(lonlat, (1, -1)), "service"))[0]
        count = disc(place, self._bands.sorted, found, km) if n else 0
        points = self._bands.order[found[:count]]
        ascending = np.argsort(points)
        points, cost = points[ascending], km[:count][ascending]
        if self._rate is not None:
            cost = cost * self._rate[points]
        if self._limit is not None:
            near = cost <= self._limit[points]
            points, cost = points[near], cost[near]
        return points, cost


def reach(
    demand_lonlat: Numbers,
    *,
    max_km: float,
    cost_per_km: Numbers = 1.0,
    max_cost: Numbers = np.inf,
) -> Reach:
    """Prepare demand points for finding who reaches a place.

    Parameters
    ----------
    demand_lonlat, max_km, cost_per_km, max_cost : as in `streaming`; the pairs and costs are those
        of `network.from_points` with the same figures

    Examples
    --------
    >>> points, km = reach([[0.0, 0.0], [5.0, 0.0]], max_km=100.0).around([0.1, 0.0])
    >>> points, km.round(2)
    (array([0]), array([11.12]))
    """
    if not max_km >= 0:
        raise ValueError(f"max_km must not be negative, got {max_km}")
    points = lonlat_points(demand_lonlat, "demand")
    rate = per_row(cost_per_km, len(points), "cost_per_km")
    limit = per_row(max_cost, len(points), "max_cost", infinite=True)
    return Reach(bands(points, max_km), rate, limit)
