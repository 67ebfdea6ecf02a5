"""The method of a region in words, from its configuration: rows of ``out_method``."""

from collections.abc import Sequence

import pandas as pd

from etl.config import Config
from etl.index import METHOD_VERSION
from etl.index.access import Access
from etl.index.need_words import Row, need_score_rows
from etl.schema import Region


def method_rows(
    config: Config,
    region: Region,
    core: dict[str, pd.DataFrame],
    access: Access,
    equity: pd.DataFrame,
    moves: pd.DataFrame,
    extra: Sequence[Row] = (),
) -> pd.DataFrame:
    """Return the methods page as rows: section, position, title, text, value, unit, reference.

    `extra` holds the rows of modules that say their own method; they stand before the limits.
    """
    rows = [
        *_scope(region, core),
        *need_score_rows(config),
        *_access(config, region, core, access),
        *_gap(config, region),
        *_moves(moves),
        *_equity(equity),
        *_profile(config, region),
        *_workforce(config, core),
        *extra,
        *_limits(),
    ]
    names = ["section", "title", "text", "value", "unit", "reference"]
    table = pd.DataFrame(rows, columns=names).astype("string")
    table.insert(1, "position", range(1, len(table) + 1))
    return table


def _scope(region: Region, core: dict[str, pd.DataFrame]) -> list[Row]:
    section = "What is compared"
    points = core["demand_point"]
    return [
        (section, "Districts", f"{region.district.term_plural.capitalize()} of {region.name}.",
         f"{len(core['district']):,}", region.district.term_plural,
         f"Boundaries {region.district.boundary_vintage}"),
        (section, "Population", "People living in the districts.",
         f"{core['district']['population'].sum():,.0f}", "people",
         f"Population of {region.district.population_vintage}"),
        (section, "Demand points",
         "Places that stand for people inside a district. Only their pattern is used: each district's "
         f"points are scaled to its population. {region.layers.demand_points_vintage}.",
         f"{len(points):,}", "points", ""),
        (section, "Rural", region.rurality.rule + ".", "", "", region.rurality.reference),
    ]  # fmt: skip


def _access(
    config: Config, region: Region, core: dict[str, pd.DataFrame], access: Access
) -> list[Row]:
    travel, section = region.travel, "Access"
    placed = access.supply.district
    return [
        (section, "Travel time", travel.note, "", "minutes", f"config/regions/{region.region_id}.yaml"),
        (section, "Staff within reach",
         "Enhanced two-step floating catchment area: each service's staff is shared among all people "
         f"within reach ({_reach(region)}); each person then adds up what the services "
         "within reach offer. The travel time is an estimate, so the result is one too.",
         f"{access.reachable_fte:,.1f}", "FTE within reach of people",
         "Luo and Qi 2009, doi:10.1016/j.healthplace.2009.06.002"),
        (section, "Where staff stands",
         "Staff is counted by district, services stand at points: a district's staff is shared equally "
         "among its listed services (no register publishes staff by service), and a district with "
         "staff but no listed service keeps it at its population-weighted centre.",
         f"{placed['fte'].sum():,.1f} in all, {placed['unplaced_fte'].sum():,.1f} without a listed service",
         "FTE", "config/services.yaml"),
        (section, "Nearest service",
         "Estimated minutes to the nearest listed service open to everyone, averaged over people. "
         "Services across the border of the region are not counted, so districts at the border can "
         "look worse than they are.",
         f"{int((core['service']['scope'] == 'point').sum()):,}", "services and possible places", ""),
        (section, "Access score", "Weighted average of the parts listed under 'Access score', over those "
         "the region has data on. 100 is the best access.", "", "score 0-100", "config/model.yaml"),
    ]  # fmt: skip


def _reach(region: Region) -> str:
    """Say the catchment and decay of each setting of care."""
    words = []
    for name, catchment in region.travel.catchments.items():
        given = catchment.decay.model_dump(exclude_none=True)
        kind = given.pop("kind").replace("_", " ")
        detail = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in given.items())
        wide = (
            f" to {catchment.rural_minutes:g} where all are rural"
            if catchment.rural_minutes
            else ""
        )
        words.append(f"{name} {catchment.minutes:g}{wide} minutes, {kind} weight {detail}".strip())
    return "; ".join(words)


