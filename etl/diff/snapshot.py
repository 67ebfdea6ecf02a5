"""A published snapshot together with what it was made from."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from etl.config import Config
from etl.frozen_config import UnreadableConfigError, thaw
from etl.published import published_of
from etl.schema import Region
from etl.warehouse import Warehouse

CORE = ("district", "demand_point", "service", "workforce", "indicator")


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A published snapshot.

    Attributes
    ----------
    tables : the ``out_`` tables, without geometry
    core, shapes : core tables and district shapes it was made from; None in snapshots published
        before these were kept
    settings : configuration and region it was made with; None where not kept or not readable
    trouble : why `core` or `settings` is None, in words; empty where both are there
    """

    snapshot_id: str
    method_version: str
    tables: dict[str, pd.DataFrame]
    core: dict[str, pd.DataFrame] | None
    shapes: gpd.GeoDataFrame | None
    settings: tuple[Config, Region] | None
    trouble: str

    @property
    def scores(self) -> pd.DataFrame:
        """Published scores and ranks, index district_id."""
        columns = ["need_score", "access_score", "gap_score", "gap_rank"]
        return self.tables["out_gap"].set_index("district_id")[columns]


def read_snapshot(path: Path) -> Snapshot:
    """Read a snapshot file.

    Raises
    ------
    SourceMissingError
        If the file cannot be read.
    """
    with Warehouse.of_snapshot(path) as warehouse:
        return snapshot_of(warehouse)


def snapshot_of(warehouse: Warehouse) -> Snapshot:
    """Return the snapshot that an open warehouse holds."""
    published = published_of(warehouse)
    core = shapes = settings = None
    trouble = ""
    if {"snap_config", *(f"core_{n}" for n in CORE)} <= set(warehouse.tables()):
        core = {n: warehouse.read(f"core_{n}") for n in CORE}
        shapes = warehouse.read_geo("core_district")
        try:
            settings = thaw(warehouse.read("snap_config"))
        except UnreadableConfigError as error:
            trouble = f"its configuration does not fit this version of the program ({error})"
    else:
        trouble = "it was published before snapshots kept what they were made from"
    return Snapshot(
        published.snapshot_id,
        published.method_version,
        dict(published.tables),
        core,
        shapes,
        settings,
        trouble,
    )
