"""The access score recomputed under other speeds, catchments and counts, for the rank intervals.

A change of speed or catchment changes which people share a service and how far it is, but not the
pairs: the network is built once, for the widest reach, and each service's supply is shared out over
the districts once for every width. Another count then is one matrix product.
"""

from copy import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.errors import GeometryError
from etl.index.access import Access
from etl.index.access_index import AccessIndex
from etl.index.counts import Silence, draw_counts, silence
from etl.index.nearness import NEAREST_FUNCTIONS, nearness
from etl.index.reach import BoolArray, Setting, setting, stretched, tier_services
from etl.index.scene import Listing, Scene
from etl.index.supply import CENTRE, centres, place
from etl.measures.ratios import grouped_weighted_mean
from etl.measures.runs import Runs
from etl.measures.shares import supply_shares

FloatArray = npt.NDArray[np.float64]
SPEED, CATCHMENT, COUNT = "travel speed", "catchment", "what is counted"


@dataclass(frozen=True, eq=False)
class Count:
    """One reading of the registers.

    Attributes
    ----------
    fte : supply at each place of the `_Wide` network
    listing : the services people can look for
    """

    fte: FloatArray
    listing: Listing


@dataclass(frozen=True, eq=False)
class AccessRuns:
    """Access under other circumstances, and what was assumed of facilities that did not report."""

    runs: Runs
    silent: Silence


class _Wide:
    """Every place that can hold staff in any count, and the pairs of the widest reach."""

    def __init__(self, scene: Scene, quiet: Silence) -> None:
        config, core = scene.config, scene.core
        services = core["service"].copy()
        services.loc[quiet.drawn_from.index, "service_type"] = quiet.drawn_from
        self.scene, self.centre = scene, centres(core, scene.demand)
        all_in = place(config, core | {"service": services}, scene.demand, self.centre).points
        listed = all_in[all_in["care_tier"] != CENTRE]
        central = self.centre.dropna(subset=["lon"])
        self.places = pd.concat([listed, central], ignore_index=True)
        self._shares: dict[float, FloatArray] = {}
        model = config.model.uncertainty.access_runs
        widest = max(model.speed_factors) * max(model.catchment_factors)
        kind = self.places["setting"].to_numpy(dtype=object)
        # Places off the roads were told of when the published access was computed.
        travel = copy(scene.travel)
        self._parts: list[tuple[BoolArray, Setting]] = []
        for name, catchment in scene.region.travel.catchments.items():
            mine = kind == name
            reach = float(scene.catchments[name].max(initial=0.0)) * widest
            try:
                net = travel.network(core["demand_point"], self.places[mine], reach)
            except GeometryError:
                continue  # as in `Listing`: no place of this setting is near any road
            everything = np.ones(int(mine.sum()), dtype=bool)
            part = setting(net, catchment, scene.rural, everything, widest=widest)
            self._parts.append((mine, part))

    def shares(self, factor: float) -> FloatArray:
        """Share of each place's supply by district, (n_districts, n_places), kept by the factor."""
        key = round(factor, 9)
        if key not in self._shares:
            table = np.zeros((len(self.scene.districts), len(self.places)))
            for mine, part in self._parts:
                near = stretched(part, factor)
                table[:, mine] = supply_shares(
                    near.network,
                    self.scene.demand,
                    self.scene.group,
                    n_districts=len(table),
                    decay=near.decay,
                )
            self._shares[key] = table
        return self._shares[key]

    def fte(self, points: pd.DataFrame) -> FloatArray:
        """Supply of a placement at each place; unknown staff counts as none for others."""
        at = _names(self.places).get_indexer(_names(points))
        if (at < 0).any():
            raise ValueError(f"{int((at < 0).sum())} place(s) of a count are not in the network")
        result = np.zeros(len(self.places))
        result[at] = points["fte"].fillna(0.0)
        return result


def access_runs(access: Access, index: AccessIndex) -> AccessRuns:
    """Recompute the access score in every combination of speed, catchment and count.

    Every run is scaled between the bounds of the published index, so that a run in which all access
    is worse shows it. The same districts are scored in every run.

    Parameters
    ----------
    access, index
        The published access figures and index.
    """
    scene = access.scene
    model = scene.config.model.uncertainty.access_runs
    quiet = silence(scene.config, scene.core["service"])
    wide = _Wide(scene, quiet)
    counts = _counts(scene, quiet, wide.centre)
    levels = (len(model.speed_factors), len(model.catchment_factors), len(counts))
    scores = np.empty((*levels, len(scene.districts)))
    for k, (core_points, listing) in enumerate(counts):
        count = Count(wide.fte(core_points), listing)
        near: dict[tuple[str, float, float], FloatArray] = {}
        for i, speed in enumerate(model.speed_factors):
            for j, catchment in enumerate(model.catchment_factors):
                figures = _figures(wide, index, count, near, speed, catchment)
                scores[i, j, k] = index.score_of(figures)
    scores[..., index.score.isna().to_numpy()] = np.nan
    nominal = (model.speed_factors.index(1.0), model.catchment_factors.index(1.0), 0)
    return AccessRuns(Runs((SPEED, CATCHMENT, COUNT), scores, nominal, index.score.index), quiet)


def _names(places: pd.DataFrame) -> pd.MultiIndex:
    """Name places: a service by its id, the centre of a district by the district's."""
    centre = places["care_tier"] == CENTRE
    return pd.MultiIndex.from_arrays(
        [centre, places["service_id"].where(~centre, places["district_id"])]
    )


def _counts(
    scene: Scene, quiet: Silence, centre: pd.DataFrame
) -> list[tuple[pd.DataFrame, Listing]]:
    """Return where the staff is and which services there are: as published, then drawn anew."""
    config, result = scene.config, [(scene.supply.points, scene.listing)]
    for number in range(1, config.model.uncertainty.access_runs.counts + 1):
        seed = (config.model.uncertainty.seed, 4, number)
        core, gives = draw_counts(config, scene.core, quiet, seed)
        points = place(config, core, scene.demand, centre).points
        ids = scene.core["service"].loc[gives.index[gives], "service_id"]
        new = points[points["service_id"].isin(ids)]
        listing = Listing(scene.travel, scene.listing.people, new, scene.listing)
        result.append((points, listing))
    return result


def _figures(
    wide: _Wide,
    index: AccessIndex,
    count: Count,
    near: dict[tuple[str, float, float], FloatArray],
    speed: float,
    catchment: float,
) -> FloatArray:
    """Return the parts of the access index by district, (n, k), under one set of circumstances."""
    scene, model, columns = wide.scene, wide.scene.config.model, []
    for name in index.values.columns:
        part, measure = model.access.components[name], model.access_measures[name]
        if measure.function in NEAREST_FUNCTIONS:
            # Only levels of care depend on the catchment.
            key = (name, speed, catchment if measure.function == "levels" else 1.0)
            if key not in near:
                at_points = nearness(scene, measure, part.tier, count.listing,
                                     speed=speed, catchment=key[2])  # fmt: skip
                near[key] = grouped_weighted_mean(
                    at_points, scene.demand, scene.group, n_groups=len(scene.districts)
                )
            columns.append(near[key])
        else:
            tier = tier_services(model.access_tiers[part.tier], wide.places)
            given = wide.shares(speed * catchment) @ (count.fte * tier)
            people = np.bincount(scene.group, scene.demand, minlength=len(scene.districts))
            with np.errstate(invalid="ignore", divide="ignore"):
                columns.append(given / people * measure.per)
    return np.column_stack(columns) if columns else np.empty((len(scene.districts), 0))
