"""Run the index stage: read ``core_`` tables, compute, and write ``out_`` tables."""

import geopandas as gpd
import pandas as pd

from etl.config import Config
from etl.index import METHOD_VERSION
from etl.index.access import Access, compute_access
from etl.index.describe import method_rows
from etl.index.equity import equity_rows
from etl.index.gap import compute_gap, ranking_sensitivity
from etl.index.need import Need, access_score, compute_need
from etl.index.profile import figures, gap_profile
from etl.index.reach import TravelModel
from etl.index.shortage import federal_shortage
from etl.index.vocabulary import write_access_vocabulary
from etl.measures.classify import classify, quantile_breaks
from etl.schema import GreatCircleTravel, Region
from etl.warehouse import Warehouse

CORE = ("district", "demand_point", "service", "workforce", "indicator")
OUT = (
    "gap",
    "indicator",
    "access",
    "access_point",
    "profile",
    "equity",
    "confidence",
    "sensitivity",
    "shortage",
    "service",
    "level",
    "source",
    "quality",
    "class",
    "class_district",
)
MAPPED = ("gap_score", "need_score", "access_score")


def build_index(
    config: Config,
    region: Region,
    warehouse: Warehouse,
    snapshot_id: str,
    travel: TravelModel | None = None,
) -> None:
    """Compute every index of a region and write its ``out_`` tables (all but ``out_run``).

    Raises
    ------
    BadValueError
        Where the data cannot carry the model (a constant indicator, a missing component).
    """
    core = {name: warehouse.read(f"core_{name}") for name in CORE}
    access = compute_access(config, region, core, travel)
    access.district["access_score"] = access_score(config, access.district)
    need = compute_need(config, core)
    reporting = _reporting(config, core)
    score = access.district["access_score"]
    gap = compute_gap(config, region, core["district"], need, access.district, reporting)
    moves = ranking_sensitivity(config, need, score, reporting)
    warehouse.write("idx_sensitivity", moves)
    table = access.district.drop(columns="access_score").join(gap)
    table["services_reporting_share"] = reporting
    table["flags"] = _flags(region, core, table)
    warehouse.write("idx_district", table.reset_index())
    warehouse.write("idx_access", access.measures)
    ids = core["demand_point"][["point_id"]]
    warehouse.write("idx_access_point", access.points.assign(point_id=ids["point_id"]))
    write_access_vocabulary(config, region, warehouse)
    _write_profile(config, warehouse, core, access, table)
    spread = equity_rows(config, core, access)
    warehouse.write("idx_equity", spread)
    warehouse.write("idx_shortage", federal_shortage(region, core, table))
    warehouse.write("idx_indicator", _indicator_long(need))
    warehouse.write(
        "idx_service", core["service"][["service_id"]].assign(supply_fte=access.supply.service)
    )
    _write_classes(config, warehouse, table)
    _write_travel_notes(region, warehouse, travel)
    _write_config(config, region, warehouse, snapshot_id)
    for name in OUT:
        warehouse.write(f"out_{name}", warehouse.select_file(f"out/{name}"))
    warehouse.write("out_method", method_rows(config, region, core, access, spread, moves))
    _write_districts(region, warehouse, snapshot_id, config, core)


