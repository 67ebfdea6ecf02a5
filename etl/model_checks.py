"""Faults of the need model and its variants that show when choices are held against each other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from etl.measures.weights import given
from etl.schema import Variant

if TYPE_CHECKING:
    from etl.config import Config

Row = tuple[str, str, str, str]
FILE = "config/model.yaml"


def model_faults(config: "Config") -> Iterator[Row]:
    """Yield (file, key, problem, allowed) for the need model, its variants and fixed bounds."""
    yield from _reference_faults(config)
    yield from _weight_faults(config)
    yield from _nominal_faults(config)
    yield from _variant_faults(config)
    yield from _bound_faults(config)


def _known(names: object) -> str:
    return ", ".join(sorted(names))  # type: ignore[call-overload]


def _reference_faults(config: "Config") -> Iterator[Row]:
    need = config.model.need
    for domain in need.domains:
        if domain not in need.weights:
            key = f"need.weights.{domain}"
            yield FILE, key, "the domain has no indicators", _known(need.weights)
    for domain, weights in need.weights.items():
        if domain not in need.domains:
            yield FILE, f"need.weights.{domain}", "not a domain", _known(need.domains)
        for indicator_id in weights:
            known = config.indicators.get(indicator_id)
            key = f"need.weights.{domain}.{indicator_id}"
            if known is None:
                yield FILE, key, "no such indicator", _known(config.indicators)
            elif known.domain != domain:
                yield FILE, key, f"config/indicators.yaml puts it in {known.domain!r}", domain


def _weight_faults(config: "Config") -> Iterator[Row]:
    """Given weights sum to 1 over the domains and inside each; others are plain lists."""
    need = config.model.need
    groups = {"need.domains": need.domains} | {
        f"need.weights.{domain}": weights for domain, weights in need.weights.items()
    }
    for key, weights in groups.items():
        if need.weighting != "given":
            if len(set(weights.values())) > 1:
                problem = f"weighting is {need.weighting!r}, but weights differ: {weights}"
                yield FILE, key, problem, "a plain list of names, or `weighting: given`"
            continue
        try:
            given(pd.Series(weights))
        except ValueError as error:
            yield FILE, key, f"weighting is 'given', but {error}", "numbers by name that sum to 1"


def _nominal_faults(config: "Config") -> Iterator[Row]:
    """Yield published choices that are not the first of those the intervals are drawn from."""
    need, doubt = config.model.need, config.model.uncertainty
    for key, chosen, drawn in (
        ("scalings", need.scaling, doubt.scalings),
        ("aggregations", need.aggregation, doubt.aggregations),
    ):
        if chosen != drawn[0]:
            problem = f"the first is {drawn[0]!r}, but the published model uses {chosen!r}"
            yield FILE, f"uncertainty.{key}", problem, f"{chosen} first"


def _variant_faults(config: "Config") -> Iterator[Row]:
    model, seen = config.model, set[str]()
    for i, variant in enumerate(model.variants):
        key = f"variants[{i}] {variant.id}"
        if variant.id in seen:
            yield FILE, key, "the id is used twice", ""
        seen.add(variant.id)
        if variant.changes_nothing != (i == 0):
            problem = "the first is the published model, the others change something"
            yield FILE, key, problem, "need, access or gap (none of them in the first)"
        for names, known in (
            (_domains(variant), set(model.need.domains)),
            (variant.access or [], set(model.access.components)),
        ):
            for name in names:
                if name not in known:
                    yield FILE, key, f"{name!r} is not in the published model", _known(known)


def _domains(variant: Variant) -> list[str]:
    return (variant.need.domains if variant.need else None) or []


def _bound_faults(config: "Config") -> Iterator[Row]:
    for name, entry in config.indicators.items():
        low = entry.low if entry.scale_low is None else entry.scale_low
        high = entry.high if entry.scale_high is None else entry.scale_high
        if not entry.low <= low < high <= entry.high:
            problem = f"scaled from {low:g} to {high:g}"
            inside = f"rising bounds inside {entry.low:g} to {entry.high:g}"
            yield f"config/indicators.yaml [{name}]", "scale_low", problem, inside
