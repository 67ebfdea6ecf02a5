"""Places sorted into bands of latitude, so that the disc around any place is a few short runs."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import parts
from .checks import FloatArray, IntArray
from .travel import EARTH_RADIUS_KM, sphere_xyz

BANDS_PER_RADIUS = 3  # measured: 2 looks at more points, 4 searches more bands
LOWEST_BAND = 0.02  # degrees; keeps the table of bands short for a radius near 0


class Sorted(NamedTuple):
    """Points by band of latitude, then by longitude, as the kernels take them.

    Attributes
    ----------
    rows : (5, n) x, y, z on the unit sphere, cost per km, largest cost
    lon : (n,) degrees, ascending inside a band
    start : (n_bands + 1,) first sorted point of each band
    least_cos : (n_bands,) smallest cosine of latitude in the band
    height : degrees of latitude in a band
    max_km : radius of the discs, inclusive
    """

    rows: FloatArray
    lon: FloatArray
    start: IntArray
    least_cos: FloatArray
    height: float
    max_km: float


class Form(NamedTuple):
    """A decay as the kernels take it.

    Attributes
    ----------
    kind, parameters : as `decay.compiled_form`
    rated : whether the points' cost per km and largest cost apply
    limit : a bound of the costs in reach
    squared : whether weights are squared
    """

    kind: int
    parameters: FloatArray
    rated: bool
    limit: float
    squared: bool


@dataclass(frozen=True, eq=False)
class Bands:
    """Sorted points, and the way back: `order` (n,) is the input position of each; `lat` (n,)."""

    sorted: Sorted
    order: IntArray
    lat: FloatArray

    def near(self, centres: FloatArray, low: int, high: int) -> npt.NDArray[np.int64]:
        """Rows of `centres` whose latitude lets them reach sorted points low..high."""
        reach = np.degrees(self.sorted.max_km / EARTH_RADIUS_KM) * (1 + 1e-9) + 1e-9
        south, north = self.lat[low:high].min() - reach, self.lat[low:high].max() + reach
        return np.flatnonzero((centres[:, 1] >= south) & (centres[:, 1] <= north))


def bands(lonlat: FloatArray, max_km: float) -> Bands:
    """Sort (n, 2) valid degrees for discs of `max_km`."""
    height = max(float(np.degrees(max_km / EARTH_RADIUS_KM)) / BANDS_PER_RADIUS, LOWEST_BAND)
    height = min(height, 30.0)
    count = int(180.0 / height) + 2
    lon, lat = lonlat[:, 0].copy(), lonlat[:, 1].copy()
    band = ((lat + 90.0) / height).astype(np.uint16)
    order = np.argsort(band, kind="stable")
    start = np.searchsorted(band[order], np.arange(count + 1)).astype(np.int64)
    lon = lon[order]

    def sort_bands(piece: tuple[int, int]) -> None:
        for b in piece[0] + np.flatnonzero(np.diff(start[piece[0] : piece[1] + 1]) > 1):
            s, e = start[b], start[b + 1]
            by_lon = np.argsort(lon[s:e], kind="stable")
            order[s:e] = order[s:e][by_lon]
            lon[s:e] = lon[s:e][by_lon]

    parts.run(sort_bands, _by_size(start, 16 if len(lon) > 50_000 else 1))
    lat = lat[order]
    rows = np.empty((5, len(lon)))
    rows[0], rows[1], rows[2] = sphere_xyz(lon, lat)
    rows[3], rows[4] = 1.0, np.inf
    edge = np.cos(np.radians(np.clip(np.arange(count + 1) * height - 90.0, -90.0, 90.0)))
    least = np.maximum(np.minimum(edge[:-1], edge[1:]), 0.0)
    found = Sorted(rows, lon, start, least, height, float(max_km))
    return Bands(found, order.astype(np.int64), lat)


def _by_size(start: IntArray, pieces: int) -> list[tuple[int, int]]:
    """Bands in consecutive pieces of about equal numbers of points."""
    wanted = np.arange(1, pieces) * (start[-1] / pieces)
    return list(pairwise([0, *np.searchsorted(start[:-1], wanted).tolist(), len(start) - 1]))


def places(lonlat: FloatArray) -> FloatArray:
    """(n, 5) columns lon, lat, x, y, z of the centres of discs."""
    return np.column_stack([lonlat, *sphere_xyz(lonlat[:, 0], lonlat[:, 1])])


def pairs_within(
    demand: FloatArray, service: FloatArray, max_km: float, block: int
) -> tuple[IntArray, npt.NDArray[np.int32], FloatArray]:
    """Every pair within `max_km`, inclusive, in rows of demand points, services ascending.

    Parameters
    ----------
    demand, service : (n, 2) valid degrees
    max_km : radius
    block : demand points searched at a time

    Returns
    -------
    indptr (n_demand + 1,), index (n_pairs,) and km (n_pairs,) of compressed sparse rows
    """
    from . import kernels_sphere as kernels

    found, centres = bands(demand, max_km), places(service)
    pieces = [
        (low, high, found.near(centres, low, high))
        for low, high in parts.slices(len(demand), block)
    ]
    counts = np.zeros(len(demand), np.int64)
    parts.run(
        lambda p: kernels.count_pairs(centres, p[2], found.sorted, p[0], p[1], counts),
        pieces,
    )
    indptr = np.zeros(len(demand) + 1, np.int64)
    indptr[1 + found.order] = counts
    np.cumsum(indptr, out=indptr)
    cursor = indptr[found.order]
    index, km = np.empty(indptr[-1], np.int32), np.empty(indptr[-1])
    parts.run(
        lambda p: kernels.fill_pairs(centres, p[2], found.sorted, p[0], p[1], cursor, index, km),
        pieces,
    )
    return indptr, index, km