def _listed(config: Config, core: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the mental-health services: all but the possible places for integration."""
    candidates = {k for k, t in config.services.types.items() if t.is_candidate}
    return core["service"][~core["service"]["service_type"].isin(candidates)]


def _reporting(config: Config, core: dict[str, pd.DataFrame]) -> pd.Series:
    """Share (0-1) of facilities that report their services, by district.

    From the indicator ``services_reporting_share`` where the region has it (its denominator is the
    whole register), else from the mental-health services listed. NaN where none is listed.
    """
    ids = core["district"]["district_id"]
    given = core["indicator"]
    given = given[given["indicator_id"] == "services_reporting_share"]
    if len(given):
        return given.set_index("district_id")["value"].reindex(ids) / 100
    listed = _listed(config, core)
    reported = listed["services_reported"].astype("boolean").fillna(False).astype(float)
    return reported.groupby(listed["district_id"]).mean().reindex(ids)


def _flags(region: Region, core: dict[str, pd.DataFrame], table: pd.DataFrame) -> pd.Series:
    """Short codes, joined by ``;``, of what a reader must know about a district."""
    missing = core["indicator"][core["indicator"]["value"].isna()]["district_id"]
    codes = {
        "insufficient_data": table["gap_score"].isna(),
        "workforce_unknown": table["fte"].isna(),
        "staff_without_listed_service": table["unplaced_fte"] > 0,
        "indicator_missing": table.index.isin(set(missing)),
        "rural_class_unknown": table["is_rural"].isna(),
        "no_staffing_target": pd.Series(region.staffing_target is None, index=table.index),
    }
    frame = pd.DataFrame(
        {k: pd.Series(v, index=table.index).astype(bool) for k, v in codes.items()}
    )
    return frame.apply(lambda row: ";".join(row.index[row.to_numpy()]), axis=1).astype("string")


def _indicator_long(need: Need) -> pd.DataFrame:
    parts = {
        "scaled_value": need.scaled,
        "weight": need.index.weights,
        "contribution": need.index.contributions,
    }
    long = pd.concat({k: v.stack(future_stack=True) for k, v in parts.items()}, axis=1)
    long.index.names = ["district_id", "indicator_id"]
    return long.reset_index()


def _write_profile(
    config: Config,
    warehouse: Warehouse,
    core: dict[str, pd.DataFrame],
    access: Access,
    table: pd.DataFrame,
) -> None:
    """Write ``idx_profile`` and the words of its links."""
    counts = _listed(config, core).groupby("district_id").size().reindex(table.index, fill_value=0)
    facts = figures(table.assign(services_count=counts), access.measures, core["indicator"])
    warehouse.write("idx_profile", gap_profile(config.profile, facts))
    links = [
        {"link": k, **v.model_dump(exclude={"missing_when"})}
        for k, v in config.profile.links.items()
    ]
    warehouse.write("cfg_link", pd.DataFrame(links))


def _write_travel_notes(region: Region, warehouse: Warehouse, travel: TravelModel | None) -> None:
    """Write what the travel model could not reach or had to move, as issues of its source."""
    notes = pd.DataFrame() if travel is None else travel.notes
    columns = ["rule", "severity", "source_id", "file", "n_rows", "value", "message", "action"]
    source = None if isinstance(region.travel, GreatCircleTravel) else region.travel.source
    table = notes.assign(source_id=source).reindex(columns=columns)
    text = [c for c in columns if c != "n_rows"]
    table[text] = table[text].astype("string")
    warehouse.write("idx_issue", table.astype({"n_rows": "Int64"}))


def _write_classes(config: Config, warehouse: Warehouse, table: pd.DataFrame) -> None:
    rows, members = [], []
    for variable in MAPPED:
        values = table[variable].astype(float)
        breaks = quantile_breaks(values, config.model.map_classes)
        index = pd.Series(classify(values.to_numpy(), breaks), index=table.index)
        for i in range(max(len(breaks) - 1, 0)):
            rows.append((variable, i, breaks[i], breaks[i + 1], int((index == i).sum())))
        members.append(
            pd.DataFrame({"variable": variable, "district_id": table.index,
                                     "class_index": index.where(index >= 0).astype("Int32")})
        )  # fmt: skip
    names = ["variable", "class_index", "lower", "upper", "n_districts"]
    warehouse.write("idx_class", pd.DataFrame(rows, columns=names).astype({"class_index": "int32"}))
    warehouse.write("idx_class_district", pd.concat(members, ignore_index=True))


def _write_config(config: Config, region: Region, warehouse: Warehouse, snapshot_id: str) -> None:
    """Write what the SELECTs in ``sql/out`` need of the configuration."""
    rows = []
    for name, entry in config.indicators.items():
        over = region.indicators.get(name)
        given = over.model_dump(exclude_none=True) if over else {}
        label = {"domain_label": config.model.domain_labels[entry.domain]}
        rows.append({"indicator_id": name, **entry.model_dump(), **label, **given})
    warehouse.write("cfg_indicator", pd.DataFrame(rows))
    types = [{"service_type": k, **t.model_dump()} for k, t in config.services.types.items()]
    warehouse.write("cfg_service_type", pd.DataFrame(types))
    levels = [
        {"level": k, "position": i, **level.model_dump()}
        for i, (k, level) in enumerate(config.services.levels.items(), start=1)
    ]
    warehouse.write("cfg_level", pd.DataFrame(levels))
    about = {
        "region_id": region.region_id,
        "boundary_vintage": region.district.boundary_vintage,
        "population_vintage": region.district.population_vintage,
        "snapshot_id": snapshot_id,
        "method_version": METHOD_VERSION,
        "travel_note": region.travel.note,
    }
    warehouse.write("cfg_region", pd.DataFrame([about]))


def _write_districts(
    region: Region,
    warehouse: Warehouse,
    snapshot_id: str,
    config: Config,
    core: dict[str, pd.DataFrame],
) -> None:
    shapes = warehouse.read_geo("core_district")
    inside = shapes.geometry.representative_point()
    box = shapes.geometry.bounds
    frame = gpd.GeoDataFrame(
        {
            "district_id": shapes["district_id"],
            "district_name": shapes["name"],
            "parent_name": shapes["parent_name"].astype("string"),
            "lon": inside.x.round(5),
            "lat": inside.y.round(5),
            "min_lon": box["minx"],
            "min_lat": box["miny"],
            "max_lon": box["maxx"],
            "max_lat": box["maxy"],
        },
        geometry=shapes.geometry,
    )
    warehouse.write("out_district", frame)
    west, south, east, north = (float(v) for v in shapes.total_bounds)
    about = {
        "region_id": region.region_id,
        "name": region.name,
        "country": region.country,
        "district_term": region.district.term,
        "district_term_plural": region.district.term_plural,
        "parent_term": region.district.parent_term,
        "rural_rule": region.rurality.rule,
        "underserved_rule": config.model.gap.underserved_rule,
        "gap_rule": config.model.gap.rule,
        "travel_note": region.travel.note,
        "min_lon": west,
        "min_lat": south,
        "max_lon": east,
        "max_lat": north,
        "population": float(core["district"]["population"].sum()),
        "population_vintage": region.district.population_vintage,
        "n_districts": len(shapes),
        "snapshot_id": snapshot_id,
        "method_version": METHOD_VERSION,
    }
    frame_region = pd.DataFrame([about]).astype({"parent_term": "string", "n_districts": "int32"})
    warehouse.write("out_region", frame_region)
