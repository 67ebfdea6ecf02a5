"""Faults that only show when configuration files are held against each other."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pyproj

from etl import schema
from etl.access_checks import access_faults
from etl.lens_checks import lens_faults
from etl.map_checks import map_faults
from etl.model_checks import model_faults
from etl.text_checks import text_faults

if TYPE_CHECKING:
    from etl.config import Config

Row = tuple[str, str, str, str]
# What the interfaces that are put together from answers are stored as.
MADE_BY = {
    "census": "csv",
    "pages": "json_pages",
    "dhis2_units": "vector",
    "dhis2_analytics": "csv",
    "gho": "json_pages",
    "geoboundaries": "vector",
}


def cross_faults(config: "Config", sql_dir: Path) -> Iterator[Row]:
    """Yield (file, key, problem, allowed) for every reference that leads nowhere."""
    yield from _label_faults(config)
    for source in config.sources.values():
        yield from _source_faults(source)
        yield from _download_faults(source)
    yield from model_faults(config)
    yield from access_faults(config)
    yield from _gap_faults(config)
    yield from lens_faults(config)
    yield from map_faults(config)
    yield from text_faults(config.texts)
    yield from _service_faults(config)
    yield from _staff_faults(config)
    for region in config.regions.values():
        yield from _region_faults(region, config, sql_dir)
    for source_id in config.corrections:
        if source_id not in config.sources:
            yield f"config/corrections/{source_id}.yaml", "source_id", "no such source", ""


def _known(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]


def _label_faults(config: "Config") -> Iterator[Row]:
    for indicator_id, entry in config.indicators.items():
        if entry.domain not in config.model.domain_labels:
            yield (
                f"config/indicators.yaml [{indicator_id}]",
                "domain",
                f"{entry.domain!r} has no label in config/model.yaml",
                _known(config.model.domain_labels),
            )


def _gap_faults(config: "Config") -> Iterator[Row]:
    file, ends = "config/model.yaml", list(config.model.gap.classes.values())
    if ends != sorted(set(ends)) or ends[-1] != 1:
        yield file, "gap.classes", f"the ends {ends} do not rise to 1", "rising shares, the last 1"
    for label in config.model.gap.underserved_classes:
        if label not in config.model.gap.classes:
            known = _known(config.model.gap.classes)
            yield file, "gap.underserved_classes", f"{label!r} is not a class", known
    doubt = config.model.uncertainty
    if doubt.low_quantile >= doubt.high_quantile:
        yield (
            file,
            "uncertainty.low_quantile",
            f"{doubt.low_quantile} is not below high_quantile {doubt.high_quantile}",
            "",
        )


def _source_faults(source: schema.Source) -> Iterator[Row]:
    file = f"config/sources/{source.source_id}.yaml"
    for name in source.key:
        if name not in source.columns:
            yield file, "key", f"{name!r} is not among the columns", _known(source.columns)
    try:
        codecs.lookup(source.encoding)
    except LookupError:
        yield file, "encoding", f"{source.encoding!r} is not known", "utf-8, latin-1, cp1252, ..."


def _download_faults(source: schema.Source) -> Iterator[Row]:
    file = f"config/sources/{source.source_id}.yaml"
    for key, path in (("path", source.path), ("official.path", source.as_published().path)):
        inner = PurePosixPath(path)
        if inner.is_absolute() or ".." in inner.parts:
            yield file, key, f"{path!r} leads out of the folder of raw files", "a path inside it"
    if source.download is None:
        if source.official is not None:
            yield file, "official", "there is no `download` that would fetch this file", ""
        return
    kind, form = source.download.kind, source.as_published().format
    wanted = MADE_BY.get(kind, form)
    if form != wanted:
        yield file, "format", f"{form!r}, but a download of kind {kind!r} makes {wanted!r}", wanted


def _form_faults(file: str, region: schema.Region) -> Iterator[Row]:
    try:
        re.compile(region.district.id_pattern)
    except re.error as error:
        yield file, "district.id_pattern", f"not a regular expression: {error}", ""
    crs = region.geography.projected_crs
    try:
        projected = pyproj.CRS.from_user_input(crs).is_projected
    except pyproj.exceptions.CRSError:
        projected = False
    if not projected:
        yield file, "geography.projected_crs", f"{crs} is no projection known", "such as EPSG:5070"


def _service_faults(config: "Config") -> Iterator[Row]:
    for name, service in config.services.types.items():
        key = f"types.{name}"
        if service.level not in config.services.levels:
            yield (
                "config/services.yaml",
                f"{key}.level",
                f"{service.level!r} is not a level",
                _known(config.services.levels),
            )
        if service.is_candidate and service.supply_weight:
            yield "config/services.yaml", f"{key}.supply_weight", "a candidate holds no supply", "0"


def _staff_faults(config: "Config") -> Iterator[Row]:
    file, cadres = "config/workforce.yaml", config.workforce.cadres
    if schema.ALL_STAFF in cadres:
        key = f"cadres.{schema.ALL_STAFF}"
        yield file, key, "this name stands for all counted cadres together", "another name"
    for name, line in config.workforce.benchmarks.items():
        if line.cadre is not None and line.cadre not in cadres:
            yield file, f"benchmarks.{name}.cadre", f"{line.cadre!r} is not a cadre", _known(cadres)


def _region_faults(region: schema.Region, config: "Config", sql_dir: Path) -> Iterator[Row]:
    file = f"config/regions/{region.region_id}.yaml"
    yield from _form_faults(file, region)
    yield from _layer_faults(file, region.layers, config, sql_dir)
    for name in region.indicators:
        if name not in config.indicators:
            yield file, f"indicators.{name}", "no such indicator", _known(config.indicators)
    yield from _travel_faults(file, region, config)
    for name in region.staffing_targets:
        if name not in {schema.ALL_STAFF, *config.workforce.cadres}:
            known = _known([schema.ALL_STAFF, *config.workforce.cadres])
            yield file, f"staffing_targets.{name}", "no such cadre in config/workforce.yaml", known
    anchors = {"population", *config.indicators}
    anchors |= {f"headcount_{cadre}" for cadre in config.workforce.cadres}
    for name in set(region.anchors) - anchors:
        yield file, f"anchors.{name}", "no such total", _known(anchors)


def _layer_faults(
    file: str, layers: schema.Layers | schema.LayerFiles, config: "Config", sql_dir: Path
) -> Iterator[Row]:
    if isinstance(layers, schema.LayerFiles):
        return
    parts: list[tuple[str, schema.LayerSql]] = [("layers.districts", layers.districts)]
    parts.append(("layers.demand_points", layers.demand_points))
    parts += [(f"layers.services[{i}]", part) for i, part in enumerate(layers.services)]
    parts += [(f"layers.workforce[{i}]", part) for i, part in enumerate(layers.workforce)]
    parts += [(f"layers.lookups.{k}", part) for k, part in layers.lookups.items()]
    for key, part in parts:
        yield from _reference_faults(file, key, part.sql, part.sources, config, sql_dir)
    for i, block in enumerate(layers.indicators):
        key = f"layers.indicators[{i}]"
        yield from _reference_faults(file, key, block.sql, block.sources, config, sql_dir)
        yield from _block_faults(file, key, block, config)


def _travel_faults(file: str, region: schema.Region, config: "Config") -> Iterator[Row]:
    travel = region.travel
    if not isinstance(travel, schema.GreatCircleTravel):
        wanted = {"cost_table": "cost_table", "road_network": "osm", "friction": "friction"}
        source = config.sources.get(travel.source)
        if source is None:
            yield file, "travel.source", f"no source {travel.source!r} in config/sources", ""
        elif source.format != wanted[travel.model]:
            yield file, "travel.source", f"its format is {source.format!r}", wanted[travel.model]
        return
    for name in region.rurality.classes:
        if name not in travel.speed_kmh:
            yield file, f"travel.speed_kmh.{name}", "this rural class has no speed", ""


def _reference_faults(
    file: str, key: str, sql: str | None, sources: list[str], config: "Config", sql_dir: Path
) -> Iterator[Row]:
    if sql is not None and not (sql_dir / "core" / f"{sql}.sql").is_file():
        yield file, f"{key}.sql", f"there is no etl/sql/core/{sql}.sql", ""
    for source_id in sources:
        if source_id not in config.sources:
            yield file, f"{key}.sources", f"no source {source_id!r} in config/sources", ""


def _block_faults(
    file: str, key: str, block: schema.IndicatorBlock, config: "Config"
) -> Iterator[Row]:
    if block.sql is None and (block.key is None or not block.values or len(block.sources) != 1):
        yield file, key, "needs `sql`, or one source with `key` and `values`", ""
    if block.sql is not None and (block.key or block.values):
        yield file, key, "has both `sql` and `key`/`values`", "one of the two"
    source = config.sources.get(block.sources[0])
    if source is not None and block.key is not None and block.key not in source.columns:
        yield (
            file,
            f"{key}.key",
            f"source {source.source_id} declares no column {block.key!r}",
            _known(source.columns),
        )
    for indicator_id, columns in block.values.items():
        if indicator_id not in config.indicators:
            yield (
                file,
                f"{key}.values.{indicator_id}",
                "no such indicator",
                _known(config.indicators),
            )
        for role, column in columns.model_dump(exclude_none=True).items():
            if source is not None and column not in source.columns:
                yield (
                    file,
                    f"{key}.values.{indicator_id}.{role}",
                    f"source {source.source_id} declares no column {column!r}",
                    _known(source.columns),
                )
