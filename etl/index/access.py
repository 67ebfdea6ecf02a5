"""Access of a region: supply placed at points, people who can reach it, and how far it is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.measures.catchment import reachable_supply, two_step
from etl.measures.decay import gaussian
from etl.measures.network import Network, from_points, nearest_point_km, to_minutes
from etl.measures.populations import three_populations
from etl.measures.ratios import grouped_weighted_mean, provider_ratio
from etl.measures.supply import place_supply
from etl.measures.travel import km_from_minutes, minutes_from_km
from etl.schema import Region


@dataclass(frozen=True)
class Supply:
    """Workforce at points.

    Attributes
    ----------
    district : (n_districts,) ``fte`` (NaN where no workforce figure) and ``unplaced_fte`` (no
        listed service), indexed by district_id
    service : ``supply_fte`` of every service, indexed like the service table; NaN where unknown
    points : ``lon``, ``lat``, ``fte`` of every place that holds supply
    """

    district: pd.DataFrame
    service: pd.Series
    points: pd.DataFrame


@dataclass(frozen=True)
class Access:
    """Access figures: `district` indexed by district_id, `points` in demand-point order."""

    district: pd.DataFrame
    points: pd.DataFrame
    supply: Supply
    reachable_fte: float


def scaled_demand(points: pd.DataFrame, districts: pd.DataFrame) -> pd.Series:
    """Return the people each demand point stands for: its share of the district's population.

    The points' own counts may be of another year than the district's; only their pattern inside the
    district is used, so that populations add up to the district's.
    """
    total = points.groupby("district_id")["population"].transform("sum")
    target = points["district_id"].map(districts.set_index("district_id")["population"])
    share = (points["population"] / total).where(total > 0, 0.0)
    return (share * target.astype(float)).rename("demand")


def district_fte(workforce: pd.DataFrame, districts: pd.DataFrame, config: Config) -> pd.Series:
    """Return mental-health FTE by district: persons x FTE per head of the cadre, or FTE as given.

    NaN where no workforce row covers the district: unknown, not zero.
    """
    per_head = workforce["cadre"].map(
        {k: c.fte_per_head for k, c in config.workforce.cadres.items()}
    )
    counted = workforce["fte"].where(per_head > 0, 0.0)
    fte = counted.fillna(workforce["headcount"] * per_head)
    if fte.isna().any():
        bad = workforce.loc[fte.isna(), ["district_id", "cadre"]].head(5).to_dict("records")
        raise BadValueError(f"the workforce layer has rows with neither headcount nor fte: {bad}")
    total = fte.groupby(workforce["district_id"]).sum()
    return total.reindex(districts["district_id"]).rename("fte")


def place(config: Config, core: dict[str, pd.DataFrame], demand: pd.Series) -> Supply:
    """Place each district's FTE on its services, or at its population-weighted centre."""
    fte = district_fte(core["workforce"], core["district"], config)
    services = core["service"]
    weights = services["service_type"].map(
        {k: t.supply_weight for k, t in config.services.types.items()}
    )
    # A district-wide programme has no point: nobody can travel to it.
    weights = weights.where(services["scope"] == "point", 0.0)
    placed = place_supply(fte, services.assign(type_weight=weights))
    at_service = services[["lon", "lat"]].assign(fte=placed.service_fte)[weights > 0]
    centre = _centres(core["demand_point"], demand).reindex(fte.index)
    left = centre.assign(fte=placed.leftover)
    left = left[(left["fte"] > 0) & left["lon"].notna()]
    points = pd.concat([at_service, left], ignore_index=True).dropna(subset=["fte"])
    unplaced = placed.leftover.where(placed.rule == "no service", 0.0)
    district = pd.DataFrame({"fte": fte, "unplaced_fte": unplaced})
    return Supply(district, placed.service_fte, points)


def _centres(points: pd.DataFrame, demand: pd.Series) -> pd.DataFrame:
    weight = demand.to_numpy()
    sums = (
        pd.DataFrame(
            {"lon": points["lon"] * weight, "lat": points["lat"] * weight, "weight": weight}
        )
        .groupby(points["district_id"])
        .sum()
    )
    return sums[["lon", "lat"]].div(sums["weight"].where(sums["weight"] > 0), axis=0)


