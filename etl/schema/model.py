"""``config/model.yaml`` and ``config/indicators.yaml``: the choices of method."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from etl.schema.access import AccessMeasure, Tier
from etl.schema.base import Identifier, Positive, Share, Strict
from etl.schema.lens import Lens, Note
from etl.schema.need import Aggregation, NeedModel, Scaling, Variant

# Units that are numerator / denominator times a figure.
PER: dict[str, float] = {"%": 100.0, "per 100,000": 100_000.0}


class Indicator(Strict):
    """One need indicator, whatever region it is measured in.

    `low` and `high` are the values that can exist. `scale_low` and `scale_high`, where given, are
    the fixed bounds of min-max scaling instead of the region's own lowest and highest figure.
    """

    label: str
    definition: str
    why: str
    domain: Identifier
    unit: Literal[
        "%", "per 100,000", "persons per household", "persons per km2", "score 0-100", "index"
    ]
    direction: Literal[1, -1]
    low: float
    high: float
    scale_low: float | None = None
    scale_high: float | None = None
    reference: str
    # Also publish the figure drawn toward the rate around it; needs numerator and denominator.
    smooth: Literal["empirical_bayes"] | None = None

    @model_validator(mode="after")
    def _only_rates_are_smoothed(self) -> "Indicator":
        if self.smooth is not None and self.unit not in PER:
            raise ValueError(f"`smooth` is for rates ({', '.join(PER)}), the unit is {self.unit!r}")
        return self


class Smoothing(Strict):
    """Words of the figures that are drawn toward the rate around them."""

    note: str
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


Score = Literal["gap_score", "need_score", "access_score"]


class ClusterKind(Strict):
    """One question of where values lie together: a district's own value against one around it."""

    label: str
    own: Score
    around: Score
    by_district: bool
    definition: str
    reference: str


class ClusterModel(Strict):
    """Clusters: how many permutations, the false discovery rate, and each kind with its words."""

    permutations: Annotated[int, Field(ge=99, le=99_999)]
    seed: int
    fdr_level: Annotated[float, Field(gt=0, lt=1)]
    kinds: Annotated[dict[Identifier, ClusterKind], Field(min_length=1)]
    section: str
    neighbours: str
    test: str
    test_reference: str


class Model(Strict):
    """``config/model.yaml``: every choice of method that is not a region's own."""

    need: NeedModel
    variants: Annotated[list[Variant], Field(min_length=1)]
    access: AccessModel
    gap: GapModel
    uncertainty: UncertaintyModel
    equity: EquityModel
    smoothing: Smoothing
    lenses: Annotated[dict[Identifier, Lens], Field(min_length=1)]
    lens_notes: list[Note]
    clusters: ClusterModel
    access_tiers: dict[Identifier, Tier]
    access_measures: dict[Identifier, AccessMeasure]
    virtual_reach_indicator: Identifier
    domain_labels: dict[Identifier, str]
    map_classes: Annotated[int, Field(ge=3, le=7)]
    beyond_minutes: Positive
