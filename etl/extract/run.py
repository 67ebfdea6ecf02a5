"""Extract one region: its raw sources into ``raw_<source>`` tables, or its layer files."""

import json
from functools import partial
from pathlib import Path
from typing import Any, cast

import pandas as pd

from etl import logs
from etl.config import Config
from etl.digests import FileDigests
from etl.errors import BadValueError, SourceMissingError
from etl.extract.corrections import correct
from etl.extract.files import locate
from etl.extract.spatial import read_raster, read_vector
from etl.extract.tables import read_table
from etl.inputs import sources_of
from etl.layer_files import ISSUE_COLUMNS, LAYER_FILES
from etl.schema import Corrections, Region, Source
from etl.steps import Steps
from etl.warehouse import Warehouse

TRAVEL_FORMATS = ("osm", "friction", "cost_table")


def extract_raw(
    config: Config,
    region: Region,
    raw_dir: Path,
    warehouse: Warehouse,
    steps: Steps | None = None,
    digests: FileDigests | None = None,
) -> None:
    """Read every raw source of a region into ``raw_<source_id>``.

    Also writes ``fix_<source_id>`` (what declared corrections did to it), ``raw_issue`` (all of
    those) and ``raw_source`` (provenance of each source used). A source whose file and declaration
    are those of the last refresh is taken from there.

    Raises
    ------
    SourceMissingError, SourceChangedError, BadValueError, KeyJoinError, GeometryError
        As `etl.extract.files.locate` and the readers tell.
    """
    if not raw_dir.is_dir():
        raise SourceMissingError(f"No folder of raw files at {raw_dir} (--raw-dir)")
    steps, digests = steps or Steps(warehouse), digests or FileDigests()
    fixed = []
    for source_id in sources_of(region):
        source = config.sources[source_id]
        path = locate(source, raw_dir, digests.sha256)
        if source.format in TRAVEL_FORMATS:
            continue  # graphs and surfaces are no tables: `etl.travel_times` reads them
        given = config.corrections.get(source_id)
        key = [
            digests.content(path),
            source.model_dump(mode="json"),
            given.model_dump(mode="json") if given else None,
        ]
        tables = [f"raw_{source_id}", f"fix_{source_id}"]
        steps.run(
            f"extract {source_id}", key, tables, partial(_extract, source, given, path, warehouse)
        )
        fixed.append(warehouse.read(f"fix_{source_id}"))
    warehouse.write("raw_source", _provenance(config, region))
    warehouse.write("raw_issue", pd.concat(fixed, ignore_index=True).astype("string"))


def _extract(source: Source, given: Corrections | None, path: Path, warehouse: Warehouse) -> None:
    frame = _read(source, path)
    found = len(frame)
    fixed = pd.DataFrame(columns=ISSUE_COLUMNS).astype("string")
    if given is not None:
        frame, fixed = correct(frame, source, given)
    warehouse.write(f"raw_{source.source_id}", frame)
    warehouse.write(f"fix_{source.source_id}", fixed)
    logs.table("extract", f"raw_{source.source_id}", found, len(frame),
               "known errors (config/corrections)" if len(frame) < found else "")  # fmt: skip


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


def extract_layers(
    folder: Path,
    warehouse: Warehouse,
    steps: Steps | None = None,
    digests: FileDigests | None = None,
) -> None:
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
    steps, digests = steps or Steps(warehouse), digests or FileDigests()
    for layer, name in LAYER_FILES.items():
        if (folder / name).is_file():
            table = f"raw_layer_{layer}"
            build = partial(_extract_layer, table, folder / name, warehouse)
            steps.run(f"extract {name}", [digests.content(folder / name)], [table], build)


def _extract_layer(table: str, path: Path, warehouse: Warehouse) -> None:
    frame = _read_layer(path)
    warehouse.write(table, frame)
    logs.table("extract", table, len(frame), len(frame))


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
