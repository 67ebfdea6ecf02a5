"""``config/services.yaml`` and ``config/workforce.yaml``: service types and cadres."""

from typing import Annotated, Literal

from pydantic import Field

from etl.schema.base import Identifier, NonNegative, Positive, Share, Strict


class Level(Strict):
    """One level of the social-ecological model."""

    label: str
    note: str


class ServiceType(Strict):
    """One type of service: its level, tier, placing weight and the remedy it belongs to.

    `may_be` is the type that a facility which does not report its services could turn out to be.
    """

    label: str
    level: Identifier
    care_tier: str
    setting: Literal["outpatient", "inpatient"] = "outpatient"
    remedy_family: str
    supply_weight: NonNegative
    is_candidate: bool = False
    may_be: Identifier | None = None
    weight_note: str


class Services(Strict):
    """``config/services.yaml``: levels in order, and every service type."""

    levels: Annotated[dict[Identifier, Level], Field(min_length=1)]
    types: Annotated[dict[Identifier, ServiceType], Field(min_length=1)]


class Cadre(Strict):
    """One cadre: how many full-time posts a person counts for, and why."""

    label: str
    fte_per_head: Share
    why: str


class Benchmark(Strict):
    """A published figure shown as a line to compare with; never a target by itself."""

    label: str
    value: Positive
    unit: str
    cadre: Identifier | None = None
    applies_to: str
    reference: str
    vintage: str | None = None


class StaffWords(Strict):
    """What a reader sees where staff of all cadres, a target or a line to compare with stands."""

    section: str
    all_staff: str
    target: str
    target_unit: str
    target_text: str
    reference_line: str


class Workforce(Strict):
    """``config/workforce.yaml``: cadres, benchmarks and the words around them."""

    words: StaffWords
    cadres: Annotated[dict[Identifier, Cadre], Field(min_length=1)]
    benchmarks: dict[Identifier, Benchmark] = {}
