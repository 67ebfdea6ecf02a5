"""Catchments whose size differs from place to place, without jumps.

Catchments that jump in size from one rurality class to the next give perverse results: a place
just beyond the jump gains access because its neighbours lost it (McGrail & Humphreys 2014).
"""

import numpy as np

from .checks import FloatArray, Numbers, floats, per_row, refuse
from .network import Network, with_costs


def smooth_catchment(rurality: Numbers, *, urban: float, rural: float) -> FloatArray:
    """Catchment size that moves smoothly from `urban` at rurality 0 to `rural` at 1.

    ``urban + (rural - urban) x^2 (3 - 2 x)``: no jump, and no kink at either end.

    Parameters
    ----------
    rurality : (n,) from 0 (urban) to 1 (rural), e.g. the rural share of the population
    urban, rural : sizes in the unit of the cost, above 0

    Returns
    -------
    (n,) sizes, for ``within(net, demand=...)`` or ``max_cost`` of the streaming measures

    Raises
    ------
    ValueError
        Rurality missing or outside 0..1 (naming the rows), a size that is not above 0.

    Examples
    --------
    >>> smooth_catchment([0.0, 0.5, 1.0], urban=30.0, rural=60.0)
    array([30., 45., 60.])
    """
    share = floats(rurality)
    refuse(~((share >= 0) & (share <= 1)), "rurality missing or outside 0..1", at=rurality)
    for name, size in (("urban", urban), ("rural", rural)):
        if not (np.isfinite(size) and size > 0):
            raise ValueError(f"{name} catchment must be above 0, got {size}")
    sizes: FloatArray = urban + (rural - urban) * share**2 * (3.0 - 2.0 * share)
    return sizes


def within(net: Network, *, demand: Numbers = np.inf, service: Numbers = np.inf) -> Network:
    """Only the pairs whose cost is within the catchment of their demand point and service.

    Parameters
    ----------
    net : demand -> service network
    demand : largest cost, one figure or one per demand point (n_demand,); inclusive
    service : largest cost, one figure or one per service (n_service,); inclusive

    Returns
    -------
    network whose `complete_to` is the largest of the limits, at most that of `net`

    Raises
    ------
    ValueError
        A limit missing or negative, or finite and larger than `net` is complete to: pairs would
        be missing.

    Examples
    --------
    >>> from etl.measures.network import from_costs
    >>> net = from_costs([0, 1], [0, 0], [5.0, 5.0], n_demand=2, n_service=1)
    >>> within(net, demand=[5.0, 4.9]).demand
    array([0])
    """
    largest, limit = net.complete_to, np.full(len(net.cost), np.inf)
    for name, given, size, of_pair in (
        ("demand", demand, net.n_demand, net.demand),
        ("service", service, net.n_service, net.index),
    ):
        limits = per_row(given, size, f"{name} catchment", infinite=True)
        if limits is None:
            continue
        refuse(
            (limits > net.complete_to) & np.isfinite(limits),
            f"{name} catchment larger than the network is complete to ({net.complete_to:g})",
            at=given,
        )
        limit = np.minimum(limit, limits[of_pair])
        largest = min(largest, float(limits.max(initial=0.0)))
    return with_costs(net, np.where(net.cost <= limit, net.cost, np.inf), max_cost=largest)
