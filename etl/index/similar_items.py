"""What a district that does better has, and the district like it lacks.

Unknown is never lacking: a figure that either district misses names nothing, and what is listed is
held against a district only where its facilities say what they give.
"""

import pandas as pd

from etl.config import Config
from etl.index.scene import reporting_share
from etl.schema import ALL_STAFF
from etl.warehouse import Warehouse

ITEM = {
    "district_id": "string", "similar_id": "string", "position": "Int32", "kind": "string",
    "item": "string", "label": "string", "value_here": "float64", "value_there": "float64",
    "unit": "string", "estimate": "boolean",
}  # fmt: skip
KINDS = ("access", "staff", "level", "service_type")
FIGURE = ["district_id", "kind", "item", "label", "value", "unit", "estimate", "direction"]


def better_items(config: Config, warehouse: Warehouse, similar: pd.DataFrame) -> pd.DataFrame:
    """Return `ITEM` of every pair of kind ``better``; `position` counts the items of a pair.

    Reads ``out_staff``, ``out_layer``, ``out_layer_district``, ``out_service``, ``out_level`` and
    ``core_service``.
    """
    pairs = similar.loc[similar["kind"] == "better", ["district_id", "similar_id", "position"]]
    pairs = pairs.rename(columns={"position": "place"})
    figures = pd.concat([_access(config, warehouse), _staff(warehouse)], ignore_index=True)
    figures["order"] = range(len(figures))
    more = _ahead(pairs, figures, config.map.similar.more_by)
    listed = _listed_there(config, warehouse, pairs)
    found = pd.concat([more, listed], ignore_index=True)
    found["kind_order"] = found["kind"].map({kind: i for i, kind in enumerate(KINDS)})
    found = found.sort_values(["district_id", "place", "kind_order", "order", "item"])
    found["position"] = found.groupby(["district_id", "similar_id"]).cumcount() + 1
    return found[list(ITEM)]


def _ahead(pairs: pd.DataFrame, figures: pd.DataFrame, by: float) -> pd.DataFrame:
    """Return the figures that are better there by the share `by` of the figure here."""
    there = figures[["district_id", "item", "value"]].rename(
        columns={"district_id": "similar_id", "value": "value_there"}
    )
    both = pairs.merge(figures.rename(columns={"value": "value_here"}), on="district_id")
    both = both.merge(there, on=["similar_id", "item"])
    both = both.dropna(subset=["value_here", "value_there"])
    ahead = (both["value_there"] - both["value_here"]) * -both["direction"]
    return both[(ahead > 0) & (ahead >= by * both["value_here"].abs())]


def _access(config: Config, warehouse: Warehouse) -> pd.DataFrame:
    """Return access figures of the measures that the rules name, in the order of the layers."""
    layers = warehouse.read("out_layer")
    layers = layers[layers["measure"].isin(config.map.similar.access)]
    table = layers.merge(warehouse.read("out_layer_district"), on="layer").assign(kind="access")
    table["label"] = table["label"] + " (" + table["tier_label"] + ")"
    table["item"] = table["measure"] + "." + table["tier"]
    return table[FIGURE]


def _staff(warehouse: Warehouse) -> pd.DataFrame:
    """Return staff per 100,000 people by cadre; all cadres together would repeat them."""
    table = warehouse.read("out_staff").sort_values(["position", "district_id"])
    table = table[table["cadre"] != ALL_STAFF]
    table = table.rename(columns={"cadre": "item", "fte_per_100k": "value"})
    return table.assign(kind="staff", unit="FTE per 100,000", estimate=False, direction=-1)[FIGURE]


def _listed_there(config: Config, warehouse: Warehouse, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return levels and types of service that are listed there and not here.

    Only for districts here most of whose facilities say what they give, in regions where most do: a
    district without any facility in the register has none listed.
    """
    services = warehouse.read("out_service")
    services = services[~services["is_candidate"]]
    silent = _silent(config, warehouse.read("core_service"))
    known = pairs.head(0) if silent is None else pairs[~pairs["district_id"].isin(silent)]
    parts = []
    names = {"level": ("level", "level_label"), "service_type": ("service_type", "type_label")}
    for kind, (item, label) in names.items():
        counts = services.groupby(["district_id", item, label]).size().reset_index(name="value")
        counts.columns = pd.Index(["district_id", "item", "label", "value"])
        there = known.merge(
            counts.rename(columns={"district_id": "similar_id", "value": "value_there"}),
            on="similar_id",
        )
        both = there.merge(
            counts[["district_id", "item", "value"]].rename(columns={"value": "value_here"}),
            on=["district_id", "item"],
            how="left",
        )
        lacking = both[both["value_here"].isna()].assign(
            value_here=0.0, kind=kind, unit="services listed", estimate=False, order=0
        )
        parts.append(lacking)
    return pd.concat(parts, ignore_index=True)


def _silent(config: Config, services: pd.DataFrame) -> set[str] | None:
    """Return districts most of whose facilities do not say what they give; None: most of all."""
    least = config.model.access.min_reporting
    if (reporting_share(config, services) or 0.0) < least:
        return None
    shares = {str(k): reporting_share(config, own) for k, own in services.groupby("district_id")}
    return {district for district, share in shares.items() if share is not None and share < least}
