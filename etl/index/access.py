"""Access of a region: every measure and tier of the configuration, at points and districts."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl import schema
from etl.config import Config
from etl.index.nearness import NEAREST_FUNCTIONS, nearness, why_unknown
from etl.index.reach import TravelModel, only, tier_services
from etl.index.scene import Scene, make_scene
from etl.index.supply import CENTRE, Supply
from etl.measures import catchment as fca
from etl.measures.populations import three_populations
from etl.measures.posts import posts_at_target
from etl.measures.raam import raam_settled
from etl.measures.ratios import grouped_weighted_mean, provider_ratio

FloatArray = npt.NDArray[np.float64]
HEADLINE = "accessible_fte_per_100k"  # the measure populations and the shown index rest on
NEAREST = "nearest_service_minutes"
EVERYONE = schema.Tier(label="all")
FLOATING = {
    "two_step": fca.two_step,
    "three_step": fca.three_step,
    "modified_two_step": fca.modified_two_step,
    "balanced": fca.balanced,
}


@dataclass(frozen=True, eq=False)
class Access:
    """Access figures.

    Attributes
    ----------
    district : indexed by district_id, the columns of `out_gap` that come from access
    measures : long: ``district_id``, ``measure``, ``tier``, ``value``
    points : demand-point order: ``district_id``, ``demand`` (people), ``access`` (FTE per person),
        ``minutes`` to the nearest service
    supply : where the staff is
    reachable_fte : FTE that some people can reach
    components : indexed by district_id, a column for each part of the access index
    left_out : why a part of the access index is not known in this region, in words
    scene : what the figures were computed on
    """

    district: pd.DataFrame
    measures: pd.DataFrame
    points: pd.DataFrame
    supply: Supply
    reachable_fte: float
    components: pd.DataFrame
    left_out: dict[str, str]
    scene: Scene


def compute_access(
    config: Config,
    region: schema.Region,
    core: dict[str, pd.DataFrame],
    travel: TravelModel | None = None,
) -> Access:
    """Compute every access figure of a region from its core tables (no I/O).

    Parameters
    ----------
    travel
        Travel times; None takes the great-circle model of the region.
    """
    scene = make_scene(config, region, core, travel)
    points = _headline_points(scene)
    district = _by_district(scene, points)
    measures = _all_measures(scene, points, district)
    reachable: float = sum(
        fca.reachable_supply(s.network, scene.demand, scene.fte * s.services, decay=s.decay)
        for s in scene.settings.values()
    )
    components, left_out = _components(scene, measures)
    return Access(district, measures, points, scene.supply, reachable, components, left_out, scene)


def headline_for(scene: Scene, demand: pd.Series) -> FloatArray:
    """Return the headline measure (FTE per person, by demand point) for other people than all.

    Parameters
    ----------
    demand
        People of the group at each demand point, (n_points,), none missing.
    """
    everything = np.ones(len(scene.supply.points), dtype=bool)
    return _additive(replace(scene, demand=demand), "two_step", everything)


def _components(scene: Scene, measures: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the parts of the access index by district, and why a part is not known here."""
    model, left_out = scene.config.model, {}
    columns: dict[str, pd.Series] = {}
    for name, part in model.access.components.items():
        rows = measures[(measures["measure"] == name) & (measures["tier"] == part.tier)]
        columns[name] = rows.set_index("district_id")["value"].reindex(scene.districts)
        measure = model.access_measures[name]
        if measure.function in NEAREST_FUNCTIONS:
            why = why_unknown(scene, measure, part.tier)
            if why is not None:
                left_out[name] = model.access.left_out_words[why]
    return pd.DataFrame(columns), left_out


def _headline_points(scene: Scene) -> pd.DataFrame:
    everything = np.ones(len(scene.supply.points), dtype=bool)
    return pd.DataFrame(
        {
            "district_id": scene.core["demand_point"]["district_id"],
            "demand": scene.demand,
            "access": _additive(scene, "two_step", everything),
            "minutes": scene.listing.minutes(EVERYONE),
        }
    )


def _additive(scene: Scene, function: str, tier: npt.NDArray[np.bool_]) -> FloatArray:
    """Sum a floating-catchment measure over the settings of care (each has its own catchments)."""
    total = np.zeros(len(scene.demand))
    for part in scene.settings.values():
        inside = tier & part.services
        net = only(part.network, inside[part.network.index])
        supply = scene.fte * inside
        if function == "gravity":  # counts supply, whoever shares it
            total += fca.gravity(net, supply, decay=part.decay)
        else:
            total += FLOATING[function](net, scene.demand, supply, decay=part.decay)
    return total


def _raam(scene: Scene, measure: schema.AccessMeasure, tier: npt.NDArray[np.bool_]) -> FloatArray:
    """Cost of the best trade-off of travel and crowding for outpatient care; NaN out of reach.

    Beds are left out: people do not weigh minutes against crowds where distance hardly counts.
    """
    part = scene.settings["outpatient"]
    inside = tier & part.services & (scene.fte > 0)
    net = only(part.network, inside[part.network.index])
    cost = raam_settled(net, scene.demand, scene.fte * inside, tau=measure.raam_tau_minutes)
    return np.where(np.isfinite(cost), cost, np.nan)


