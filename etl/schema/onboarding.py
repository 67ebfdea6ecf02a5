"""``config/onboarding.yaml``: how a person's own spreadsheets are understood."""

from typing import Annotated

from pydantic import Field

from etl.schema.access import Catchment
from etl.schema.base import Identifier, NonNegative, Positive, Share, Strict

Words = Annotated[list[str], Field(min_length=1)]


class Defaults(Strict):
    """What a new region file says until somebody knows better; all assumed."""

    detour_factor: Annotated[float, Field(ge=1)]
    urban_kmh: Positive
    rural_kmh: Positive
    outpatient: Catchment
    inpatient: Catchment
    snap_km: NonNegative
    decimals: Annotated[int, Field(ge=2, le=7)]
    simplify_share: Positive
    travel_note: str


class ShareRule(Strict):
    """Rural by the share of people in rural areas."""

    rule: str
    reference: str
    rural_from: Share


class DensityRule(Strict):
    """Rural by people per square kilometre."""

    rule: str
    reference: str
    urban_from: Positive


class RuralRules(Strict):
    """The two rules a new region may get."""

    share: ShareRule
    density: DensityRule


class Onboarding(Strict):
    """``config/onboarding.yaml``."""

    roles: dict[Identifier, dict[Identifier, Words]]
    suggest_from: Annotated[float, Field(ge=0, le=100)]
    join_share: Share
    missing_words: Words
    suppressed_words: Words
    total_words: Words
    footer_words: Words
    ownership: dict[Identifier, Words]
    truths: dict[Identifier, Words]
    defaults: Defaults
    rurality: RuralRules
