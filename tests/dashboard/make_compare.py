"""Similar districts, and what is usual, in the synthetic snapshot."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

TYPES = {
    "out_peer": "TTT",
    "out_typical": "TTIDDD",
    "out_similar": "TTITDDD",
    "out_similar_item": "TTITTTDDTB",
}
NEED_BAND, ACCESS_MARGIN = 10.0, 10.0
# Looked through for each district; all of them would take minutes for a large region.
CANDIDATES = 40


def comparison(gap: pd.DataFrame, layer_values: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of `TYPES`; `layer_values` is out_layer_district."""
    rural = gap["is_rural"].map({True: "rural", False: "not_rural"}).fillna("unknown")
    group = dict(zip(gap["district_id"], rural, strict=True))
    values = layer_values[["layer", "district_id", "value"]].dropna()
    values = values.assign(value=values["value"].astype(float))
    scopes = [values.assign(scope="region"), values.assign(scope=values["district_id"].map(group))]
    typical = [
        [layer, scope, len(part), part.median(), *part.quantile([0.1, 0.9])]
        for (layer, scope), part in pd.concat(scopes).groupby(["layer", "scope"])["value"]
    ]
    pairs, items = _pairs(gap)
    return {
        "out_peer": pd.DataFrame(
            {"district_id": gap["district_id"], "peer_group": rural,
             "peer_label": rural.str.replace("_", " ").str.capitalize()}
        ),
        "out_typical": pd.DataFrame(
            typical, columns=["layer", "scope", "n", "median", "p10", "p90"]
        ),
        "out_similar": pd.DataFrame(
            pairs,
            columns=["district_id", "kind", "position", "similar_id", "need_difference",
                     "access_difference", "population_ratio"],
        ),
        "out_similar_item": pd.DataFrame(
            items,
            columns=["district_id", "similar_id", "position", "kind", "item", "label",
                     "value_here", "value_there", "unit", "estimate"],
        ),
    }  # fmt: skip


def _pairs(gap: pd.DataFrame) -> tuple[list[list[object]], list[list[object]]]:
    pairs: list[list[object]] = []
    items: list[list[object]] = []
    records = gap.to_dict("records")
    for one in records:
        others = [other for other in records[:CANDIDATES] if _alike(one, other)]
        least = one["access_score"] + ACCESS_MARGIN
        better = [other for other in others if other["access_score"] >= least]
        for kind, found in (("similar", others), ("better", better)):
            for place, other in enumerate(found[:5], start=1):
                pairs.append([
                    one["district_id"], kind, place, other["district_id"],
                    other["need_score"] - one["need_score"],
                    other["access_score"] - one["access_score"],
                    other["population"] / one["population"] if one["population"] else np.nan,
                ])  # fmt: skip
                if kind == "better":
                    items += [
                        [one["district_id"], other["district_id"], 1, "staff", "nurse",
                         "Nurses <b>", 1.5, 4.25, "FTE per 100,000", False],
                        [one["district_id"], other["district_id"], 2, "access", "e2sfca.all",
                         "Staff within reach", 2.0, 9.0, "FTE per 100,000", True],
                        [one["district_id"], other["district_id"], 3, "service_type", "day",
                         "Day centre", 0.0, 2.0, "services", False],
                    ]  # fmt: skip
    return pairs, items


def _alike(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> bool:
    return (
        abs(other["need_score"] - one["need_score"]) <= NEED_BAND
        and other["is_rural"] == one["is_rural"]
        and other["district_id"] != one["district_id"]
    )
