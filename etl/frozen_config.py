"""The configuration that a snapshot was made with, kept in it as text and read back."""

import json

import pandas as pd
from pydantic import BaseModel

from etl import schema
from etl.config import Config
from etl.yaml_files import Fault, parse

PARTS: dict[str, type[BaseModel]] = {
    "model": schema.Model,
    "services": schema.Services,
    "workforce": schema.Workforce,
    "travel": schema.TravelRules,
    "profile": schema.Profile,
}

# Snapshots of before there were such rules have none, and no score depends on them.
LATER: dict[str, type[BaseModel]] = {"map": schema.MapRules, "withholding": schema.Withholding}


NEEDED = {*PARTS, "region", "indicators"}


class UnreadableConfigError(Exception):
    """A kept configuration does not fit today's schema: the program has changed since."""


def freeze(config: Config, region: schema.Region) -> pd.DataFrame:
    """Return everything in the configuration that can change a figure: ``part``, ``content``."""
    rows = {name: _text(getattr(config, name)) for name in PARTS}
    rows |= {"region": _text(region)} | {name: _text(getattr(config, name)) for name in LATER}
    if region.region_id in config.breaks:
        rows["breaks"] = _text(config.breaks[region.region_id])
    dump = {k: json.loads(_text(v)) for k, v in sorted(config.indicators.items())}
    rows["indicators"] = json.dumps(dump, sort_keys=True)
    return pd.DataFrame(sorted(rows.items()), columns=["part", "content"]).astype("string")


def thaw(frozen: pd.DataFrame) -> tuple[Config, schema.Region]:
    """Return the configuration and the region of `freeze`'s table.

    Raises
    ------
    UnreadableConfigError
        If a part is missing or does not fit today's schema.
    """
    given = {
        part: json.loads(content)
        for part, content in zip(frozen["part"], frozen["content"], strict=True)
    }
    # Class bounds colour the map and change no score, so they are not needed to compute again.
    config, faults = (
        Config(),
        [Fault(name, "", "is missing") for name in sorted(NEEDED - given.keys())],
    )
    for name, kind in (PARTS | LATER).items():
        if name in given:
            setattr(config, name, parse(kind, given[name], name, faults))
    for name, entry in given.get("indicators", {}).items():
        if found := parse(schema.Indicator, entry, f"indicators.{name}", faults):
            config.indicators[name] = found
    region = None
    if "region" in given:
        region = parse(schema.Region, given["region"], "region", faults)
    if faults or region is None:
        more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
        raise UnreadableConfigError(f"{faults[0]}{more}")
    config.regions[region.region_id] = region
    return config, region


def _text(part: BaseModel) -> str:
    return json.dumps(part.model_dump(mode="json", by_alias=True), sort_keys=True)
