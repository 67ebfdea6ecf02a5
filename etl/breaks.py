"""Keep the map classes of a published snapshot, so that colours mean the same in later ones."""

import datetime as dt
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
        there = published.tables()
        if "out_layer_class" not in there or "frozen_on" not in published.columns(
            "out_layer_class"
        ):
            raise SourceMissingError(
                f"{snapshot.name} does not say which map layers it has or since when their bounds "
                "are kept: it was made before that was published. Run "
                f"`mindgap refresh {region_id} --force`."
            )
        classes = published.read("out_layer_class")
        thirds = published.read("out_bivariate_class")
        made_on = str(published.read("out_run")["finished_at"].iloc[0])[:10]
    classes = classes[classes["method"] != "fixed"]
    layers: dict[str, dict[str, list[float]]] = {}
    for (layer, method), rows in classes.groupby(["layer", "method"], sort=False):
        layers.setdefault(str(layer), {})[str(method)] = _edges(rows)
    data: dict[str, Any] = {
        "region_id": region_id,
        "snapshot_id": snapshot.stem.removeprefix("gap-"),
        **_days(classes, made_on),
        "layers": layers,
        "bivariate": {str(k): _edges(rows) for k, rows in thirds.groupby("variable", sort=False)},
    }
    Breaks.model_validate(data)
    path = config_dir / "breaks" / f"{region_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, HEADING.format(region_id=region_id) + yaml_text(data, compact=True))
    return path, len(layers)


def _days(classes: pd.DataFrame, made_on: str) -> dict[str, Any]:
    """Return since when bounds are kept: those kept before keep their day."""
    known = classes.groupby("layer", sort=False)["frozen_on"].min().fillna(made_on)
    first = str(known.min())
    later = {str(layer): dt.date.fromisoformat(str(day)) for layer, day in known.items()
             if day != first}  # fmt: skip
    days = {"frozen_on": dt.date.fromisoformat(first)}
    return {**days, "frozen_later": later} if later else days


def _edges(rows: pd.DataFrame) -> list[float]:
    ordered = rows.sort_values("class_index")
    return [float(ordered["lower"].iloc[0]), *(float(v) for v in ordered["upper"])]
