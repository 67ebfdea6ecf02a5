"""Access from coordinates without storing the pairs: made, used and forgotten, twice or thrice.

For sizes where the pairs do not fit in memory, and the fastest way to one result. The numbers are
those of `catchment` on `network.from_points`: the same pairs, to the boundary, and the same
weights to about 1e-13. Decays made by `decay` run compiled; any other callable is handed the costs
block by block, slower.

All functions share these parameters
------------------------------------
demand_lonlat, service_lonlat : (n, 2) degrees, longitude first; may be empty
population : (n_demand,) people; supply : (n_service,) e.g. FTE; 0 allowed
decay : weight of a cost; must treat every cost on its own
max_km : pairs farther apart are unreachable; inclusive
cost_per_km : what one straight-line km costs, one figure or one per demand point, e.g. minutes
    (``detour_factor / speed_kmh * 60``); the decay sees ``km * cost_per_km``
max_cost : largest cost in reach, one figure or one per demand point (see `limits`); inclusive

Raises ``ValueError`` as `network.from_points` and `catchment` do, naming the rows.
"""

from typing import Protocol

import numpy as np

from . import parts
from .checks import FloatArray, Numbers, non_negative, per_row
from .decay import Decay, binary, compiled_form
from .limits import within
from .neighbours import Form, bands, places
from .network import Network, from_points, with_costs
from .passes import by_demand, by_service, quotient, weights
from .travel import lonlat_points

HALF_WAY_ROUND_KM = 20_038.0  # no two places on Earth are farther apart
DEMAND_SLICE = 16384  # demand points a core writes at a time: 128 kB, in the second-level cache
SERVICES = 64  # services a core sums at a time, or more
BLOCK = 50_000  # demand points whose pairs are held at a time for a decay that is not compiled


def stream_two_step(
    demand_lonlat: Numbers,
    service_lonlat: Numbers,
    population: Numbers,
    supply: Numbers,
    *,
    decay: Decay,
    max_km: float,
    cost_per_km: Numbers = 1.0,
    max_cost: Numbers = np.inf,
) -> FloatArray:
    """As `catchment.two_step`: supply per person, (n_demand,), from coordinates.

    Examples
    --------
    >>> from etl.measures.decay import binary
    >>> stream_two_step([[0, 0], [5, 0]], [[0, 0]], [100, 9], [4], decay=binary(10.0), max_km=10.0)
    array([0.04, 0.  ])
    """
    sweep = _sweep(demand_lonlat, service_lonlat, decay, max_km, cost_per_km, max_cost)
    people = non_negative(population, sweep.n_demand, "population")
    offered = non_negative(supply, sweep.n_service, "supply")
    return sweep.spread(quotient(offered, sweep.gather(people)))


def stream_three_step(
    demand_lonlat: Numbers,
    service_lonlat: Numbers,
    population: Numbers,
    supply: Numbers,
    *,
    decay: Decay,
    max_km: float,
    cost_per_km: Numbers = 1.0,
    max_cost: Numbers = np.inf,
) -> FloatArray:
    """As `catchment.three_step`: supply per person, (n_demand,), from coordinates."""
    sweep = _sweep(demand_lonlat, service_lonlat, decay, max_km, cost_per_km, max_cost)
    people = non_negative(population, sweep.n_demand, "population")
    offered = non_negative(supply, sweep.n_service, "supply")
    choice = quotient(np.ones(sweep.n_demand), sweep.spread(np.ones(sweep.n_service)))
    ratio = quotient(offered, sweep.gather(people * choice, squared=True))
    return choice * sweep.spread(ratio, squared=True)


def stream_gravity(
    demand_lonlat: Numbers,
    service_lonlat: Numbers,
    supply: Numbers,
    *,
    decay: Decay,
    max_km: float,
    cost_per_km: Numbers = 1.0,
    max_cost: Numbers = np.inf,
) -> FloatArray:
    """As `catchment.gravity`: decayed supply around each demand point, from coordinates."""
    sweep = _sweep(demand_lonlat, service_lonlat, decay, max_km, cost_per_km, max_cost)
    return sweep.spread(non_negative(supply, sweep.n_service, "supply"))


def stream_cumulative(
    demand_lonlat: Numbers,
    service_lonlat: Numbers,
    supply: Numbers,
    *,
    max_km: float,
    cost_per_km: Numbers = 1.0,
    max_cost: Numbers = np.inf,
) -> FloatArray:
    """As `catchment.cumulative`: supply within reach of each demand point, from coordinates."""
    everywhere = binary(np.finfo(np.float64).max)
    sweep = _sweep(demand_lonlat, service_lonlat, everywhere, max_km, cost_per_km, max_cost)
    return sweep.spread(non_negative(supply, sweep.n_service, "supply"))


