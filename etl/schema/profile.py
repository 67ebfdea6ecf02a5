"""``config/profile.yaml``: which link of care is missing in a district, by declared rules."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from etl.schema.base import Identifier, Strict

FigureName = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=127)
]


class Condition(Strict):
    """One comparison. `figure` is a column of out_gap, or ``measure.tier`` of out_access."""

    figure: FigureName
    is_: Literal["at least", "above", "at most", "below"] = Field(alias="is")
    value: float


class Link(Strict):
    """One link of the chain of care. It is missing where every condition holds.

    A district where any figure named is unknown cannot be judged: its state is no data.
    """

    label: str
    words: str
    remedy_family: str
    missing_when: Annotated[list[Condition], Field(min_length=1)]


class Profile(Strict):
    """All links, in the order a reader sees them."""

    links: Annotated[dict[Identifier, Link], Field(min_length=1)]
