"""Everything the index stage computes for a region, before anything is written."""

from dataclasses import dataclass

import pandas as pd

from etl.config import Config
from etl.index.access import Access
from etl.index.access_index import AccessIndex
from etl.index.access_runs import AccessRuns, access_runs
from etl.index.equity import equity_rows
from etl.index.gap import compute_gap, ranking_sensitivity
from etl.index.lens import Lenses, compute_lenses
from etl.index.need import Need
from etl.index.reach import TravelModel
from etl.index.scores import basis
from etl.index.variants import Variants, compute_variants
from etl.schema import Region


@dataclass(frozen=True, eq=False)
class Results:
    """What a refresh computes.

    Attributes
    ----------
    access, reach, need : access figures, access index and need index
    again : the access index under other speeds, catchments and counts
    gap : scores, ranks and classes by district
    table : one row per district: access figures, `gap`, reporting share and flags
    moves : which doubt moves the ranking most (Sobol indices)
    smoothed, lenses, variants, equity : as their modules tell
    """

    access: Access
    reach: AccessIndex
    again: AccessRuns
    need: Need
    gap: pd.DataFrame
    table: pd.DataFrame
    moves: pd.DataFrame
    smoothed: pd.DataFrame
    lenses: Lenses
    variants: Variants
    equity: pd.DataFrame


def compute(
    config: Config, region: Region, core: dict[str, pd.DataFrame], travel: TravelModel | None
) -> Results:
    """Compute every index of a region from its core tables (no I/O).

    Raises
    ------
    BadValueError
        Where the data cannot carry the model (a constant indicator, a missing component).
    """
    found = basis(config, region, core, travel)
    access, reach, need = found.access, found.reach, found.need
    again = access_runs(access, reach)
    reporting = _reporting(config, core)
    gap = compute_gap(config, region, core["district"], need, again.runs)
    table = access.district.join(gap)
    table["services_reporting_share"] = reporting
    table["flags"] = _flags(region, core, need, table)
    return Results(
        access,
        reach,
        again,
        need,
        gap,
        table,
        ranking_sensitivity(config, need, again.runs),
        found.smoothed,
        compute_lenses(config, core, need, access, reach, gap),
        compute_variants(config, found.counted, need, reach),
        equity_rows(config, core, access),
    )


def listed(config: Config, core: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the mental-health services: all but the possible places for integration."""
    candidates = {k for k, t in config.services.types.items() if t.is_candidate}
    return core["service"][~core["service"]["service_type"].isin(candidates)]


def _reporting(config: Config, core: dict[str, pd.DataFrame]) -> pd.Series:
    """Share (0-1) of facilities that report their services, by district.

    From the indicator ``services_reporting_share`` where the region has it (its denominator is the
    whole register), else from the mental-health services listed. NaN where none is listed.
    """
    ids = core["district"]["district_id"]
    given = core["indicator"]
    given = given[given["indicator_id"] == "services_reporting_share"]
    if len(given):
        return given.set_index("district_id")["value"].reindex(ids) / 100
    services = listed(config, core)
    reported = services["services_reported"].astype("boolean").fillna(False).astype(float)
    return reported.groupby(services["district_id"]).mean().reindex(ids)


def _flags(
    region: Region, core: dict[str, pd.DataFrame], need: Need, table: pd.DataFrame
) -> pd.Series:
    """Short codes, joined by ``;``, of what a reader must know about a district."""
    missing = need.values.index[need.values.isna().any(axis=1)]
    points = core["demand_point"]
    lone = points.loc[points["stands_for_district"].astype("boolean").fillna(False), "district_id"]
    codes = {
        "insufficient_data": table["gap_score"].isna(),
        "workforce_unknown": table["fte"].isna(),
        "staff_without_listed_service": table["unplaced_fte"] > 0,
        "indicator_missing": table.index.isin(set(missing)),
        "demand_at_one_point": table.index.isin(set(lone)),
        "rural_class_unknown": table["is_rural"].isna(),
        "no_staffing_target": pd.Series(region.staffing_target is None, index=table.index),
    }
    frame = pd.DataFrame(
        {k: pd.Series(v, index=table.index).astype(bool) for k, v in codes.items()}
    )
    return frame.apply(lambda row: ";".join(row.index[row.to_numpy()]), axis=1).astype("string")
