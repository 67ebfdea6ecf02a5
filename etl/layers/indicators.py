"""The indicator layer from raw tables: by column names in YAML, or by one SELECT."""

import geopandas as gpd
import pandas as pd

from etl.config import Config
from etl.errors import KeyJoinError
from etl.layers.contract import check_join, conform
from etl.schema import IndicatorBlock, Region, Source
from etl.warehouse import Warehouse, identifier


def indicator_frame(
    region: Region,
    districts: gpd.GeoDataFrame,
    config: Config,
    warehouse: Warehouse,
    params: dict[str, object],
) -> pd.DataFrame:
    """Return the indicator layer: every indicator of the region for every district.

    A district that a source does not cover gets a row without a value, flagged ``missing``.

    Raises
    ------
    KeyJoinError
        If a row joins to no district of the region (blocks by SQL, whose SELECT chooses its rows),
        or no row of a block by columns does.
    """
    known = set(districts["district_id"])
    parts = []
    for block in region.selects.indicators:
        if block.sql is None:
            parts.append(_by_columns(block, config.sources[block.sources[0]], known, warehouse))
            continue
        frame = warehouse.select_file(f"core/{block.sql}", params)
        check_join(frame, known, f"etl/sql/core/{block.sql}.sql")
        parts.append(frame.drop(columns=["source_name", "_file"], errors="ignore"))
    return conform("indicator", pd.concat(parts, ignore_index=True), "the indicator layer")


def _by_columns(
    block: IndicatorBlock, source: Source, known: set[str], warehouse: Warehouse
) -> pd.DataFrame:
    """Select declared columns of one source, long: one row per district and indicator."""
    rows = warehouse.select(f"select * from raw_{identifier(source.source_id)}")
    rows = rows[rows[block.key].isin(known)]
    if rows.empty:
        raise KeyJoinError(
            f"{source.source_id}: no {block.key!r} is a district of the region. Have the codes "
            f"lost their leading zeros? Declare `width` in config/sources/{source.source_id}.yaml."
        )
    parts = []
    for indicator_id, columns in block.values.items():
        part = pd.DataFrame(
            {
                "district_id": rows[block.key],
                "indicator_id": indicator_id,
                "value": rows[columns.value],
                "moe": _moe(rows, columns.moe90, columns.low90, columns.high90),
                "se": rows[columns.se] if columns.se else None,
                "numerator": rows[columns.numerator] if columns.numerator else None,
                "denominator": rows[columns.denominator] if columns.denominator else None,
                "vintage": source.vintage,
                "source_id": source.source_id,
                "_row": rows["_row"],
            }
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _moe(
    rows: pd.DataFrame, moe: str | None, low: str | None, high: str | None
) -> pd.Series | None:
    if moe is not None:
        return rows[moe]
    if low is not None and high is not None:
        return (rows[high] - rows[low]) / 2
    return None
