"""Run the index stage: read ``core_`` tables, compute, and write ``out_`` tables."""

import pandas as pd

from etl.config import SQL_DIR, Config
from etl.index.access import Access, compute_access
from etl.index.access_index import access_index
from etl.index.describe import method_rows
from etl.index.equity import equity_rows
from etl.index.gap import compute_gap, ranking_sensitivity
from etl.index.need import Need, compute_need
from etl.index.profile import figures, gap_profile
from etl.index.reach import TravelModel
from etl.index.shortage import federal_shortage
from etl.index.tables import write_classes, write_config, write_districts, write_travel_notes
from etl.index.vocabulary import write_access_vocabulary
from etl.schema import Region
from etl.warehouse import Warehouse

CORE = ("district", "demand_point", "service", "workforce", "indicator")


def build_index(
    config: Config,
    region: Region,
    warehouse: Warehouse,
    snapshot_id: str,
    travel: TravelModel | None = None,
) -> None:
    """Compute every index of a region and write its ``out_`` tables (all but ``out_run``).

    Raises
    ------
    BadValueError
        Where the data cannot carry the model (a constant indicator, a missing component).
    """
    core = {name: warehouse.read(f"core_{name}") for name in CORE}
    access = compute_access(config, region, core, travel)
    reach = access_index(config, access.district)
    access.district["access_score"] = reach.score
    need = compute_need(config, core)
    reporting = _reporting(config, core)
    score = access.district["access_score"]
    gap = compute_gap(config, region, core["district"], need, access.district, reporting)
    moves = ranking_sensitivity(config, need, score, reporting)
    warehouse.write("idx_sensitivity", moves)
    table = access.district.drop(columns="access_score").join(gap)
    table["services_reporting_share"] = reporting
    table["flags"] = _flags(region, core, table)
    warehouse.write("idx_district", table.reset_index())
    warehouse.write("idx_access", access.measures)
    ids = core["demand_point"][["point_id"]]
    warehouse.write("idx_access_point", access.points.assign(point_id=ids["point_id"]))
    write_access_vocabulary(config, region, warehouse)
    _write_profile(config, warehouse, core, access, table)
    spread = equity_rows(config, core, access)
    warehouse.write("idx_equity", spread)
    warehouse.write("idx_shortage", federal_shortage(region, core, table))
    warehouse.write("idx_indicator", _indicator_long(need))
    warehouse.write(
        "idx_service", core["service"][["service_id"]].assign(supply_fte=access.supply.service)
    )
    write_classes(config, warehouse, table)
    write_travel_notes(region, warehouse, travel)
    write_config(config, region, warehouse, snapshot_id)
    for name in sorted(path.stem for path in (SQL_DIR / "out").glob("*.sql")):
        warehouse.write(f"out_{name}", warehouse.select_file(f"out/{name}"))
    warehouse.write("out_method", method_rows(config, region, core, access, spread, moves))
    write_districts(region, warehouse, snapshot_id, config, core)


def _listed(config: Config, core: dict[str, pd.DataFrame]) -> pd.DataFrame:
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
    listed = _listed(config, core)
    reported = listed["services_reported"].astype("boolean").fillna(False).astype(float)
    return reported.groupby(listed["district_id"]).mean().reindex(ids)


def _flags(region: Region, core: dict[str, pd.DataFrame], table: pd.DataFrame) -> pd.Series:
    """Short codes, joined by ``;``, of what a reader must know about a district."""
    missing = core["indicator"][core["indicator"]["value"].isna()]["district_id"]
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


def _indicator_long(need: Need) -> pd.DataFrame:
    parts = {
        "scaled_value": need.scaled,
        "weight": need.index.weights,
        "contribution": need.index.contributions,
    }
    long = pd.concat({k: v.stack(future_stack=True) for k, v in parts.items()}, axis=1)
    long.index.names = ["district_id", "indicator_id"]
    return long.reset_index()


def _write_profile(
    config: Config,
    warehouse: Warehouse,
    core: dict[str, pd.DataFrame],
    access: Access,
    table: pd.DataFrame,
) -> None:
    """Write ``idx_profile`` and the words of its links."""
    counts = _listed(config, core).groupby("district_id").size().reindex(table.index, fill_value=0)
    facts = figures(table.assign(services_count=counts), access.measures, core["indicator"])
    warehouse.write("idx_profile", gap_profile(config.profile, facts))
    links = [
        {"link": k, **v.model_dump(exclude={"missing_when"})}
        for k, v in config.profile.links.items()
    ]
    warehouse.write("cfg_link", pd.DataFrame(links))
