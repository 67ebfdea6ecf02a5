"""Layer files as text: short, exact, and the same bytes for the same figures."""

import json

import geopandas as gpd
import pandas as pd
import shapely


def geojson_text(frame: gpd.GeoDataFrame) -> str:
    """Return GeoJSON, one feature a line, so that a change of one district is a change of one line.

    Missing properties are null.
    """
    lines = []
    rows = frame.drop(columns="geometry").to_dict("records")
    for row, shape in zip(rows, frame.geometry, strict=True):
        feature = {
            "type": "Feature",
            "properties": {k: None if pd.isna(v) else _plain(v) for k, v in row.items()},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def csv_text(frame: pd.DataFrame) -> str:
    """Return CSV in which missing cells are empty."""
    text = frame.copy()
    for name in text.columns:
        if pd.api.types.is_float_dtype(text[name].dtype):
            # Whole numbers without a decimal point; other figures as short as they are exact.
            text[name] = [None if pd.isna(v) else str(_plain(float(v))) for v in frame[name]]
    return text.to_csv(index=False, lineterminator="\n")


def _plain(value: object) -> object:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value if isinstance(value, (str, bool, int)) else str(value)
