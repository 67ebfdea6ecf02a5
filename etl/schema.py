"""What each YAML file under ``config/`` may say: pydantic models, unknown keys refused.

No defaults that carry a judgement: a weight, a threshold or a speed must be written in the file,
where an analyst can see and change it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=63)]
RegionId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=63)]
SqlPath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(/[a-z][a-z0-9_]*)*$")]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]


class Strict(BaseModel):
    """Base of every model: unknown keys refused, values immutable, no NaN or infinity."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Column(Strict):
    """One column we take from a raw file: its header text there, and how to read it."""

    raw: str
    type: Literal["text", "integer", "number", "boolean", "text_list"] = "text"
    occurrence: Annotated[int, Field(ge=1)] = 1
    nulls: list[str] = []
    unit: str | None = None


class Source(Strict):
    """One raw source: who published it, under which licence, and how its file is to be read."""

    source_id: Identifier
    publisher: str
    title: str
    citation: str
    licence: str
    url: str
    vintage: str
    published: str
    accessed: str
    note: str = ""
    path: str
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    format: Literal["csv", "excel", "vector", "raster", "json_pages"]
    member: str | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_row: Annotated[int, Field(ge=0)] = 0
    footer_rows: Annotated[int, Field(ge=0)] = 0
    records: str | None = None
    assume_crs: str | None = None
    min_rows: Annotated[int, Field(ge=1)] = 1
    key: list[Identifier] = []
    nulls: list[str] = [""]
    columns: dict[Identifier, Column] = {}


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


class Rurality(Strict):
    """How a district's rural class is decided; `basis` names the column the bounds apply to."""

    rule: str
    reference: str
    basis: Literal["rural_code", "rural_share"]
    classes: Annotated[dict[Identifier, "RuralClass"], Field(min_length=2)]


class RuralClass(Strict):
    """One rural class: it holds from `low` (included) up to the next class's `low`."""

    label: str
    low: float
    is_rural: bool


class Travel(Strict):
    """Travel estimate: minutes = km (great circle) x detour_factor / speed of the class."""

    model: Literal["great_circle"]
    detour_factor: Annotated[float, Field(ge=1)]
    speed_kmh: dict[Identifier, Positive]
    catchment_minutes: Positive
    gaussian_sigma_minutes: Positive
    note: str


class StaffingTarget(Strict):
    """The planner's target used for shortage and for who is served: people per full-time post."""

    population_per_fte: Positive
    reference: str


class District(Strict):
    """What the region's districts are called and how their ids look."""

    term: str
    term_plural: str
    parent_term: str | None = None
    id_pattern: str
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


class IndicatorOverride(Strict):
    """What an indicator means here where the region's source defines it its own way."""

    label: str | None = None
    definition: str | None = None
    unit: str | None = None


class Region(Strict):
    """One region: its districts, its sources per layer, its rural rule and its travel model."""

    region_id: RegionId
    name: str
    country: str
    params: dict[Identifier, str] = {}
    thresholds: dict[Identifier, float] = {}
    district: District
    geography: Geography
    layers: Layers
    rurality: Rurality
    travel: Travel
    staffing_target: StaffingTarget | None = None
    indicators: dict[Identifier, IndicatorOverride] = {}


class Indicator(Strict):
    """One need indicator, whatever region it is measured in."""

    label: str
    definition: str
    why: str
    domain: Identifier
    unit: Literal["%", "persons per household", "persons per km2", "score 0-100", "index"]
    direction: Literal[1, -1]
    low: float
    high: float
    reference: str


class NeedModel(Strict):
    """Need index: domain weights, indicator weights inside a domain, and the missing-data rule."""

    scaling: Literal["minmax"]
    aggregation: Literal["arithmetic", "geometric"]
    min_coverage: Share
    domains: dict[Identifier, Positive]
    weights: dict[Identifier, dict[Identifier, Positive]]


class AccessComponent(Strict):
    """One part of the access index: bounds are figures or shares of the districts' distribution."""

    label: str
    weight: Positive
    direction: Literal[1, -1]
    low: float | None = None
    high: float | None = None
    cap_quantile: Annotated[float, Field(gt=0, le=1)] | None = None
    reference: str


class AccessModel(Strict):
    """Access index: its components and how they are put together."""

    aggregation: Literal["arithmetic"]
    components: Annotated[dict[Identifier, AccessComponent], Field(min_length=1)]


class GapModel(Strict):
    """Gap: five classes by rank share, and who counts as underserved."""

    classes: Annotated[dict[str, Share], Field(min_length=2)]
    underserved_classes: Annotated[list[str], Field(min_length=1)]
    rule: str
    underserved_rule: str


class UncertaintyModel(Strict):
    """Monte Carlo settings for the rank intervals."""

    draws: Annotated[int, Field(ge=100, le=100_000)]
    seed: int
    weight_concentration: Positive
    low_quantile: Share
    high_quantile: Share
    top_share: Share


class Model(Strict):
    """``config/model.yaml``: every choice of method that is not a region's own."""

    need: NeedModel
    access: AccessModel
    gap: GapModel
    uncertainty: UncertaintyModel
    map_classes: Annotated[int, Field(ge=3, le=7)]
    beyond_minutes: Positive


class Level(Strict):
    """One level of the social-ecological model."""

    label: str
    note: str


class ServiceType(Strict):
    """One type of service: its level, tier, placing weight and the remedy it belongs to."""

    label: str
    level: Identifier
    care_tier: str
    remedy_family: str
    supply_weight: NonNegative
    is_candidate: bool = False
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
    value: float
    unit: str
    reference: str


class Workforce(Strict):
    """``config/workforce.yaml``: cadres and benchmarks."""

    cadres: Annotated[dict[Identifier, Cadre], Field(min_length=1)]
    benchmarks: dict[Identifier, Benchmark] = {}


class Correction(Strict):
    """A known upstream error: drop the rows that match, as long as `expect` of them are there."""

    action: Literal["drop"]
    match: Annotated[dict[Identifier, str], Field(min_length=1)]
    expect: Annotated[int, Field(ge=1)]
    reason: str


class Corrections(Strict):
    """``config/corrections/<source>.yaml``."""

    source_id: Identifier
    corrections: list[Correction]
