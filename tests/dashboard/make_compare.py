"""Similar districts, and what is usual, in the synthetic snapshot."""

import numpy as np
import pandas as pd

TYPES = {
    "out_peer": "TTT",
    "out_typical": "TTIDDD",
    "out_similar": "TTITDDD",
    "out_similar_item": "TTITTTDDTB",
}
NEED_BAND, ACCESS_MARGIN = 10.0, 10.0


def comparison(gap: pd.DataFrame, layer_values: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of `TYPES`; `layer_values` is out_layer_district."""
    peers = gap["is_rural"].map({True: "rural", False: "urban"})
    scored = layer_values.dropna(subset=["value"]).groupby("layer", sort=False)["value"]
    typical = [
        [layer, "region", len(values), values.median(), *values.quantile([0.1, 0.9])]
        for layer, values in scored
    ]
    pairs, items = _pairs(gap)
    return {
        "out_peer": pd.DataFrame(
            {"district_id": gap["district_id"], "peer_group": peers, "peer_label": peers}
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
    for one in gap.to_dict("records"):
        alike = (gap["need_score"] - one["need_score"]).abs() <= NEED_BAND
        alike &= (gap["is_rural"] == one["is_rural"]) & (gap["district_id"] != one["district_id"])
        others = gap[alike]
        better = others[others["access_score"] >= one["access_score"] + ACCESS_MARGIN]
        for kind, found in (("similar", others), ("better", better)):
            for place, other in enumerate(found.head(5).to_dict("records"), start=1):
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
