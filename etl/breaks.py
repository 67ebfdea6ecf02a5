"""Keep the map classes of a published snapshot, so that colours mean the same in later ones."""

from pathlib import Path
from typing import Any

import pandas as pd

from etl.errors import SourceMissingError
from etl.schema import Breaks
from etl.storage import write_whole
from etl.warehouse import Warehouse
from etl.yaml_files import yaml_text

HEADING = """\
# Bounds of map classes, kept so that a colour means the same range in later snapshots. Written by
# `mindgap freeze-breaks {region_id}`; run it again to add layers that are new. To make all bounds
# anew, delete this file, refresh, and run it.
"""


def freeze_breaks(snapshot: Path, region_id: str, config_dir: Path) -> tuple[Path, int]:
    """Write the class bounds of a snapshot to ``config/breaks``; return the file and its layers.

    Bounds that were kept before stay, with ends as wide as the snapshot's values.

    Raises
    ------
    SourceMissingError
        If the snapshot was made before layers were published.
    """
    with Warehouse(snapshot, read_only=True) as published:
        if "out_layer_class" not in published.tables():
            raise SourceMissingError(
                f"{snapshot.name} has no map layers: it was made before they were published. Run "
                f"`mindgap refresh {region_id} --force`."
            )
        classes = published.read("out_layer_class")
        thirds = published.read("out_bivariate_class")
    classes = classes[classes["method"] != "fixed"]
    layers: dict[str, dict[str, list[float]]] = {}
    for (layer, method), rows in classes.groupby(["layer", "method"], sort=False):
        layers.setdefault(str(layer), {})[str(method)] = _edges(rows)
    data: dict[str, Any] = {
        "region_id": region_id,
        "snapshot_id": snapshot.stem.removeprefix("gap-"),
        "layers": layers,
        "bivariate": {str(k): _edges(rows) for k, rows in thirds.groupby("variable", sort=False)},
    }
    Breaks.model_validate(data)
    path = config_dir / "breaks" / f"{region_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, HEADING.format(region_id=region_id) + yaml_text(data, compact=True))
    return path, len(layers)


def _edges(rows: pd.DataFrame) -> list[float]:
    ordered = rows.sort_values("class_index")
    return [float(ordered["lower"].iloc[0]), *(float(v) for v in ordered["upper"])]
