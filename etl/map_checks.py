"""Faults of ``config/map.yaml`` and ``config/breaks`` that show only against the rest."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl.config import Config

Row = tuple[str, str, str, str]
FILE = "config/map.yaml"
# Access figures that no entry of `access_measures` declares; see `etl.index.vocabulary`.
PLAIN = {"fte_per_100k": ["all"], "population_beyond_reach": ["all"]}


def map_faults(config: "Config") -> Iterator[Row]:
    """Yield (file, key, problem, allowed) for every name that leads nowhere."""
    rules = config.map
    tiers = PLAIN | {k: m.tiers for k, m in config.model.access_measures.items()}
    for key, names in (("classes.left_out", rules.classes.left_out),
                       ("similar.access", rules.similar.access)):  # fmt: skip
        for name in names:
            if name not in tiers:
                yield FILE, key, f"{name!r} is no access measure", ", ".join(tiers)
    for name in {"gap", "need", "access"} - set(rules.scores):
        yield FILE, "scores", f"{name!r} has no words", "gap, need, access"
    if len(rules.peers.sizes) != len(rules.peers.size_keys):
        yield FILE, "peers.sizes", "not as many as size_keys", str(len(rules.peers.size_keys))
    yield from _layer_faults(config, tiers)


def _layer_faults(config: "Config", tiers: dict[str, list[str]]) -> Iterator[Row]:
    """Yield bounds that are declared or kept for a layer that no region can have."""
    rules = config.map
    layers = {*rules.scores, *(f"indicator.{name}" for name in config.indicators)}
    layers |= {f"measure.{name}.{tier}" for name, own in tiers.items() for tier in own}
    given = [(FILE, "classes.fixed.by_layer", name) for name in rules.classes.fixed.by_layer]
    for region_id, breaks in config.breaks.items():
        file = f"config/breaks/{region_id}.yaml"
        given += [(file, "layers", name) for name in breaks.layers]
        if region_id not in config.regions:
            yield file, "region_id", "no such region", ", ".join(config.regions)
    for file, key, name in given:
        if name not in layers:
            yield file, f"{key}.{name}", "no such layer", ", ".join(sorted(layers))
