"""Open a map file of boundaries whatever it is packed in, with nothing but that file read."""

import tempfile
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyproj
import shapely

from etl.archives import unpack_zip
from etl.errors import GeometryError, SourceChangedError
from etl.given_paths import check_signature, is_virtual

LAYER_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".topojson")
UNREADABLE = (
    pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError,
    pyogrio.errors.GeometryError, pyogrio.errors.FieldError, pyogrio.errors.CRSError,
    shapely.errors.ShapelyError, pyproj.exceptions.CRSError, ValueError, TypeError, OverflowError,
    RuntimeError, KeyError, AttributeError, IndexError,
    UnboundLocalError,  # pyogrio's own, on a .prj that cannot be read

)  # fmt: skip


def open_map(path: Path, label: str) -> gpd.GeoDataFrame:
    """Read GeoJSON, GeoPackage, a shapefile or a zip that holds one of them.

    Parameters
    ----------
    label
        What the messages call the file.

    Returns
    -------
    geopandas.GeoDataFrame
        As the file has it; its CRS is None where the file states none.

    Raises
    ------
    SourceChangedError
        A virtual path, a kind that is not read, content that is not what the name says, an archive
        that is refused (`etl.archives`) or a file that cannot be read.
    GeometryError
        The file holds no geometry at all.
    """
    if is_virtual(str(path)):
        raise SourceChangedError(f"{label}: {str(path)!r} is a virtual path; only files are read")
    check_signature(path, label)
    if path.suffix.lower() != ".zip":
        return _read(path, label)
    with tempfile.TemporaryDirectory(prefix="mindgap-") as folder:
        inside = unpack_zip(path, Path(folder), label)
        layers = [p for p in inside if p.suffix.lower() in LAYER_SUFFIXES]
        if len(layers) != 1:
            names = [p.name for p in layers] or [p.name for p in inside[:5]]
            raise SourceChangedError(
                f"{label} holds {len(layers)} map layers ({', '.join(names)}), one is expected. "
                "Pack one layer with its parts (.shp, .shx, .dbf, .prj)."
            )
        check_signature(layers[0], f"{label}: {layers[0].name}")
        return _read(layers[0], label)


def _read(path: Path, label: str) -> gpd.GeoDataFrame:
    try:
        frame = gpd.read_file(path)
    except UNREADABLE as error:
        raise SourceChangedError(f"{label}: {error}") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise GeometryError(f"{label} is a table without geometry. Give the file of boundaries.")
    return frame
