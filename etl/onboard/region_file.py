"""The region file: what is known of the region, and assumed defaults said as assumed."""

import math
from typing import Any

import geopandas as gpd

from etl.config import Config
from etl.errors import ConfigError
from etl.onboard.districts import EQUAL_AREA, id_pattern, projected_crs
from etl.onboard.request import NOT_STATED, Report, Request
from etl.schema import Catchment, Onboarding, Region
from etl.yaml_files import yaml_text

HEADING = (
    'Written by `mindgap new-region`. Everything here may be changed; lines that say "assumed"\n'
    "stand until somebody knows better. The layer files are in data/local/{region_id}."
)


def region_data(
    districts: gpd.GeoDataFrame, rules: Onboarding, request: Request, demand_note: str,
    absent: list[str],
) -> dict[str, Any]:  # fmt: skip
    """Return the keys and values of a region file; `absent` are the layers without a row."""
    vintage = request.provenance.get("vintage", NOT_STATED)
    side_m = math.sqrt(float(districts.to_crs(EQUAL_AREA).area.median()))
    return {
        "region_id": request.region_id,
        "name": request.title,
        "country": request.country,
        "district": {
            "term": request.term,
            "term_plural": request.term_plural,
            "id_pattern": id_pattern(districts["district_id"]),
            "count": len(districts),
            "boundary_vintage": vintage,
            "population_vintage": vintage,
        },
        "geography": {
            "projected_crs": projected_crs(districts),
            "simplify_tolerance_m": max(1.0, round(side_m * rules.defaults.simplify_share, 1)),
            "snap_km": rules.defaults.snap_km,
            "decimals": rules.defaults.decimals,
        },
        "layers": {"files": True, "demand_points_vintage": demand_note, "absent": absent},
        "rurality": _rurality(districts, rules),
        "travel": _travel(rules, request),
    }


def _rurality(districts: gpd.GeoDataFrame, rules: Onboarding) -> dict[str, Any]:
    if "rural_share" in districts and districts["rural_share"].notna().any():
        share = rules.rurality.share
        first = {"label": "Urban", "rural_share_from": 0.0, "is_rural": False}
        then = {"label": "Rural", "rural_share_from": share.rural_from, "is_rural": True}
        classes = {"urban": first, "rural": then}
        return {"rule": share.rule, "reference": share.reference, "classes": classes}
    density = rules.rurality.density
    first = {"label": "Rural", "density_from": 0.0, "is_rural": True}
    then = {"label": "Urban", "density_from": density.urban_from, "is_rural": False}
    return {
        "rule": density.rule.format(bound=f"{density.urban_from:g}"),
        "reference": density.reference,
        "classes": {"rural": first, "urban": then},
    }


def _travel(rules: Onboarding, request: Request) -> dict[str, Any]:
    start = rules.defaults
    words = {
        "detour": f"{start.detour_factor:g}", "urban": f"{start.urban_kmh:g}",
        "rural": f"{start.rural_kmh:g}", "term_plural": request.term_plural,
    }  # fmt: skip
    return {
        "model": "great_circle",
        "detour_factor": start.detour_factor,
        "speed_kmh": {"urban": start.urban_kmh, "rural": start.rural_kmh},
        "catchments": {
            "outpatient": _catchment(start.outpatient),
            "inpatient": _catchment(start.inpatient),
        },
        "note": start.travel_note.format(**words),
    }


def _catchment(catchment: Catchment) -> dict[str, Any]:
    return catchment.model_dump(exclude_none=True)


def region_text(data: dict[str, Any]) -> str:
    """Return the region file as text, after proving that it is a valid region.

    Raises
    ------
    ConfigError
        If it would not be one.
    """
    try:
        Region.model_validate(data)
    except ValueError as error:
        raise ConfigError(f"the region file would not be valid: {error}") from error
    heading = HEADING.format(**data)
    return "".join(f"# {line}\n" for line in heading.splitlines()) + yaml_text(data)


def tell_missing(
    config: Config, there: set[str], counts: dict[str, int], without_points: int, report: Report
) -> None:
    """Say what the region still lacks, and what the map shows in its place.

    Parameters
    ----------
    there
        Indicators with at least one figure.
    counts
        Rows by layer (`etl.onboard.request.LAYERS`).
    without_points
        Districts without a demand point.
    """
    if without_points:
        report.missing.append(
            f"demand points: {without_points} district(s) have none; one point inside each stands "
            "for all its people and the district is flagged"
        )
    if not counts["services"]:
        report.missing.append(
            "services: minutes to the nearest service and the gap are shown as no data"
        )
    if not counts["workforce"]:
        report.missing.append("workforce: staff, access and the gap are shown as no data")
    weighted = {i: d for d, w in config.model.need.weights.items() for i in w}
    absent = [i for i in weighted if i not in there]
    if set(weighted) - set(absent):
        for domain in dict.fromkeys(weighted.values()):
            gone = [i for i in absent if weighted[i] == domain]
            if gone:
                have = any(i not in absent and d == domain for i, d in weighted.items())
                effect = "the others of the domain count for more" if have else (
                    "the domain is left out and the other domains count for more"
                )  # fmt: skip
                report.missing.append(f"indicators ({domain}): {', '.join(gone)}; {effect}")
    else:
        report.missing.append(
            "indicators: none of those that config/model.yaml weighs, so no need, no ranks and no "
            f"map yet. Give at least one: {', '.join(weighted)}"
        )
