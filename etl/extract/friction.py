"""Read a friction surface: a GeoTIFF of minutes per metre in a projected coordinate system."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rasterio
from pyproj import CRS, Geod, Transformer

from etl.errors import (
    BadValueError,
    GeometryError,
    SourceChangedError,
    SourceMissingError,
    examples,
)
from etl.measures.checks import FloatArray
from etl.measures.friction import Surface
from etl.schema.travel import SurfaceRules

HELP = "Reproject it with gdalwarp -t_srs EPSG:<the region's projected_crs> -r bilinear."


@dataclass(frozen=True, eq=False)
class FrictionRaster:
    """A friction surface and the coordinate system its corner and cells are in.

    Attributes
    ----------
    surface : minutes per metre, with cells and corner in metres (`etl.measures.friction.Surface`)
    crs : the coordinate system as WKT; its own unit may be another than the metre
    metres_per_unit : metres in one unit of `crs`
    """

    surface: Surface
    crs: str
    metres_per_unit: float


def read_friction(path: Path, *, rules: SurfaceRules, source_id: str) -> FrictionRaster:
    """Read the first band of a raster as minutes per metre.

    Cells without data (and NaN) are impassable.

    Raises
    ------
    SourceMissingError
        The file is not there.
    SourceChangedError
        It cannot be read as a raster.
    GeometryError
        No coordinate system, degrees, a rotated grid, or a projection whose metres are not metres
        on the ground here. Nothing is guessed.
    BadValueError
        Cells not above 0, no cell with data, or values that are not minutes per metre.
    """
    if not path.is_file():
        raise SourceMissingError(f"{source_id}: no file {path}")
    name = f"{source_id}: {path.name}"
    try:
        with rasterio.open(path, driver="GTiff") as raster:
            crs, transform, band = raster.crs, raster.transform, raster.read(1, masked=True)
    except (rasterio.errors.RasterioError, MemoryError, ValueError) as error:
        raise SourceChangedError(f"{name} cannot be read as a raster ({error})") from error
    system = _system(crs, name)
    if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
        raise GeometryError(f"{name} is rotated or not north-up: {tuple(transform)[:6]}. {HELP}")
    unit = system.axis_info[0].unit_conversion_factor
    _check_scale(system, transform, band.shape, unit, rules, name)
    values = np.ma.filled(band.astype(float), np.nan)
    _check_values(values, rules, name)
    surface = Surface(
        values, transform.a * unit, -transform.e * unit, transform.c * unit, transform.f * unit
    )
    return FrictionRaster(surface, system.to_wkt(), unit)


def _system(crs: rasterio.crs.CRS | None, name: str) -> CRS:
    if crs is None:
        raise GeometryError(
            f"{name} states no coordinate system, so where its cells are is unknown. Write it into "
            "the file with gdal_edit.py -a_srs, from what the publisher states."
        )
    system = CRS.from_wkt(crs.to_wkt())
    if not system.is_projected:
        raise GeometryError(
            f"{name} is in degrees ({system.name}): its cells have no one size in metres. {HELP}"
        )
    return system


def _check_scale(
    system: CRS,
    transform: rasterio.Affine,
    shape: tuple[int, int],
    unit: float,
    rules: SurfaceRules,
    name: str,
) -> None:
    """Compare a cell's stated size with its size on the ground, at the centre and the corners."""
    rows, columns = shape
    to_lonlat = Transformer.from_crs(system, "OGC:CRS84", always_xy=True)
    ground = system.get_geod() or Geod(ellps="WGS84")
    for row, column in [(0.5, 0.5), (0, 0), (0, 1), (1, 0), (1, 1)]:
        x = transform.c + transform.a * column * (columns - 1)
        y = transform.f + transform.e * row * (rows - 1)
        for dx, dy in [(transform.a, 0.0), (0.0, transform.e)]:
            lon, lat = to_lonlat.transform([x, x + dx], [y, y + dy])
            metres = ground.inv(lon[0], lat[0], lon[1], lat[1])[2]
            stated = (abs(dx) + abs(dy)) * unit
            if not abs(stated / metres - 1) <= rules.scale_error.value:
                raise GeometryError(
                    f"{name}: a cell of {stated:.0f} m in {system.name} is {metres:.0f} m on the "
                    f"ground near longitude {lon[0]:.2f}, latitude {lat[0]:.2f}. {HELP}"
                )


def _check_values(values: FloatArray, rules: SurfaceRules, name: str) -> None:
    known = np.isfinite(values)
    if not known.any():
        raise BadValueError(f"{name} holds no cell with data")
    bad = known & (values <= 0)
    if bad.any():
        cells = [f"row {r + 1}, column {c + 1}" for r, c in np.argwhere(bad)[:6]]
        raise BadValueError(
            f"{name}: {int(bad.sum())} cell(s) are not above 0 minutes per metre: "
            f"{examples(cells)}. If the value means no data, state it as the file's nodata value."
        )
    kmh = 0.06 / float(np.median(values[known]))  # metres per minute -> km per hour
    if not rules.slowest_kmh.value <= kmh <= rules.fastest_kmh.value:
        raise BadValueError(
            f"{name}: half of the cells would be crossed at {kmh:.3g} km/h or less; believable is "
            f"{rules.slowest_kmh.value:g} to {rules.fastest_kmh.value:g} km/h. The raster must be "
            "in minutes per metre."
        )
