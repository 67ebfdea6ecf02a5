"""The configuration that a snapshot was made with, kept in it as text and read back."""

import json

import pandas as pd
from pydantic import BaseModel, ValidationError

from etl import schema
from etl.config import Config

PARTS: dict[str, type[BaseModel]] = {
    "model": schema.Model,
    "services": schema.Services,
    "workforce": schema.Workforce,
    "travel": schema.TravelRules,
    "profile": schema.Profile,
}

# Snapshots of before there were such rules have none, and no score depends on them.
LATER: dict[str, type[BaseModel]] = {"map": schema.MapRules, "withholding": schema.Withholding}


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
    given = dict(zip(frozen["part"], frozen["content"], strict=True))
    try:
        config = Config()
        for name, kind in PARTS.items():
            setattr(config, name, kind.model_validate_json(given[name]))
        for name, entry in json.loads(given["indicators"]).items():
            config.indicators[name] = schema.Indicator.model_validate(entry)
        region = schema.Region.model_validate_json(given["region"])
        for name, kind in LATER.items():
            if name in given:
                setattr(config, name, kind.model_validate_json(given[name]))
        if "breaks" in given:
            config.breaks[region.region_id] = schema.Breaks.model_validate_json(given["breaks"])
    except (KeyError, ValidationError) as error:
        first = str(error).splitlines()
        raise UnreadableConfigError(" ".join(first[:3])) from error
    config.regions[region.region_id] = region
    return config, region


def _text(part: BaseModel) -> str:
    return json.dumps(part.model_dump(mode="json", by_alias=True), sort_keys=True)
