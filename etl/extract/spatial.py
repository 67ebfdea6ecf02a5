"""Boundary files and population rasters into frames."""

import tempfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import rasterio

from etl.errors import GeometryError, SourceChangedError
from etl.extract.files import members
from etl.extract.tables import missing_header
from etl.map_files import open_map
from etl.schema import Source

CRS84 = "OGC:CRS84"


def read_vector(source: Source, path: Path) -> gpd.GeoDataFrame:
    """Read boundaries into OGC:CRS84 with the declared columns, ``_file`` and ``_row``.

    Raises
    ------
    GeometryError
        If the file states no CRS and the source declares none, or a geometry is missing.
    SourceChangedError
        If GDAL cannot read the file or a declared column is not in it.
    """
    frame = _opened(source, path)
    if frame.crs is None:
        if source.assume_crs is None:
            raise GeometryError(
                f"{source.source_id}: {source.path} states no coordinate system. Declare "
                f"`assume_crs` in config/sources/{source.source_id}.yaml."
            )
        frame = frame.set_crs(source.assume_crs)
    empty = frame.geometry.isna() | frame.geometry.is_empty
    if empty.any():
        raise GeometryError(
            f"{source.source_id}: {source.path}: {int(empty.sum())} record(s) have no geometry: "
            f"records {[int(i) + 1 for i in np.flatnonzero(empty)[:5]]}"
        )
    if len(frame) < source.min_rows:
        raise SourceChangedError(
            f"{source.source_id}: {source.path} holds {len(frame)} boundaries, at least "
            f"{source.min_rows} are expected"
        )
    columns: dict[str, pd.Series] = {}
    for name, column in source.columns.items():
        if column.raw not in frame.columns:
            raise missing_header(source, path.name, column.raw, list(frame.columns))
        values = frame[column.raw]
        columns[name] = values if column.type in ("number", "integer") else values.astype("string")
    shapes = _to_degrees(source, frame.geometry)
    tidy = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shapes, crs=CRS84)
    return tidy.assign(_file=path.name, _row=range(1, len(tidy) + 1))


def _opened(source: Source, path: Path) -> gpd.GeoDataFrame:
    """Read a map file; of a zip archive the one shapefile that ``member`` matches.

    Unpacked by `members`, which refuses names that climb out and archives that swell: GDAL's
    virtual paths do neither.
    """
    label = f"{source.source_id}: {source.path}"
    if path.suffix != ".zip":
        return open_map(path, label)
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, data in members(source, path):
            inner = Path(folder) / PurePosixPath(name).name
            inner.write_bytes(data)
            names += [inner] if inner.suffix.lower() == ".shp" else []
        if len(names) != 1:
            raise SourceChangedError(
                f"{label} holds {len(names)} shapefiles like {source.member!r}, one is wanted. "
                f"Correct `member` in config/sources/{source.source_id}.yaml."
            )
        return open_map(names[0], label)


def _to_degrees(source: Source, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return boundaries in degrees; coordinates that no place on earth has are refused."""
    name = f"{source.source_id}: {source.path}"
    try:
        flat = shapes.to_crs(CRS84)
    except (pyproj.exceptions.ProjError, ValueError) as error:
        raise GeometryError(f"{name}: cannot be turned into degrees ({error})") from error
    west, south, east, north = flat.total_bounds
    if not (west >= -181 and south >= -91 and east <= 181 and north <= 91):
        raise GeometryError(
            f"{name}: coordinates reach from {west:g}, {south:g} to {east:g}, {north:g}, which are "
            f"no degrees. The coordinate system stated ({shapes.crs}) is not the one it is in: "
            "correct it in the file."
        )
    return flat


def read_raster(source: Source, path: Path) -> pd.DataFrame:
    """Read a population raster into one row per populated cell.

    Returns
    -------
    pandas.DataFrame
        ``lon``, ``lat`` of the cell centre (degrees), ``value`` (people in the cell, > 0),
        ``_file``, ``_row`` (raster row, 1-based) and ``_column``.

    Raises
    ------
    GeometryError
        If the raster has no CRS, or is not in degrees.
    SourceChangedError
        If it cannot be read or holds negative counts.
    """
    try:
        with rasterio.open(path, driver="GTiff") as raster:
            crs, transform = raster.crs, raster.transform
            band = raster.read(1, masked=True)
    except (rasterio.errors.RasterioError, MemoryError, ValueError) as error:
        raise SourceChangedError(f"{source.source_id}: {source.path}: {error}") from error
    if crs is None or not crs.is_geographic:
        raise GeometryError(
            f"{source.source_id}: {source.path} must be in degrees with its CRS stated, "
            f"found {crs}. Reproject it with gdalwarp -t_srs EPSG:4326."
        )
    values = np.ma.filled(band.astype(float), np.nan)
    if not np.isfinite(values).any():
        raise SourceChangedError(f"{source.source_id}: {source.path} holds no cell with data")
    if np.nanmin(values) < 0:
        raise SourceChangedError(f"{source.source_id}: {source.path} holds negative counts")
    rows, columns = np.nonzero(np.nan_to_num(values) > 0)
    lon, lat = rasterio.transform.xy(transform, rows, columns)
    return pd.DataFrame(
        {
            "lon": np.asarray(lon, dtype=float),
            "lat": np.asarray(lat, dtype=float),
            "value": values[rows, columns],
            "_file": path.name,
            "_row": rows + 1,
            "_column": columns + 1,
        }
    )
