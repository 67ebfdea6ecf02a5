"""The published snapshot as the export reads it: tables and shapes, whoever opened the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl.errors import PublishError
from etl.schema import ExportRules
from etl.warehouse import Warehouse

NEEDED = ("out_gap", "out_region", "out_confidence", "out_indicator", "out_source")


@dataclass(frozen=True)
class Published:
    """Published tables by name, and the districts' shapes (WKB, OGC:CRS84) by district id.

    A table that the snapshot does not hold is absent; those of `NEEDED` are always there.
    """

    tables: Mapping[str, pd.DataFrame]
    shapes: Mapping[str, bytes]

    def __post_init__(self) -> None:
        if missing := sorted(set(NEEDED) - set(self.tables)):
            raise PublishError(
                f"The snapshot lacks {', '.join(missing)}: it was made by an older version. "
                "Run `mindgap refresh REGION` and export again."
            )

    @property
    def region(self) -> Mapping[str, object]:
        """The one row that describes the region."""
        return {str(k): v for k, v in self.tables["out_region"].iloc[0].to_dict().items()}


def wanted_tables(rules: ExportRules) -> Sequence[str]:
    """Return the names of the tables that an export reads if they are there, in order."""
    return sorted({*NEEDED, *(table.origin for table in rules.tables)})


def read_published(path: Path, rules: ExportRules) -> Published:
    """Read what an export needs of a snapshot file.

    Raises
    ------
    PublishError
        If the snapshot lacks a table that every export needs.
    """
    with Warehouse(path, read_only=True) as warehouse:
        held = set(warehouse.tables())
        tables = {name: warehouse.read(name) for name in wanted_tables(rules) if name in held}
        places = warehouse.read_geo("out_district")
    shapes = dict(zip(places["district_id"], places.geometry.to_wkb(), strict=True))
    return Published(tables, shapes)
