"""Faults of ``lenses`` in ``config/model.yaml`` that show only against the rest of the model."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etl.schema import Lens

if TYPE_CHECKING:
    from etl.config import Config

Row = tuple[str, str, str, str]
FILE = "config/model.yaml"


def lens_faults(config: "Config") -> Iterator[Row]:
    """Yield (file, key, problem, allowed) for every lens that the model cannot follow."""
    lenses = config.model.lenses
    default = [name for name, lens in lenses.items() if lens.is_default]
    if len(default) != 1:
        yield FILE, "lenses", f"{len(default)} lenses are the default ({default})", "exactly one"
    for name, lens in lenses.items():
        if lens.share_indicator is not None:
            yield from _share_faults(config, f"lenses.{name}.share_indicator", lens.share_indicator)
        yield from _weight_faults(config, f"lenses.{name}", lens)


def _share_faults(config: "Config", key: str, indicator_id: str) -> Iterator[Row]:
    shares = sorted(k for k, entry in config.indicators.items() if entry.unit == "%")
    if indicator_id not in config.indicators:
        yield FILE, key, f"{indicator_id!r} is no indicator", ", ".join(shares)
    elif indicator_id not in shares:
        unit = config.indicators[indicator_id].unit
        yield FILE, key, f"{indicator_id!r} is in {unit}, not a share of people", ", ".join(shares)


def _weight_faults(config: "Config", key: str, lens: Lens) -> Iterator[Row]:
    need = config.model.need
    for domain in [*lens.domain_factors, *lens.indicator_weights]:
        if domain not in need.domains:
            part = "domain_factors" if domain in lens.domain_factors else "indicator_weights"
            yield FILE, f"{key}.{part}.{domain}", "not a domain", ", ".join(need.domains)
    for domain, weights in lens.indicator_weights.items():
        known = need.weights.get(domain, {})
        for indicator_id in weights:
            if indicator_id not in known:
                where = f"{key}.indicator_weights.{domain}.{indicator_id}"
                yield FILE, where, f"need.weights.{domain} does not hold it", ", ".join(known)