def point_speed(region: Region, points: pd.DataFrame, districts: pd.DataFrame) -> np.ndarray:
    """Return the assumed speed (km/h) at each demand point: that of its district's rural class.

    A district without a rural class takes the slowest speed, so that access is not overstated.
    """
    by_class = districts.set_index("district_id")["rural_class"].map(region.travel.speed_kmh)
    slowest = min(region.travel.speed_kmh.values())
    return points["district_id"].map(by_class).astype(float).fillna(slowest).to_numpy()


def travel_network(
    region: Region, points: pd.DataFrame, to: pd.DataFrame, speed: np.ndarray
) -> Network:
    """Return the network demand -> supply in minutes, cut at the region's catchment."""
    travel = region.travel
    reach_km = km_from_minutes(
        travel.catchment_minutes, detour_factor=travel.detour_factor, speed_kmh=float(speed.max())
    )
    km = from_points(points[["lon", "lat"]], to[["lon", "lat"]], max_km=float(reach_km))
    return to_minutes(
        km,
        detour_factor=travel.detour_factor,
        speed_kmh=speed,
        max_minutes=travel.catchment_minutes,
    )


def compute_access(config: Config, region: Region, core: dict[str, pd.DataFrame]) -> Access:
    """Compute every access figure of a region from its core tables (no I/O)."""
    districts, points = core["district"], core["demand_point"]
    demand = scaled_demand(points, districts)
    supply = place(config, core, demand)
    speed = point_speed(region, points, districts)
    network = travel_network(region, points, supply.points, speed)
    decay = gaussian(sigma=region.travel.gaussian_sigma_minutes)
    access = two_step(network, demand, supply.points["fte"], decay=decay)
    minutes = _nearest_minutes(config, region, core, speed)
    table = pd.DataFrame(
        {
            "district_id": points["district_id"],
            "demand": demand,
            "access": access,
            "minutes": minutes,
        }
    )
    reachable = reachable_supply(network, demand, supply.points["fte"], decay=decay)
    district = _by_district(config, region, districts, table, supply)
    return Access(district, table, supply, reachable)


def _nearest_minutes(
    config: Config, region: Region, core: dict[str, pd.DataFrame], speed: np.ndarray
) -> np.ndarray:
    """Minutes to the nearest listed service open to all; NaN where the region lists none."""
    open_types = {k for k, t in config.services.types.items() if t.supply_weight > 0}
    services = core["service"]
    open_to_all = services[
        services["service_type"].isin(open_types) & (services["scope"] == "point")
    ]
    km, _ = nearest_point_km(core["demand_point"][["lon", "lat"]], open_to_all[["lon", "lat"]])
    travel = region.travel
    km = np.where(np.isfinite(km), km, np.nan)
    return minutes_from_km(km, detour_factor=travel.detour_factor, speed_kmh=speed)


def _by_district(
    config: Config, region: Region, districts: pd.DataFrame, table: pd.DataFrame, supply: Supply
) -> pd.DataFrame:
    ids = pd.Index(districts["district_id"])
    group = ids.get_indexer(table["district_id"])
    known = supply.district["fte"].notna().to_numpy()

    def mean(values: pd.Series) -> np.ndarray:
        return grouped_weighted_mean(values, table["demand"], group, n_groups=len(ids))

    beyond = (
        (table["minutes"] > config.model.beyond_minutes)
        .astype(float)
        .where(table["minutes"].notna())
    )
    result = pd.DataFrame(
        {
            # Where a district's own staff is unknown, what its people can reach is unknown too.
            "accessible_fte_per_100k": np.where(known, mean(table["access"]) * 100_000, np.nan),
            "nearest_service_minutes": mean(table["minutes"]),
            "share_beyond_60min": mean(beyond),
        },
        index=ids,
    )
    result["fte"] = supply.district["fte"]
    result["unplaced_fte"] = supply.district["unplaced_fte"]
    population = districts.set_index("district_id")["population"]
    result["fte_per_100k"] = provider_ratio(result["fte"], population)
    return result.join(_populations(region, table, ids, known)).join(
        _shortage(region, result, population)
    )


def _populations(
    region: Region, table: pd.DataFrame, ids: pd.Index, known: np.ndarray
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


def _shortage(region: Region, result: pd.DataFrame, population: pd.Series) -> pd.Series:
    """FTE missing against the region's staffing target; NaN where no target is set."""
    if region.staffing_target is None:
        return pd.Series(np.nan, index=result.index, name="fte_shortage")
    wanted = population / region.staffing_target.population_per_fte
    return (wanted - result["fte"]).clip(lower=0).rename("fte_shortage")
