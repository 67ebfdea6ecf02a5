"""The parts of a snapshot that are written as they are: configuration, districts."""

import geopandas as gpd
import pandas as pd

from etl.config import Config
from etl.index import METHOD_VERSION
from etl.index.reach import TravelModel
from etl.schema import GreatCircleTravel, Region
from etl.warehouse import Warehouse


def write_travel_notes(
    region: Region, warehouse: Warehouse, travel: TravelModel | None, others: pd.DataFrame
) -> None:
    """Write what the travel model could not reach or had to move, as issues of its source.

    `others` are issues that the index itself raised, in the same columns.
    """
    notes = pd.DataFrame() if travel is None else travel.notes
    columns = ["rule", "severity", "source_id", "file", "n_rows", "value", "message", "action"]
    source = None if isinstance(region.travel, GreatCircleTravel) else region.travel.source
    table = pd.concat([notes.assign(source_id=source), others], ignore_index=True)
    table = table.reindex(columns=columns)
    text = [c for c in columns if c != "n_rows"]
    table[text] = table[text].astype("string")
    warehouse.write("idx_issue", table.astype({"n_rows": "Int64"}))


def write_config(config: Config, region: Region, warehouse: Warehouse, snapshot_id: str) -> None:
    """Write what the SELECTs in ``sql/out`` need of the configuration."""
    rows = []
    for name, entry in config.indicators.items():
        over = region.indicators.get(name)
        given = over.model_dump(exclude_none=True) if over else {}
        label = {"domain_label": config.model.domain_labels[entry.domain]}
        rows.append({"indicator_id": name, **entry.model_dump(), **label, **given})
    warehouse.write("cfg_indicator", pd.DataFrame(rows))
    types = [{"service_type": k, **t.model_dump()} for k, t in config.services.types.items()]
    warehouse.write("cfg_service_type", pd.DataFrame(types))
    levels = [
        {"level": k, "position": i, **level.model_dump()}
        for i, (k, level) in enumerate(config.services.levels.items(), start=1)
    ]
    warehouse.write("cfg_level", pd.DataFrame(levels))
    about = {
        "region_id": region.region_id,
        "boundary_vintage": region.district.boundary_vintage,
        "population_vintage": region.district.population_vintage,
        "snapshot_id": snapshot_id,
        "method_version": METHOD_VERSION,
        "travel_note": region.travel.note,
    }
    warehouse.write("cfg_region", pd.DataFrame([about]))


def write_districts(
    region: Region,
    warehouse: Warehouse,
    snapshot_id: str,
    config: Config,
    core: dict[str, pd.DataFrame],
) -> None:
    """Write ``out_district`` (shapes and boxes) and ``out_region`` (one row)."""
    shapes = warehouse.read_geo("core_district")
    inside = shapes.geometry.representative_point()
    box = shapes.geometry.bounds
    frame = gpd.GeoDataFrame(
        {
            "district_id": shapes["district_id"],
            "district_name": shapes["name"],
            "parent_name": shapes["parent_name"].astype("string"),
            "lon": inside.x.round(5),
            "lat": inside.y.round(5),
            "min_lon": box["minx"],
            "min_lat": box["miny"],
            "max_lon": box["maxx"],
            "max_lat": box["maxy"],
        },
        geometry=shapes.geometry,
    )
    warehouse.write("out_district", frame)
    west, south, east, north = (float(v) for v in shapes.total_bounds)
    about = {
        "region_id": region.region_id,
        "name": region.name,
        "country": region.country,
        "district_term": region.district.term,
        "district_term_plural": region.district.term_plural,
        "parent_term": region.district.parent_term,
        "id_scheme": region.district.id_scheme,
        "iso_3166_2": region.iso_3166_2,
        "rural_rule": region.rurality.rule,
        "underserved_rule": config.model.gap.underserved_rule,
        "gap_rule": config.model.gap.rule,
        "travel_note": region.travel.note,
        "min_lon": west,
        "min_lat": south,
        "max_lon": east,
        "max_lat": north,
        "population": float(core["district"]["population"].sum()),
        "population_vintage": region.district.population_vintage,
        "n_districts": len(shapes),
        "snapshot_id": snapshot_id,
        "method_version": METHOD_VERSION,
    }
    text = dict.fromkeys(("parent_term", "id_scheme", "iso_3166_2"), "string")
    frame_region = pd.DataFrame([about]).astype({**text, "n_districts": "int32"})
    warehouse.write("out_region", frame_region)
