"""Where people and staff stand: demand scaled to districts, workforce placed at points."""

from dataclasses import dataclass

import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.measures.supply import place_supply

CENTRE = "district centre"  # care tier of staff that no listed service holds


@dataclass(frozen=True)
class Supply:
    """Workforce at points.

    Attributes
    ----------
    district : (n_districts,) ``fte`` (NaN where no workforce figure) and ``unplaced_fte`` (no
        listed service), indexed by district_id
    service : ``supply_fte`` of every service, indexed like the service table; NaN where unknown
    points : ``service_id``, ``district_id``, ``lon``, ``lat``, ``fte``, ``care_tier``,
        ``ownership``, ``setting`` of every place that can hold supply; staff at a district's centre
        has the care tier `CENTRE` and no service_id
    """

    district: pd.DataFrame
    service: pd.Series
    points: pd.DataFrame


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
    total = counted_fte(workforce, config).groupby(workforce["district_id"]).sum()
    return total.reindex(districts["district_id"]).rename("fte")


def counted_fte(workforce: pd.DataFrame, config: Config) -> pd.Series:
    """Return the mental-health FTE of each workforce row; 0 for a cadre that does not count.

    Raises
    ------
    BadValueError
        Rows with neither headcount nor FTE.
    """
    per_head = workforce["cadre"].map(
        {k: c.fte_per_head for k, c in config.workforce.cadres.items()}
    )
    counted = workforce["fte"].where(per_head > 0, 0.0)
    fte = counted.fillna(workforce["headcount"] * per_head)
    if fte.isna().any():
        bad = workforce.loc[fte.isna(), ["district_id", "cadre"]].head(5).to_dict("records")
        raise BadValueError(f"the workforce layer has rows with neither headcount nor fte: {bad}")
    return fte


def place(
    config: Config,
    core: dict[str, pd.DataFrame],
    demand: pd.Series,
    centre: pd.DataFrame | None = None,
) -> Supply:
    """Place each district's FTE on its services, or at its population-weighted centre.

    `centre` saves finding the `centres` again where many placements share them.
    """
    fte = district_fte(core["workforce"], core["district"], config)
    types, services = config.services.types, core["service"]
    weights = services["service_type"].map({k: t.supply_weight for k, t in types.items()})
    # A district-wide programme has no point: nobody can travel to it.
    weights = weights.where(services["scope"] == "point", 0.0)
    placed = place_supply(fte, services.assign(type_weight=weights))
    at_service = services[["service_id", "district_id", "lon", "lat", "ownership"]].assign(
        fte=placed.service_fte,
        care_tier=services["service_type"].map({k: t.care_tier for k, t in types.items()}),
        setting=services["service_type"].map({k: t.setting for k, t in types.items()}),
    )[weights > 0]
    left = (centres(core, demand) if centre is None else centre).assign(
        fte=placed.leftover.to_numpy()
    )
    left = left[(left["fte"] > 0) & left["lon"].notna()]
    points = pd.concat([at_service, left], ignore_index=True)
    unplaced = placed.leftover.where(placed.rule == "no service", 0.0)
    district = pd.DataFrame({"fte": fte, "unplaced_fte": unplaced})
    return Supply(district, placed.service_fte, points)


def centres(core: dict[str, pd.DataFrame], demand: pd.Series) -> pd.DataFrame:
    """Return the population-weighted centre of every district as a place for staff."""
    points, weight = core["demand_point"], demand.to_numpy()
    columns = {"lon": points["lon"] * weight, "lat": points["lat"] * weight, "weight": weight}
    sums = pd.DataFrame(columns).groupby(points["district_id"]).sum()
    at = sums[["lon", "lat"]].div(sums["weight"].where(sums["weight"] > 0), axis=0)
    at = at.reindex(pd.Index(core["district"]["district_id"], name="district_id"))
    return at.reset_index().assign(care_tier=CENTRE, setting="outpatient", ownership=None)
