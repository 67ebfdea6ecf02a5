"""Travel: ``config/travel.yaml`` (roads and rasters to minutes) and a region's choice of model."""

from typing import Annotated, Literal

from pydantic import Field

from etl.schema.access import Catchment
from etl.schema.base import Identifier, Positive, Share, Strict


class Figures(Strict):
    """Figures of one kind with where they come from; `kind` says how far to trust them."""

    kind: Literal["reference", "assumption"]
    why: str


class ClassSpeeds(Figures):
    """Driving speed by OpenStreetMap ``highway`` class; a class that is not named is no road."""

    kmh: Annotated[dict[Identifier, Positive], Field(min_length=1)]


class Figure(Figures):
    """One figure above 0."""

    value: Positive


class Factor(Figures):
    """A share of a legal limit that is driven in practice."""

    value: Annotated[Share, Field(gt=0)]


class Closed(Figures):
    """Access values that shut a road to the public's cars."""

    values: Annotated[list[str], Field(min_length=1)]


class RoadRules(Strict):
    """Road networks: speeds, who may drive, and how places are joined to the roads."""

    speeds: ClassSpeeds
    posted_limit_factor: Factor
    closed_access: Closed
    off_road_kmh: Figure
    snap_limit_km: Figure
    node_spacing_km: Figure


class SurfaceRules(Strict):
    """Friction surfaces: what a believable raster is, and how far a place may be moved."""

    snap_limit_km: Figure
    fastest_kmh: Figure
    slowest_kmh: Figure
    scale_error: Factor


class TravelRules(Strict):
    """``config/travel.yaml``."""

    road: RoadRules
    surface: SurfaceRules


class DataTravel(Strict):
    """What every travel model that starts from a source of its own shares."""

    source: Identifier
    catchments: dict[Literal["outpatient", "inpatient"], Catchment]
    note: str


class CostTableTravel(DataTravel):
    """The user's table: origin (point_id), destination (service_id), minutes."""

    model: Literal["cost_table"]


class RoadNetworkTravel(DataTravel):
    """Driving on an OpenStreetMap extract."""

    model: Literal["road_network"]


class FrictionTravel(DataTravel):
    """Least-cost travel over a raster of minutes per metre."""

    model: Literal["friction"]
