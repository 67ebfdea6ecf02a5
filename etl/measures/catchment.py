"""Access per demand point: the floating catchment family, and simpler measures.

`two_step` with `decay.binary` is 2SFCA (Luo & Wang 2003), with `decay.step` E2SFCA (Luo & Qi
2009), with `decay.kernel_density` KD2SFCA (Dai 2010). Catchments are the network's: a pair that
is not in it is unreachable. `Network` and its builders, decays, RAAM and the streaming forms are
offered here too.

All functions share these parameters
------------------------------------
net : demand -> service network (both steps use the same cost of a pair)
population : (n_demand,) people, 0 allowed
supply : (n_service,) e.g. FTE, 0 allowed
decay : weight of a travel cost, in the unit of the network's cost

and raise ``ValueError`` for a wrong length, or a missing, infinite or negative population or
supply, by position. Results have one finite number per demand point (or service), in its order:
0 where nothing is in reach. A service that no population reaches gives nobody anything.
"""

import numpy as np

from .checks import FloatArray, Numbers, non_negative
from .decay import Decay, binary, exponential, gaussian, kernel_density, logistic, step
from .limits import smooth_catchment, within
from .network import (
    Network,
    from_costs,
    from_points,
    nearest,
    nearest_point_km,
    to_minutes,
    with_costs,
)
from .passes import by_demand, by_service, counted, quotient, weights
from .raam import raam, raam_settled
from .streaming import stream_cumulative, stream_gravity, stream_three_step, stream_two_step

__all__ = [
    "Network",
    "balanced",
    "binary",
    "crowding",
    "cumulative",
    "exponential",
    "from_costs",
    "from_points",
    "gaussian",
    "gravity",
    "kernel_density",
    "logistic",
    "modified_two_step",
    "nearest",
    "nearest_point_km",
    "raam",
    "raam_settled",
    "reachable_supply",
    "smooth_catchment",
    "spatial_availability",
    "step",
    "stream_cumulative",
    "stream_gravity",
    "stream_three_step",
    "stream_two_step",
    "three_step",
    "to_minutes",
    "two_step",
    "with_costs",
    "within",
]


