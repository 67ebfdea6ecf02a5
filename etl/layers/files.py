"""Make the core tables from the five layer files (the embedded sample, or a person's own)."""

import json

import geopandas as gpd
import pandas as pd
import shapely

from etl import geography, logs
from etl.config import Config
from etl.errors import BadValueError, GeometryError, examples
from etl.layer_files import ISSUE_COLUMNS
from etl.layers.centres import fill_empty
from etl.layers.contract import LAYERS, conform
from etl.layers.finish import finish
from etl.layers.issues import Issues
from etl.layers.points import check_declared, place_undeclared
from etl.schema import LayerFiles, Region
from etl.warehouse import Warehouse

SOURCE_COLUMNS = ["source_id", "publisher", "title", "citation", "licence", "url", "vintage",
                  "published", "accessed", "sha256", "note", "used_for"]  # fmt: skip


def build_core_from_files(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write the ``core_`` tables of a region from its ``raw_layer_*`` tables.

    Raises
    ------
    BadValueError, KeyJoinError, GeometryError
        As `etl.layers.contract.conform` and `etl.layers.finish.finish`.
    """
    issues = Issues()
    if "raw_layer_issue" in warehouse.tables():
        issues.add_frame(warehouse.read("raw_layer_issue")[ISSUE_COLUMNS])
    issues.add_frame(_not_given(region))
    districts = _districts(warehouse.read("raw_layer_district"), issues)
    frames = {
        layer: conform(layer, warehouse.read(f"raw_layer_{layer}"), f"{layer}s file")
        for layer in LAYERS
        if layer != "district"
    }
    for layer, what in (("demand_point", "demand point"), ("service", "service")):
        frames[layer] = place_undeclared(frames[layer], region, districts)
        if layer == "demand_point":
            frames[layer] = fill_empty(frames[layer], districts, issues)
        check_declared(frames[layer], region, districts, issues, what=what)
        given = len(warehouse.read(f"raw_layer_{layer}"))
        logs.table("layers", f"core_{layer}", given, len(frames[layer]))
    sources = warehouse.read("raw_layer_source")
    absent = [c for c in SOURCE_COLUMNS if c not in sources]
    if absent:
        raise BadValueError(f"sources file: lacks the column(s) {absent}")
    sources = sources[SOURCE_COLUMNS].astype("string")
    finish(config, region, districts, frames, sources, issues, warehouse)


def _not_given(region: Region) -> pd.DataFrame:
    """Return an issue for each layer that the region file says there is none of.

    The check on empty layers lets these pass, and the quality page tells of them.
    """
    absent = region.layers.absent if isinstance(region.layers, LayerFiles) else []
    rows = [
        {
            "rule": "layer_not_given",
            "severity": "warn",
            "value": layer,
            "n_rows": 1,
            "message": f"no file of the {layer} layer was given",
            "action": "shown as no data, not as none",
        }
        for layer in absent
    ]
    return pd.DataFrame(rows, columns=ISSUE_COLUMNS)


def _shape(text: str, row: object) -> shapely.Geometry:
    try:
        shape = shapely.geometry.shape(json.loads(text))
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, AttributeError,
            IndexError) as error:  # fmt: skip
        raise GeometryError(f"districts file: feature {row}: no geometry: {error}") from error
    west, south, east, north = shape.bounds if not shape.is_empty else (0.0, 0.0, 0.0, 0.0)
    if not (west >= -180 and south >= -90 and east <= 180 and north <= 90):
        raise GeometryError(
            f"districts file: feature {row} reaches from {west:g}, {south:g} to {east:g}, "
            f"{north:g}, which are no degrees. GeoJSON is in longitude and latitude."
        )
    return shape


def _districts(raw: pd.DataFrame, issues: Issues) -> gpd.GeoDataFrame:
    blank = raw["geojson"].isna()
    if blank.any():
        raise GeometryError(
            f"districts file: feature(s) {examples(raw.loc[blank, '_row'].tolist())} have no "
            "geometry"
        )
    shapes = [_shape(text, row) for text, row in zip(raw["geojson"], raw["_row"], strict=True)]
    columns = raw.drop(columns="geojson")
    frame = conform("district", columns, "districts file")
    # conform sorts by id: the shapes follow by id, not by position.
    by_id = gpd.GeoSeries(shapes, index=columns["district_id"].to_numpy(), crs=geography.CRS84)
    series = gpd.GeoSeries(by_id.loc[frame["district_id"]].to_numpy(), crs=geography.CRS84)
    fixed, invalid = geography.repair(series)
    bad = frame.loc[invalid, ["district_id"]].assign(_file="districts.geojson")
    issues.add(
        "invalid_polygon", "warn", bad, column="district_id",
        message="the boundary crossed itself", action="repaired (make_valid)",
    )  # fmt: skip
    if (fixed.is_empty | ~fixed.geom_type.isin(["Polygon", "MultiPolygon"])).any():
        raise GeometryError("districts file: a boundary has no area left after repair")
    return gpd.GeoDataFrame(frame, geometry=fixed)
