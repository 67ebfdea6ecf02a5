"""Faults of the access measures, tiers, the access index and its runs, held against each other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etl import schema

if TYPE_CHECKING:
    from etl.config import Config

Row = tuple[str, str, str, str]
FILE = "config/model.yaml"
# Functions that the runs behind the rank intervals can recompute.
RECOMPUTED = ("two_step", "nearest", "beyond", "within", "levels")


def access_faults(config: "Config") -> Iterator[Row]:
    """Yield (file, key, problem, allowed) for every reference of the access model to nothing."""
    yield from _measure_faults(config)
    yield from _component_faults(config)
    yield from _indicator_faults(config)
    yield from _tier_faults(config)
    yield from _may_be_faults(config)
    for region in config.regions.values():
        yield from _frozen_faults(config, region)


def _known(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]


def _measure_faults(config: "Config") -> Iterator[Row]:
    model = config.model
    for name, measure in model.access_measures.items():
        for part, tiers in (("tiers", measure.tiers), ("levels", measure.levels)):
            for tier in tiers:
                if tier not in model.access_tiers:
                    key = f"access_measures.{name}.{part}"
                    yield FILE, key, f"{tier!r} is not a tier", _known(model.access_tiers)


def _component_faults(config: "Config") -> Iterator[Row]:
    model = config.model
    for name, part in model.access.components.items():
        key, measure = f"access.components.{name}", model.access_measures.get(name)
        if measure is None:
            yield FILE, key, "is not an access measure", _known(model.access_measures)
            continue
        if part.tier not in measure.tiers:
            problem = f"{part.tier!r} is not among the tiers of the measure"
            yield FILE, f"{key}.tier", problem, _known(measure.tiers)
        if measure.function not in RECOMPUTED:
            problem = f"the runs behind the rank intervals cannot recompute {measure.function!r}"
            yield FILE, key, problem, _known(RECOMPUTED)


def _indicator_faults(config: "Config") -> Iterator[Row]:
    model = config.model
    if model.equity.rank_indicator not in config.indicators:
        problem = f"{model.equity.rank_indicator!r} is no indicator"
        yield FILE, "equity.rank_indicator", problem, _known(config.indicators)
    if model.virtual_reach_indicator not in config.indicators:
        problem = f"{model.virtual_reach_indicator!r} is no indicator"
        yield FILE, "virtual_reach_indicator", problem, _known(config.indicators)


def _tier_faults(config: "Config") -> Iterator[Row]:
    known_tiers = {t.care_tier for t in config.services.types.values()}
    for name, tier_rule in config.model.access_tiers.items():
        for care_tier in tier_rule.care_tiers:
            if care_tier not in known_tiers:
                key = f"access_tiers.{name}.care_tiers"
                yield FILE, key, f"no service type has {care_tier!r}", _known(known_tiers)


def _may_be_faults(config: "Config") -> Iterator[Row]:
    types = config.services.types
    for name, service in types.items():
        if service.may_be is None:
            continue
        key, other = f"types.{name}.may_be", types.get(service.may_be)
        if not service.is_candidate:
            yield "config/services.yaml", key, "only a candidate may turn out to be more", ""
        if other is None or other.is_candidate or other.supply_weight == 0:
            staffed = [k for k, t in types.items() if t.supply_weight > 0]
            problem = f"{service.may_be!r} is no type that holds staff"
            yield "config/services.yaml", key, problem, _known(staffed)


def _frozen_faults(config: "Config", region: schema.Region) -> Iterator[Row]:
    file = f"config/regions/{region.region_id}.yaml"
    components = config.model.access.components
    for name, frozen in region.access_references.items():
        key = f"access_references.{name}"
        if name not in components:
            yield file, key, "no such part of the access index", _known(components)
            continue
        low = components[name].low if frozen.low is None else frozen.low
        high = components[name].high if frozen.high is None else frozen.high
        if low is not None and high is not None and low >= high:
            yield file, key, f"low {low:g} is not below high {high:g}", ""