def _gap(config: Config, region: Region) -> list[Row]:
    gap, doubt, section = config.model.gap, config.model.uncertainty, "Gap"
    target = region.staffing_target
    return [
        (section, "Gap score", gap.rule.capitalize() + ".", "", "score 0-100", "config/model.yaml"),
        (section, "Underserved", f"A district is underserved when {gap.underserved_rule}; "
         "underserved rural when it is also rural.", "", "", "config/model.yaml"),
        (section, "How sure",
         "Ranks are recomputed many times. Each time indicator values are drawn from their margins of "
         "error, weights around the chosen ones, the scaling of indicators and the way to average them "
         f"from {len(doubt.scalings)} and {len(doubt.aggregations)} common choices, and the access score "
         "from those computed again with other travel speeds, catchments and counts. The interval holds "
         "nine drawn ranks in ten, and is widened where needed to contain the published rank. How far "
         "speeds and catchments may be off is an assumption, not a measurement.", f"{doubt.draws:,}",
         "draws", f"seed {doubt.seed}; config/model.yaml"),
        (section, "Sure in words",
         f"Robustly worst: among the worst fifth in at least {doubt.confidence.robust:.0%} of draws. "
         f"Likely: in at least {doubt.confidence.likely:.0%}. Not worst: in at most "
         f"{doubt.confidence.unlikely:.0%}. Uncertain: between.", "", "", "config/model.yaml"),
        (section, "Staffing target", "People per full-time post, used for who is served and for missing "
         "staff. " + ("" if target else "None is set for this region: no source for one is at hand. A "
                      "planner can set one in the region's file."),
         f"{target.population_per_fte:,.0f}" if target else "not set", "people per FTE",
         target.reference if target else ""),
    ]  # fmt: skip


def _share(value: float) -> str:
    """Say an estimated share; estimates of 0 and 1 fall a little outside them."""
    return f"{min(max(value, 0.0), 1.0):.0%}"


def _moves(table: pd.DataFrame) -> list[Row]:
    """Say which doubt moves the ranking most, largest first."""
    return [
        (
            "What moves the ranking",
            str(row["factor"]).capitalize(),
            "Share of the variation of ranks that involves this doubt, alone or with others (alone: "
            f"{_share(row['first'])}). The shares overlap and need not add up to 100 %.",
            _share(row["total"]),
            "of the variation",
            "Total Sobol index, Saltelli 2010 and Jansen 1999",
        )
        for row in table.to_dict("records")
    ]


def _equity(table: pd.DataFrame) -> list[Row]:
    """Say every index of inequality with its value; no data where it could not be computed."""
    return [
        (
            "How evenly staff within reach is spread",
            row["label"],
            row["definition"],
            "no data" if pd.isna(row["value"]) else f"{row['value']:.3f}",
            row["unit"],
            row["reference"],
        )
        for row in table.to_dict("records")
    ]


def _profile(config: Config, region: Region) -> list[Row]:
    """Say every rule of the gap profile, and the shortage rule where the region names one."""
    section = "Which link is missing"
    rows: list[Row] = []
    for link in config.profile.links.values():
        rule = " and ".join(f"{c.figure} {c.is_} {c.value:g}" for c in link.missing_when)
        rows.append((section, link.label, f"{link.words} Rule: {rule}. Not judged where a figure is "
                     f"unknown. Answered by: {link.remedy_family}.", "", "", "config/profile.yaml"))  # fmt: skip
    if region.shortage_rule is not None:
        rows.append((section, "US mental-health shortage rule", region.shortage_rule.note, "", "",
                     "42 CFR 5 Appendix C"))  # fmt: skip
    return rows


def _workforce(config: Config, core: dict[str, pd.DataFrame]) -> list[Row]:
    rows: list[Row] = []
    counts = core["workforce"].groupby("cadre")["headcount"].sum()
    for name in counts.index:
        cadre = config.workforce.cadres[name]
        rows.append(
            ("Who counts as mental-health staff", cadre.label,
             f"{cadre.why} Counted as {cadre.fte_per_head:g} full-time posts a person.",
             f"{counts[name]:,.0f}", "persons", "config/workforce.yaml")
        )  # fmt: skip
    return rows


def _limits() -> list[Row]:
    section = "Limits"
    return [
        (section, "Areas, not persons", "All figures describe areas. They say nothing about any one "
         "person, and no personal data is held.", "", "", ""),
        (section, "Need is not demand", "The need score is built from risks and conditions, not from "
         "diagnoses; it does not say how many people are ill or would seek care.", "", "", ""),
        (section, "Registers leave things out", "Private practice, peers, families, faith groups and "
         "lay counsellors are mostly in no register. A level without data is shown as no data, never "
         "as none.", "", "", ""),
        (section, "Version", "Version of the method. A change of method changes this number and is told "
         "in the change log.", METHOD_VERSION, "", "CHANGELOG.md"),
    ]  # fmt: skip
