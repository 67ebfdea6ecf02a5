"""Extract one region: its raw sources into ``raw_<source>`` tables, or its layer files."""

import json
from pathlib import Path
from typing import Any, cast

import pandas as pd

from etl.config import Config
from etl.errors import BadValueError, SourceChangedError, SourceMissingError
from etl.extract.files import locate
from etl.extract.spatial import read_raster, read_vector
from etl.extract.tables import read_table
from etl.layer_files import ISSUE_COLUMNS, LAYER_FILES
from etl.schema import Corrections, GreatCircleTravel, Region, Source
from etl.warehouse import Warehouse

TRAVEL_FORMATS = ("osm", "friction", "cost_table")


def sources_of(region: Region) -> dict[str, list[str]]:
    """Return, for each source a region uses, the layers it serves, in order of first use."""
    layers = region.selects
    uses: dict[str, list[str]] = {}
    parts = [
        ("districts", layers.districts.sources),
        ("demand points", layers.demand_points.sources),
    ]
    parts += [("services", part.sources) for part in layers.services]
    parts += [("workforce", part.sources) for part in layers.workforce]
    parts += [("indicators", block.sources) for block in layers.indicators]
    parts += [("names", part.sources) for part in layers.lookups.values()]
    if not isinstance(region.travel, GreatCircleTravel):
        parts.append(("travel times", [region.travel.source]))
    for layer, ids in parts:
        for source_id in ids:
            names = uses.setdefault(source_id, [])
            if layer not in names:
                names.append(layer)
    return uses


def extract_raw(config: Config, region: Region, raw_dir: Path, warehouse: Warehouse) -> None:
    """Read every raw source of a region into ``raw_<source_id>``.

    Also writes ``raw_source`` (provenance of each source used) and ``raw_issue`` (rows that a
    declared correction dropped).

    Raises
    ------
    SourceMissingError, SourceChangedError, BadValueError, KeyJoinError, GeometryError
        As `etl.extract.files.locate` and the readers tell.
    """
    if not raw_dir.is_dir():
        raise SourceMissingError(f"No folder of raw files at {raw_dir} (--raw-dir)")
    dropped: list[dict[str, object]] = []
    for source_id in sources_of(region):
        source = config.sources[source_id]
        path = locate(source, raw_dir)
        if source.format in TRAVEL_FORMATS:
            continue  # graphs and surfaces are no tables: `etl.travel_times` reads them
        frame = _read(source, path)
        if source_id in config.corrections:
            frame = _correct(frame, source, config.corrections[source_id], dropped)
        warehouse.write(f"raw_{source_id}", frame)
    warehouse.write("raw_source", _provenance(config, region))
    warehouse.write("raw_issue", pd.DataFrame(dropped, columns=ISSUE_COLUMNS).astype("string"))


def _read(source: Source, path: Path) -> pd.DataFrame:
    if source.format == "vector":
        return cast("pd.DataFrame", read_vector(source, path))
    if source.format == "raster":
        return read_raster(source, path)
    return read_table(source, path)


def _provenance(config: Config, region: Region) -> pd.DataFrame:
    keep = ["source_id", "publisher", "title", "citation", "licence", "url", "vintage", "published",
            "accessed", "sha256", "note"]  # fmt: skip
    rows = []
    for source_id, layers in sorted(sources_of(region).items()):
        source = config.sources[source_id].model_dump()
        rows.append({name: source[name] for name in keep} | {"used_for": ", ".join(layers)})
    return pd.DataFrame(rows).astype("string").replace("", pd.NA)


def _correct(
    frame: pd.DataFrame, source: Source, given: Corrections, dropped: list[dict[str, object]]
) -> pd.DataFrame:
    """Drop the rows each correction names; ``expect`` fails once the publisher fixed them."""
    for item in given.corrections:
        hit = pd.Series(True, index=frame.index)
        for column, value in item.match.items():
            if column not in frame.columns:
                raise SourceChangedError(
                    f"config/corrections/{source.source_id}.yaml: no column {column!r}"
                )
            hit &= (frame[column].astype("string") == value).fillna(False)
        if int(hit.sum()) != item.expect:
            raise SourceChangedError(
                f"config/corrections/{source.source_id}.yaml: {item.match} matches "
                f"{int(hit.sum())} row(s), {item.expect} expected. The publisher may have mended "
                "the file: look, then remove or update the correction."
            )
        for row in frame[hit].to_dict("records"):
            dropped.append(
                {
                    "rule": "known_upstream_error",
                    "severity": "warn",
                    "source_id": source.source_id,
                    "file": row["_file"],
                    "row": row["_row"],
                    "value": json.dumps(item.match, ensure_ascii=False),
                    "n_rows": 1,
                    "message": item.reason,
                    "action": "row dropped (config/corrections)",
                }
            )
        frame = frame[~hit]
    return frame.reset_index(drop=True)


def extract_layers(folder: Path, warehouse: Warehouse) -> None:
    """Read the layer files of `folder` into ``raw_layer_*`` tables, every cell as text.

    The files are those of ``data/sample/<region>``; a person with their own spreadsheets supplies
    the same. ``sources.csv`` is required: a figure without a source is not shown.
    ``issues.csv`` may be absent.

    Raises
    ------
    SourceMissingError
        Naming every file that is absent.
    BadValueError
        If a file is not UTF-8 or not readable.
    """
    missing = [f for k, f in LAYER_FILES.items() if k != "issue" and not (folder / f).is_file()]
    if missing:
        raise SourceMissingError(
            f"{folder} lacks {', '.join(missing)}. Rebuild it with `mindgap sample REGION "
            "--raw-dir DIR`, or supply the file (README, 'The five layers')."
        )
    for layer, name in LAYER_FILES.items():
        if (folder / name).is_file():
            warehouse.write(f"raw_layer_{layer}", _read_layer(folder / name))


def _read_layer(path: Path) -> pd.DataFrame:
    try:
        if path.suffix == ".geojson":
            return _read_features(path)
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, RecursionError) as error:  # what pandas and json raise for spoiled files
        raise BadValueError(f"{path.name} cannot be read as UTF-8 data: {error}") from error
    return frame.replace("", None).astype("string").assign(_row=range(2, len(frame) + 2))


def _read_features(path: Path) -> pd.DataFrame:
    collection = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise ValueError("it is not a GeoJSON FeatureCollection")
    rows: list[dict[str, Any]] = []
    for number, feature in enumerate(collection["features"], start=1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
            raise ValueError(f"feature {number} has no properties")
        properties = {k: None if v is None else str(v) for k, v in feature["properties"].items()}
        shape = feature.get("geometry")
        rows.append(properties | {"_row": number, "geojson": json.dumps(shape) if shape else None})
    return pd.DataFrame(rows).astype({"_row": "int64"})
