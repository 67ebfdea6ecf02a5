"""``config/map.yaml`` and ``config/breaks``: map classes, groups, similar districts."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from etl.schema.base import Identifier, Positive, RegionId, Strict

LayerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}$")]
Family = Literal["score", "indicator", "access"]
ScoreLayer = Literal["gap", "need", "access"]
MadeMethod = Literal["quantile", "jenks", "equal"]
HalfScore = Literal["need_score", "access_score"]


def _rising(edges: list[float]) -> list[float]:
    if edges != sorted(edges):
        raise ValueError(f"class bounds must not fall: {edges}")
    return edges


Edges = Annotated[list[float], Field(min_length=2, max_length=10), AfterValidator(_rising)]


class ScoreWords(Strict):
    """What a reader sees of a score: +1 where more is worse, -1 where less is worse."""

    label: str
    definition: str
    unit: str
    direction: Literal[1, -1]
    reference: str


class FixedEdges(Strict):
    """Class bounds that do not come from the data, for a layer or for all layers of a unit."""

    by_layer: dict[LayerId, Edges]
    by_unit: dict[str, Edges]


class ClassRules(Strict):
    """How layers are cut into classes.

    `default_method` is shown first; of more than `natural_most` different values natural breaks
    take that many, evenly spaced.
    """

    default_method: dict[Family, MadeMethod]
    natural_most: Annotated[int, Field(ge=100, le=10_000)]
    fixed: FixedEdges
    left_out: list[Identifier]


class PeerRules(Strict):
    """Groups of similar districts: at least `least` in each, `sizes` from fewest people to most."""

    least: Annotated[int, Field(ge=2)]
    sizes: Annotated[list[str], Field(min_length=2, max_length=5)]
    size_keys: Annotated[list[Identifier], Field(min_length=2, max_length=5)]
    everyone: str
    unknown: str


class SimilarRules(Strict):
    """Which districts are similar, and which of them do better.

    Attributes
    ----------
    rows : districts named of each kind
    need_band : points of need that similar districts may differ by
    population_factor : how many times the people counts as much as the whole of `need_band`
    access_margin : points of access that a better district must be ahead
    more_by : share by which a figure must be better to be named
    access : access measures that are held against each other
    """

    rows: Annotated[int, Field(ge=1, le=20)]
    need_band: Positive
    population_factor: Annotated[float, Field(gt=1)]
    access_margin: Positive
    more_by: Annotated[float, Field(ge=0)]
    access: Annotated[list[Identifier], Field(min_length=1)]


class RingRules(Strict):
    """Minutes around a service that are drawn besides its catchment."""

    minutes: list[Positive]


class MapRules(Strict):
    """``config/map.yaml``."""

    scores: dict[ScoreLayer, ScoreWords]
    classes: ClassRules
    bivariate_classes: Literal[3]
    peers: PeerRules
    similar: SimilarRules
    rings: RingRules


class Breaks(Strict):
    """``config/breaks/<region>.yaml``: class bounds kept from an earlier snapshot.

    Attributes
    ----------
    snapshot_id : the snapshot they were last written from
    frozen_on : day of the snapshot that the first of them come from
    frozen_later : that day for layers that came later
    """

    region_id: RegionId
    snapshot_id: str
    frozen_on: dt.date
    frozen_later: dict[LayerId, dt.date] = {}
    layers: dict[LayerId, dict[MadeMethod, Edges]]
    bivariate: dict[HalfScore, Edges]

    def since(self, layer: str) -> str:
        """Return the day of the snapshot that a layer's bounds come from, ISO 8601."""
        return self.frozen_later.get(layer, self.frozen_on).isoformat()
