"""To whom a service's supply falls: the two-step measure, summed by district and linear in supply.

With shares in hand the access of districts under another supply is one matrix product: the pairs
need not be visited again.
"""

import numpy as np

from .checks import FloatArray, IntArray, Numbers, non_negative, refuse
from .decay import Decay
from .network import Network
from .passes import counted, weights


def supply_shares(
    net: Network, population: Numbers, district: Numbers, *, n_districts: int, decay: Decay
) -> FloatArray:
    """Share of each service's supply that falls to the people of each district.

    ``B_dj = sum_{i in d} P_i w_ij / sum_k P_k w_kj`` with ``w = decay(cost)``: the enhanced
    two-step floating catchment area (Luo & Qi 2009) before the supply is multiplied in.
    ``B @ supply`` is the supply of each district's people, so that ``(B @ supply) / people`` is
    the population-weighted mean of `catchment.two_step` over the district.

    Parameters
    ----------
    net : demand -> service network
    population : (n_demand,) people
    district : (n_demand,) whole numbers from 0 to ``n_districts - 1``
    decay : weight of a travel cost, in the unit of the network's cost

    Returns
    -------
    (n_districts, n_service) shares 0-1; a column sums to 1, or is 0 where nobody reaches it

    Raises
    ------
    ValueError
        A wrong length, a district out of range, a population missing or negative.

    Examples
    --------
    >>> from etl.measures.decay import binary
    >>> from etl.measures.network import from_costs
    >>> net = from_costs([0, 1], [0, 0], [1.0, 2.0], n_demand=3, n_service=2)
    >>> supply_shares(net, [100, 300, 50], [0, 1, 1], n_districts=2, decay=binary(2.0))
    array([[0.25, 0.  ],
           [0.75, 0.  ]])
    """
    people = non_negative(population, net.n_demand, "population")
    where: IntArray = np.asarray(district, dtype=np.int64)
    if where.shape != (net.n_demand,):
        raise ValueError(f"district has shape {where.shape}, expected ({net.n_demand},)")
    refuse((where < 0) | (where >= n_districts), f"district outside 0..{n_districts - 1}")
    mass = people[net.demand] * weights(net, decay)
    cell = (where * net.n_service)[net.demand] + net.index
    size = n_districts * net.n_service
    # Without pairs bincount gives whole numbers.
    sums = np.bincount(cell, mass, minlength=size).astype(np.float64)
    table = sums.reshape(n_districts, net.n_service)
    total = table.sum(axis=0)
    result: FloatArray = np.divide(
        table, total, out=np.zeros_like(table), where=counted(total)[None, :]
    )
    return result
