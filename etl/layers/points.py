"""Demand points and services from raw tables: which district each stands in, and what is off."""

import geopandas as gpd
import numpy as np
import pandas as pd

from etl import geography, logs
from etl.errors import BadValueError, KeyJoinError, examples
from etl.layers.contract import check_join, conform
from etl.layers.issues import Issues
from etl.schema import Region
from etl.warehouse import Warehouse

Params = dict[str, object]


def demand_points(
    region: Region,
    districts: gpd.GeoDataFrame,
    warehouse: Warehouse,
    params: Params,
    issues: Issues,
) -> pd.DataFrame:
    """Return the demand-point layer: placed in districts, aggregated and rescaled as declared."""
    part = region.selects.demand_points
    points = warehouse.select_file(f"core/{part.sql}", params)
    points["source_id"] = part.sources[0]
    found = len(points)
    points = _placed(points, region, districts, issues, what="demand point")
    if part.aggregate_cell_degrees is not None:
        points = aggregate(points, part.aggregate_cell_degrees)
    if part.rescale_to_district_population:
        totals = districts.set_index("district_id")["population"]
        points = rescale(points, totals)
    keep = ["point_id", "lon", "lat", "population", "district_id"]
    frame = conform("demand_point", points[keep], f"etl/sql/core/{part.sql}.sql")
    _report_empty(districts, frame, issues)
    summed = "; the rest summed into cells" if part.aggregate_cell_degrees is not None else ""
    logs.table("layers", "core_demand_point", found, len(frame), f"outside the region{summed}")
    return frame


def aggregate(points: pd.DataFrame, cell_degrees: float) -> pd.DataFrame:
    """Sum points into square cells within each district, at their population-weighted centre.

    Parameters
    ----------
    points
        ``lon``, ``lat`` (degrees), ``population`` (> 0), ``district_id``.
    cell_degrees
        Side of a cell in degrees (0.045 is about 5 km at the equator).
    """
    frame = points.assign(
        column=np.floor(points["lon"] / cell_degrees).astype("int64"),
        line=np.floor(points["lat"] / cell_degrees).astype("int64"),
        east=points["lon"] * points["population"],
        north=points["lat"] * points["population"],
    )
    keys = ["district_id", "line", "column"]
    total = frame.groupby(keys, as_index=False)[["population", "east", "north"]].sum()
    total["lon"] = total["east"] / total["population"]
    total["lat"] = total["north"] / total["population"]
    serial = total.groupby("district_id").cumcount() + 1
    total["point_id"] = total["district_id"] + "-" + serial.astype(str).str.zfill(5)
    return total


def rescale(points: pd.DataFrame, totals: pd.Series) -> pd.DataFrame:
    """Scale points so that each district's sum equals `totals` (people, indexed by district_id)."""
    sums = points.groupby("district_id")["population"].transform("sum")
    factor = points["district_id"].map(totals).astype(float) / sums
    return points.assign(population=points["population"] * factor)


def services(
    region: Region,
    districts: gpd.GeoDataFrame,
    warehouse: Warehouse,
    params: Params,
    issues: Issues,
) -> pd.DataFrame:
    """Return the service layer of a region, each service in a district, doubts reported.

    Raises
    ------
    BadValueError
        If no source lists any service in the region.
    KeyJoinError
        If a declared district (or its name) is none of the region's.
    """
    parts, found = [], 0
    for part in region.selects.services:
        frame = warehouse.select_file(f"core/{part.sql}", params)
        found += len(frame)
        if frame.empty:
            issues.add_frame(_nothing_found(part.sources[0], region))
            continue
        parts.append(_placed(frame, region, districts, issues, what="service"))
    if not parts:
        raise BadValueError(
            f"no source lists a service in {region.name}: "
            f"{[p.sql for p in region.selects.services]}"
        )
    drop = ["_file", "_row", "snapped_km", "declared_district_id", "source_name"]
    table = pd.concat(parts, ignore_index=True).drop(columns=drop, errors="ignore")
    logs.table("layers", "core_service", found, len(table), "outside the region")
    return conform("service", table, "the service layer")


def _nothing_found(source_id: str, region: Region) -> pd.DataFrame:
    row = {
        "rule": "source_without_rows",
        "severity": "info",
        "source_id": source_id,
        "n_rows": 0,
        "message": f"this source lists no service in {region.name}",
        "action": "none",
    }
    return pd.DataFrame([row])


def _placed(
    points: pd.DataFrame, region: Region, districts: gpd.GeoDataFrame, issues: Issues, *, what: str
) -> pd.DataFrame:
    """Give every point its district; report those snapped, contradicted or dropped."""
    declared = points.get("declared_district_id", pd.Series(None, points.index, dtype="object"))
    # A name that the crosswalk does not know must not pass for "declares no district".
    stated = declared.notna()
    if "source_name" in points:
        stated |= points["source_name"].notna()
    check = points.assign(district_id=declared)[stated]
    check_join(check, set(districts["district_id"]), f"{what}s: declared district")
    geo = region.geography
    found = geography.assign_district(
        points["lon"].to_numpy(float), points["lat"].to_numpy(float), districts,
        geo.projected_crs, geo.snap_km,
    )  # fmt: skip
    found.index = points.index
    inside = found["district_id"].where(found["snapped_km"] == 0)
    disagree = declared.notna() & inside.notna() & (declared != inside)
    snapped = declared.isna() & inside.isna() & found["district_id"].notna()
    lost = inside.isna() & found["district_id"].isna()
    if len(points) and lost.mean() > 0.5:
        raise KeyJoinError(_mostly_outside(points, districts, lost, what))
    placed = points.assign(
        district_id=declared.fillna(found["district_id"]), **{"snapped_km": found["snapped_km"]}
    )
    column = "name" if "name" in points else "point_id"
    issues.add(
        "district_disagrees", "warn", placed[disagree], column=column,
        message=f"the {what}'s coordinates are in another district than it declares",
        action="declared district kept; coordinates kept",
    )  # fmt: skip
    issues.add(
        "outside_every_district", "warn", placed[snapped], column=column,
        message=f"the {what} is outside every boundary (coast, border or river)",
        action=f"assigned to the nearest district within {geo.snap_km:g} km",
    )  # fmt: skip
    issues.add(
        "outside_region", "warn", placed[lost], column=column,
        message=f"the {what} is more than {geo.snap_km:g} km outside the region",
        action="row dropped",
    )  # fmt: skip
    return placed[~lost]


