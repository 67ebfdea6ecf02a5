"""The access index in tables and words: its parts, and how sure it is."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from etl.config import Config
from etl.index.access_index import AccessIndex
from etl.index.counts import Silence
from etl.index.nearness import known_levels
from etl.index.scene import Scene
from etl.warehouse import Warehouse

Row = tuple[str, str, str, str, str, str]  # section, title, text, value, unit, reference
_TYPES = {
    "component": "string",
    "position": "int32",
    "label": "string",
    "unit": "string",
    "weight": "float64",
    "direction": "int32",
    "low": "float64",
    "high": "float64",
    "is_fixed": "bool",
    "reference": "string",
    "in_index": "bool",
    "left_out": "string",
}


def write_access_index(warehouse: Warehouse, index: AccessIndex) -> None:
    """Write ``idx_access_component`` and ``idx_access_part``."""
    table = index.table.reset_index()[list(_TYPES)]
    warehouse.write("idx_access_component", table.astype(_TYPES))
    parts = {
        "value": index.values,
        "scaled_value": index.scaled,
        "weight": index.weights,
        "contribution": index.contributions,
    }
    long = pd.concat({k: v.stack(future_stack=True) for k, v in parts.items()}, axis=1)
    long.index.names = ["district_id", "component"]
    columns = ["district_id", "component", *parts]
    types = {"district_id": "string", "component": "string"} | dict.fromkeys(parts, "float64")
    warehouse.write("idx_access_part", long.reset_index().reindex(columns=columns).astype(types))


def access_rows(scene: Scene, index: AccessIndex, silent: Silence) -> list[Row]:
    """Return the method in words: every part of the index, and what the runs of access are."""
    section, config, rows = "Access score", scene.config, []
    components = config.model.access.components
    for name, row in index.table.to_dict("index").items():
        used = bool(row["in_index"])
        told = _scaled(scene, str(name), row) if used else f"Left out here: {row['left_out']}"
        rows.append(
            (section, str(row["label"]), f"{components[str(name)].why} {told}",
             f"{row['weight']:.0%}" if used else "left out", "of the access score",
             str(row["reference"]))
        )  # fmt: skip
    return [*rows, *_run_rows(config, silent)]


def _scaled(scene: Scene, name: str, row: Mapping[Hashable, Any]) -> str:
    """Say the bounds of a part, whether they stay, and which levels of care it counts."""
    compare = "Fixed, so scores compare across snapshots." if row["is_fixed"] else (
        "Of this region's figures, so scores do not compare across snapshots.")  # fmt: skip
    words = f"Scaled between {row['low']:g} and {row['high']:g} {row['unit']}. {compare}"
    model = scene.config.model
    if known := known_levels(scene, model.access_measures[name]):
        words += f" Levels with data here: {', '.join(model.access_tiers[t].label for t in known)}."
    return words


def _run_rows(config: Config, silent: Silence) -> list[Row]:
    """Say the runs behind the rank intervals, and what was taken of silent facilities."""
    section, runs = "How sure access is", config.model.uncertainty.access_runs
    speeds, widths = (
        ", ".join(f"{f:g}" for f in given) for given in (runs.speed_factors, runs.catchment_factors)
    )
    number = len(runs.speed_factors) * len(runs.catchment_factors) * (1 + runs.counts)
    known = silent.chance.dropna()
    if len(known):
        shown = f"{known.min():.0%}" + (
            "" if known.min() == known.max() else f" to {known.max():.0%}"
        )
    else:
        shown = "no data"
    return [
        (section, "Access computed again",
         "The access score is computed again in every combination of travel speed, width of catchments "
         "and what is counted; each draw of the rank intervals takes one of them. The factors on speed "
         f"({speeds}) and on catchments ({widths}) are assumed. In every run the score is scaled "
         "between the published bounds.", f"{number:,}", "runs", "config/model.yaml"),
        (section, "What is counted",
         "Besides as published, counts are drawn anew: the staff of each district as a Poisson number "
         "about its count, because a register is one day's count. Staff nobody counted stays at none.",
         f"{runs.counts:,}", "counts drawn", f"seed {config.model.uncertainty.seed}"),
        (section, "Facilities that do not report",
         "In those counts, facilities that did not report their services give mental-health care as "
         "often as the facilities of their tier of care in this region that do report. Where none "
         "reports, none is drawn: no data.", shown,
         f"of {len(silent.may_be):,} facilities", "config/services.yaml"),
    ]  # fmt: skip
