"""The SELECTs behind tables of figures: all of a district, what is usual, what is withheld."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import pandas as pd

from dashboard.queries import Snapshot

# The marks of the withheld cells of a column, by district; columns are (table, item, column).
Marks = Mapping[tuple[str, str, str], Mapping[str, str]]


def of_district(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return every figure of one district: the columns of out_layer, value, and unreliable.

    `unreliable` tells rates on few cases or people.
    """
    return snapshot.frame(
        """SELECT l.*, d.value, u.code IS NOT NULL AS unreliable FROM out_layer l
        LEFT JOIN out_layer_district d ON d.layer = l.layer AND d.district_id = ?
        LEFT JOIN out_unreliable u ON l.family = 'indicator' AND u.indicator_id = l.measure
            AND u.district_id = d.district_id
        ORDER BY l.position, l.layer""",
        [district_id],
    )


def spreads(snapshot: Snapshot) -> dict[str, float]:
    """Return how far apart the 10th and the 90th percentile of the region are, by layer.

    Figures on which nearly all districts agree, so that the two are equal, are left out.
    """
    rows = snapshot.frame(
        """SELECT layer, p90 - p10 AS spread FROM out_typical
        WHERE scope = 'region' AND p90 > p10 ORDER BY layer"""
    )
    return dict(zip(rows["layer"].astype(str), rows["spread"].astype(float), strict=True))


def variant_ranks(snapshot: Snapshot) -> pd.DataFrame:
    """Return district_id and `ranks`: its gap rank under every model choice that could be made.

    Ranks stand in the order of the choices; a choice that does not rank the district is left out.
    """
    return snapshot.frame(
        """SELECT d.district_id, list(d.gap_rank::INTEGER ORDER BY v.position, v.variant)
                FILTER (d.gap_rank IS NOT NULL) AS ranks
        FROM out_variant_district d JOIN out_variant v USING (variant)
        WHERE v.failure IS NULL GROUP BY d.district_id ORDER BY d.district_id"""
    )


@lru_cache(maxsize=8)
def withheld(snapshot: Snapshot) -> Marks:
    """Return the mark that files give each withheld cell of the tables that pages lay out.

    By column, which is (table, item, column), and district; the item is empty where a table has one
    row per district.
    """
    # Read once: a large region withholds tens of thousands, too many for every run.
    rows = snapshot.frame(
        """SELECT table_name, coalesce(item, '') AS item, column_name, district_id, code
        FROM out_withheld
        WHERE table_name IN ('out_gap', 'out_layer_district', 'out_lens_district') ORDER BY ALL"""
    )
    out: dict[tuple[str, str, str], dict[str, str]] = {}
    for table, item, column, district_id, code in rows.astype(str).itertuples(index=False):
        out.setdefault((table, item, column), {})[district_id] = code
    return MappingProxyType({key: MappingProxyType(marks) for key, marks in out.items()})
