"""``config/regions``: what a region is made of."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from etl.errors import ConfigError
from etl.schema.access import AccessReference, Catchment
from etl.schema.base import Identifier, NonNegative, Positive, RegionId, Share, SqlPath, Strict
from etl.schema.travel import CostTableTravel, FrictionTravel, RoadNetworkTravel

ALL_STAFF = "all"  # in place of a cadre: every cadre that counts
SettingName = Literal["outpatient", "inpatient"]
Catchments = dict[SettingName, Catchment]


class IndicatorColumns(Strict):
    """Where one indicator's figures are in its source: column names of that source."""

    value: Identifier
    numerator: Identifier | None = None
    denominator: Identifier | None = None
    moe90: Identifier | None = None
    se: Identifier | None = None
    low90: Identifier | None = None
    high90: Identifier | None = None


class IndicatorBlock(Strict):
    """Indicators from one source: by column names alone, or by one SQL file."""

    sources: Annotated[list[Identifier], Field(min_length=1)]
    key: Identifier | None = None
    values: dict[Identifier, IndicatorColumns] = {}
    sql: SqlPath | None = None


class LayerSql(Strict):
    """A layer (or part of one) built by one SELECT from the raw tables of its sources."""

    sql: SqlPath
    sources: Annotated[list[Identifier], Field(min_length=1)]


class Lookup(LayerSql):
    """A table the other SELECTs join to, such as a crosswalk of names."""


class DemandPoints(LayerSql):
    """Demand points, and what is done to them after the SELECT."""

    aggregate_cell_degrees: Positive | None = None
    rescale_to_district_population: bool
    vintage: str


class RuralClass(Strict):
    """One rural class: it holds where every bound it states is met (the bound itself included)."""

    label: str
    rural_code_from: float | None = None
    rural_share_from: Share | None = None
    density_from: NonNegative | None = None  # people per square kilometre
    is_rural: bool


class Rurality(Strict):
    """How a district's rural class is decided: the last class listed that holds."""

    rule: str
    reference: str
    classes: Annotated[dict[Identifier, RuralClass], Field(min_length=2)]


class GreatCircleTravel(Strict):
    """Travel estimate: minutes = km (great circle) x detour_factor / speed of the class."""

    model: Literal["great_circle"]
    detour_factor: Annotated[float, Field(ge=1)]
    speed_kmh: dict[Identifier, Positive]
    catchments: Catchments
    note: str


class StaffingTarget(Strict):
    """A planner's target for one cadre, or for all counted staff: people per full-time post."""

    population_per_fte: Positive
    reference: str


class ShortageRule(Strict):
    """The US federal shortage rule, and the indicators its signs of high need are read from.

    Shares are percentages of all people; the rule's ratios to people aged 18 to 64 follow.
    """

    rule: Literal["us_mental_health"]
    poverty_percent: Identifier
    youth_percent: Identifier
    elderly_percent: Identifier
    note: str


class District(Strict):
    """What the region's districts are called and how their ids look.

    `id_scheme` names the register whose codes the ids are.
    """

    term: str
    term_plural: str
    parent_term: str | None = None
    id_pattern: str
    id_scheme: str | None = None
    count: Annotated[int, Field(ge=1)] | None = None
    boundary_vintage: str
    population_vintage: str


class Geography(Strict):
    """Projection and tolerances of the region's map."""

    projected_crs: Annotated[str, StringConstraints(pattern=r"^EPSG:\d{4,6}$")]
    simplify_tolerance_m: Positive
    snap_km: NonNegative
    decimals: Annotated[int, Field(ge=2, le=7)]


class Layers(Strict):
    """The five layers of a region and what each is made from."""

    districts: LayerSql
    demand_points: DemandPoints
    services: list[LayerSql]
    workforce: list[LayerSql]
    indicators: list[IndicatorBlock]
    lookups: dict[Identifier, Lookup] = {}

    @property
    def demand_points_vintage(self) -> str:
        """What the demand points describe."""
        return self.demand_points.vintage


class LayerFiles(Strict):
    """A region made of layer files alone, in ``data/local/<region>`` (or ``data/sample``)."""

    files: Literal[True]
    # What the demand points describe, for the methods page.
    demand_points_vintage: str
    # Layers the region has none of; an empty layer that is not named here stops the refresh.
    absent: list[Literal["service", "workforce"]] = []


def _kind_of_layers(value: object) -> str:
    """Tell the two kinds of layers apart, so that a fault is told of one of them only."""
    files = isinstance(value, LayerFiles) or (isinstance(value, dict) and "files" in value)
    return "layer_files" if files else "layer_selects"


class IndicatorOverride(Strict):
    """What an indicator means here where the region's source defines it its own way."""

    label: str | None = None
    definition: str | None = None
    unit: str | None = None


class Anchor(Strict):
    """A published total of the whole region that our figures must come near."""

    value: Positive
    # Share of the value by which ours may differ.
    tolerance: Share
    reference: str


class Region(Strict):
    """One region: its districts, its sources per layer, its rural rule and its travel model."""

    region_id: RegionId
    name: str
    country: str
    # The code of the area the districts belong to; a whole country has none.
    iso_3166_2: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")] | None = None
    params: dict[Identifier, str] = {}
    thresholds: dict[Identifier, float] = {}
    district: District
    geography: Geography
    layers: Annotated[
        Annotated[Layers, Tag("layer_selects")] | Annotated[LayerFiles, Tag("layer_files")],
        Discriminator(_kind_of_layers),
    ]
    rurality: Rurality
    travel: Annotated[
        GreatCircleTravel | CostTableTravel | RoadNetworkTravel | FrictionTravel,
        Field(discriminator="model"),
    ]
    staffing_targets: dict[Identifier, StaffingTarget] = {}
    access_references: dict[Identifier, AccessReference] = {}
    shortage_rule: ShortageRule | None = None
    indicators: dict[Identifier, IndicatorOverride] = {}
    # `population` (people of all districts), `headcount_<cadre>` (persons), or an indicator's id
    # (its mean over people).
    anchors: dict[Identifier, Anchor] = {}

    @property
    def staffing_target(self) -> StaffingTarget | None:
        """The target for all counted staff: what shortage and who is served are judged by."""
        return self.staffing_targets.get(ALL_STAFF)

    @property
    def selects(self) -> Layers:
        """The SELECTs the layers are made by.

        Raises
        ------
        ConfigError
            If the region is made of layer files alone, which no raw file can rebuild.
        """
        if isinstance(self.layers, LayerFiles):
            raise ConfigError(
                f"{self.region_id} is made of layer files alone (`layers: files: true` in "
                f"config/regions/{self.region_id}.yaml) and has no raw files. Leave out --from raw."
            )
        return self.layers
