"""Layers of the map: what can colour the districts, in classes by several methods.

Classes are made from the figures as published, so that a legend holds for the table beside it.
"""

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.gap import INSUFFICIENT
from etl.index.map_classes import CLASS_TYPES, METHODS, cut, layer_classes
from etl.index.typed import typed
from etl.measures.classify import quantile_breaks
from etl.schema import Breaks
from etl.warehouse import Warehouse

NO_DATA = "no data"
SCORES = {"gap": "gap_score", "need": "need_score", "access": "access_score"}
LAYER = {
    "layer": "string", "position": "Int32", "family": "string", "measure": "string",
    "tier": "string", "tier_label": "string", "label": "string", "unit": "string",
    "direction": "Int32", "estimate": "boolean", "definition": "string", "reference": "string",
    "vintage": "string", "source_id": "string", "n_districts": "Int32", "default_method": "string",
}  # fmt: skip
LAYER_CLASS = {
    "layer": "string", "method": "string", **CLASS_TYPES, "frozen_on": "string",
}  # fmt: skip
LAYER_DISTRICT = {
    "layer": "string", "district_id": "string", "value": "float64",
    **{f"class_{method}": "Int32" for method in METHODS}, "reason": "string",
}  # fmt: skip
BIVARIATE = {"district_id": "string", "need_class": "Int32", "access_class": "Int32"}
BIVARIATE_CLASS = {"variable": "string", **CLASS_TYPES}


def write_layers(config: Config, region_id: str, warehouse: Warehouse) -> None:
    """Write ``out_layer``, ``out_layer_class``, ``out_layer_district`` and the classes of lenses.

    Reads ``out_gap``, ``out_indicator`` and ``out_access``.
    """
    breaks = config.breaks.get(region_id)
    layers = _layers(config, warehouse.select_file("map/layer"))
    warehouse.write("idx_layer", layers[["layer", "position"]])
    values = warehouse.select_file("map/layer_value")
    classes, districts, counts = [], [], {}
    for layer in layers.to_dict("records"):
        name = str(layer["layer"])
        rows = values[values["layer"] == name].set_index("district_id")
        own = rows["value"].astype(float)
        found = layer_classes(config, breaks, name, str(layer["unit"]), own)
        counts[name] = int(own.notna().sum())
        for method, made in found.items():
            since = breaks.since(name) if breaks and made.is_frozen else None
            classes += [(*row, since) for row in made.rows(name, method)]
        absent = INSUFFICIENT if layer["family"] == "score" else NO_DATA
        members = {f"class_{m}": c.member for m, c in found.items()}
        rows = rows.join(pd.DataFrame(members, index=rows.index))
        rows["reason"] = pd.Series(absent, index=rows.index).where(own.isna())
        districts.append(rows.reset_index())
    layers["n_districts"] = layers["layer"].map(counts)
    warehouse.write("out_layer", typed(layers, LAYER))
    warehouse.write("out_layer_class", typed(classes, LAYER_CLASS))
    held = pd.concat(districts).reindex(columns=list(LAYER_DISTRICT))  # some have no fixed bounds
    warehouse.write("out_layer_district", typed(held, LAYER_DISTRICT))
    _write_lens_classes(config, breaks, warehouse)


def write_bivariate(config: Config, region_id: str, warehouse: Warehouse) -> None:
    """Write ``out_bivariate`` and ``out_bivariate_class``: thirds of need and of access."""
    breaks = config.breaks.get(region_id)
    kept = {str(k): np.array(v) for k, v in breaks.bivariate.items()} if breaks else {}
    gap = warehouse.read("out_gap").set_index("district_id")
    bounds, members = [], {}
    for variable in ("need_score", "access_score"):
        values = gap[variable].astype(float)
        made = quantile_breaks(values, config.map.bivariate_classes)
        found = cut(values, kept.get(variable, made), is_frozen=variable in kept)
        bounds += found.rows(variable)
        members[f"{variable.removesuffix('_score')}_class"] = found.member
    warehouse.write("out_bivariate_class", typed(bounds, BIVARIATE_CLASS))
    table = pd.DataFrame(members).rename_axis("district_id").reset_index()
    warehouse.write("out_bivariate", typed(table, BIVARIATE))


def _layers(config: Config, found: pd.DataFrame) -> pd.DataFrame:
    """Return the layers in order, the scores first; `found` holds indicators and measures."""
    scores = [
        {"layer": name, "family": "score", "estimate": True, **words.model_dump()}
        for name, words in config.map.scores.items()
    ]
    kept = found[~found["measure"].isin(config.map.classes.left_out)]
    layers = pd.concat([pd.DataFrame(scores), kept], ignore_index=True)
    default = {str(k): str(v) for k, v in config.map.classes.default_method.items()}
    return layers.assign(
        position=range(1, len(layers) + 1), default_method=layers["family"].map(default)
    )


def _write_lens_classes(config: Config, breaks: Breaks | None, warehouse: Warehouse) -> None:
    """Write ``out_lens_class`` and the classes in ``out_lens_district``, by the scores' method.

    Everyone has the classes of the layer; another lens has its own, as its scores spread otherwise.
    """
    method = str(config.map.classes.default_method["score"])
    about, table = warehouse.read("out_lens"), warehouse.read("out_lens_district")
    bounds, parts = [], []
    for lens, is_default in zip(about["lens"], about["is_default"], strict=True):
        rows = table[table["lens"] == lens].set_index("district_id")
        if rows.empty:
            continue
        for layer, score in SCORES.items():
            kept, values = breaks if is_default else None, rows[score].astype(float)
            found = layer_classes(config, kept, layer, "", values, [method])[method]
            rows[f"class_{layer}"] = found.member
            bounds += found.rows(str(lens), score)
        parts.append(rows.reset_index())
    types = {"lens": "string", "variable": "string", **CLASS_TYPES}
    warehouse.write("out_lens_class", typed(bounds, types))
    shown = [*table.columns, *(f"class_{layer}" for layer in SCORES)]
    warehouse.write("out_lens_district", pd.concat(parts, ignore_index=True)[shown])
