"""Coordinates, great-circle kilometres, and minutes of travel estimated from them."""

import numpy as np

from .checks import FloatArray, Numbers, floats, refuse

EARTH_RADIUS_KM = 6371.0088  # mean radius of the Earth, IUGG


def great_circle_km(lon1: Numbers, lat1: Numbers, lon2: Numbers, lat2: Numbers) -> FloatArray:
    """Great-circle distance in km between points given in degrees (haversine, sphere).

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
    lam1, phi1, lam2, phi2 = (np.radians(floats(v)) for v in (lon1, lat1, lon2, lat2))
    half_chord = (
        np.sin((phi2 - phi1) / 2) ** 2
        + np.cos(phi1) * np.cos(phi2) * np.sin((lam2 - lam1) / 2) ** 2
    )
    # rounding can push an antipodal pair just above 1
    km: FloatArray = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half_chord, 1.0)))
    return km


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
    lon, lat = np.radians(lonlat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _speed(speed_kmh: Numbers, detour_factor: float) -> FloatArray:
    speed = floats(speed_kmh)
    refuse(~(speed > 0) | ~np.isfinite(speed), "speed missing or not above 0", at=speed_kmh)
    if not (np.isfinite(detour_factor) and detour_factor >= 1):
        raise ValueError(f"detour_factor must be at least 1, got {detour_factor}")
    return speed
