"""What the map can be coloured by: the layers of a snapshot, their figures and their classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dashboard import districts, i18n, queries, state, text
from dashboard.i18n import t
from dashboard.queries import Snapshot

# Layers kept for all sessions together; one of 30,000 districts needs about 4 MB.
KEPT = 24
# Two scores at once; not a row of out_layer, because it has no figure of its own.
BIVARIATE = "bivariate"
INSUFFICIENT = "insufficient data"
THIRDS = 3


@dataclass(frozen=True, eq=False)
class Layer:
    """One way to colour the map, with what every district has in it.

    `rows`: one per district in ascending district_id: district_id, value, rank (1 is the worst by
    direction; NaN without a value), low and high (likely range of the value, NaN where not known),
    member (class index, NaN without one), reason (why there is no value). `classes`: one per class,
    lowest values first: class_index, lower, upper, is_frozen. `direction`: 1 more is worse,
    -1 less is worse, 0 neither. For `bivariate`, member is 0 to 8 (need class times three, plus
    how poor access is), there is no value, and `classes` is empty.
    """

    id: str
    family: str
    name: str
    unit: str
    direction: int
    estimate: bool
    method: str
    methods: list[str]
    classes: pd.DataFrame
    rows: pd.DataFrame

    @cached_property
    def decimals(self) -> int:
        """Decimals that say something about these figures: by the middle one in size."""
        sizes = self.rows["value"].abs().dropna()
        if self.family == "score" or sizes.empty:
            return 1
        return 0 if self.unit in text.WHOLE_UNITS else text.decimals_for(sizes.median())

    @cached_property
    def placed(self) -> pd.DataFrame:
        """The rows that have a place, the worst first; of `bivariate` those of the worst cell."""
        rows = self.rows
        if self.id == BIVARIATE:
            rows = rows[rows["member"] == THIRDS * THIRDS - 1]
        return rows.dropna(subset=["rank"]).sort_values(["rank", "district_id"])


def listed(snapshot: Snapshot) -> pd.DataFrame:
    """Return the layers of the snapshot in published order; `domain` for indicators."""
    return snapshot.frame(
        """SELECT l.*, i.domain FROM out_layer l LEFT JOIN (
            SELECT indicator_id, any_value(domain) AS domain FROM out_indicator GROUP BY ALL) i
            ON l.family = 'indicator' AND i.indicator_id = l.measure
        ORDER BY l.position, l.layer"""
    )


def worst_first(layer: Layer, shown: Sequence[bool]) -> pd.DataFrame:
    """Return `layer.placed` of the districts shown; `shown` in ascending district_id."""
    if all(shown):
        return layer.placed
    return layer.placed[np.array(shown, dtype=bool)[layer.placed.index]]


@lru_cache(maxsize=KEPT)
def known(snapshot: Snapshot) -> frozenset[str]:
    """Return the ids of all that the map can be coloured by."""
    return frozenset([*listed(snapshot)["layer"].astype(str), BIVARIATE])


def load(snapshot: Snapshot, view: state.View) -> Layer:
    """Return the layer that the view names, classed as it asks or as published.

    The same object for every reader who asks for the same: change nothing in it.
    """
    return _load(snapshot, view.layer, view.classes, view.lens, i18n.language())


@lru_cache(maxsize=KEPT)
def _load(snapshot: Snapshot, layer: str, classes: str, lens: str, _: str) -> Layer:
    if layer == BIVARIATE:
        return _bivariate(snapshot)
    every = listed(snapshot)
    about = every[every["layer"] == layer].iloc[0].to_dict()
    rows = _rows(snapshot, layer)
    bounds = _bounds(snapshot, layer)
    methods = [name for name in state.METHODS if name in set(bounds["method"])]
    default = str(about["default_method"])
    if lens:
        # A group of people has classes of its own, by the method of the index only.
        methods = [default]
    method = classes if classes in methods else default
    rows["member"] = rows[f"class_{method}"]
    if about["family"] == "score":
        _put_scores(rows, layer, lens, districts.load(snapshot, lens).gap)
    else:
        sign = -1 if int(about["direction"]) < 0 else 1
        rows["rank"] = (rows["value"] * sign).rank(ascending=False, method="min")
    return Layer(
        id=layer,
        family=str(about["family"]),
        name=name(about),
        unit=text.plain(about["unit"]),
        direction=int(about["direction"]),
        estimate=bool(about["estimate"]),
        method=method,
        methods=methods,
        classes=queries.classes(snapshot, layer, lens)
        if lens
        else bounds[bounds["method"] == method].reset_index(drop=True),
        rows=rows,
    )


def name(about: Mapping[Any, Any]) -> str:
    """Return what a layer is called: its label, and the tier where it is about one."""
    if about["family"] == "score":
        return text.score_words(str(about["layer"])).score
    label = text.label(about["label"])
    if text.is_missing(about["tier_label"]):
        return label
    return t("layer.with_tier", label=label, tier=text.label(about["tier_label"]))


def corners(snapshot: Snapshot) -> pd.DataFrame:
    """Return the bounds of the thirds of need and access: variable, class_index, lower, upper."""
    return snapshot.frame("SELECT * FROM out_bivariate_class ORDER BY variable, class_index")


def _put_scores(rows: pd.DataFrame, layer: str, lens: str, gap: pd.DataFrame) -> None:
    """Put the scores of the chosen group, their ranks and likely ranges into `rows`."""
    for column, source in (("value", "score"), ("rank", "rank")):
        rows[column] = gap[f"{layer}_{source}"].to_numpy()
    if layer == "gap":
        rows["low"], rows["high"] = gap["gap_low"].to_numpy(), gap["gap_high"].to_numpy()
    if lens:
        rows["member"] = gap[f"class_{layer}"].to_numpy()
        rows["reason"] = [INSUFFICIENT if text.is_missing(v) else None for v in rows["value"]]


def _rows(snapshot: Snapshot, layer: str) -> pd.DataFrame:
    # From out_gap, so that a district the layer lacks keeps its place and shows as no data.
    return snapshot.frame(
        """SELECT g.district_id, d.value, d.class_quantile, d.class_jenks, d.class_equal,
            d.class_fixed, d.reason, i.low, i.high
        FROM out_gap g
        LEFT JOIN out_layer_district d ON d.district_id = g.district_id AND d.layer = ?
        LEFT JOIN out_layer l ON l.layer = d.layer
        LEFT JOIN out_indicator i ON l.family = 'indicator' AND i.indicator_id = l.measure
            AND i.district_id = g.district_id
        ORDER BY g.district_id""",
        [layer],
    )


def _bounds(snapshot: Snapshot, layer: str) -> pd.DataFrame:
    return snapshot.frame(
        """SELECT method, class_index, lower, upper, is_frozen, frozen_on FROM out_layer_class
        WHERE layer = ? ORDER BY method, class_index""",
        [layer],
    )


def _bivariate(snapshot: Snapshot) -> Layer:
    rows = snapshot.frame(
        """SELECT g.district_id, NULL::DOUBLE AS value, g.gap_rank AS rank,
            NULL::DOUBLE AS low, NULL::DOUBLE AS high,
            b.need_class * 3 + (2 - b.access_class) AS member,
            CASE WHEN b.need_class + b.access_class IS NULL THEN 'insufficient data' END AS reason
        FROM out_gap g LEFT JOIN out_bivariate b USING (district_id) ORDER BY g.district_id"""
    )
    return Layer(
        id=BIVARIATE,
        family=BIVARIATE,
        name=t("layer.bivariate"),
        unit="",
        direction=1,
        estimate=True,
        method="quantile",
        methods=["quantile"],
        classes=pd.DataFrame(columns=["class_index", "lower", "upper", "is_frozen"]),
        rows=rows,
    )
