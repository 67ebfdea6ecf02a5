"""Tables of the synthetic snapshot behind the map alone: thirds of need and access, and reach."""

from __future__ import annotations

import pandas as pd

TYPES = {"out_bivariate": "TII", "out_bivariate_class": "TIDDIB", "out_ring": "TTDDDBB"}


def map_tables(gap: pd.DataFrame, services: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return every table of `TYPES`; a third of the services has no reach worked out."""
    members = gap[["district_id"]].copy()
    bounds = []
    for name in ("need", "access"):
        values = gap[f"{name}_score"].astype(float)
        members[f"{name}_class"] = float("nan")
        if values.notna().any():
            member, edges = pd.qcut(values, 3, labels=False, retbins=True, duplicates="drop")
            members[f"{name}_class"] = member
            bounds += [
                [f"{name}_score", k, edges[k], edges[k + 1], int((member == k).sum()), False]
                for k in range(len(edges) - 1)
            ]
    rings = [
        [
            service,
            "outpatient",
            minutes,
            minutes / 60 * 40 / 1.3,
            1234.0 * minutes,
            minutes == 60,
            True,
        ]
        for at, service in enumerate(services["service_id"])
        if at % 3
        for minutes in (30.0, 60.0)
    ]
    names = ["variable", "class_index", "lower", "upper", "n_districts", "is_frozen"]
    reach = ["service_id", "setting", "minutes", "km", "people", "is_catchment", "estimate"]
    return {
        "out_bivariate": members,
        "out_bivariate_class": pd.DataFrame(bounds, columns=names),
        "out_ring": pd.DataFrame(rings, columns=reach),
    }
