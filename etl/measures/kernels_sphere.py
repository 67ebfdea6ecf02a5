"""Compiled search and streaming on the sphere. Import it inside functions: it imports numba.

Points are sorted into bands of latitude, by longitude inside a band (see `neighbours.Bands`). The
disc around a place is then a few contiguous runs of points, found by binary search; a run may hold
a few points too many, never one too few, and the exact distance decides. Loops over a run are
plain and contiguous, so that they compile to vector instructions.

Everything lives in one file because numba's disk cache does not notice a change in another one.
"""

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from .checks import FloatArray, IntArray
from .decay import GAUSSIAN, KERNEL, LOGISTIC, STEP
from .jit import exact, fused, summing
from .neighbours import Form, Sorted

F8: TypeAlias = FloatArray  # short, for the many arguments of a kernel
I8: TypeAlias = IntArray

CHUNK = 1024  # points handled at a time: two buffers of 8 kB stay in the first-level cache
NEAR_KM = 790.0  # the short series of the arc holds to sin^2 = 1/256, 796.8 km
RADIUS_KM = 6371.0088


@exact
def _first(sorted_lon: F8, low: int, high: int, value: float) -> int:
    """First position in low..high whose longitude is at least `value`."""
    while low < high:
        middle = (low + high) >> 1
        if sorted_lon[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@exact
def _half_width(
    lat: float, cos_lat: float, bottom: float, height: float, least_cos: float, sin2: float
) -> float:
    """Degrees of longitude the disc reaches in a band, rounded up; negative if it does not.

    From the haversine formula, with bounds instead of functions: sin^2 y >= y^2 - y^4/3 and
    asin x <= x + (pi/2 - 1) x^3.
    """
    away = max(bottom - lat, lat - bottom - height, 0.0)
    y = away * (math.pi / 360.0)
    left = sin2 - y * y + y * y * y * y / 3.0
    if left <= 0.0:
        return -1.0
    cosines = cos_lat * least_cos
    if cosines <= left:
        return 360.0
    x = math.sqrt(left / cosines)
    return (x + (math.pi / 2 - 1) * x * x * x) * (360.0 / math.pi) + 1e-9


@exact
def _runs(place: F8, points: Sorted, low: int, high: int, runs: I8) -> int:
    """Write the runs of sorted points in low..high that may be in the disc; return how many."""
    sorted_lon, start, height = points.lon, points.start, points.height
    angle = min(points.max_km / RADIUS_KM, math.pi)
    lon, lat = place[0], place[1]
    cos_lat = math.cos(math.radians(lat))
    sin2 = math.sin(angle / 2) ** 2 * (1 + 1e-12) + 1e-24
    reach = math.degrees(angle) * (1 + 1e-12) + 1e-9
    n, bands = 0, start.shape[0] - 1
    first = max(0, int((lat - reach + 90.0) / height))
    last = min(bands - 1, int((lat + reach + 90.0) / height))
    for b in range(first, last + 1):
        s, e = max(start[b], low), min(start[b + 1], high)
        if s >= e:
            continue
        width = _half_width(lat, cos_lat, b * height - 90.0, height, points.least_cos[b], sin2)
        if width < 0:
            continue
        if width >= 180.0:
            runs[n, 0], runs[n, 1], n = s, e, n + 1
            continue
        west, east = lon - width, lon + width
        u = _first(sorted_lon, s, e, west)
        v = _first(sorted_lon, u, e, np.nextafter(east, 1e9))
        if v > u:
            runs[n, 0], runs[n, 1], n = u, v, n + 1
        if west < -180.0:
            u = _first(sorted_lon, s, e, west + 360.0)
            if u < e:
                runs[n, 0], runs[n, 1], n = u, e, n + 1
        if east > 180.0:
            v = _first(sorted_lon, s, e, np.nextafter(east - 360.0, 1e9))
            if v > s:
                runs[n, 0], runs[n, 1], n = s, v, n + 1
    return n


@exact
def _far_arc(h: float) -> float:
    """Arc sine of sqrt(h), as `travel.arc_km` beyond the short series (fdlibm's rational)."""
    h = min(h, 1.0)
    t = h if h <= 0.25 else (1.0 - math.sqrt(h)) * 0.5
    p = 0.0007915349942898145 + t * 3.479331075960212e-05
    p = 0.20121253213486293 + t * (-0.04005553450067941 + t * p)
    p = t * (0.16666666666666666 + t * (-0.3255658186224009 + t * p))
    q = -0.6882839716054533 + t * 0.07703815055590194
    q = 1.0 + t * (-2.403394911734414 + t * (2.0209457602335057 + t * q))
    s = math.sqrt(t)
    arc = s + s * (p / q)
    return arc if h <= 0.25 else math.pi / 2 - 2.0 * arc


@exact
def _km(place: F8, points: Sorted, u: int, v: int, km: F8) -> None:
    """Great-circle km from a place to points u..v; the bits of `travel.arc_km`."""
    px, py, pz = place[2], place[3], place[4]
    x, y, z = points.rows[0, u:v], points.rows[1, u:v], points.rows[2, u:v]
    for k in range(x.shape[0]):
        ex, ey, ez = px - x[k], py - y[k], pz - z[k]
        h = 0.25 * (ex * ex + ey * ey + ez * ez)
        s = math.sqrt(h)
        series = 105 / 3456 + h * (945 / 42240 + h * (10395 / 599040))
        series = h * (1 / 6 + h * (3 / 40 + h * (15 / 336 + h * series)))
        km[k] = 2 * RADIUS_KM * (s + s * series)
    if points.max_km > NEAR_KM:
        for k in range(x.shape[0]):
            ex, ey, ez = px - x[k], py - y[k], pz - z[k]
            h = 0.25 * (ex * ex + ey * ey + ez * ez)
            if h > 1 / 256:
                km[k] = 2 * RADIUS_KM * _far_arc(h)


@fused
def _exp_minus(power: F8, weight: F8, halvings: int) -> None:
    """Write exp(-power): Taylor on power / 2^halvings <= 1/2, squared again; error eps power."""
    scale = 0.5**halvings
    for k in range(weight.shape[0]):
        t = -power[k] * scale
        e = 1 / 39916800 + t * (1 / 479001600 + t * (1 / 6227020800))
        e = 1 / 5040 + t * (1 / 40320 + t * (1 / 362880 + t * (1 / 3628800 + t * e)))
        e = 1 / 6 + t * (1 / 24 + t * (1 / 120 + t * (1 / 720 + t * e)))
        weight[k] = 1 + t * (1 + t * (1 / 2 + t * e))
    for _ in range(halvings):
        for k in range(weight.shape[0]):
            weight[k] *= weight[k]


@fused
def _weigh(cost: F8, weight: F8, form: Form) -> None:
    """Write the decay weight of each cost, 0 beyond the form's limit. `cost` is spoilt."""
    n, limit, a = cost.shape[0], form.limit, form.parameters[0]
    if form.kind == STEP:
        _steps(cost, weight, limit, form.parameters)
    elif form.kind == KERNEL:
        for k in range(n):
            t = cost[k] * a
            weight[k] = max(1.0 - t * t, 0.0) if cost[k] <= limit else 0.0
    else:
        # beyond the limit the power is cut, for the series to hold, and the weight struck out after
        for k in range(n):
            t = cost[k] * a
            power = 0.5 * t * t if form.kind == GAUSSIAN else t
            cost[k] = min(power, 746.0) if cost[k] <= limit else 747.0
        top = limit * a
        top = min(0.5 * top * top if form.kind == GAUSSIAN else top, 745.0)
        _exp_minus(cost, weight, max(0, math.ceil(math.log2(max(2.0 * top, 1.0)))))
        if form.kind == LOGISTIC:
            b = form.parameters[1]
            for k in range(n):
                weight[k] = (1.0 + b) * weight[k] / (weight[k] + b)
        for k in range(n):
            weight[k] = weight[k] if cost[k] < 747.0 else 0.0


@fused
def _steps(cost: F8, weight: F8, limit: float, breaks: F8) -> None:
    """Write step weights: `breaks` holds the breaks, then their weights; inclusive."""
    steps = breaks.shape[0] // 2
    weight[:] = 0.0
    for s in range(steps - 1, -1, -1):
        edge, height = min(breaks[s], limit), breaks[steps + s]
        for k in range(cost.shape[0]):
            weight[k] = height if cost[k] <= edge else weight[k]


@summing
def _dot(a: F8, b: F8) -> float:
    total = 0.0
    for k in range(a.shape[0]):
        total += a[k] * b[k]
    return total


@exact
def _weights(place: F8, points: Sorted, u: int, v: int, form: Form, cost: F8, w: F8) -> None:
    """Write the decay weight of points u..v as seen from a place; `cost` is room to work in."""
    _km(place, points, u, v, cost)
    if form.rated:
        rate, limit = points.rows[3, u:v], points.rows[4, u:v]
        for k in range(v - u):
            c = cost[k] * rate[k]
            cost[k] = c if cost[k] <= points.max_km and c <= limit[k] else np.inf
    _weigh(cost, w, form)
    if form.squared:
        for k in range(v - u):
            w[k] *= w[k]


@exact
def count_pairs(places: F8, wanted: I8, points: Sorted, low: int, high: int, counts: I8) -> None:
    """Add to ``counts[low:high]`` how many of the wanted places are in reach, inclusive."""
    runs, room = np.empty((3 * points.start.shape[0], 2), np.int64), np.empty(CHUNK)
    for j in wanted:
        for r in range(_runs(places[j], points, low, high, runs)):
            for u in range(runs[r, 0], runs[r, 1], CHUNK):
                v = min(u + CHUNK, runs[r, 1])
                km, count = room[: v - u], counts[u:v]
                _km(places[j], points, u, v, km)
                for k in range(v - u):
                    count[k] += km[k] <= points.max_km


@exact
def fill_pairs(
    places: F8,
    wanted: I8,
    points: Sorted,
    low: int,
    high: int,
    cursor: I8,
    index: npt.NDArray[np.int32],
    cost: F8,
) -> None:
    """Write the pairs that `count_pairs` counted, each at its point's cursor, which moves on."""
    runs, room = np.empty((3 * points.start.shape[0], 2), np.int64), np.empty(CHUNK)
    for j in wanted:
        for r in range(_runs(places[j], points, low, high, runs)):
            for u in range(runs[r, 0], runs[r, 1], CHUNK):
                v = min(u + CHUNK, runs[r, 1])
                km, at = room[: v - u], cursor[u:v]
                _km(places[j], points, u, v, km)
                for k in range(v - u):
                    if km[k] <= points.max_km:
                        p = np.uint64(at[k])
                        index[p] = j
                        cost[p] = km[k]
                        at[k] += 1


@exact
def disc(place: F8, points: Sorted, found: I8, km: F8) -> int:
    """Write the sorted points in reach of a place and their km; return how many."""
    runs, room = np.empty((3 * points.start.shape[0], 2), np.int64), np.empty(CHUNK)
    n = 0
    for r in range(_runs(place, points, 0, points.lon.shape[0], runs)):
        for u in range(runs[r, 0], runs[r, 1], CHUNK):
            v = min(u + CHUNK, runs[r, 1])
            _km(place, points, u, v, room[: v - u])
            for k in range(v - u):
                if room[k] <= points.max_km:
                    found[n], km[n], n = u + k, room[k], n + 1
    return n


@exact
def stream_sum(places: F8, wanted: I8, points: Sorted, form: Form, values: F8, sums: F8) -> None:
    """Write ``sums[j]``, the values of the points around each wanted place, weighted by decay."""
    runs = np.empty((3 * points.start.shape[0], 2), np.int64)
    room, weight = np.empty(CHUNK), np.empty(CHUNK)
    for j in wanted:
        total = 0.0
        for r in range(_runs(places[j], points, 0, values.shape[0], runs)):
            for u in range(runs[r, 0], runs[r, 1], CHUNK):
                v = min(u + CHUNK, runs[r, 1])
                _weights(places[j], points, u, v, form, room[: v - u], weight[: v - u])
                total += _dot(weight[: v - u], values[u:v])
        sums[j] = total


@exact
def stream_spread(
    places: F8, wanted: I8, points: Sorted, form: Form, low: int, high: int, values: F8, sums: F8
) -> None:
    """Add to ``sums[low:high]`` the value of each wanted place around the point, weighted."""
    runs = np.empty((3 * points.start.shape[0], 2), np.int64)
    room, weight = np.empty(CHUNK), np.empty(CHUNK)
    for j in wanted:
        value = values[j]
        for r in range(_runs(places[j], points, low, high, runs)):
            for u in range(runs[r, 0], runs[r, 1], CHUNK):
                v = min(u + CHUNK, runs[r, 1])
                _weights(places[j], points, u, v, form, room[: v - u], weight[: v - u])
                part = sums[u:v]
                for k in range(v - u):
                    part[k] += value * weight[k]
