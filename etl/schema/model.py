"""``config/model.yaml`` and ``config/indicators.yaml``: the choices of method."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from etl.schema.access import AccessMeasure, Tier
from etl.schema.base import Identifier, Positive, Share, Strict
from etl.schema.need import Aggregation, NeedModel, Scaling, Variant


class Indicator(Strict):
    """One need indicator, whatever region it is measured in.

    `low` and `high` are the values that can exist. `scale_low` and `scale_high`, where given, are
    the fixed bounds of min-max scaling instead of the region's own lowest and highest figure.
    """

    label: str
    definition: str
    why: str
    domain: Identifier
    unit: Literal["%", "persons per household", "persons per km2", "score 0-100", "index"]
    direction: Literal[1, -1]
    low: float
    high: float
    scale_low: float | None = None
    scale_high: float | None = None
    reference: str


LeftOut = Literal["silent_register", "one_level", "not_listed", "no_figure"]


class AccessComponent(Strict):
    """One part of the access index: an access measure of one tier, its bounds and its weight.

    A bound that is not given is that of the districts' distribution; `why` argues for the weight.
    """

    label: str
    tier: Identifier
    weight: Positive
    why: str
    direction: Literal[1, -1]
    low: float | None = None
    high: float | None = None
    cap_quantile: Annotated[float, Field(gt=0, le=1)] | None = None
    reference: str


class AccessModel(Strict):
    """Access index: its components, how they are put together, and when one is left out.

    `min_reporting` is the share of facilities that must say what they give before levels of care
    are told apart.
    """

    aggregation: Literal["arithmetic"]
    components: Annotated[dict[Identifier, AccessComponent], Field(min_length=1)]
    min_reporting: Share
    left_out_words: dict[LeftOut, str]


class GapModel(Strict):
    """Gap: five classes by rank share, and who counts as underserved."""

    classes: Annotated[dict[str, Share], Field(min_length=2)]
    underserved_classes: Annotated[list[str], Field(min_length=1)]
    rule: str
    underserved_rule: str


class ConfidenceBounds(Strict):
    """Probabilities of being among the worst at which the plain words change."""

    robust: Share
    likely: Share
    unlikely: Share


Factors = Annotated[list[Positive], Field(min_length=1)]


class AccessRunsModel(Strict):
    """Circumstances under which access is recomputed for the rank intervals.

    Factors on travel speed and on the width of catchments (1 is the published one and must be
    there), and the number of times what is counted is drawn anew beside the published count.
    """

    speed_factors: Factors
    catchment_factors: Factors
    counts: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _published_is_there(self) -> "AccessRunsModel":
        for name in ("speed_factors", "catchment_factors"):
            given = getattr(self, name)
            if given.count(1.0) != 1 or len(set(given)) < len(given):
                raise ValueError(f"{name} must differ and hold 1.0, the published one: {given}")
        return self


class UncertaintyModel(Strict):
    """Monte Carlo settings for the rank intervals."""

    draws: Annotated[int, Field(ge=100, le=100_000)]
    seed: int
    weight_concentration: Positive
    scalings: Annotated[list[Scaling], Field(min_length=1)]
    aggregations: Annotated[list[Aggregation], Field(min_length=1)]
    access_runs: AccessRunsModel
    low_quantile: Share
    high_quantile: Share
    top_share: Share
    confidence: ConfidenceBounds
    sensitivity_base: Annotated[int, Field(ge=64, le=65_536)]


class EquityModel(Strict):
    """How unevenly access is spread: the indicator people are ranked by, and the aversions."""

    rank_indicator: Identifier
    atkinson_epsilon: Positive
    kolm_pollak_epsilon: Positive


class Model(Strict):
    """``config/model.yaml``: every choice of method that is not a region's own."""

    need: NeedModel
    variants: Annotated[list[Variant], Field(min_length=1)]
    access: AccessModel
    gap: GapModel
    uncertainty: UncertaintyModel
    equity: EquityModel
    access_tiers: dict[Identifier, Tier]
    access_measures: dict[Identifier, AccessMeasure]
    virtual_reach_indicator: Identifier
    domain_labels: dict[Identifier, str]
    map_classes: Annotated[int, Field(ge=3, le=7)]
    beyond_minutes: Positive
