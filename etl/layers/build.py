"""Make the five layers of a region from its ``raw_<source>`` tables, one SELECT per source."""

import geopandas as gpd
import pandas as pd

from etl import geography
from etl.config import Config
from etl.errors import GeometryError
from etl.layers.contract import check_ids, check_join, conform
from etl.layers.finish import finish
from etl.layers.indicators import indicator_frame
from etl.layers.issues import Issues
from etl.layers.points import demand_points, services
from etl.schema import Region
from etl.warehouse import SQL_DIR, Warehouse


def build_core(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write the ``core_`` tables of a region from its raw tables.

    Raises
    ------
    BadValueError, KeyJoinError, GeometryError
        Whatever would make a figure wrong stops the build; what is only doubtful is counted in
        ``core_issue``.
    """
    issues = Issues()
    issues.add_frame(warehouse.read("raw_issue"))
    params = {**region.params, **region.thresholds}
    for name, lookup in region.selects.lookups.items():
        warehouse.write(f"lookup_{name}", warehouse.select_file(f"core/{lookup.sql}", params))
    full = _districts(region, warehouse, params, issues)
    frames = {
        "demand_point": demand_points(region, full, warehouse, params, issues),
        "service": services(region, full, warehouse, params, issues),
        "workforce": _workforce(region, full, warehouse, params, issues),
        "indicator": indicator_frame(region, full, config, warehouse, params),
    }
    shapes = geography.simplify(
        full.geometry,
        region.geography.projected_crs,
        region.geography.simplify_tolerance_m,
        region.geography.decimals,
    )
    districts = gpd.GeoDataFrame(full.drop(columns="geometry"), geometry=shapes)
    for sql in _all_sql(region):
        if (SQL_DIR / "core" / f"{sql}_issues.sql").is_file():
            issues.add_frame(warehouse.select_file(f"core/{sql}_issues", params))
    finish(config, region, districts, frames, warehouse.read("raw_source"), issues, warehouse)


def _all_sql(region: Region) -> list[str]:
    layers = region.selects
    parts = [layers.districts, layers.demand_points, *layers.services, *layers.workforce]
    return [p.sql for p in parts] + [b.sql for b in layers.indicators if b.sql]


def _districts(
    region: Region, warehouse: Warehouse, params: dict[str, object], issues: Issues
) -> gpd.GeoDataFrame:
    """Return the districts at full resolution, ids checked, geometry valid."""
    where = f"etl/sql/core/{region.selects.districts.sql}.sql"
    raw = warehouse.select_file(f"core/{region.selects.districts.sql}", params)
    raw = raw.sort_values("district_id").reset_index(drop=True)
    check_ids(raw["district_id"].fillna("").astype(str), region.district.id_pattern, where)
    shapes = gpd.GeoSeries.from_wkb(raw.pop("geometry_wkb").map(bytes), crs=geography.CRS84)
    source = raw.pop("_source_id") if "_source_id" in raw else None
    frame = conform("district", raw.drop(columns=["_file"], errors="ignore"), where)
    fixed, invalid = geography.repair(shapes)
    if (fixed.is_empty | ~fixed.geom_type.isin(["Polygon", "MultiPolygon"])).any():
        raise GeometryError(f"{where}: a boundary has no area left after repair")
    bad = raw.assign(source_id=source)[invalid]
    issues.add(
        "invalid_polygon", "warn", bad, column="district_id",
        message="the boundary crossed itself", action="repaired (make_valid)",
    )  # fmt: skip
    return gpd.GeoDataFrame(frame, geometry=fixed)


def _workforce(
    region: Region,
    districts: gpd.GeoDataFrame,
    warehouse: Warehouse,
    params: dict[str, object],
    issues: Issues,
) -> pd.DataFrame:
    known = set(districts["district_id"])
    parts = []
    for part in region.selects.workforce:
        where = f"etl/sql/core/{part.sql}.sql"
        frame = warehouse.select_file(f"core/{part.sql}", params)
        check_join(frame, known, where)
        parts.append(frame.drop(columns=["source_name", "_file"], errors="ignore"))
    table = conform("workforce", pd.concat(parts, ignore_index=True), "the workforce layer")
    absent = districts.loc[~districts["district_id"].isin(table["district_id"]), ["district_id"]]
    issues.add(
        "no_workforce_figure", "warn", absent, column="district_id",
        message="no workforce source covers this district", action="shown as no data, not as zero",
    )  # fmt: skip
    return table
