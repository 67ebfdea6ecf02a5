"""Coordinates, great-circle kilometres, and minutes of travel estimated from them."""

import numpy as np

from .checks import FloatArray, Numbers, floats, refuse

EARTH_RADIUS_KM = 6371.0088  # mean radius of the Earth, IUGG

_ARC_SINE = [(1, 6), (3, 40), (15, 336), (105, 3456), (945, 42240), (10395, 599040)]
_ARC_SINE_P = [
    0.16666666666666666,
    -0.3255658186224009,
    0.20121253213486293,
    -0.04005553450067941,
    0.0007915349942898145,
    3.479331075960212e-05,
]
_ARC_SINE_Q = [-2.403394911734414, 2.0209457602335057, -0.6882839716054533, 0.07703815055590194]


def great_circle_km(lon1: Numbers, lat1: Numbers, lon2: Numbers, lat2: Numbers) -> FloatArray:
    """Great-circle distance in km between points given in degrees (sphere, from the chord).

    Parameters
    ----------
    lon1, lat1, lon2, lat2 : degrees, broadcast against each other

    Returns
    -------
    km of the broadcast shape; NaN where a coordinate is NaN

    Raises
    ------
    ValueError
        A longitude outside -180..180 or a latitude outside -90..90, naming the positions.

    Examples
    --------
    >>> great_circle_km(0.0, 0.0, 1.0, 0.0).round(3)
    np.float64(111.195)
    """
    for name, values, limit in (
        ("longitude", lon1, 180.0),
        ("latitude", lat1, 90.0),
        ("longitude", lon2, 180.0),
        ("latitude", lat2, 90.0),
    ):
        refuse(np.abs(floats(values)) > limit, f"{name} outside -{limit:g}..{limit:g}", at=values)
    one, two = sphere_xyz(lon1, lat1), sphere_xyz(lon2, lat2)
    square = (one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2 + (one[2] - two[2]) ** 2
    return arc_km(square)


def sphere_xyz(lon: Numbers, lat: Numbers) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cartesian coordinates of degrees on the unit sphere; each keeps the shape it is given."""
    # contiguous, so that numpy takes the same code, to the bit, however the input is laid out
    lam, phi = (np.radians(np.array(floats(v), order="C")) for v in (lon, lat))
    cos_phi = np.cos(phi)
    return cos_phi * np.cos(lam), cos_phi * np.sin(lam), np.sin(phi)


def arc_km(square_chord: FloatArray) -> FloatArray:
    """Great-circle km of squared straight distances on the unit sphere.

    Written with + - * / and square roots only, in a fixed order, so that the compiled search and
    this function give the same bits, and agree on which places are exactly on a boundary. Up to
    797 km a Taylor series of the arc sine (error 2e-19), beyond it the rational of fdlibm.
    """
    h = np.asarray(0.25 * square_chord)
    s = np.sqrt(h)
    series = np.zeros_like(h)
    for numerator, denominator in reversed(_ARC_SINE):
        series = h * (numerator / denominator + series)
    km = np.asarray(2 * EARTH_RADIUS_KM * (s + s * series))
    far = h > 1 / 256
    if far.any():
        km = np.where(far, 2 * EARTH_RADIUS_KM * _far_arc(h), km)
    return km[()]


def _far_arc(h: FloatArray) -> FloatArray:
    h = np.minimum(h, 1.0)  # rounding can push an antipodal pair just above 1
    inner = h <= 0.25
    t = np.where(inner, h, (1.0 - np.sqrt(h)) * 0.5)
    p, q = np.zeros_like(t), np.zeros_like(t)
    for c in reversed(_ARC_SINE_P):
        p = t * (c + p)
    for c in reversed(_ARC_SINE_Q):
        q = t * (c + q)
    s = np.sqrt(t)
    arc = s + s * (p / (1.0 + q))
    return np.where(inner, arc, np.pi / 2 - 2.0 * arc)


def minutes_from_km(km: Numbers, *, detour_factor: float, speed_kmh: Numbers) -> FloatArray:
    """Minutes of travel estimated from straight-line km: ``km * detour_factor / speed * 60``.

    Parameters
    ----------
    km : straight-line km, any shape
    detour_factor : road km per straight-line km, at least 1
    speed_kmh : km per hour, one figure or an array that broadcasts against `km`

    Returns
    -------
    minutes, of the broadcast shape; NaN where km is NaN

    Raises
    ------
    ValueError
        Negative km, a detour factor below 1, or a speed that is not above 0.

    Examples
    --------
    >>> minutes_from_km([10.0], detour_factor=1.5, speed_kmh=60.0)
    array([15.])
    """
    distance, speed = floats(km), _speed(speed_kmh, detour_factor)
    refuse(distance < 0, "negative km", at=km)
    minutes: FloatArray = distance * detour_factor / speed * 60.0
    return minutes


def km_from_minutes(minutes: Numbers, *, detour_factor: float, speed_kmh: Numbers) -> FloatArray:
    """Straight-line km that take a number of minutes: the inverse of `minutes_from_km`.

    Use it with the fastest speed to choose the search radius of `network.from_points`.

    Examples
    --------
    >>> km_from_minutes([15.0], detour_factor=1.5, speed_kmh=60.0)
    array([10.])
    """
    time, speed = floats(minutes), _speed(speed_kmh, detour_factor)
    refuse(time < 0, "negative minutes", at=minutes)
    km: FloatArray = time / 60.0 * speed / detour_factor
    return km


def lonlat_points(lonlat: Numbers, name: str) -> FloatArray:
    """Read coordinates as (n, 2) degrees, longitude first; empty input gives (0, 2).

    Raises
    ------
    ValueError
        Another shape, or coordinates missing, infinite or out of range, naming the rows.
    """
    points = np.asarray(lonlat, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"{name} coordinates have shape {points.shape}, expected (n, 2)")
    inside = np.isfinite(points).all(axis=1) & (np.abs(points) <= [180.0, 90.0]).all(axis=1)
    refuse(~inside, f"{name} coordinates missing or out of range", at=lonlat)
    return points


def unit_sphere(lonlat: FloatArray) -> FloatArray:
    """Turn (n, 2) degrees into (n, 3) points on the unit sphere, for nearest-neighbour search."""
    return np.column_stack(sphere_xyz(lonlat[:, 0], lonlat[:, 1]))


def _speed(speed_kmh: Numbers, detour_factor: float) -> FloatArray:
    speed = floats(speed_kmh)
    refuse(~(speed > 0) | ~np.isfinite(speed), "speed missing or not above 0", at=speed_kmh)
    if not (np.isfinite(detour_factor) and detour_factor >= 1):
        raise ValueError(f"detour_factor must be at least 1, got {detour_factor}")
    return speed
