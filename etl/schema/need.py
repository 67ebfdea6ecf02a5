"""``config/model.yaml``: the need index, step by step, and variants of the whole model."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from etl.schema.base import Identifier, Positive, Share, Strict

Scaling = Literal["minmax", "percentile_rank", "zscore", "imd_exponential"]
Aggregation = Literal["arithmetic", "geometric"]


def _listed(value: Any) -> Any:
    """Read a plain list of names as names that weigh the same."""
    if not isinstance(value, list):
        return value
    twice = sorted({str(name) for name in value if value.count(name) > 1})
    if twice:
        raise ValueError(f"named twice: {', '.join(twice)}")
    return dict.fromkeys(value, 1.0)


Weights = Annotated[
    dict[Identifier, Positive], Field(min_length=1), BeforeValidator(_listed)
]  # a list of names, or numbers by name


class OutlierRule(Strict):
    """When an indicator is badly skewed, and what is done (`etl.measures.outliers.treat`)."""

    skewness: Positive
    kurtosis: Positive
    most: Annotated[int, Field(ge=1)]
    fallback: Literal["log", "none"]


class NeedModel(Strict):
    """Need index by the steps of the OECD/JRC handbook.

    `domains` and `weights` are lists of names where they weigh the same, and numbers that sum to 1
    where `weighting` is "given". `use_smoothed` counts indicators with `smooth` by their figure
    drawn toward the rate around it.
    """

    scaling: Scaling
    z_limit: Positive
    outliers: Literal["none"] | OutlierRule
    weighting: Literal["equal", "given", "principal_component"]
    aggregation: Aggregation
    min_coverage: Share
    min_indicator_coverage: Share
    use_smoothed: bool
    domains: Weights
    weights: dict[Identifier, Weights]


class NeedChange(Strict):
    """What a variant changes in the need index; what is not named stays as published."""

    scaling: Scaling | None = None
    z_limit: Positive | None = None
    outliers: Literal["none"] | OutlierRule | None = None
    weighting: Literal["equal", "principal_component"] | None = None
    aggregation: Aggregation | None = None
    domains: Annotated[list[Identifier], Field(min_length=1)] | None = None


class Variant(Strict):
    """One variant of the model, shown beside the published one."""

    id: Identifier
    label: str
    description: str
    need: NeedChange | None = None
    access: Annotated[list[Identifier], Field(min_length=1)] | None = None
    gap: Aggregation | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether this is the published model itself."""
        return self.need is None and self.access is None and self.gap is None
