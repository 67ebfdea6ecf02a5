"""Rings around services: how far a trip of some minutes goes, and how many people are within it."""

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.results import listed
from etl.index.scene import Scene
from etl.measures.travel import km_from_minutes
from etl.schema import GreatCircleTravel

RING = {
    "service_id": "string", "setting": "string", "minutes": "float64", "km": "float64",
    "people": "float64", "is_catchment": "boolean", "estimate": "boolean",
}  # fmt: skip


def service_rings(config: Config, scene: Scene) -> pd.DataFrame:
    """Return `RING` of every listed service that stands at a point.

    Minutes are those of the rules and the catchments of the service's setting of care (of urban and
    of rural places, where they differ). ``people`` live at demand points from which the trip takes
    at most these minutes by the travel model. ``km`` is the radius in a straight line at the speed
    of the service's own district, missing where travel is not by great circles: the people count
    by the speed of their own district, so some may live outside the ring and others inside it not
    be counted. All of it rests on travel times, so all are estimates.
    """
    types = config.services.types
    services = listed(config, scene.core)
    drawn = services[(services["scope"] == "point") & services["lon"].notna()]
    drawn = drawn.reset_index(drop=True)
    setting = drawn["service_type"].map({k: t.setting for k, t in types.items()})
    limits = {name: _minutes(config, scene, str(name)) for name in setting.unique()}
    longest = max((m for found in limits.values() for m in found), default=0.0)
    if drawn.empty:
        return pd.DataFrame(columns=list(RING))
    net = scene.travel.network(scene.core["demand_point"], drawn, longest)
    people = scene.demand.to_numpy(dtype=float)[net.demand]
    radius = _km_per_minute(scene, drawn)
    parts = []
    for minutes in sorted({m for found in limits.values() for m in found}):
        within = net.cost <= minutes * (1 + 1e-9)
        counted = np.bincount(net.index[within], people[within], minlength=len(drawn))
        for name, own in limits.items():
            if minutes in own:
                at = (setting == name).to_numpy()
                parts.append(
                    pd.DataFrame(
                        {"service_id": drawn["service_id"][at], "setting": name,
                         "minutes": minutes, "km": (radius * minutes)[at].round(2),
                         "people": counted[at].round(0), "is_catchment": own[minutes],
                         "estimate": True}
                    )
                )  # fmt: skip
    return pd.concat(parts).sort_values(["service_id", "minutes"])


def _minutes(config: Config, scene: Scene, setting: str) -> dict[float, bool]:
    """Return the minutes drawn for a setting of care, and whether they are its catchment."""
    size = {str(k): c for k, c in scene.region.travel.catchments.items()}[setting]
    catchments = {size.minutes} | ({size.rural_minutes} if size.rural_minutes else set())
    return {float(m): m in catchments for m in {*config.map.rings.minutes, *catchments}}


def _km_per_minute(scene: Scene, services: pd.DataFrame) -> np.ndarray:
    """Return straight-line km a minute of travel goes at each service; NaN without a speed."""
    travel = scene.region.travel
    if not isinstance(travel, GreatCircleTravel):
        return np.full(len(services), np.nan)
    classes = scene.core["district"].set_index("district_id")["rural_class"].map(travel.speed_kmh)
    # As for demand points: without a rural class the slowest speed holds.
    speed = (
        services["district_id"].map(classes).astype(float).fillna(min(travel.speed_kmh.values()))
    )
    return km_from_minutes(
        np.ones(len(services)), detour_factor=travel.detour_factor, speed_kmh=speed.to_numpy()
    )
