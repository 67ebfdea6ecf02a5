"""``lenses`` in ``config/model.yaml``: the index as one group of people would see it."""

from pydantic import model_validator

from etl.schema.base import Identifier, Positive, Strict


class Note(Strict):
    """One row of the methods page."""

    title: str
    text: str


class Lens(Strict):
    """One population lens: who counts as demand, and how need is weighed for them.

    `domain_factors` multiply the published weights of domains; `indicator_weights` replace the
    weights inside a domain, indicators not named there then count for nothing in it.
    """

    label: str
    description: str
    is_default: bool = False
    share_indicator: Identifier | None = None
    domain_factors: dict[Identifier, Positive] = {}
    indicator_weights: dict[Identifier, dict[Identifier, Positive]] = {}

    @model_validator(mode="after")
    def _default_is_the_published_index(self) -> "Lens":
        changes = self.share_indicator or self.domain_factors or self.indicator_weights
        if self.is_default and changes:
            raise ValueError(
                "the default lens is the published index of everyone: it takes no share_indicator, "
                "domain_factors or indicator_weights"
            )
        if not self.is_default and self.share_indicator is None:
            raise ValueError("a lens needs `share_indicator`, the share of people in its group (%)")
        return self
