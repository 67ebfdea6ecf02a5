"""Catchments, decays, tiers and measures of access: parts of the region and model files."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from etl.schema.base import Identifier, NonNegative, Positive, Share, Strict

_PARAMETERS: dict[str, tuple[str, ...]] = {
    "binary": (),
    "gaussian": ("sigma_minutes",),
    "exponential": ("beta_per_minute",),
    "kernel_density": ("bandwidth_minutes",),
    "logistic": ("midpoint_minutes", "slope_minutes"),
    "step": ("breaks_minutes", "weights"),
}


class Decay(Strict):
    """How the weight of a service falls with travel time; each kind wants its own parameters."""

    kind: Literal["binary", "gaussian", "exponential", "kernel_density", "logistic", "step"]
    sigma_minutes: Positive | None = None
    beta_per_minute: Positive | None = None
    bandwidth_minutes: Positive | None = None
    midpoint_minutes: Positive | None = None
    slope_minutes: Positive | None = None
    breaks_minutes: list[NonNegative] | None = None
    weights: list[Share] | None = None

    @model_validator(mode="after")
    def _only_its_own(self) -> "Decay":
        given = {k for k, v in self.model_dump().items() if v is not None and k != "kind"}
        wanted = set(_PARAMETERS[self.kind])
        if given != wanted:
            raise ValueError(f"{self.kind} takes exactly {sorted(wanted)}, found {sorted(given)}")
        return self


class Catchment(Strict):
    """Reach of one setting of care, in minutes.

    With `rural_minutes`, the reach grows smoothly from `minutes` (nobody rural) to `rural_minutes`
    (everybody rural) with the rural share of the district: abrupt sizes gave perverse results
    (McGrail and Humphreys 2014).
    """

    minutes: Positive
    rural_minutes: Positive | None = None
    decay: Decay


class Tier(Strict):
    """One group of services that access is measured for; blank lists mean all."""

    label: str
    care_tiers: list[str] = []
    ownerships: list[str] = []


class AccessMeasure(Strict):
    """One published measure of access.

    `raam_tau_minutes` weighs crowding against travel; `minutes` is the limit of ``within``;
    `levels` are the tiers that ``levels`` counts.
    """

    function: Literal[
        "two_step",
        "three_step",
        "modified_two_step",
        "balanced",
        "raam",
        "gravity",
        "cumulative",
        "nearest",
        "beyond",
        "within",
        "levels",
        "virtual",
    ]
    label: str
    definition: str
    unit: str
    reference: str
    per: Positive = 1.0
    higher_is_better: bool
    raam_tau_minutes: Positive = 60.0
    minutes: Positive | None = None
    levels: list[Identifier] = []
    tiers: Annotated[list[Identifier], Field(min_length=1)]

    @model_validator(mode="after")
    def _only_its_own(self) -> "AccessMeasure":
        if (self.minutes is not None) != (self.function == "within"):
            raise ValueError("`minutes` belongs to the function `within`, and it needs them")
        if (len(self.levels) >= 2) != (self.function == "levels"):
            raise ValueError("`levels` belongs to the function `levels`, and it needs two or more")
        return self


class AccessReference(Strict):
    """Bounds a region freezes for one part of the access index, so that snapshots compare."""

    low: float | None = None
    high: float | None = None
    reference: str

    @model_validator(mode="after")
    def _a_bound(self) -> "AccessReference":
        if self.low is None and self.high is None:
            raise ValueError("a reference freezes `low`, `high` or both")
        return self
