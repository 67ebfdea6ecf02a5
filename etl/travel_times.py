"""The travel model of a region, read from its source: where pipeline, extract and travel meet."""

from pathlib import Path

import pandas as pd

from etl import schema
from etl.config import Config
from etl.digests import FileDigests
from etl.extract.costs import read_costs
from etl.extract.files import locate
from etl.extract.friction import read_friction
from etl.extract.osm import read_roads
from etl.travel.models import PathTravel, TableTravel, road_travel, surface_travel
from etl.travel.places import NOTE_COLUMNS
from etl.travel.roads import build
from etl.travel.surface import Ground

DataModel = PathTravel | TableTravel


def travel_digest(
    config: Config, region: schema.Region, raw_dir: Path, digests: FileDigests
) -> str:
    """Return the sha256 of the file the travel model is read from; empty for great circles.

    Raises
    ------
    SourceMissingError, SourceChangedError
        As `etl.extract.files.locate`.
    """
    if isinstance(region.travel, schema.GreatCircleTravel):
        return ""
    return digests.sha256(locate(config.sources[region.travel.source], raw_dir, digests.sha256))


def load_travel(
    config: Config,
    region: schema.Region,
    raw_dir: Path,
    points: pd.DataFrame,
    services: pd.DataFrame,
    digests: FileDigests | None = None,
) -> tuple[DataModel | None, str]:
    """Return the region's travel model and the sha256 of what it was read from.

    None (and no hash) for the great-circle model, which needs no file.

    Parameters
    ----------
    raw_dir
        Folder that holds the travel source, whatever the layers were made from: a road network is
        too large for the embedded sample.
    points, services
        ``core_demand_point`` and ``core_service``, for the ids of a cost table.

    Raises
    ------
    SourceMissingError, SourceChangedError, BadValueError, KeyJoinError, GeometryError
        As `etl.extract.files.locate` and the readers tell.
    """
    travel = region.travel
    if isinstance(travel, schema.GreatCircleTravel):
        return None, ""
    digests = digests or FileDigests()
    source = config.sources[travel.source]
    path = locate(source, raw_dir, digests.sha256)
    rules = config.travel
    model: DataModel
    if isinstance(travel, schema.RoadNetworkTravel):
        road = read_roads(
            path,
            classes=rules.road.speeds.kmh,
            closed=rules.road.closed_access.values,
            source_id=source.source_id,
        )
        roads = build(road.nodes, road.ways, road.segments, rules.road)
        model = road_travel(roads, _told(road.notes))
    elif isinstance(travel, schema.FrictionTravel):
        raster = read_friction(path, rules=rules.surface, source_id=source.source_id)
        ground = Ground(raster.surface, raster.crs, raster.metres_per_unit, rules.surface)
        model = surface_travel(ground)
    else:
        model = TableTravel(read_costs(path, source_id=source.source_id), points, services)
    return model, digests.sha256(path)


def _told(notes: pd.DataFrame) -> pd.DataFrame:
    """Give the reader's plain counts the columns of the ledger of issues."""
    words = {
        "severity": "info",
        "message": "road data left out or read with a rule of config/travel.yaml",
        "action": "see the rule's name",
    }
    return notes.assign(**{k: v for k, v in words.items() if k not in notes})[NOTE_COLUMNS]
