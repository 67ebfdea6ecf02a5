"""Access per demand point: the two-step floating catchment family, and simpler measures.

`two_step` with `decay.binary` is 2SFCA (Luo & Wang 2003), with `decay.step` E2SFCA (Luo & Qi
2009), with `decay.kernel_density` KD2SFCA (Dai 2010). Catchments are the network's: a pair that
is not in it is unreachable. `Network` and its builders are offered here too.
"""

import numpy as np

from .checks import FloatArray, Numbers, non_negative, totals
from .decay import Decay
from .network import (
    Network,
    from_costs,
    from_points,
    nearest,
    nearest_point_km,
    to_minutes,
    with_costs,
)

__all__ = [
    "Network",
    "cumulative",
    "from_costs",
    "from_points",
    "gravity",
    "nearest",
    "nearest_point_km",
    "reachable_supply",
    "to_minutes",
    "two_step",
    "with_costs",
]

# Numerical only: a decayed population below this is rounding noise and would overflow a division.
_NOBODY = float(np.sqrt(np.finfo(np.float64).tiny))


def two_step(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> FloatArray:
    """Supply per person each demand point can reach, shared with everyone who reaches it too.

    ``A_i = sum_j w_ij S_j / sum_k w_kj P_k`` with ``w = decay(cost)``. The sum of access x
    population equals `reachable_supply`.

    Parameters
    ----------
    net : demand -> service network
    population : (n_demand,) people, 0 allowed
    supply : (n_service,) e.g. FTE, 0 allowed
    decay : weight of a travel cost, in the unit of the network's cost

    Returns
    -------
    (n_demand,) supply per person; 0 where nothing is in reach, never NaN or infinite. A service
    that no population reaches gives nobody anything.

    Raises
    ------
    ValueError
        A wrong length, or a missing, infinite or negative population or supply, by position.

    Examples
    --------
    >>> from etl.measures.decay import binary
    >>> net = from_costs([0, 1], [0, 0], [1.0, 2.0], n_demand=3, n_service=1)
    >>> two_step(net, [100, 300, 50], [4.0], decay=binary(2.0))
    array([0.01, 0.01, 0.  ])
    """
    people = non_negative(population, net.n_demand, "population")
    offered = non_negative(supply, net.n_service, "supply")
    weight = decay(net.cost)
    demand = _weighted_demand(net, people, weight)
    used = demand > _NOBODY
    ratio = np.divide(offered, demand, out=np.zeros(net.n_service), where=used)
    return totals(net.demand, weight * ratio[net.index], net.n_demand)


def reachable_supply(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> float:
    """Total supply that some population can reach: what `two_step` hands out, in supply units.

    Examples
    --------
    >>> from etl.measures.decay import binary
    >>> net = from_costs([0], [0], [1.0], n_demand=1, n_service=2)
    >>> reachable_supply(net, [10], [3.0, 5.0], decay=binary(2.0))
    3.0
    """
    people = non_negative(population, net.n_demand, "population")
    offered = non_negative(supply, net.n_service, "supply")
    demand = _weighted_demand(net, people, decay(net.cost))
    return float(offered[demand > _NOBODY].sum())


def cumulative(net: Network, supply: Numbers) -> FloatArray:
    """Supply within the network's reach of each demand point, (n_demand,), in supply units.

    Examples
    --------
    >>> cumulative(from_costs([0, 0], [0, 1], [1.0, 2.0], n_demand=2, n_service=2), [3.0, 4.0])
    array([7., 0.])
    """
    offered = non_negative(supply, net.n_service, "supply")
    return totals(net.demand, offered[net.index], net.n_demand)


def gravity(net: Network, supply: Numbers, *, decay: Decay) -> FloatArray:
    """Decayed supply around each demand point, ``sum_j w_ij S_j`` (Hansen 1959), (n_demand,).

    Competition for the supply is not counted.

    Examples
    --------
    >>> from etl.measures.decay import step
    >>> net = from_costs([0, 0], [0, 1], [1.0, 2.0], n_demand=1, n_service=2)
    >>> gravity(net, [3.0, 4.0], decay=step([1.0, 2.0], [1.0, 0.5]))
    array([5.])
    """
    offered = non_negative(supply, net.n_service, "supply")
    weighted = decay(net.cost) * offered[net.index]
    return totals(net.demand, weighted, net.n_demand)


def _weighted_demand(net: Network, people: FloatArray, weight: FloatArray) -> FloatArray:
    return totals(net.index, weight * people[net.demand], net.n_service)
