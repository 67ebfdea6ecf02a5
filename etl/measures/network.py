"""Who can reach which service at what travel cost: a sparse demand -> service network.

A pair that is not listed is *unreachable*, never "at cost 0". The cost is that of the trip from
the demand point to the service, and the same figure is used in both steps of every measure.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from .checks import FloatArray, IntArray, Numbers, floats, refuse
from .neighbours import pairs_within
from .travel import (
    great_circle_km,
    km_from_minutes,
    lonlat_points,
    minutes_from_km,
    unit_sphere,
)

IndexArray = npt.NDArray[np.int32]

BLOCK = 16384  # demand points searched at a time by one core


@dataclass(frozen=True, eq=False)
class Network:
    """Pairs of demand point and service with a travel cost, in CSR order.

    Attributes
    ----------
    indptr : (n_demand + 1,) start of each demand point's pairs
    index : (n_pairs,) service of each pair, ascending inside a demand point; 4 bytes each
    cost : (n_pairs,) travel cost of each pair, not negative
    n_demand, n_service : number of demand points and services
    complete_to : cost up to which the pairs are complete; a pair beyond it may be missing
    """

    indptr: IntArray
    index: IndexArray
    cost: FloatArray
    n_demand: int
    n_service: int
    complete_to: float

    def __post_init__(self) -> None:
        for array in (self.indptr, self.index, self.cost):
            array.flags.writeable = False

    @cached_property
    def demand(self) -> IntArray:
        """Demand point of each pair, (n_pairs,)."""
        return np.repeat(np.arange(self.n_demand, dtype=np.int64), np.diff(self.indptr))

    @cached_property
    def by_service(self) -> tuple[IntArray, IntArray]:
        """CSC view: (n_service + 1,) starts, and the positions of the pairs of each service.

        ``starts, pairs = net.by_service``; the demand points that reach service ``j`` are
        ``net.demand[pairs[starts[j]:starts[j + 1]]]``.
        """
        return _group(self.index, self.n_service)


def from_points(demand_lonlat: Numbers, service_lonlat: Numbers, *, max_km: float) -> Network:
    """Every pair within `max_km` (inclusive), with its great-circle km as the cost.

    Parameters
    ----------
    demand_lonlat, service_lonlat : (n, 2) degrees, longitude first; may be empty
    max_km : search radius in km

    Raises
    ------
    ValueError
        Coordinates missing, infinite or out of range (naming the rows); a negative radius.

    Examples
    --------
    >>> from_points([[0.0, 0.0]], [[1.0, 0.0], [9.0, 0.0]], max_km=200.0).index
    array([0], dtype=int32)
    """
    if not max_km >= 0:
        raise ValueError(f"max_km must not be negative, got {max_km}")
    origins = lonlat_points(demand_lonlat, "demand")
    targets = lonlat_points(service_lonlat, "service")
    indptr, index, km = pairs_within(origins, targets, float(max_km), BLOCK)
    return Network(indptr, index, km, len(origins), len(targets), float(max_km))


def from_costs(
    demand_index: Numbers,
    service_index: Numbers,
    cost: Numbers,
    *,
    n_demand: int,
    n_service: int,
    max_cost: float = np.inf,
) -> Network:
    """Network from a long table of costs; a pair that is absent is unreachable.

    Parameters
    ----------
    demand_index, service_index : (n,) whole numbers from 0
    cost : (n,) travel cost in one unit; infinity means unreachable
    n_demand, n_service : number of points and services, whether or not they have pairs
    max_cost : pairs that cost more are left out (the boundary is kept)

    Raises
    ------
    ValueError
        A pair listed twice (naming it), an index out of range, a missing or negative cost.

    Examples
    --------
    >>> from_costs([0, 1], [0, 0], [5.0, 9.0], n_demand=3, n_service=1, max_cost=5.0).indptr
    array([0, 1, 1, 1])
    """
    rows, columns = np.asarray(demand_index), np.asarray(service_index)
    values = floats(cost)
    if not rows.shape == columns.shape == values.shape or values.ndim != 1:
        raise ValueError(f"shapes differ: {rows.shape}, {columns.shape}, {values.shape}")
    for name, places, size in (("demand", rows, n_demand), ("service", columns, n_service)):
        if places.size and not np.issubdtype(places.dtype, np.integer):
            raise ValueError(f"{name}_index must be whole numbers, got {places.dtype}")
        refuse((places < 0) | (places >= size), f"{name}_index outside 0..{size - 1}")
    refuse(~(values >= 0), "travel cost missing or negative", at=cost)
    rows, columns = rows.astype(np.int64, copy=False), columns.astype(np.int64, copy=False)
    order = _row_order(rows, columns, n_demand, n_service)
    if order is not None:
        rows, columns, values = rows[order], columns[order], values[order]
    _refuse_duplicates(rows, columns)
    return _cut(rows, columns, values, n_demand, n_service, float(max_cost))


def with_costs(net: Network, cost: Numbers, *, max_cost: float) -> Network:
    """Give the same pairs other costs, without those above `max_cost` (boundary kept).

    Parameters
    ----------
    net : network whose pairs are used
    cost : (n_pairs,) new cost of each pair, in `net`'s order (``net.demand``, ``net.index``)
    max_cost : largest new cost to keep. That `net` holds every pair up to it is the caller's
        promise, because it depends on how the costs were made.

    Raises
    ------
    ValueError
        A wrong length, a missing or negative cost.
    """
    values = floats(cost)
    if values.shape != net.cost.shape:
        raise ValueError(f"cost has shape {values.shape}, expected {net.cost.shape}")
    refuse(~(values >= 0), "travel cost missing or negative")
    return _cut(net.demand, net.index, values, net.n_demand, net.n_service, float(max_cost))


def to_minutes(
    net: Network, *, detour_factor: float, speed_kmh: Numbers, max_minutes: float
) -> Network:
    """Turn a network in km into minutes and cut it at `max_minutes` (inclusive).

    Parameters
    ----------
    net : network whose cost is straight-line km
    detour_factor : road km per straight-line km
    speed_kmh : km per hour, one figure or one per demand point (n_demand,)
    max_minutes : largest travel time to keep

    Raises
    ------
    ValueError
        The search radius of `net` is too small for the fastest speed: pairs would be missing.

    Examples
    --------
    >>> km = from_points([[0.0, 0.0]], [[0.1, 0.0]], max_km=60.0)
    >>> to_minutes(km, detour_factor=1.0, speed_kmh=60.0, max_minutes=60.0).cost.round(2)
    array([11.12])
    """
    speed = np.broadcast_to(floats(speed_kmh), (net.n_demand,))
    if net.n_demand:
        needed = km_from_minutes(
            max_minutes, detour_factor=detour_factor, speed_kmh=float(speed.max())
        )
        if needed > net.complete_to * (1 + 1e-9):
            raise ValueError(
                f"{max_minutes:g} minutes need a search radius of {needed:.3f} km, "
                f"the network has {net.complete_to:.3f} km"
            )
    minutes = minutes_from_km(net.cost, detour_factor=detour_factor, speed_kmh=speed[net.demand])
    return with_costs(net, minutes, max_cost=max_minutes)


def nearest(net: Network) -> tuple[FloatArray, IntArray]:
    """Cost and index of each demand point's nearest service, inf and -1 when it reaches none.

    Among equally near services the one with the lowest index is named.

    Examples
    --------
    >>> nearest(from_costs([0, 0], [0, 1], [5.0, 3.0], n_demand=2, n_service=2))
    (array([ 3., inf]), array([ 1, -1]))
    """
    cost = np.full(net.n_demand, np.inf)
    service = np.full(net.n_demand, -1, dtype=np.int64)
    filled = np.diff(net.indptr) > 0
    if filled.any():
        cost[filled] = np.minimum.reduceat(net.cost, net.indptr[:-1][filled])
        # written backwards, so the first of several equally near services is the one that stays
        best = np.flatnonzero(net.cost == cost[net.demand])[::-1]
        service[net.demand[best]] = net.index[best]
    return cost, service


def nearest_point_km(
    demand_lonlat: Numbers, service_lonlat: Numbers
) -> tuple[FloatArray, IntArray]:
    """Great-circle km to, and index of, the nearest service however far; inf and -1 without any.

    Parameters
    ----------
    demand_lonlat, service_lonlat : (n, 2) degrees, longitude first; may be empty

    Raises
    ------
    ValueError
        Coordinates missing, infinite or out of range, naming the rows.

    Examples
    --------
    >>> nearest_point_km([[0.0, 0.0]], [[9.0, 0.0], [1.0, 0.0]])[1]
    array([1])
    """
    origins, targets = (
        lonlat_points(demand_lonlat, "demand"),
        lonlat_points(service_lonlat, "service"),
    )
    if not len(origins) or not len(targets):
        return np.full(len(origins), np.inf), np.full(len(origins), -1, dtype=np.int64)
    # services that share a place count once, under the lowest index
    places, first = np.unique(targets, axis=0, return_index=True)
    _, place = cKDTree(unit_sphere(places)).query(unit_sphere(origins))
    to = places[place]
    km = great_circle_km(origins[:, 0], origins[:, 1], to[:, 0], to[:, 1])
    return km, first[place].astype(np.int64)


def _cut(
    rows: npt.NDArray[Any],
    columns: npt.NDArray[Any],
    cost: FloatArray,
    n_demand: int,
    n_service: int,
    max_cost: float,
) -> Network:
    """Network of the pairs, already in row order, that cost at most `max_cost`."""
    keep = (cost <= max_cost) & np.isfinite(cost)
    if not keep.all():
        rows, columns, cost = rows[keep], columns[keep], cost[keep]
    counts = np.bincount(rows, minlength=n_demand)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    # copied: the network is read-only, the caller's table is not
    index, own = columns.astype(np.int32), np.array(cost, dtype=np.float64)
    return Network(indptr, index, own, n_demand, n_service, max_cost)


def _row_order(
    rows: npt.NDArray[Any], columns: npt.NDArray[Any], n_demand: int, n_service: int
) -> IntArray | None:
    """Positions by demand point, then service; None if they are in that order already."""
    later = (rows[1:] == rows[:-1]) & (columns[1:] >= columns[:-1])
    if ((rows[1:] > rows[:-1]) | later).all():
        return None
    _, order = _group(columns, n_service)
    _, again = _group(rows[order], n_demand)
    result: IntArray = order[again]
    return result


def _group(keys: npt.NDArray[Any], n_keys: int) -> tuple[IntArray, IntArray]:
    from .kernels_pairs import counting_order

    starts, order = counting_order(np.ascontiguousarray(keys, dtype=np.uint32), n_keys)
    return starts, order


def _refuse_duplicates(rows: npt.NDArray[Any], columns: npt.NDArray[Any]) -> None:
    twice = np.flatnonzero((rows[1:] == rows[:-1]) & (columns[1:] == columns[:-1]))
    if twice.size:
        named = ", ".join(f"({rows[k]}, {columns[k]})" for k in twice[:5])
        raise ValueError(f"{twice.size} duplicate (demand, service) pairs: {named}")
