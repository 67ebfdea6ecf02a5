"""What the checks hold a refresh against: limits, published totals, borders, the last snapshot.

Written as ``chk_`` tables, so that each check stays one SELECT. None of it enters a figure or the
snapshot's id.
"""

import datetime as dt
from pathlib import Path

import pandas as pd

from etl import geography, logs
from etl.config import Config
from etl.inputs import sources_of
from etl.schema import Region
from etl.warehouse import Warehouse

COUNTS = "out_source_rows"
_PREVIOUS = {"layer": "string", "source_id": "string", "n_rows": "int64"}


def write_yardsticks(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write ``chk_limit``, ``chk_anchor``, ``chk_source`` and the measures of the map.

    ``chk_previous`` is written empty: see `write_previous`.
    """
    limits = config.publish.checks.model_dump()
    warehouse.write("chk_limit", pd.DataFrame(limits.items(), columns=["name", "value"]))
    anchors = [{"anchor": k, **v.model_dump()} for k, v in region.anchors.items()]
    kinds = {"anchor": "string", "value": "float64", "tolerance": "float64", "reference": "string"}
    warehouse.write("chk_anchor", pd.DataFrame(anchors, columns=list(kinds)).astype(kinds))
    _write_sources(config, region, warehouse)
    _write_map(region, warehouse)
    warehouse.write("chk_previous", pd.DataFrame(columns=list(_PREVIOUS)).astype(_PREVIOUS))


def _write_sources(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write how old each source is today: age is judged at the refresh, never in the snapshot."""
    rows = [
        {
            "source_id": source_id,
            "published": config.sources[source_id].published,
            "cadence_months": config.sources[source_id].cadence_months,
            "today": dt.datetime.now(dt.UTC).date().isoformat(),
        }
        for source_id in sources_of(region)
    ]
    kinds = {"source_id": "string", "published": "string", "cadence_months": "Int64",
             "today": "string"}  # fmt: skip
    warehouse.write("chk_source", pd.DataFrame(rows, columns=list(kinds)).astype(kinds))


def _write_map(region: Region, warehouse: Warehouse) -> None:
    crs = region.geography.projected_crs
    districts = warehouse.read_geo("core_district")
    pairs = geography.overlaps(districts, crs)
    warehouse.write("chk_overlap", pairs.astype({"district_id": "string", "other_id": "string"}))
    warehouse.write("chk_gap", geography.gaps(districts, crs))
    services = warehouse.read("core_service")
    placed = services[services["lon"].notna() & services["lat"].notna()].reset_index(drop=True)
    table = placed[["service_id", "name", "district_id", "source_id", "lon", "lat"]]
    km = geography.km_from_own_district(placed, districts, crs)
    warehouse.write("chk_service", table.assign(km=km))


def write_previous(warehouse: Warehouse, snapshot: Path | None) -> None:
    """Write ``chk_previous``: the row counts by source of the published snapshot, if it has them.

    Parameters
    ----------
    snapshot
        The file that ``CURRENT`` names; None leaves nothing to compare with.
    """
    if snapshot is None or not snapshot.is_file():
        return
    try:
        with Warehouse(snapshot, read_only=True) as before:
            if COUNTS in before.tables():
                warehouse.write("chk_previous", before.read(COUNTS).astype(_PREVIOUS))
    except OSError as error:
        logs.event(
            "check", f"The published snapshot {snapshot.name} cannot be read ({error}): row counts "
            "are not compared with it.", level=30,
        )  # fmt: skip
