"""The default travel model: great circle x detour / speed of the district's rural class."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.measures.network import Network, from_points, nearest_point_km, to_minutes
from etl.measures.travel import km_from_minutes, minutes_from_km
from etl.schema import GreatCircleTravel

FloatArray = npt.NDArray[np.float64]


@dataclass(eq=False)
class GreatCircle:
    """Estimated travel times; `speed` is km/h at each demand point."""

    travel: GreatCircleTravel
    speed: FloatArray
    notes: pd.DataFrame = field(default_factory=pd.DataFrame)

    def network(self, points: pd.DataFrame, to: pd.DataFrame, max_minutes: float) -> Network:
        """Return all pairs within `max_minutes` (included), cost in minutes."""
        factor, fastest = self.travel.detour_factor, float(self.speed.max(initial=0.0))
        reach = km_from_minutes(max_minutes, detour_factor=factor, speed_kmh=fastest)
        km = from_points(points[["lon", "lat"]], to[["lon", "lat"]], max_km=float(reach))
        return to_minutes(km, detour_factor=factor, speed_kmh=self.speed, max_minutes=max_minutes)

    def nearest(self, points: pd.DataFrame, to: pd.DataFrame) -> FloatArray:
        """Return minutes to the nearest of `to`, however far; NaN where `to` is empty."""
        km, _ = nearest_point_km(points[["lon", "lat"]], to[["lon", "lat"]])
        known = np.where(np.isfinite(km), km, np.nan)
        return minutes_from_km(known, detour_factor=self.travel.detour_factor, speed_kmh=self.speed)


def great_circle(
    travel: GreatCircleTravel, points: pd.DataFrame, districts: pd.DataFrame
) -> GreatCircle:
    """Return the model with the speed of each demand point.

    A district without a rural class takes the slowest speed, so that access is not overstated.
    """
    by_class = districts.set_index("district_id")["rural_class"].map(travel.speed_kmh)
    slowest = min(travel.speed_kmh.values())
    speed = points["district_id"].map(by_class).astype(float).fillna(slowest)
    return GreatCircle(travel, np.asarray(speed, dtype=np.float64))
