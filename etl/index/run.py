"""Run the index stage: read ``core_`` tables, compute, and write ``out_`` tables."""

import pandas as pd

from etl.config import SQL_DIR, Config
from etl.index.access_words import access_rows, write_access_index
from etl.index.clusters import cluster_words, find_clusters
from etl.index.describe import method_rows
from etl.index.lens import lens_rows, lens_table
from etl.index.map_run import write_map
from etl.index.need import Need
from etl.index.need_words import Row, left_out_table, need_issues, need_rows
from etl.index.profile import figures, gap_profile
from etl.index.reach import TravelModel
from etl.index.reasons import gap_reasons
from etl.index.results import Results, compute, listed
from etl.index.shortage import federal_shortage
from etl.index.smoothing import smoothing_rows
from etl.index.staff import benchmark_rows, cadre_rows, staff_rows, staff_words
from etl.index.tables import write_config, write_districts, write_travel_notes
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
    found = compute(config, region, core, travel)
    for name, frame in _tables(config, region, core, found).items():
        warehouse.write(f"idx_{name}", frame)
    write_access_index(warehouse, found.reach)
    staff_and_clusters = [
        *_write_staff(config, region, warehouse, core, found.table),
        *_write_clusters(config, warehouse, found.table),
    ]
    write_access_vocabulary(config, region, warehouse)
    _write_profile(config, warehouse, core, found)
    write_travel_notes(region, warehouse, travel, need_issues(core, found.need))
    write_config(config, region, warehouse, snapshot_id)
    for name in sorted(path.stem for path in (SQL_DIR / "out").glob("*.sql")):
        warehouse.write(f"out_{name}", warehouse.select_file(f"out/{name}"))
    on_map = write_map(config, region, warehouse, found.access.scene)
    extra = [
        *need_rows(config, found.need),
        *access_rows(found.access.scene, found.reach, found.again.silent),
        *smoothing_rows(config, found.smoothed),
        *lens_rows(config, found.lenses),
        *staff_and_clusters,
        *on_map,
    ]
    words = method_rows(config, region, core, found.access, found.equity, found.moves, extra)
    warehouse.write("out_method", words)
    write_districts(region, warehouse, snapshot_id, config, core)


def _tables(
    config: Config, region: Region, core: dict[str, pd.DataFrame], found: Results
) -> dict[str, pd.DataFrame]:
    """Return the working tables that the SELECTs in ``sql/out`` read, by name."""
    points = found.access.points.assign(point_id=core["demand_point"]["point_id"])
    placed = core["service"][["service_id"]].assign(supply_fte=found.access.supply.service)
    return {
        "district": found.table.reset_index(),
        "access": found.access.measures,
        "access_point": points,
        "service": placed,
        "indicator": _indicator_long(found.need),
        "left_out": left_out_table(found.need),
        "smoothed": found.smoothed,
        "reason": gap_reasons(config, config.model.need, found.need, found.reach),
        "variant": found.variants.summary,
        "variant_district": found.variants.districts,
        "lens": lens_table(config, found.lenses),
        "lens_district": found.lenses.district,
        "sensitivity": found.moves,
        "equity": found.equity,
        "shortage": federal_shortage(region, core, found.table),
    }


def _indicator_long(need: Need) -> pd.DataFrame:
    parts = {
        "scaled_value": need.scaled,
        "weight": need.index.weights,
        "contribution": need.index.contributions,
    }
    long = pd.concat({k: v.stack(future_stack=True) for k, v in parts.items()}, axis=1)
    long.index.names = ["district_id", "indicator_id"]
    return long.reset_index()


def _write_staff(
    config: Config,
    region: Region,
    warehouse: Warehouse,
    core: dict[str, pd.DataFrame],
    table: pd.DataFrame,
) -> list[Row]:
    """Write staff by cadre, targets and lines to compare with; return their method rows."""
    warehouse.write("idx_staff", staff_rows(config, region, core, table["fte"]))
    warehouse.write("cfg_cadre", cadre_rows(config))
    lines = benchmark_rows(config, region)
    warehouse.write("idx_benchmark", lines)
    return staff_words(config, lines)


def _write_clusters(config: Config, warehouse: Warehouse, table: pd.DataFrame) -> list[Row]:
    """Write where values lie together; return the method rows."""
    local, whole = find_clusters(config, warehouse.read("core_neighbour"), table)
    warehouse.write("idx_cluster", local)
    warehouse.write("idx_cluster_region", whole)
    return cluster_words(config, whole)


def _write_profile(
    config: Config,
    warehouse: Warehouse,
    core: dict[str, pd.DataFrame],
    found: Results,
) -> None:
    """Write ``idx_profile`` and the words of its links."""
    table = found.table
    counts = listed(config, core).groupby("district_id").size().reindex(table.index, fill_value=0)
    facts = figures(table.assign(services_count=counts), found.access.measures, core["indicator"])
    warehouse.write("idx_profile", gap_profile(config.profile, facts))
    links = [
        {"link": k, **v.model_dump(exclude={"missing_when"})}
        for k, v in config.profile.links.items()
    ]
    warehouse.write("cfg_link", pd.DataFrame(links))
