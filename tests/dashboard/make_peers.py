"""Similar districts of the synthetic snapshot: groups, what is usual, and who does better."""

import pandas as pd

TYPES = {"out_peer": "TTT", "out_typical": "TTIDDD", "out_similar": "TTITDDD"}


def peers(gap: pd.DataFrame, members: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of `TYPES`; `members` is `out_layer_district` of the same districts."""
    rural = gap["is_rural"].map({True: "rural", False: "not_rural"}).fillna("unknown")
    group = dict(zip(gap["district_id"], rural, strict=True))
    own = [[key, name, name.replace("_", " ").capitalize()] for key, name in group.items()]
    values = members[["layer", "district_id", "value"]].copy()
    values["value"] = values["value"].astype(float)
    values = values.dropna()
    scopes = [values.assign(scope="region"), values.assign(scope=values["district_id"].map(group))]
    usual = [
        [layer, scope, len(part), part.median(), part.quantile(0.1), part.quantile(0.9)]
        for (layer, scope), part in pd.concat(scopes).groupby(["layer", "scope"])["value"]
    ]
    return {
        "out_peer": pd.DataFrame(own, columns=["district_id", "peer_group", "peer_label"]),
        "out_typical": pd.DataFrame(usual, columns=["layer", "scope", "n", "median", "p10", "p90"]),
        "out_similar": _similar(gap),
    }


def _similar(gap: pd.DataFrame) -> pd.DataFrame:
    rows: list[list[object]] = []
    scored = gap.dropna(subset=["gap_score"]).to_dict("records")
    for row in scored:
        found = [
            other
            for other in scored
            if other["is_rural"] == row["is_rural"]
            and other["access_score"] >= row["access_score"] + 10
        ]
        found.sort(key=lambda other: (-other["access_score"], other["district_id"]))
        rows += [
            [row["district_id"], "better", at, other["district_id"],
             other["need_score"] - row["need_score"], other["access_score"] - row["access_score"],
             other["population"] / row["population"]]
            for at, other in enumerate(found[:5], start=1)
        ]  # fmt: skip
    columns = ["district_id", "kind", "position", "similar_id", "need_difference",
               "access_difference", "population_ratio"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
