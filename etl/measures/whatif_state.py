"""The bookkeeping behind `whatif`: sums over rows and columns of a network with added services."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from . import parts
from .checks import BoolArray, FloatArray, IntArray
from .decay import Decay
from .network import Network

ROWS = 1024  # rows summed at a time by one core


@dataclass(frozen=True, eq=False)
class Added:
    """A service that is not in the network.

    Attributes
    ----------
    points : demand points that reach it, ascending
    cost, weight : of each of them
    """

    points: IntArray
    cost: FloatArray
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class State:
    """Figures of every service ever in a scenario: those of the network, then those added.

    Attributes
    ----------
    supply, open : its supply, and whether it still stands
    crowd : weighted people who use it
    ratio : supply per weighted person; 0 for one that is closed
    choice : (n_demand,) 1 / sum of the weights of the open services of a point (three-step only)
    added : the services beyond those of the network
    """

    supply: FloatArray
    open: BoolArray
    crowd: FloatArray
    ratio: FloatArray
    choice: FloatArray
    added: tuple[Added, ...]


@dataclass(frozen=True, eq=False)
class Base:
    """What all scenarios of one network share."""

    net: Network
    weight: FloatArray
    people: FloatArray
    decay: Decay

    @cached_property
    def columns(self) -> tuple[IntArray, npt.NDArray[np.uint32], FloatArray]:
        """Starts, demand points and weights by service."""
        starts, order = self.net.by_service
        return starts, self.net.demand[order].astype(np.uint32), self.weight[order]

    def points_of(self, service: int, state: State) -> IntArray:
        """Demand points that reach a service, ascending."""
        if service >= self.net.n_service:
            return state.added[service - self.net.n_service].points
        starts, demand, _ = self.columns
        return demand[starts[service] : starts[service + 1]].astype(np.int64)

    def row_sums(
        self, rows: IntArray, state: State, values: FloatArray, *, squared: bool
    ) -> FloatArray:
        """``sum_j w_ij values_j`` of some demand points over all services, open or not."""
        net, own = self.net, values[: self.net.n_service]
        sums = _sums(rows, net.indptr, net.index.view(np.uint32), self.weight, own, squared)
        for number, added, at, here in self._meeting(rows, state):
            weight = added.weight[here]
            sums[at] += (weight * weight if squared else weight) * values[number]
        return sums

    def column_sums(
        self, services: IntArray, state: State, values: FloatArray, *, squared: bool
    ) -> FloatArray:
        """``sum_i w_ij values_i`` of some services."""
        m = self.net.n_service
        old = services < m
        sums = np.empty(len(services))
        sums[old] = _sums(services[old], *self.columns, values, squared)
        for at in np.flatnonzero(~old):
            added = state.added[services[at] - m]
            weight = added.weight * added.weight if squared else added.weight
            sums[at] = weight @ values[added.points]
        return sums

    def services_of(self, rows: IntArray, state: State) -> IntArray:
        """Open services that some of the demand points reach, ascending."""
        from .kernels_pairs import mark

        seen = np.zeros(len(state.supply), dtype=np.bool_)
        mark(rows, self.net.indptr, self.net.index.view(np.uint32), seen[: self.net.n_service])
        for number, *_ in self._meeting(rows, state):
            seen[number] = True
        return np.flatnonzero(seen & state.open)

    def points_of_all(self, services: IntArray, state: State) -> IntArray:
        """Demand points that reach some of the services, ascending."""
        from .kernels_pairs import mark

        m = self.net.n_service
        seen = np.zeros(self.net.n_demand, dtype=np.bool_)
        starts, demand, _ = self.columns
        mark(services[services < m], starts, demand, seen)
        for number in services[services >= m]:
            seen[state.added[number - m].points] = True
        return np.flatnonzero(seen)

    def _meeting(
        self, rows: IntArray, state: State
    ) -> Iterator[tuple[int, Added, IntArray, IntArray]]:
        """Yield added services that meet rows: number, service, positions in rows, in points."""
        if not state.added:
            return
        position = np.full(self.net.n_demand, -1, dtype=np.int64)
        position[rows] = np.arange(len(rows))
        for number, added in enumerate(state.added, start=self.net.n_service):
            at = position[added.points]
            here = np.flatnonzero(at >= 0)
            if here.size:
                yield number, added, at[here], here


def _sums(
    rows: IntArray,
    starts: IntArray,
    index: npt.NDArray[np.uint32],
    weight: FloatArray,
    values: FloatArray,
    squared: bool,
) -> FloatArray:
    from .kernels_pairs import some_row_sums

    sums, rows = np.empty(len(rows)), np.ascontiguousarray(rows, dtype=np.int64)
    values = np.ascontiguousarray(values)
    parts.run(
        lambda p: some_row_sums(rows, starts, index, weight, values, squared, *p, sums),
        parts.slices(len(rows), ROWS),
    )
    return sums
