"""The SELECTs behind the services on the map: what can be drawn, filtered and chosen."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import Snapshot

_POINTS = "lon IS NOT NULL AND lat IS NOT NULL"


def services(snapshot: Snapshot) -> pd.DataFrame:
    """Return every service that can be drawn, by name; candidates are possible places only."""
    return snapshot.frame(
        f"""SELECT service_id, name, service_type, type_label, level, level_label, ownership,
            ownership_label, district_id, coalesce(is_candidate, false) AS is_candidate,
            services_reported, lon, lat
        FROM out_service WHERE {_POINTS} ORDER BY lower(name), service_id"""
    )


def district_of(snapshot: Snapshot, service_id: str) -> str:
    """Return the district of a service, empty where it lies in none or is not known."""
    rows = snapshot.frame(
        "SELECT coalesce(district_id, '') AS district FROM out_service WHERE service_id = ?",
        [service_id],
    )
    return str(rows["district"].iloc[0]) if len(rows) else ""


def kinds(snapshot: Snapshot, column: str) -> pd.DataFrame:
    """Return the values of a column of the services drawn: id, code, label, n; by id.

    `column` is service_type or ownership. `code` is the id as an address can carry it.
    """
    label = {"service_type": "type_label", "ownership": "ownership_label"}[column]
    return snapshot.frame(
        f"""SELECT {column} AS id, regexp_replace({column}, '[^A-Za-z0-9_.-]+', '-', 'g') AS code,
            any_value({label}) AS label, count(*) AS n
        FROM out_service WHERE {_POINTS} AND {column} IS NOT NULL GROUP BY 1 ORDER BY 1"""
    )


def cadres(snapshot: Snapshot) -> pd.DataFrame:
    """Return the cadres counted somewhere: cadre, label, n (districts with a count above zero)."""
    return snapshot.frame(
        """SELECT cadre, any_value(label) AS label, count(*) AS n FROM out_staff
        WHERE fte > 0 AND cadre <> 'all' GROUP BY cadre ORDER BY min(position), cadre"""
    )


def with_cadre(snapshot: Snapshot, cadre: str) -> set[str]:
    """Return the districts where a cadre is counted."""
    rows = snapshot.frame(
        "SELECT district_id FROM out_staff WHERE cadre = ? AND fte > 0 ORDER BY district_id",
        [cadre],
    )
    return set(rows["district_id"].astype(str))


def rings(snapshot: Snapshot, service_id: str) -> pd.DataFrame:
    """Return how far a service reaches: setting, minutes, km, people, is_catchment.

    `km` is NULL where travel is not by great circles. All are estimates of the travel model.
    """
    return snapshot.frame(
        "SELECT * FROM out_ring WHERE service_id = ? ORDER BY minutes, setting", [service_id]
    )
