"""The last step of both ways into the core tables: checks across layers, then writing."""

import geopandas as gpd
import pandas as pd

from etl import geography, logs
from etl.config import Config
from etl.errors import BadValueError, KeyJoinError, examples
from etl.layers.contract import check_ids, check_join
from etl.layers.issues import Issues
from etl.schema import Region
from etl.warehouse import Warehouse


def finish(
    config: Config,
    region: Region,
    districts: gpd.GeoDataFrame,
    frames: dict[str, pd.DataFrame],
    sources: pd.DataFrame,
    issues: Issues,
    warehouse: Warehouse,
) -> None:
    """Check the layers against each other and the configuration, and write the core tables.

    Raises
    ------
    KeyJoinError
        Malformed district ids, a wrong number of districts, rows of no district.
    BadValueError
        Unknown service types, cadres or indicators; figures outside an indicator's range; sources
        without provenance.
    """
    check_ids(districts["district_id"], region.district.id_pattern, "the district layer")
    if region.district.count is not None and len(districts) != region.district.count:
        raise KeyJoinError(
            f"the district layer holds {len(districts)} districts, "
            f"{region.district.count} are declared for {region.region_id}"
        )
    known = set(districts["district_id"])
    for layer, frame in frames.items():
        check_join(frame, known, f"the {layer} layer")
    _check_vocabulary(config, frames, sources)
    _check_errors(config, frames["indicator"])
    frames["indicator"] = _complete(config, region, frames["indicator"], known)
    districts["rural_class"] = rural_class(region, districts)
    warehouse.write("core_district", districts)
    logs.table("layers", "core_district", len(districts), len(districts))
    # From the boundaries as stored, so that both ways into the core tables give the same pairs.
    place = region.geography
    pairs = geography.neighbours(districts, place.projected_crs, place.decimals)
    warehouse.write("core_neighbour", pairs)
    for layer, frame in frames.items():
        warehouse.write(f"core_{layer}", frame)
        if layer in ("workforce", "indicator"):  # the others tell where they lose rows
            logs.table("layers", f"core_{layer}", len(frame), len(frame))
    warehouse.write("core_source", sources.sort_values("source_id").reset_index(drop=True))
    warehouse.write("core_issue", issues.frame())


def rural_class(region: Region, districts: pd.DataFrame) -> pd.Series:
    """Return each district's rural class by the region's rule: the last class whose bounds hold.

    Missing where a column that the rule looks at is missing.
    """
    result = pd.Series(pd.NA, index=districts.index, dtype="string")
    unknown = pd.Series(False, index=districts.index)
    looked_at = districts
    if any(rule.density_from is not None for rule in region.rurality.classes.values()):
        area = districts["area_km2"].where(districts["area_km2"] > 0)
        looked_at = districts.assign(density=districts["population"] / area)
    for name, rule in region.rurality.classes.items():
        holds = pd.Series(True, index=districts.index)
        for column, bound in (
            ("rural_code", rule.rural_code_from),
            ("rural_share", rule.rural_share_from),
            ("density", rule.density_from),
        ):
            if bound is not None:
                unknown |= looked_at[column].isna()
                holds &= looked_at[column] >= bound
        result = result.mask(holds, name)
    return result.mask(unknown)


def _check_vocabulary(
    config: Config, frames: dict[str, pd.DataFrame], sources: pd.DataFrame
) -> None:
    pairs = [
        ("service", "service_type", set(config.services.types), "config/services.yaml"),
        ("workforce", "cadre", set(config.workforce.cadres), "config/workforce.yaml"),
        ("indicator", "indicator_id", set(config.indicators), "config/indicators.yaml"),
    ]
    pairs += [(layer, "source_id", set(sources["source_id"]), "the sources table")
              for layer in ("service", "workforce", "indicator")]  # fmt: skip
    for layer, column, known, file in pairs:
        odd = sorted(set(frames[layer][column]) - known)
        if odd:
            raise BadValueError(
                f"the {layer} layer: {column} {examples(odd)} is not in {file}. "
                f"Known: {sorted(known)}."
            )
    scope = set(frames["service"]["scope"]) - {"point", "district"}
    if scope:
        raise BadValueError(f"the service layer: scope {sorted(scope)}; allowed: point, district")
    point = frames["service"]["scope"] == "point"
    blank = frames["service"][point & frames["service"][["lon", "lat"]].isna().any(axis=1)]
    if len(blank):
        raise BadValueError(
            f"the service layer: {len(blank)} service(s) of scope 'point' without coordinates: "
            f"{examples(blank['service_id'].tolist())}"
        )


def _check_errors(config: Config, indicators: pd.DataFrame) -> None:
    """Refuse a margin or standard error of 0 unless its source declares what that means.

    Read as it stands it would say that the figure is certain; often it stands for "not known".
    """
    exact = {k for k, source in config.sources.items() if source.zero_se == "exact"}
    zero = (indicators[["moe", "se"]] == 0).any(axis=1) & ~indicators["source_id"].isin(exact)
    if zero.any():
        bad = indicators[zero]
        names = (bad["indicator_id"] + " of " + bad["district_id"]).tolist()
        raise BadValueError(
            f"the indicator layer: {len(bad)} margin(s) of error or standard error(s) of 0: "
            f"{examples(names)}, from source(s) {examples(sorted(set(bad['source_id'])))}. Leave "
            "it blank where it is not known; where 0 means a figure without sampling error, "
            "declare `zero_se: exact` in config/sources/<source>.yaml."
        )


def _complete(
    config: Config, region: Region, indicators: pd.DataFrame, known: set[str]
) -> pd.DataFrame:
    """Add a row without value, flagged ``missing``, for each district an indicator leaves out."""
    for indicator_id, part in indicators.groupby("indicator_id"):
        rule = config.indicators[str(indicator_id)]
        off = part[(part["value"] < rule.low) | (part["value"] > rule.high)]
        if len(off):
            raise BadValueError(
                f"indicator {indicator_id}: {len(off)} value(s) outside {rule.low} to {rule.high} "
                f"{rule.unit}: {examples(off['value'].tolist())} in district(s) "
                f"{examples(off['district_id'].tolist())}. A missing-value code read as a figure?"
            )
    about = indicators.groupby("indicator_id", as_index=False)[["vintage", "source_id"]].first()
    grid = pd.merge(pd.DataFrame({"district_id": sorted(known)}), about, how="cross")
    keys = ["district_id", "indicator_id"]
    missing = grid.merge(indicators[keys], on=keys, how="left", indicator=True)
    missing = missing[missing["_merge"] == "left_only"].drop(columns="_merge")
    full = pd.concat([indicators, missing], ignore_index=True)[list(indicators.columns)]
    blank = full["value"].isna() & full["flag"].isna()
    full["flag"] = full["flag"].astype("string").mask(blank, "missing")
    for name in ("district_id", "indicator_id", "vintage", "source_id"):
        full[name] = full[name].astype("string")
    return full.sort_values(keys).reset_index(drop=True)
