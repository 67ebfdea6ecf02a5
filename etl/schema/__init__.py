"""What each YAML file under ``config/`` may say: pydantic models, unknown keys refused.

No defaults that carry a judgement: a weight, a threshold or a speed must be written in the file,
where an analyst can see and change it.
"""

from etl.schema.access import AccessMeasure, Catchment, Decay, Tier
from etl.schema.base import Strict
from etl.schema.lens import Lens
from etl.schema.model import (
    PER,
    AccessComponent,
    AccessModel,
    ConfidenceBounds,
    EquityModel,
    GapModel,
    Indicator,
    Model,
    Smoothing,
    UncertaintyModel,
)
from etl.schema.need import NeedChange, NeedModel, OutlierRule, Variant
from etl.schema.profile import Condition, Link, Profile
from etl.schema.regions import (
    DemandPoints,
    District,
    Geography,
    GreatCircleTravel,
    IndicatorBlock,
    IndicatorColumns,
    IndicatorOverride,
    Layers,
    LayerSql,
    Lookup,
    Region,
    RuralClass,
    Rurality,
    SettingName,
    ShortageRule,
    StaffingTarget,
)
from etl.schema.sources import Column, Correction, Corrections, Source
from etl.schema.texts import ExportTexts
from etl.schema.travel import CostTableTravel, FrictionTravel, RoadNetworkTravel, TravelRules
from etl.schema.vocabulary import Benchmark, Cadre, Level, Services, ServiceType, Workforce

__all__ = [
    "PER",
    "AccessComponent",
    "AccessMeasure",
    "AccessModel",
    "Benchmark",
    "Cadre",
    "Catchment",
    "Column",
    "Condition",
    "ConfidenceBounds",
    "Correction",
    "Corrections",
    "CostTableTravel",
    "Decay",
    "DemandPoints",
    "District",
    "EquityModel",
    "ExportTexts",
    "FrictionTravel",
    "GapModel",
    "Geography",
    "GreatCircleTravel",
    "Indicator",
    "IndicatorBlock",
    "IndicatorColumns",
    "IndicatorOverride",
    "LayerSql",
    "Layers",
    "Lens",
    "Level",
    "Link",
    "Lookup",
    "Model",
    "NeedChange",
    "NeedModel",
    "OutlierRule",
    "Profile",
    "Region",
    "RoadNetworkTravel",
    "RuralClass",
    "Rurality",
    "ServiceType",
    "Services",
    "SettingName",
    "ShortageRule",
    "Smoothing",
    "Source",
    "StaffingTarget",
    "Strict",
    "Tier",
    "TravelRules",
    "UncertaintyModel",
    "Variant",
    "Workforce",
]
