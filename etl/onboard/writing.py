"""Write the layer files, the crosswalk and the region file: all of them, or none."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from etl import geography
from etl.layer_files import ISSUE_COLUMNS, LAYER_FILES
from etl.layer_texts import csv_text, geojson_text
from etl.onboard.reading import Given
from etl.onboard.request import NOT_STATED, Request
from etl.storage import all_or_none

EMPTY = {
    "demand_point": ["point_id", "lon", "lat", "population", "district_id"],
    "service": ["service_id", "name", "service_type", "scope", "lon", "lat", "district_id",
                "source_id"],
    "workforce": ["district_id", "cadre", "headcount", "fte", "vintage", "source_id"],
    "indicator": ["district_id", "indicator_id", "value", "vintage", "source_id"],
}  # fmt: skip


def source_id(region_id: str, layer: str, number: int) -> str:
    """Return the id under which the figures of one file are cited.

    Examples
    --------
    >>> source_id("new-land", "indicators", 2)
    'new_land_indicators_2'
    """
    return re.sub(r"[^a-z0-9]+", "_", f"{region_id}_{layer}_{number}")[:63]


def source_row(request: Request, layer: str, number: int, given: Given) -> dict[str, str]:
    """Return the provenance of one file: as the person stated it, else "not stated"."""
    said = request.provenance
    stated = {
        name: said.get(name, NOT_STATED)
        for name in ("publisher", "citation", "licence", "url", "vintage", "published")
    }
    return {
        "source_id": source_id(request.region_id, layer, number),
        "title": said.get("title", given.name),
        **stated,
        "accessed": dt.date.today().isoformat(),
        "sha256": given.sha256,
        "note": f"Given as {given.name} to mindgap new-region",
        "used_for": {"demand": "demand points"}.get(layer, layer),
    }


def layer_texts(
    districts: gpd.GeoDataFrame, tables: dict[str, pd.DataFrame], sources: list[dict[str, str]],
    issues: list[dict[str, object]], geography_rules: dict[str, Any],
) -> dict[str, str]:  # fmt: skip
    """Return the text of each layer file by its name; boundaries are thinned for the map."""
    thin = geography.simplify(
        districts.geometry, geography_rules["projected_crs"],
        geography_rules["simplify_tolerance_m"], geography_rules["decimals"],
    )  # fmt: skip
    texts = {LAYER_FILES["district"]: geojson_text(districts.set_geometry(thin))}
    for layer, columns in EMPTY.items():
        table = tables.get(layer)
        frame = pd.DataFrame(columns=columns) if table is None or table.empty else table
        texts[LAYER_FILES[layer]] = csv_text(frame)
    texts[LAYER_FILES["source"]] = csv_text(pd.DataFrame(sources))
    texts[LAYER_FILES["issue"]] = csv_text(pd.DataFrame(issues, columns=ISSUE_COLUMNS))
    return texts


def write_all(folder: Path, texts: dict[str, str], region_file: Path, region: str) -> None:
    """Write every file beside its final name first, then put all in place."""
    with all_or_none(region_file.parent) as beside, all_or_none(folder) as room:
        (beside / region_file.name).write_text(region, encoding="utf-8", newline="\n")
        for name, text in texts.items():
            (room / name).write_text(text, encoding="utf-8", newline="\n")
