"""GeoParquet 1.1: the gap table with shapes (WKB) and a bounding box per row."""

import io
import json
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.export.content import Content


def geo_frame(content: Content) -> gpd.GeoDataFrame:
    """Return the gap table as a GeoDataFrame in OGC:CRS84."""
    shapes = gpd.GeoSeries.from_wkb(list(content.shapes), crs="OGC:CRS84")
    return gpd.GeoDataFrame(content.gap.frame, geometry=shapes)


def write_geoparquet(content: Content, path: Path) -> None:
    """Write the gap table; labels, units and the citation travel in the file's metadata."""
    made = io.BytesIO()
    geo_frame(content).to_parquet(
        made, index=False, schema_version="1.1.0", write_covering_bbox=True, compression="zstd"
    )
    made.seek(0)
    table = pq.read_table(made)
    meta = {k: v for k, v in (table.schema.metadata or {}).items() if k != b"pandas"}
    about = {**content.about, "columns": {c.id: _words(c) for c in content.gap.columns}}
    meta[b"mindgap"] = json.dumps(about, ensure_ascii=False, sort_keys=True).encode()
    plain: pa.Table = table.replace_schema_metadata(meta)
    pq.write_table(plain, path, compression="zstd")


def _words(column: object) -> dict[str, str]:
    return {name: str(getattr(column, name)) for name in ("label", "unit", "description")}