class _Sweep(Protocol):
    """The two sums every measure is made of, over pairs that are not kept."""

    n_demand: int
    n_service: int

    def gather(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        """``sum_i w_ij values_i`` of every service j; `w` squared if asked."""

    def spread(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        """``sum_j w_ij values_j`` of every demand point i; `w` squared if asked."""


def _sweep(
    demand_lonlat: Numbers,
    service_lonlat: Numbers,
    decay: Decay,
    max_km: float,
    cost_per_km: Numbers,
    max_cost: Numbers,
) -> _Sweep:
    if not max_km >= 0:
        raise ValueError(f"max_km must not be negative, got {max_km}")
    demand = lonlat_points(demand_lonlat, "demand")
    service = lonlat_points(service_lonlat, "service")
    rate = per_row(cost_per_km, len(demand), "cost_per_km")
    limit = per_row(max_cost, len(demand), "max_cost", infinite=True)
    form = compiled_form(decay)
    if form is None:
        return _Blocks(demand, service, decay, max_km, rate, limit)
    return _Compiled(demand, service, form, max_km, rate, limit)


class _Compiled:
    """Sweeps in machine code: every service looks at the demand points around it."""

    def __init__(
        self,
        demand: FloatArray,
        service: FloatArray,
        form: tuple[int, FloatArray],
        max_km: float,
        rate: FloatArray | None,
        limit: FloatArray | None,
    ) -> None:
        self.n_demand, self.n_service = len(demand), len(service)
        self._bands = bands(demand, max_km)
        self._places = places(service)
        # neighbouring services look at the same demand points: one after the other, from the cache
        height = self._bands.sorted.height
        self._order = np.lexsort((service[:, 0], np.floor((service[:, 1] + 90.0) / height)))
        largest = min(float(max_km), HALF_WAY_ROUND_KM)
        if rate is not None:
            self._bands.sorted.rows[3] = rate[self._bands.order]
            largest *= float(rate.max(initial=0.0))
        if limit is not None:
            self._bands.sorted.rows[4] = limit[self._bands.order]
            largest = min(largest, float(limit.max(initial=0.0)))
        self._form = Form(*form, rate is not None or limit is not None, largest, False)

    def gather(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        from .kernels_sphere import stream_sum

        mine, sums = values[self._bands.order], np.zeros(self.n_service)
        points, form = self._bands.sorted, self._form._replace(squared=squared)
        parts.run(
            lambda p: stream_sum(self._places, self._order[slice(*p)], points, form, mine, sums),
            parts.slices(self.n_service, max(SERVICES, self.n_service // 64)),
        )
        return sums

    def spread(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        from .kernels_sphere import stream_spread

        sums, centres = np.zeros(self.n_demand), self._places[self._order]
        points, form = self._bands.sorted, self._form._replace(squared=squared)

        def work(piece: tuple[int, int]) -> None:
            wanted = self._order[self._bands.near(centres, *piece)]
            stream_spread(self._places, wanted, points, form, *piece, values, sums)

        parts.run(work, parts.slices(self.n_demand, DEMAND_SLICE))
        result = np.empty(self.n_demand)
        result[self._bands.order] = sums
        return result


class _Blocks:
    """Sweeps with any decay: a network of some demand points at a time, made anew each time."""

    def __init__(
        self,
        demand: FloatArray,
        service: FloatArray,
        decay: Decay,
        max_km: float,
        rate: FloatArray | None,
        limit: FloatArray | None,
    ) -> None:
        self.n_demand, self.n_service = len(demand), len(service)
        self._demand, self._service, self._decay = demand, service, decay
        self._max_km, self._rate, self._limit = max_km, rate, limit

    def _network(self, start: int, end: int) -> Network:
        net = from_points(self._demand[start:end], self._service, max_km=self._max_km)
        if self._rate is not None:
            cost = net.cost * self._rate[start:end][net.demand]
            net = with_costs(net, cost, max_cost=np.inf)
        return net if self._limit is None else within(net, demand=self._limit[start:end])

    def gather(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        total = np.zeros(self.n_service)
        for start, end in parts.slices(self.n_demand, BLOCK):
            net = self._network(start, end)
            weight = weights(net, self._decay)
            total += by_service(net, weight, values[start:end], squared=squared)
        return total

    def spread(self, values: FloatArray, *, squared: bool = False) -> FloatArray:
        result = np.zeros(self.n_demand)
        for start, end in parts.slices(self.n_demand, BLOCK):
            net = self._network(start, end)
            weight = weights(net, self._decay)
            result[start:end] = by_demand(net, weight, values, squared=squared)
        return result
