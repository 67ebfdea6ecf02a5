"""Where every figure of a district comes from: source, file, row, checksum, correction.

Made once per refresh from the tables it worked with, and published as ``out_lineage``. Like
``out_run`` it tells of the refresh that made the snapshot: sample and raw files lead to the same
figures by different rows.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from etl.config import Config
from etl.digests import FileDigests
from etl.inputs import input_files
from etl.layer_files import LAYER_FILES
from etl.schema import LayerSql, Region
from etl.warehouse import Warehouse, identifier

COLUMNS = ["layer", "district_id", "item", "source_id", "file", "row", "sha256", "made_by",
           "correction"]  # fmt: skip
_ITEM = {"service": "service_id", "workforce": "cadre", "indicator": "indicator_id"}
_LAYERS = ("district", "service", "workforce", "indicator")


def lineage_frame(
    config: Config,
    region: Region,
    raw_dir: Path | None,
    warehouse: Warehouse,
    digests: FileDigests,
) -> pd.DataFrame:
    """Return one row per figure and the first source row it was made from.

    Parameters
    ----------
    raw_dir
        Folder of raw files; None where the layers came from layer files.

    Returns
    -------
    pandas.DataFrame
        ``layer``, ``district_id``, ``item`` (indicator, cadre, service, or ``boundary``),
        ``source_id``, ``file``, ``row``, ``sha256`` of the file, ``made_by`` (the SELECT, or
        ``copied``), ``correction`` (what config/corrections did to that row, else missing). Demand
        points are not among them: there are too many, and no figure is one point's.
    """
    if raw_dir is None:
        parts = [_from_layer_file(layer, warehouse) for layer in _LAYERS]
    else:
        parts = [_from_select(*part, config, region, warehouse) for part in _selects(region)]
        parts += [_by_columns(block, warehouse) for block in region.selects.indicators
                  if block.sql is None]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    table["sha256"] = _checksums(table, config, region, raw_dir, digests)
    services = warehouse.read("core_service").set_index("service_id")["district_id"]
    own = table["layer"] == "service"
    # A service's district is found by its place where its source declares none.
    table.loc[own, "district_id"] = table.loc[own, "item"].map(services)
    fixes = _corrections(warehouse)
    keys = ["source_id", "row"]
    table = table.astype({"row": "string"}).merge(fixes, on=keys, how="left")
    known = table["district_id"].isin(warehouse.read("core_district")["district_id"])
    kept = table.loc[known, COLUMNS].astype("string")
    return kept.sort_values(COLUMNS[:5], kind="stable").reset_index(drop=True)


def _from_layer_file(layer: str, warehouse: Warehouse) -> pd.DataFrame:
    rows = warehouse.read(f"raw_layer_{layer}")
    return _rows(layer, rows, LAYER_FILES[layer], "copied from the layer file")


def _selects(region: Region) -> list[tuple[str, LayerSql]]:
    layers = region.selects
    parts: list[tuple[str, Any]] = [("district", layers.districts)]
    parts += [("service", part) for part in layers.services]
    parts += [("workforce", part) for part in layers.workforce]
    parts += [("indicator", block) for block in layers.indicators if block.sql is not None]
    return parts


def _from_select(
    layer: str, part: LayerSql, config: Config, region: Region, warehouse: Warehouse
) -> pd.DataFrame:
    """Run the SELECT of a layer again on the raw tables it was made from: it names the rows."""
    rows = warehouse.select_file(f"core/{part.sql}", {**region.params, **region.thresholds})
    if "source_id" not in rows:
        rows["source_id"] = rows.get("_source_id", part.sources[0])
    paths = rows["source_id"].map({s: config.sources[s].path for s in part.sources})
    if "_file" in rows:
        inner = rows["_file"].astype("string")
        archive = [None if pd.isna(p) else Path(str(p)).name for p in paths]
        same = inner.eq(pd.Series(archive, index=rows.index, dtype="string")).fillna(True)
        paths = paths.where(same.astype(bool), paths.astype("string") + " : " + inner)
    return _rows(layer, rows.assign(_path=paths), None, f"etl/sql/core/{part.sql}.sql")


def _by_columns(block: Any, warehouse: Warehouse) -> pd.DataFrame:
    source_id = block.sources[0]
    raw = warehouse.select(f"select * exclude (_file), _file from raw_{identifier(source_id)}")
    parts = [
        _rows(
            "indicator",
            pd.DataFrame(
                {
                    "district_id": raw[block.key],
                    "indicator_id": indicator_id,
                    "source_id": source_id,
                    "_path": raw["_file"],
                    "_row": raw["_row"],
                }
            ),
            None,
            f"column {columns.value} of the source",
        )
        for indicator_id, columns in block.values.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _rows(layer: str, rows: pd.DataFrame, file: str | None, made_by: str) -> pd.DataFrame:
    """Bring rows of any layer into the columns of the lineage."""
    blank = pd.Series(None, index=rows.index, dtype="object")
    return pd.DataFrame(
        {
            "layer": layer,
            "district_id": rows.get("district_id", blank),
            "item": "boundary" if layer == "district" else rows[_ITEM[layer]],
            "source_id": rows.get("source_id", blank),
            "file": file if file is not None else rows["_path"],
            "row": rows["_row"].astype("Int64"),
            "made_by": made_by,
        }
    )


def _checksums(
    table: pd.DataFrame,
    config: Config,
    region: Region,
    raw_dir: Path | None,
    digests: FileDigests,
) -> pd.Series:
    files = input_files(config, region, raw_dir)
    sums = {name: digests.sha256(path) for name, path in files.items() if path.is_file()}
    return table["layer" if raw_dir is None else "source_id"].map(sums)


def _corrections(warehouse: Warehouse) -> pd.DataFrame:
    issues = warehouse.read("core_issue")
    fixed = issues[(issues["rule"] == "known_upstream_error") & issues["row"].notna()]
    text = fixed["message"] + " " + fixed["action"]
    table = fixed[["source_id", "row"]].astype("string").assign(correction=text)
    joined = table.groupby(["source_id", "row"])["correction"].agg("; ".join)
    return joined.reset_index()