def place_undeclared(
    points: pd.DataFrame, region: Region, districts: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Give each point without a district the one it stands in, or the nearest within ``snap_km``.

    Raises
    ------
    KeyJoinError
        Naming the rows that have neither a district nor coordinates inside the region.
    """
    blank = points["district_id"].isna()
    if not blank.any():
        return points
    found = geography.assign_district(
        points.loc[blank, "lon"].to_numpy(float),
        points.loc[blank, "lat"].to_numpy(float),
        districts,
        region.geography.projected_crs,
        region.geography.snap_km,
    )
    if found["district_id"].isna().any():
        key = "service_id" if "service_id" in points else "point_id"
        lost = points.loc[blank, key][found["district_id"].isna().to_numpy()]
        raise KeyJoinError(
            f"{len(lost)} row(s) have no district_id and stand in no district (tolerance "
            f"{region.geography.snap_km:g} km): {examples(lost.tolist())}. Give them a district_id "
            "or correct their coordinates."
        )
    filled = points["district_id"].copy()
    filled[blank] = found["district_id"].to_numpy()
    return points.assign(district_id=filled)


def check_declared(
    points: pd.DataFrame, region: Region, districts: gpd.GeoDataFrame, issues: Issues, *, what: str
) -> None:
    """Report the points of a layer file that stand far from the district they declare.

    "Far" is farther than the region's ``snap_km`` plus the tolerance its boundaries were simplified
    with. What the file's own issues tell already is not told twice.

    Raises
    ------
    KeyJoinError
        If most points are outside the region (swapped coordinates, another place).
    """
    geo = region.geography
    far_km = geo.snap_km + geo.simplify_tolerance_m / 1000
    known = points["district_id"].isin(districts["district_id"])  # `finish` tells of the others
    placed = points[known & points["lon"].notna() & points["lat"].notna()]
    found = geography.assign_district(
        placed["lon"].to_numpy(float), placed["lat"].to_numpy(float), districts,
        geo.projected_crs, far_km,
    ).set_index(placed.index)  # fmt: skip
    lost = found["district_id"].isna()
    if len(placed) and lost.mean() > 0.5:
        raise KeyJoinError(_mostly_outside(placed, districts, lost, what))
    other = placed[~lost & (found["district_id"] != placed["district_id"])]
    shapes = districts.set_index("district_id").geometry.to_crs(geo.projected_crs)
    at = gpd.GeoSeries(gpd.points_from_xy(other["lon"], other["lat"]), other.index, geography.CRS84)
    metres = at.to_crs(geo.projected_crs).distance(
        gpd.GeoSeries(shapes.loc[other["district_id"]].to_numpy(), other.index, geo.projected_crs)
    )
    disagree = other[metres > far_km * 1000]
    column = "name" if "name" in placed else "point_id"
    told = {(row.get("rule"), row.get("value")) for row in issues.rows}
    for rule, bad, place in (
        ("district_disagrees", disagree, "in another district than it declares"),
        ("outside_region", placed[lost], f"more than {far_km:g} km outside the region"),
    ):
        new = [(rule, value) not in told for value in bad[column]]
        issues.add(
            rule, "warn", bad[new], column=column,
            message=f"the {what}'s coordinates are {place}",
            action="declared district kept; coordinates kept",
        )  # fmt: skip


def _mostly_outside(
    points: pd.DataFrame, districts: gpd.GeoDataFrame, lost: pd.Series, what: str
) -> str:
    west, south, east, north = districts.total_bounds
    off = points[lost]
    swapped = off["lat"].between(west, east) & off["lon"].between(south, north)
    hint = (
        " Latitude and longitude look swapped: exchange them in the SELECT or the file."
        if swapped.mean() > 0.5
        else " The file seems to describe another place, or another coordinate system."
    )
    example = off.iloc[0]
    return (
        f"{len(off)} of {len(points)} {what}s lie outside the region (longitude {west:.2f} to "
        f"{east:.2f}, latitude {south:.2f} to {north:.2f}); the first at lon {example['lon']}, "
        f"lat {example['lat']}, row {example.get('_row', '?')}.{hint}"
    )


def _report_empty(districts: gpd.GeoDataFrame, points: pd.DataFrame, issues: Issues) -> None:
    without = districts[~districts["district_id"].isin(points["district_id"])]
    issues.add(
        "district_without_demand_point", "error", without, column="district_id",
        message="no demand point stands in this district",
        action="no access figure can be computed",
    )  # fmt: skip
