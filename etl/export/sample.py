"""Write ``data/sample/<region>``: the five layer files, their sources and their issues.

Only what the product needs, as our own ETL computed it: selected, re-keyed, rounded, boundaries
simplified. The same core tables give the same bytes.
"""

import json
from pathlib import Path

import pandas as pd
import shapely

from etl.errors import PublishError
from etl.layer_files import LAYER_FILES
from etl.storage import all_or_none
from etl.warehouse import Warehouse

MAX_BYTES = 2_000_000


def write_sample(warehouse: Warehouse, folder: Path) -> int:
    """Write the layer files of the core tables into `folder`; return their size in bytes.

    Raises
    ------
    PublishError
        If the files would exceed 2 MB; nothing is written then.
    """
    texts = {
        name: _districts(warehouse)
        if table == "district"
        else _csv(warehouse.read(f"core_{table}"))
        for table, name in LAYER_FILES.items()
    }
    size = sum(len(text.encode()) for text in texts.values())
    if size > MAX_BYTES:
        sizes = ", ".join(f"{name} {len(text.encode()):,}" for name, text in texts.items())
        raise PublishError(
            f"The sample would take {size:,} bytes, more than {MAX_BYTES:,} ({sizes}). "
            "Simplify the boundaries more, or aggregate the demand points."
        )
    with all_or_none(folder) as room:
        for name, text in texts.items():
            (room / name).write_text(text, encoding="utf-8", newline="\n")
    return size


def _districts(warehouse: Warehouse) -> str:
    """GeoJSON, one feature a line, so that a change of one district is a change of one line."""
    frame = warehouse.read_geo("core_district")
    lines = []
    for row, shape in zip(
        frame.drop(columns="geometry").to_dict("records"), frame.geometry, strict=True
    ):
        properties = {k: None if pd.isna(v) else _plain(v) for k, v in row.items()}
        feature = {
            "type": "Feature",
            "properties": properties,
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def _plain(value: object) -> object:
    """Whole numbers without a decimal point; text as it is."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value if isinstance(value, (str, bool, int)) else str(value)


def _csv(frame: pd.DataFrame) -> str:
    kept = frame.dropna(axis=1, how="all")
    text = kept.copy()
    for name in text.columns:
        if pd.api.types.is_float_dtype(text[name].dtype):
            text[name] = [None if pd.isna(v) else str(_plain(float(v))) for v in kept[name]]
    return text.to_csv(index=False, lineterminator="\n")
