"""Layers of the synthetic snapshot: the same columns as ``out_layer`` and its kin."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

TYPES = {
    "out_layer": "TITTTTTTIBTTTTIT",
    "out_layer_class": "TTIDDIBT",
    "out_layer_district": "TTDIIIIT",
}
METHODS = ("quantile", "jenks", "equal", "fixed")
SCORES = {"gap": 1, "need": 1, "access": -1}


def layers(
    gap: pd.DataFrame, indicators: pd.DataFrame, access: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables of `TYPES` for the scores, indicators and access measures given."""
    about, classes, members = [], [], []
    for position, (row, values) in enumerate(_figures(gap, indicators, access), start=1):
        layer, index = row[0], pd.Series(np.nan, index=values.index)
        if values.nunique() > 1:
            index, edges = pd.qcut(values, 5, labels=False, retbins=True, duplicates="drop")
            counts = index.value_counts()
            classes += [
                [layer, method, k, edges[k], edges[k + 1], int(counts.get(k, 0)), False, None]
                for method in METHODS
                for k in range(len(edges) - 1)
            ]
        about.append([layer, position, *row[1:], int(values.notna().sum()), "quantile"])
        absent = "insufficient data" if row[1] == "score" else "no data"
        members += [
            [layer, key, value, *[None if np.isnan(k) else int(k)] * 4,
             absent if np.isnan(value) else None]
            for key, value, k in zip(values.index, values, index, strict=True)
        ]  # fmt: skip
    names = ["layer", "position", "family", "measure", "tier", "tier_label", "label", "unit",
             "direction", "estimate", "definition", "reference", "vintage", "source_id",
             "n_districts", "default_method"]  # fmt: skip
    bounds = ["layer", "method", "class_index", "lower", "upper", "n_districts", "is_frozen",
              "frozen_on"]  # fmt: skip
    own = ["layer", "district_id", "value", *(f"class_{m}" for m in METHODS), "reason"]
    return {
        "out_layer": pd.DataFrame(about, columns=names),
        "out_layer_class": pd.DataFrame(classes, columns=bounds),
        "out_layer_district": pd.DataFrame(members, columns=own),
    }


def _figures(
    gap: pd.DataFrame, indicators: pd.DataFrame, access: pd.DataFrame
) -> Iterator[tuple[list[object], pd.Series]]:
    """Yield what is known of each layer, and its values by district in the order of `gap`."""
    ids = gap["district_id"]
    for name, way in SCORES.items():
        row = [name, "score", None, None, None, name.capitalize(), "score 0-100", way, True,
               f"The {name} score.", None, None, None]  # fmt: skip
        yield row, gap.set_index("district_id")[f"{name}_score"].astype(float)
    for key, own in indicators.groupby("indicator_id", sort=False):
        one = own.iloc[0]
        row = [f"indicator.{key}", "indicator", key, None, None, one["label"], one["unit"],
               int(one["direction"]), False, one["definition"], None, one["vintage"],
               one["source_id"]]  # fmt: skip
        yield row, own.set_index("district_id")["value"].astype(float).reindex(ids)
    for (key, tier), own in access.groupby(["measure", "tier"], sort=False):
        one = own.iloc[0]
        row = [f"measure.{key}.{tier}", "access", key, tier, one["tier_label"], one["label"],
               one["unit"], 1 if "minutes" in str(key) else -1, bool(one["estimate"]),
               one["definition"], one["reference"], None, None]  # fmt: skip
        yield row, own.set_index("district_id")["value"].astype(float).reindex(ids)