def _counts(scene: Scene, tier: npt.NDArray[np.bool_]) -> FloatArray:
    """Count the listed services of a tier within the catchment of their setting."""
    listed = tier & (scene.supply.points["care_tier"] != CENTRE).to_numpy()
    return sum(
        (
            fca.cumulative(s.network, (listed & s.services).astype(float))
            for s in scene.settings.values()
        ),
        np.zeros(len(scene.demand)),
    )


def _virtual(scene: Scene) -> FloatArray:
    """Share (0-1) of people that virtual care can reach; NaN where no virtual service is listed.

    Travel does not count; having internet does. NaN where the district's share is unknown.
    """
    virtual = {k for k, t in scene.config.services.types.items() if t.care_tier == "virtual"}
    district = scene.core["demand_point"]["district_id"]
    if not scene.core["service"]["service_type"].isin(virtual).any():
        return np.full(len(district), np.nan)
    long = scene.core["indicator"]
    rows = long[long["indicator_id"] == scene.config.model.virtual_reach_indicator]
    without = district.map(rows.set_index("district_id")["value"])
    return 1.0 - np.asarray(without, dtype=np.float64) / 100.0


def _at_points(scene: Scene, measure: schema.AccessMeasure, tier_id: str) -> FloatArray:
    """Return one measure at every demand point, in its published unit."""
    if measure.function == "virtual":
        return _virtual(scene) * measure.per
    if measure.function in NEAREST_FUNCTIONS:
        return nearness(scene, measure, tier_id)
    tier = tier_services(scene.config.model.access_tiers[tier_id], scene.supply.points)
    if not tier.any():
        return np.full(len(scene.demand), np.nan)  # no such service is listed: no data, not none
    if measure.function == "raam":
        return _raam(scene, measure, tier)
    if measure.function == "cumulative":
        return _counts(scene, tier)
    return _additive(scene, measure.function, tier) * measure.per


def _all_measures(scene: Scene, points: pd.DataFrame, district: pd.DataFrame) -> pd.DataFrame:
    ids = pd.Index(scene.core["district"]["district_id"])
    group = ids.get_indexer(points["district_id"])
    parts = []
    for name, measure in scene.config.model.access_measures.items():
        for tier in measure.tiers:
            if name in district and tier == "all":
                values = district[name].to_numpy(dtype=float)
            else:
                at_points = _at_points(scene, measure, tier)
                values = grouped_weighted_mean(at_points, scene.demand, group, n_groups=len(ids))
            parts.append(
                pd.DataFrame({"district_id": ids, "measure": name, "tier": tier, "value": values})
            )
    return pd.concat(parts, ignore_index=True)


def _by_district(scene: Scene, points: pd.DataFrame) -> pd.DataFrame:
    districts, supply = scene.core["district"], scene.supply
    ids = pd.Index(districts["district_id"])
    group = ids.get_indexer(points["district_id"])
    known = supply.district["fte"].notna().to_numpy()

    def mean(values: pd.Series) -> FloatArray:
        return grouped_weighted_mean(values, points["demand"], group, n_groups=len(ids))

    far = (points["minutes"] > scene.config.model.beyond_minutes).astype(float)
    per = scene.config.model.access_measures[HEADLINE].per
    result = pd.DataFrame(
        {
            # Where a district's own staff is unknown, what its people can reach is unknown too.
            HEADLINE: np.where(known, mean(points["access"]) * per, np.nan),
            NEAREST: mean(points["minutes"]),
            "share_beyond_60min": mean(far.where(points["minutes"].notna())),
        },
        index=ids,
    )
    result["fte"] = supply.district["fte"]
    result["unplaced_fte"] = supply.district["unplaced_fte"]
    population = districts.set_index("district_id")["population"]
    result["fte_per_100k"] = provider_ratio(result["fte"], population)
    people = _populations(scene.region, points, ids, known)
    return result.join(people).join(_shortage(scene.region, result, population))


def _populations(
    region: schema.Region, table: pd.DataFrame, ids: pd.Index, known: np.ndarray
) -> pd.DataFrame:
    """Split people by reach and capacity; served and over capacity need a staffing target."""
    target = region.staffing_target
    names = ["population_served", "population_over_capacity", "population_beyond_reach"]
    in_reach = table["access"] > 0
    # Without a target the capacity of a post is unknown; who is beyond reach does not depend on it.
    per_fte = target.population_per_fte if target else 1.0
    parts = three_populations(
        table["demand"], table["access"], in_reach, population_per_fte=per_fte
    )
    parts.columns = pd.Index(names)
    sums = parts.groupby(table["district_id"]).sum().reindex(ids)
    if target is None:
        sums[names[:2]] = np.nan
    sums.loc[~known] = np.nan
    return sums


def _shortage(region: schema.Region, result: pd.DataFrame, population: pd.Series) -> pd.Series:
    """FTE missing against the region's staffing target; NaN where no target is set."""
    if region.staffing_target is None:
        return pd.Series(np.nan, index=result.index, name="fte_shortage")
    target = region.staffing_target.population_per_fte
    return posts_at_target(population, result["fte"], target)["fte_shortage"]
