"""Districts without demand points: one point inside the district stands for all its people."""

import geopandas as gpd
import pandas as pd

from etl.layers.contract import conform
from etl.layers.issues import Issues


def fill_empty(points: pd.DataFrame, districts: gpd.GeoDataFrame, issues: Issues) -> pd.DataFrame:
    """Return the demand points with one more for each district that has none.

    The point lies inside the boundary (shapely's representative point) and carries the district's
    population; ``stands_for_district`` marks it, so that the published table can flag the district:
    its travel times are those of one place, not of where people live.

    Parameters
    ----------
    points
        The demand-point layer; every point has a district.
    districts
        ``district_id``, ``population`` (people) and ``geometry`` (OGC:CRS84).
    """
    without = districts[~districts["district_id"].isin(points["district_id"])]
    if without.empty:
        return points
    inside = without.geometry.representative_point()
    added = pd.DataFrame(
        {
            "point_id": "district:" + without["district_id"].astype(str),
            "lon": inside.x,
            "lat": inside.y,
            "population": without["population"],
            "district_id": without["district_id"],
            "stands_for_district": "true",
        }
    )
    issues.add(
        "demand_at_one_point", "warn", without[["district_id"]], column="district_id",
        message="no demand point stands in this district",
        action="one point inside the boundary stands for all its people",
    )  # fmt: skip
    both = pd.concat([points.astype({"stands_for_district": "string"}), added], ignore_index=True)
    return conform("demand_point", both, "the demand-point layer")
