"""Groups of similar districts, and what is usual in the region and in each group."""

import pandas as pd

from etl.config import Config
from etl.index.typed import typed
from etl.measures.classify import classify, quantile_breaks
from etl.schema import PeerRules, Region
from etl.warehouse import Warehouse

REGION = "region"  # scope of all districts together
PEER = {"district_id": "string", "peer_group": "string", "peer_label": "string"}
TYPICAL = {
    "layer": "string", "scope": "string", "n": "Int32", "median": "float64", "p10": "float64",
    "p90": "float64",
}  # fmt: skip
WHOLE = "all"
UNKNOWN = "unknown"


def write_peers(config: Config, region: Region, warehouse: Warehouse) -> None:
    """Write ``out_peer`` and ``out_typical``; reads ``out_gap`` and ``out_layer_district``."""
    gap = warehouse.read("out_gap").set_index("district_id")
    labels = {name: rule.label for name, rule in region.rurality.classes.items()}
    groups = peer_groups(config.map.peers, labels, gap)
    warehouse.write("out_peer", typed(groups.reset_index(), PEER))
    values = warehouse.read("out_layer_district")[["layer", "district_id", "value"]].dropna()
    own = values.merge(groups["peer_group"], left_on="district_id", right_index=True)
    parts = [values.assign(scope=REGION), own.rename(columns={"peer_group": "scope"})]
    order = warehouse.read("out_layer").set_index("layer")["position"]
    warehouse.write("out_typical", typed(typical(pd.concat(parts), order), TYPICAL))


def peer_groups(rules: PeerRules, labels: dict[str, str], table: pd.DataFrame) -> pd.DataFrame:
    """Return ``peer_group`` and ``peer_label`` of each district.

    All districts are split by rural or not, these by their rural class, and these by people into
    as many parts as there are `sizes`; a split that would leave a part with fewer than `least`
    districts is not made. Districts without a rural class stand apart.

    Parameters
    ----------
    labels
        Of the rural classes.
    table
        By district: ``is_rural``, ``rural_class``, ``population``.
    """
    known = table["is_rural"].notna()
    groups = pd.DataFrame(
        {"peer_group": UNKNOWN, "peer_label": rules.unknown}, index=table.index, dtype="string"
    )
    groups.loc[known] = [WHOLE, rules.everyone]
    rural = table["is_rural"].map({True: "rural", False: "not_rural"})
    sides = {"rural": "Rural", "not_rural": "Not rural"}
    sizes = dict(zip(rules.size_keys, rules.sizes, strict=True))
    _split(groups, known, rural, sides, rules.least)
    _split(groups, known, table["rural_class"], labels, rules.least)
    by_people = _sizes(groups, table["population"].astype(float), rules)
    _split(groups, known, by_people, sizes, rules.least, keeps_label=True)
    return groups


def _split(
    groups: pd.DataFrame,
    known: pd.Series,
    by: pd.Series,
    words: dict[str, str],
    least: int,
    *,
    keeps_label: bool = False,
) -> None:
    """Split, in place, every group whose parts by `by` are all large enough.

    `words` are the labels of the parts; they replace the group's, or follow it.
    """
    for name in groups.loc[known, "peer_group"].unique():
        inside = known & (groups["peer_group"] == name)
        parts, label = by[inside], str(groups.loc[inside, "peer_label"].iloc[0])
        if parts.isna().any() or parts.nunique() < 2 or parts.value_counts().min() < least:
            continue
        for key in parts.unique():
            at = inside & (by == key)
            groups.loc[at, "peer_group"] = key if name == WHOLE else f"{name}.{key}"
            groups.loc[at, "peer_label"] = f"{label}, {words[key]}" if keeps_label else words[key]


def _sizes(groups: pd.DataFrame, people: pd.Series, rules: PeerRules) -> pd.Series:
    """Return the size of each district among those of its group, by equal numbers of districts."""
    sizes = pd.Series(index=people.index, dtype="string")
    keys = dict(enumerate(rules.size_keys))
    for name in groups["peer_group"].unique():
        own = people[groups["peer_group"] == name]
        sizes.loc[own.index] = classify(own, quantile_breaks(own, len(rules.size_keys))).map(keys)
    return sizes


def typical(values: pd.DataFrame, order: pd.Series) -> pd.DataFrame:
    """Return number, median, 10th and 90th percentile by layer and scope.

    Percentiles are interpolated between districts; each district counts once, whatever its people.

    Parameters
    ----------
    values
        ``layer``, ``scope``, ``value``; no value missing.
    order
        Position of each layer.
    """
    found = values.groupby(["layer", "scope"])["value"]
    table = pd.DataFrame(
        {"n": found.size(), "median": found.median(), "p10": found.quantile(0.1),
         "p90": found.quantile(0.9)}
    ).reset_index()  # fmt: skip
    table["position"] = table["layer"].map(order)
    table["within"] = table["scope"] != REGION  # the whole region first
    return table.sort_values(["position", "within", "scope"], ignore_index=True)
