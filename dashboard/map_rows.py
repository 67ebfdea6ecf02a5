"""The SELECTs behind what the map fetches by address: figures of a layer, places of people."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import Snapshot


def layer_values(snapshot: Snapshot, layer: str) -> pd.DataFrame:
    """Return `value` of one layer, a row per district in ascending district_id.

    Empty when the snapshot has no layer of that name. The unit is that of the layer in `out_layer`.
    """
    return snapshot.frame(
        "SELECT district_id, value FROM out_layer_district WHERE layer = ? ORDER BY district_id",
        [layer],
    )


def demand_points(snapshot: Snapshot) -> pd.DataFrame:
    """Return lon, lat (degrees) and population (people, modelled) of each place people live at."""
    return snapshot.frame(
        """SELECT lon, lat, population FROM out_access_point
        WHERE lon IS NOT NULL AND lat IS NOT NULL AND population > 0 ORDER BY point_id"""
    )
