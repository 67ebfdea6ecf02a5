"""The federal shortage rule on the districts of a region that names one."""

import pandas as pd

from etl import schema
from etl.measures.shortage import US_MENTAL_HEALTH, designation, high_need

COLUMNS = {
    "district_id": "string",
    "rule": "string",
    "note": "string",
    "reference": "string",
    "high_need": "boolean",
    "high_need_unknown": "string",
    "population_per_core_fte": "float64",
    "core_threshold": "float64",
    "qualifies": "boolean",
    "judged": "string",
    "core_fte_shortage": "float64",
}


def federal_shortage(
    region: schema.Region, core: dict[str, pd.DataFrame], district: pd.DataFrame
) -> pd.DataFrame:
    """Return the rule's outcome by district; no rows where the region names no rule.

    Parameters
    ----------
    core
        Core tables; poverty and age shares are read from the indicators the region names.
    district
        Indexed by district_id, with ``fte`` (core professionals, NaN unknown).
    """
    rule = region.shortage_rule
    if rule is None:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    wide = core["indicator"].pivot(index="district_id", columns="indicator_id", values="value")
    wide = wide.reindex(district.index)
    youth, elderly = wide[rule.youth_percent], wide[rule.elderly_percent]
    adults = 100.0 - youth - elderly
    unknown = pd.Series(float("nan"), index=district.index)
    need = high_need(wide[rule.poverty_percent], youth / adults, elderly / adults, unknown)
    population = core["district"].set_index("district_id")["population"].reindex(district.index)
    found = designation(population, district["fte"], None, need["high_need"])
    alone = found["high_need"].map(
        {True: US_MENTAL_HEALTH.high_need.core_alone, False: US_MENTAL_HEALTH.normal.core_alone}
    )
    table = pd.DataFrame(
        {
            "rule": "US mental-health shortage rule",
            "note": rule.note,
            "reference": "42 CFR 5 Appendix C",
            "high_need": need["high_need"],
            "high_need_unknown": need["unknown"],
            # No staff at all makes the ratio infinite: no number to print.
            "population_per_core_fte": found["core_ratio"].where(district["fte"] > 0),
            "core_threshold": alone,
            "qualifies": found["designated"],
            "judged": found["judged"],
            "core_fte_shortage": found["core_shortage_fte"],
        }
    )
    return table.rename_axis("district_id").reset_index().astype(COLUMNS)
