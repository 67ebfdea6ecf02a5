"""What each YAML file under ``config/`` may say: pydantic models, unknown keys refused.

No defaults that carry a judgement: a weight, a threshold or a speed must be written in the file,
where an analyst can see and change it.
"""

from etl.schema.base import Strict
from etl.schema.model import (
    AccessComponent,
    AccessModel,
    GapModel,
    Indicator,
    Model,
    NeedModel,
    UncertaintyModel,
)
from etl.schema.regions import (
    DemandPoints,
    District,
    Geography,
    IndicatorBlock,
    IndicatorColumns,
    IndicatorOverride,
    Layers,
    LayerSql,
    Lookup,
    Region,
    RuralClass,
    Rurality,
    StaffingTarget,
    Travel,
)
from etl.schema.sources import Column, Correction, Corrections, Source
from etl.schema.vocabulary import Benchmark, Cadre, Level, Services, ServiceType, Workforce

__all__ = [
    "AccessComponent",
    "AccessModel",
    "Benchmark",
    "Cadre",
    "Column",
    "Correction",
    "Corrections",
    "DemandPoints",
    "District",
    "GapModel",
    "Geography",
    "Indicator",
    "IndicatorBlock",
    "IndicatorColumns",
    "IndicatorOverride",
    "LayerSql",
    "Layers",
    "Level",
    "Lookup",
    "Model",
    "NeedModel",
    "Region",
    "RuralClass",
    "Rurality",
    "ServiceType",
    "Services",
    "Source",
    "StaffingTarget",
    "Strict",
    "Travel",
    "UncertaintyModel",
    "Workforce",
]