def two_step(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> FloatArray:
    """Supply per person each demand point can reach, shared with everyone who reaches it too.

    ``A_i = sum_j w_ij S_j / sum_k w_kj P_k`` with ``w = decay(cost)``. The sum of access x
    population equals `reachable_supply`.

    Returns
    -------
    (n_demand,) supply per person; 0 where nothing is in reach, never NaN or infinite

    Examples
    --------
    >>> from etl.measures.decay import binary
    >>> net = from_costs([0, 1], [0, 0], [1.0, 2.0], n_demand=3, n_service=1)
    >>> two_step(net, [100, 300, 50], [4.0], decay=binary(2.0))
    array([0.01, 0.01, 0.  ])
    """
    people, offered = _read(net, population, supply)
    weight = weights(net, decay)
    ratio = quotient(offered, by_service(net, weight, people))
    return by_demand(net, weight, ratio)


def three_step(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> FloatArray:
    """3SFCA (Wan, Zou & Sternberg 2012): people divide themselves among the services they reach.

    ``A_i = sum_j G_ij w_ij S_j / sum_k G_kj w_kj P_k`` with ``G_ij = w_ij / sum_l w_il``: the
    selection weights are normalised inside the catchment. The sum of access x population equals
    `reachable_supply`. Services without supply are chosen too; leave them out of the network if
    nobody would go there.

    Returns
    -------
    (n_demand,) supply per person
    """
    people, offered = _read(net, population, supply)
    weight = weights(net, decay)
    choice = quotient(np.ones(net.n_demand), by_demand(net, weight, np.ones(net.n_service)))
    ratio = quotient(offered, by_service(net, weight, people * choice, squared=True))
    return choice * by_demand(net, weight, ratio, squared=True)


def modified_two_step(
    net: Network, population: Numbers, supply: Numbers, *, decay: Decay
) -> FloatArray:
    """M2SFCA (Delamater 2013): distance also lowers what a person gets out of a service.

    ``A_i = sum_j w_ij^2 S_j / sum_k w_kj P_k``. Supply is not handed out in full, so access x
    population adds up to less than `reachable_supply` unless everyone is at cost 0.

    Returns
    -------
    (n_demand,) supply per person
    """
    people, offered = _read(net, population, supply)
    weight = weights(net, decay)
    ratio = quotient(offered, by_service(net, weight, people))
    return by_demand(net, weight, ratio, squared=True)


def balanced(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> FloatArray:
    """BFCA (Paez, Higgins & Vivona 2019): neither people nor supply are counted twice.

    ``L_j = S_j / sum_i P_i w_ij / sum_l w_il`` and ``A_i = sum_j L_j w_ij / sum_k w_kj``: weights
    are normalised over the services of a demand point in the first step and over the demand
    points of a service in the second.

    Returns
    -------
    (n_demand,) supply per person
    """
    people, offered = _read(net, population, supply)
    weight = weights(net, decay)
    of_demand = by_demand(net, weight, np.ones(net.n_service))
    of_service = by_service(net, weight, np.ones(net.n_demand))
    load = quotient(offered, by_service(net, weight, quotient(people, of_demand)))
    return by_demand(net, weight, quotient(load, of_service))


def spatial_availability(
    net: Network, population: Numbers, supply: Numbers, *, decay: Decay
) -> FloatArray:
    """Supply that falls to each demand point (Soukhov et al. 2023), in supply units.

    Each service's supply is divided among the points that reach it, in proportion to population
    and to decay: `two_step` x population. Adds up to `reachable_supply`.

    Returns
    -------
    (n_demand,) supply
    """
    return two_step(net, population, supply, decay=decay) * non_negative(
        population, net.n_demand, "population"
    )


def crowding(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> FloatArray:
    """i2SFCA (Wang 2018): people per unit of supply at each service, higher is more crowded.

    ``C_j = sum_i w_ij P_i / sum_l w_il S_l``. The sum of crowding x supply equals the people who
    reach some supply.

    Returns
    -------
    (n_service,) people per unit of supply; 0 at a service without supply, which has no crowd
    """
    people, offered = _read(net, population, supply)
    weight = weights(net, decay)
    per_unit = quotient(people, by_demand(net, weight, offered))
    return np.where(offered > 0, by_service(net, weight, per_unit), 0.0)


def reachable_supply(net: Network, population: Numbers, supply: Numbers, *, decay: Decay) -> float:
    """Total supply that some population can reach: what `two_step` hands out, in supply units.

    Examples
    --------
    >>> from etl.measures.decay import binary
    >>> net = from_costs([0], [0], [1.0], n_demand=1, n_service=2)
    >>> reachable_supply(net, [10], [3.0, 5.0], decay=binary(2.0))
    3.0
    """
    people, offered = _read(net, population, supply)
    return float(offered[counted(by_service(net, weights(net, decay), people))].sum())


def cumulative(net: Network, supply: Numbers) -> FloatArray:
    """Supply within the network's reach of each demand point, (n_demand,), in supply units.

    Examples
    --------
    >>> cumulative(from_costs([0, 0], [0, 1], [1.0, 2.0], n_demand=2, n_service=2), [3.0, 4.0])
    array([7., 0.])
    """
    offered = non_negative(supply, net.n_service, "supply")
    return by_demand(net, np.ones(len(net.cost)), offered)


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
    return by_demand(net, weights(net, decay), offered)


def _read(net: Network, population: Numbers, supply: Numbers) -> tuple[FloatArray, FloatArray]:
    people = non_negative(population, net.n_demand, "population")
    return people, non_negative(supply, net.n_service, "supply")
