"""What if a service were added, closed, moved or resized: only what it touches is computed again.

A `Scenario` never changes; every step gives a new one that shares the network with the first, so
that many people can try things on one base, and going back is keeping the old one. The numbers
equal a full computation on `Scenario.as_network` to rounding.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from .checks import FloatArray, IntArray, Numbers, floats, non_negative, refuse
from .decay import Decay
from .network import Network, from_costs
from .passes import by_demand, by_service, quotient, weights
from .reach import Reach
from .whatif_state import Added, Base, State

Measure = Literal["two_step", "three_step", "gravity"]
Costs = tuple[Numbers, Numbers]


@dataclass(frozen=True, eq=False)
class Scenario:
    """Access on a network, and how it answers to changes of the services; made by `start`.

    Services are numbered as in the network, then in the order they are added.

    Attributes
    ----------
    access : (n_demand,) the measure, as in `catchment`
    touched : demand points the last step computed again, ascending; all of them at first
    """

    access: FloatArray
    touched: IntArray
    _measure: Measure
    _base: Base
    _state: State
    _reach: Reach | None

    @property
    def services(self) -> npt.NDArray[np.int64]:
        """Numbers of the services that are open."""
        return np.flatnonzero(self._state.open)

    @property
    def supply(self) -> FloatArray:
        """Supply of every service so far; a closed one keeps its figure."""
        return self._state.supply.copy()

    def add(
        self, supply: float, *, lonlat: Numbers | None = None, costs: Costs | None = None
    ) -> "Scenario":
        """Add a service at coordinates, or with the demand points that reach it at which cost.

        Parameters
        ----------
        supply : e.g. FTE, 0 allowed
        lonlat : (2,) degrees; needs the scenario to be started with a `reach`
        costs : demand points and their costs, in the unit of the network; each point once

        Raises
        ------
        ValueError
            Not exactly one of `lonlat` and `costs`, or bad figures in them.
        """
        base, old = self._base, self._state
        points, cost = self._trips(lonlat, costs)
        added = Added(points, cost, base.decay(cost))
        state = replace(
            old,
            supply=np.append(old.supply, non_negative([supply], 1, "supply")),
            open=np.append(old.open, True),
            crowd=np.append(old.crowd, added.weight @ base.people[points]),
            ratio=np.append(old.ratio, 0.0),
            added=(*old.added, added),
        )
        if self._measure == "three_step":
            return self._chosen_again(points, state)
        number = len(state.supply) - 1
        state.ratio[number] = _ratio(self._measure, state, number)
        access = self.access.copy()
        access[points] += added.weight * state.ratio[number]
        return replace(self, access=access, touched=points, _state=state)

    def close(self, service: int) -> "Scenario":
        """Close a service: nobody goes there any more.

        Raises
        ------
        ValueError
            No such service, or it is closed already.
        """
        self._refuse_closed(service)
        points = self._base.points_of(service, self._state)
        state = replace(self._state, open=self._state.open.copy(), ratio=self._state.ratio.copy())
        state.open[service], state.ratio[service] = False, 0.0
        if self._measure == "three_step":
            return self._chosen_again(points, state)
        return self._summed_again(points, state)

    def resize(self, service: int, supply: float) -> "Scenario":
        """Give a service another supply; 0 leaves it standing, and chosen in three-step.

        Raises
        ------
        ValueError
            No such service, a closed one, or a bad figure.
        """
        self._refuse_closed(service)
        state = replace(
            self._state, supply=self._state.supply.copy(), ratio=self._state.ratio.copy()
        )
        state.supply[service] = non_negative([supply], 1, "supply")[0]
        state.ratio[service] = _ratio(self._measure, state, service)
        return self._summed_again(self._base.points_of(service, state), state)

    def move(
        self, service: int, *, lonlat: Numbers | None = None, costs: Costs | None = None
    ) -> "Scenario":
        """Move a service with its supply: the old number closes and a new one is added."""
        closed = self.close(service)
        moved = closed.add(float(self._state.supply[service]), lonlat=lonlat, costs=costs)
        return replace(moved, touched=np.union1d(closed.touched, moved.touched))

    def as_network(self) -> tuple[Network, FloatArray]:
        """Network and supply of the open services, for any measure; `services` names them."""
        net, state = self._base.net, self._state
        number = np.cumsum(state.open) - 1
        keep = state.open[net.index]
        demand, service, cost = [net.demand[keep]], [number[net.index[keep]]], [net.cost[keep]]
        for j, added in enumerate(state.added, start=net.n_service):
            if state.open[j]:
                demand.append(added.points)
                service.append(np.full(len(added.points), number[j]))
                cost.append(added.cost)
        whole = from_costs(
            np.concatenate(demand),
            np.concatenate(service),
            np.concatenate(cost),
            n_demand=net.n_demand,
            n_service=int(state.open.sum()),
        )
        return whole, state.supply[state.open]

    def _trips(self, lonlat: Numbers | None, costs: Costs | None) -> tuple[IntArray, FloatArray]:
        if (lonlat is None) == (costs is None):
            raise ValueError("give either lonlat or costs")
        if costs is not None:
            return _read_costs(costs, self._base.net.n_demand)
        if self._reach is None:
            raise ValueError("coordinates need a scenario started with a reach")
        assert lonlat is not None
        return self._reach.around(lonlat)

    def _summed_again(self, points: IntArray, state: State) -> "Scenario":
        """Sum the rows of some demand points afresh; subtracting would leave rounding behind."""
        three = self._measure == "three_step"
        fresh = self._base.row_sums(points, state, state.ratio, squared=three)
        access = self.access.copy()
        access[points] = fresh * state.choice[points] if three else fresh
        return replace(self, access=access, touched=points, _state=state)

    def _chosen_again(self, points: IntArray, state: State) -> "Scenario":
        """Let some demand points choose again, and everybody who shares a service with them."""
        base = self._base
        standing = state.open.astype(np.float64)
        choice = state.choice.copy()
        total = base.row_sums(points, state, standing, squared=False)
        choice[points] = quotient(np.ones(len(points)), total)
        services = base.services_of(points, state)
        state = replace(state, choice=choice, crowd=state.crowd.copy(), ratio=state.ratio.copy())
        state.crowd[services] = base.column_sums(
            services, state, base.people * choice, squared=True
        )
        state.ratio[services] = quotient(state.supply[services], state.crowd[services])
        touched = np.union1d(points, base.points_of_all(services, state))
        return self._summed_again(touched, state)

    def _refuse_closed(self, service: int) -> None:
        if not 0 <= service < len(self._state.open):
            raise ValueError(f"no service {service}, there are {len(self._state.open)}")
        if not self._state.open[service]:
            raise ValueError(f"service {service} is closed")


def start(
    net: Network,
    population: Numbers,
    supply: Numbers,
    *,
    decay: Decay,
    measure: Measure = "two_step",
    reach: Reach | None = None,
) -> Scenario:
    """Compute a measure and keep what is needed to answer to changes.

    Parameters
    ----------
    net, population, supply, decay : as in `catchment`
    measure : "two_step", "three_step" or "gravity", as the functions of `catchment`
    reach : who reaches new coordinates, with the cost model of the network (see `reach.reach`);
        without it, new services come with their costs

    Raises
    ------
    ValueError
        As `catchment.two_step`; an unknown measure.
    """
    if measure not in get_args(Measure):
        raise ValueError(f"measure must be one of {get_args(Measure)}, got {measure!r}")
    people = non_negative(population, net.n_demand, "population")
    offered = non_negative(supply, net.n_service, "supply")
    weight = weights(net, decay)
    three = measure == "three_step"
    choice = np.ones(net.n_demand)
    if three:
        choice = quotient(choice, by_demand(net, weight, np.ones(net.n_service)))
    crowd = by_service(net, weight, people * choice, squared=three)
    ratio = offered.copy() if measure == "gravity" else quotient(offered, crowd)
    access = choice * by_demand(net, weight, ratio, squared=three)
    # copied: the scenario must not change when the caller's arrays do
    base = Base(net, weight, people.copy(), decay)
    state = State(offered.copy(), np.ones(net.n_service, np.bool_), crowd, ratio, choice, ())
    return Scenario(access, np.arange(net.n_demand), measure, base, state, reach)


def _ratio(measure: Measure, state: State, service: int) -> float:
    supply = state.supply[service : service + 1]
    if measure == "gravity":
        return float(supply[0])
    return float(quotient(supply, state.crowd[service : service + 1])[0])


def _read_costs(costs: Costs, n_demand: int) -> tuple[IntArray, FloatArray]:
    points, cost = np.asarray(costs[0]), floats(costs[1])
    one = from_costs(points, np.zeros(len(points), np.int64), cost, n_demand=n_demand, n_service=1)
    refuse(~np.isfinite(cost), "infinite travel cost of a point in reach", at=costs[1])
    return one.demand.copy(), one.cost.copy()
