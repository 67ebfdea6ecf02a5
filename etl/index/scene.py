"""What the access of a region is computed on: people, staff, services and how long trips take."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl import schema
from etl.config import Config
from etl.errors import GeometryError
from etl.index.great_circle import great_circle
from etl.index.reach import (
    Setting,
    TravelModel,
    catchment_minutes,
    longest,
    setting,
    tier_services,
)
from etl.index.supply import CENTRE, Supply, place, scaled_demand

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Listing:
    """Services people can look for, and minutes to the nearest; several figures share the minutes.

    Attributes
    ----------
    places : of the services: ``lon``, ``lat``, ``care_tier``, ``ownership``, ``setting`` (and
        ``service_id`` for a cost table)
    others : a listing whose services count besides
    """

    travel: TravelModel
    people: pd.DataFrame
    places: pd.DataFrame
    others: "Listing | None" = None
    kept: dict[bytes, FloatArray] = field(default_factory=dict)
    chosen: dict[tuple[object, ...], BoolArray] = field(default_factory=dict)

    def lists(self, tier: schema.Tier) -> bool:
        """Tell whether any service of a tier is listed."""
        here = bool(self._of(tier, None).any())
        return here or (self.others is not None and self.others.lists(tier))

    def minutes(self, tier: schema.Tier, setting: str | None = None) -> FloatArray:
        """Return minutes to the nearest service of a tier (and setting); NaN: none is reached."""
        chosen = self._of(tier, setting)
        key = chosen.tobytes()
        if key not in self.kept:
            self.kept[key] = self._nearest(self.places[chosen])
        if self.others is None:
            return self.kept[key]
        return np.fmin(self.kept[key], self.others.minutes(tier, setting))

    def _of(self, tier: schema.Tier, setting: str | None) -> BoolArray:
        """Tell which places belong to a tier (and setting)."""
        key = (*tier.care_tiers, None, *tier.ownerships, None, setting)
        if key not in self.chosen:
            chosen = tier_services(tier, self.places)
            if setting is not None:
                chosen &= (self.places["setting"] == setting).to_numpy(dtype=bool)
            self.chosen[key] = chosen
        return self.chosen[key]

    def _nearest(self, to: pd.DataFrame) -> FloatArray:
        if to.empty:
            return np.full(len(self.people), np.nan)
        try:
            return self.travel.nearest(self.people, to)
        except GeometryError:
            # The network of all places was made before, so the travel model is of this region: it
            # is these few places that stand too far from any road. Nobody reaches them.
            return np.full(len(self.people), np.nan)


@dataclass(frozen=True, eq=False)
class Scene:
    """What every measure of access is computed on.

    Attributes
    ----------
    demand : people of each demand point
    settings : the pairs of each setting of care, by its name
    catchments : minutes of the catchment of each demand point, by setting
    rural : rural share (0-1) of the district of each demand point
    listing : the listed services
    tells_levels : whether enough facilities say what they give to tell levels of care apart
    """

    config: Config
    region: schema.Region
    core: dict[str, pd.DataFrame]
    demand: pd.Series
    supply: Supply
    travel: TravelModel
    settings: dict[str, Setting]
    catchments: dict[str, FloatArray]
    rural: FloatArray
    listing: Listing
    tells_levels: bool

    @property
    def fte(self) -> FloatArray:
        """Supply at each place; unknown staff counts as none for others within reach."""
        return self.supply.points["fte"].fillna(0.0).to_numpy()

    @cached_property
    def districts(self) -> pd.Index:
        """Ids of the districts, in order."""
        ids: pd.Index = pd.Index(self.core["district"]["district_id"])
        return ids

    @cached_property
    def group(self) -> npt.NDArray[np.intp]:
        """Position of the district of each demand point."""
        return self.districts.get_indexer(pd.Index(self.core["demand_point"]["district_id"]))


def make_scene(
    config: Config,
    region: schema.Region,
    core: dict[str, pd.DataFrame],
    travel: TravelModel | None,
) -> Scene:
    """Place people and staff and find who reaches what.

    Parameters
    ----------
    travel
        Travel times; None takes the great-circle model of the region.
    """
    districts, points = core["district"], core["demand_point"]
    demand = scaled_demand(points, districts)
    supply = place(config, core, demand)
    if travel is None:
        if not isinstance(region.travel, schema.GreatCircleTravel):
            raise ValueError(f"travel model {region.travel.model!r} must be given ready made")
        travel = great_circle(region.travel, points, districts)
    sizes = region.travel.catchments
    whole = travel.network(points, supply.points, longest(sizes))
    by_district = districts.set_index("district_id")["rural_share"].astype(float)
    rural = np.asarray(points["district_id"].map(by_district), dtype=np.float64)
    kind = supply.points["setting"].to_numpy(dtype=object)
    listed = supply.points[supply.points["care_tier"] != CENTRE]
    return Scene(
        config,
        region,
        core,
        demand,
        supply,
        travel,
        {str(name): setting(whole, c, rural, kind == name) for name, c in sizes.items()},
        {str(name): catchment_minutes(c, rural) for name, c in sizes.items()},
        rural,
        Listing(travel, points, listed),
        (reporting_share(config, core["service"]) or 0.0) >= config.model.access.min_reporting,
    )


def reporting_share(config: Config, services: pd.DataFrame) -> float | None:
    """Return the share (0-1) of facilities that say which services they give; None without any.

    Counted are those that hold staff or might.
    """
    types = config.services.types
    counts = {k for k, t in types.items() if t.supply_weight > 0 or t.is_candidate}
    facilities = services[services["service_type"].isin(counts)]
    if facilities.empty:
        return None
    return float(facilities["services_reported"].astype("boolean").fillna(False).mean())
