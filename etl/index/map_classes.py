"""Map classes of a layer: its values cut in every way; bounds kept from before stay."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.config import Config
from etl.measures.checks import FloatArray
from etl.measures.classify import (
    classify,
    equal_breaks,
    natural_breaks,
    quantile_breaks,
    widened,
)
from etl.schema import Breaks

METHODS = ("quantile", "jenks", "equal", "fixed")
CLASS_TYPES = {
    "class_index": "Int32", "lower": "float64", "upper": "float64", "n_districts": "Int32",
    "is_frozen": "boolean",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Classes:
    """Classes of one variable.

    Attributes
    ----------
    edges : ascending, one more than there are classes; empty without values
    member : class of each district from 0 (lowest values), missing without a value
    is_frozen : whether the bounds come from an earlier snapshot
    """

    edges: FloatArray
    member: pd.Series
    is_frozen: bool

    def rows(self, *keys: str) -> list[tuple[object, ...]]:
        """Return one row per class: the keys given, then the columns of `CLASS_TYPES`."""
        n = max(len(self.edges) - 1, 0)
        counts = np.bincount(self.member.dropna().to_numpy(dtype=np.int64), minlength=n)
        ends = zip(self.edges[:-1], self.edges[1:], strict=True)
        return [(*keys, i, *bounds, counts[i], self.is_frozen) for i, bounds in enumerate(ends)]


def cut(values: pd.Series, edges: FloatArray, *, is_frozen: bool) -> Classes:
    """Return the classes of values; ends are moved out to hold every value."""
    held = widened(edges, values) if len(edges) else edges
    found = pd.Series(classify(values.to_numpy(dtype=float), held), index=values.index)
    return Classes(held, found.where(found >= 0).astype("Int32"), is_frozen)


def layer_classes(
    config: Config,
    breaks: Breaks | None,
    layer: str,
    unit: str,
    values: pd.Series,
    methods: Sequence[str] = METHODS,
) -> dict[str, Classes]:
    """Return the classes of a layer by each of the methods that it has.

    Parameters
    ----------
    breaks
        Bounds kept for the region; those of other layers and methods are made from the values.
    unit
        Of the values; fixed bounds are declared for a layer or for all of a unit.
    values
        By district, NaN where there is none.
    """
    k, rules = config.model.map_classes, config.map.classes
    kept = {str(k): v for k, v in breaks.layers.get(layer, {}).items()} if breaks else {}
    ways: dict[str, Callable[[], FloatArray]] = {
        "quantile": lambda: quantile_breaks(values, k),
        "jenks": lambda: natural_breaks(values, k, rules.natural_most),
        "equal": lambda: equal_breaks(values, k),
    }
    found = {}
    for method in (m for m in methods if m in ways):
        edges = np.array(kept[method]) if method in kept else ways[method]()
        found[method] = cut(values, edges, is_frozen=method in kept)
    fixed = rules.fixed.by_layer.get(layer, rules.fixed.by_unit.get(unit))
    if fixed is not None and "fixed" in methods:
        found["fixed"] = cut(values, np.array(fixed), is_frozen=False)
    return found
