"""The rational agent access model: people move until nobody gains by going elsewhere."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from . import parts
from .checks import FloatArray, IntArray, Numbers, non_negative, totals
from .network import Network, with_costs

PIECES = 4  # of the demand points, in a cycle
FEW_PAIRS = 50_000  # below this a cycle is too short to be worth threads


@dataclass(frozen=True)
class Schedule:
    """How many people may change service in a cycle; the defaults are those of pysal access.

    Attributes
    ----------
    cycles : number of cycles
    first, least : largest share of a point's people that moves, at the start and at the end
    half_life : cycles after which the share is halved
    gentle : first cycles in which a service is not given more people than its fair number
    whole_people : move whole persons only, which reproduces pysal access to rounding. None: if
        every population is a whole number; shares of persons otherwise, because points of a few
        people would never move
    """

    cycles: int = 150
    first: float = 0.2
    least: float = 0.005
    half_life: float = 50.0
    gentle: int = 20
    whole_people: bool | None = None


DEFAULT = Schedule()


def raam(
    net: Network,
    population: Numbers,
    supply: Numbers,
    *,
    tau: float,
    schedule: Schedule = DEFAULT,
) -> FloatArray:
    """RAAM (Saxon & Snow 2020): mean cost of care, congestion plus travel; *higher is worse*.

    A trip of cost t to service j costs ``d_j / (rho S_j) + t / tau``, where d_j are the people
    who chose j and rho the region's people per unit of supply, so a congestion of 1 is average.
    In each cycle some people of every point move from its dearest service to its cheapest. It is
    a heuristic that stops short of the equilibrium: expect 1e-2; see `raam_settled`.

    Parameters
    ----------
    net, population, supply : as in `catchment`; services without supply are nobody's choice
    tau : travel cost that people accept to avoid a congestion of 1, in the unit of the network
    schedule : how fast people move

    Returns
    -------
    (n_demand,) mean cost, without unit. Where nobody lives, what a first person would pay;
    infinite where no supply is in reach.

    Raises
    ------
    ValueError
        Wrong lengths, bad population or supply, `tau` not above 0, persons that are not whole
        although the schedule asks for it.
    """
    state = _start(net, population, supply, tau)
    whole = bool((state.people == np.round(state.people)).all())
    if schedule.whole_people and not whole:
        raise ValueError("whole_people needs whole numbers of people")
    if schedule.whole_people is not None:
        whole = schedule.whole_people
    for cycle in range(schedule.cycles):
        state.move(schedule, cycle, whole)
    # pysal access reports the congestion before the last move
    return state.cost(recount=not whole)


def raam_settled(
    net: Network,
    population: Numbers,
    supply: Numbers,
    *,
    tau: float,
    tolerance: float = 1e-3,
    max_cycles: int = 10_000,
) -> FloatArray:
    """RAAM at its fixed point: nobody can lower their cost by more than `tolerance`.

    The cost is that of `raam`; here the points move one after the other, in order, each seeing
    the crowds the others left, which settles where moving all at once keeps overshooting.

    Raises
    ------
    ValueError
        As `raam`; also when `max_cycles` were not enough.
    """
    from .kernels_raam import settle

    if not tolerance > 0:
        raise ValueError(f"tolerance must be above 0, got {tolerance}")
    state = _start(net, population, supply, tau)
    gain = settle(
        state.net.indptr,
        state.index,
        state.travel,
        state.assigned,
        state.capacity,
        state.crowd,
        tolerance,
        max_cycles,
    )
    if gain > tolerance:
        raise ValueError(
            f"not settled after {max_cycles} cycles: somebody could still gain {gain:g}"
        )
    return state.cost(recount=True)


def _start(net: Network, population: Numbers, supply: Numbers, tau: float) -> "_State":
    people = non_negative(population, net.n_demand, "population")
    offered = non_negative(supply, net.n_service, "supply")
    if not (np.isfinite(tau) and tau > 0):
        raise ValueError(f"tau must be above 0, got {tau}")
    rho = float(people.sum() / offered.sum()) if people.any() and offered.any() else 1.0
    staffed = with_costs(net, np.where(offered[net.index] > 0, net.cost, np.inf), max_cost=np.inf)
    return _State(staffed, people, offered * rho, staffed.cost / tau)


class _State:
    """Who goes where: people by pair, and the crowd at each service."""

    def __init__(
        self,
        net: Network,
        people: FloatArray,
        capacity: FloatArray,
        travel: FloatArray,
    ) -> None:
        from .kernels_raam import first_choice

        self.net, self.people, self.capacity, self.travel = net, people, capacity, travel
        self.index: npt.NDArray[np.uint32] = net.index.view(np.uint32)
        self.assigned: FloatArray = np.zeros(len(travel))
        first_choice(net.indptr, travel, people, self.assigned)
        self.crowd = self._count()
        self.congestion = self._congestion()
        self.to: IntArray = np.empty(net.n_demand, np.int64)
        self.away: IntArray = np.empty(net.n_demand, np.int64)
        self.moved: FloatArray = np.empty(net.n_demand)
        self.pieces = parts.slices(net.n_demand, max(1, -(-net.n_demand // PIECES)))
        if len(travel) < FEW_PAIRS:
            self.pieces = [(0, net.n_demand)]

    def move(self, plan: Schedule, cycle: int, whole: bool) -> None:
        from .kernels_raam import apply_moves, best_moves

        share = max(plan.first * 0.5 ** (cycle / plan.half_life), plan.least)
        self.congestion = self._congestion()
        parts.run(
            lambda p: best_moves(
                self.net.indptr,
                self.index,
                self.travel,
                self.assigned,
                self.congestion,
                self.capacity,
                self.crowd,
                self.people,
                share,
                whole,
                *p,
                self.to,
                self.away,
                self.moved,
            ),
            self.pieces,
        )
        if cycle < plan.gentle:
            self._hold_back(whole)
        apply_moves(self.index, self.assigned, self.crowd, self.to, self.away, self.moved)

    def _hold_back(self, whole: bool) -> None:
        """Scale moves down so that no attractive service is mobbed in one cycle."""
        moving = self.moved > 0
        target = self.net.index[self.to[moving]]
        arriving = totals(target, self.moved[moving], self.net.n_service)
        excess = np.maximum(
            np.divide(arriving, self.capacity, out=np.zeros_like(arriving), where=arriving > 0), 1.0
        )
        fewer = self.moved[moving] / excess[target]
        self.moved[moving] = np.round(fewer) if whole else fewer

    def cost(self, *, recount: bool) -> FloatArray:
        from .kernels_raam import mean_cost

        if recount:
            self.crowd = self._count()
            self.congestion = self._congestion()
        result = np.empty(self.net.n_demand)
        mean_cost(self.net.indptr, self.index, self.travel, self.assigned, self.congestion, result)
        return result

    def _count(self) -> FloatArray:
        return totals(self.net.index, self.assigned, self.net.n_service)

    def _congestion(self) -> FloatArray:
        return np.divide(
            self.crowd, self.capacity, out=np.zeros(len(self.crowd)), where=self.capacity > 0
        )
