"""GeoJSON (RFC 7946): longitude and latitude, outer rings anticlockwise, no CRS member."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from etl.export.content import Content


def write_geojson(content: Content, path: Path) -> None:
    """Write the gap table with its districts' shapes, one feature a line."""
    sheet = content.gap
    shapes = shapely.orient_polygons(shapely.from_wkb(np.asarray(content.shapes, dtype=object)))
    names = [column.id for column in sheet.columns]
    lines = []
    for row, shape in zip(sheet.frame.itertuples(index=False, name=None), shapes, strict=True):
        properties = dict(zip(names, map(_plain, row), strict=True))
        feature = {
            "type": "Feature",
            "id": properties["district_id"],
            "bbox": [float(v) for v in shapely.bounds(shape)],
            "properties": properties,
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        lines.append(_json(feature))
    head: dict[str, Any] = {"type": "FeatureCollection", "name": content.stem}
    if len(shapes):
        head["bbox"] = [float(v) for v in shapely.total_bounds(shapes)]
    head["about"] = {k: content.about[k] for k in ("title", "citation", "licence", "link")}
    # The text is put together by hand only to keep one feature a line.
    text = _json(head)[:-1] + ',"features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> object:
    if value is pd.NA:
        return None
    return value.item() if isinstance(value, np.generic) else value
