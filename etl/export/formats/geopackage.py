"""GeoPackage: the gap table as a layer, the further tables beside it without shapes."""

import json
from pathlib import Path

import pyogrio

from etl.export.content import Content
from etl.export.formats.geoparquet import geo_frame

# GDAL writes the time of the last change into the file; the same content must give the same bytes.
FIXED_TIME = "2000-01-01T00:00:00.000Z"


def write_geopackage(content: Content, path: Path) -> None:
    """Write every table; title, citation and notes go into the file's metadata."""
    about = {"title": content.about["title"], "citation": content.about["citation"]}
    notes = json.dumps([*content.cover, *content.notes], ensure_ascii=False)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    try:
        pyogrio.write_dataframe(
            geo_frame(content).to_crs("EPSG:4326"),
            path,
            layer=content.gap.id,
            driver="GPKG",
            geometry_type="MultiPolygon",
            promote_to_multi=True,
            dataset_metadata=about,
            layer_metadata={"notes": notes},
            use_arrow=True,
        )
        for sheet in content.sheets[1:]:
            pyogrio.write_dataframe(
                sheet.frame, path, layer=sheet.id, driver="GPKG", append=True, use_arrow=True
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
