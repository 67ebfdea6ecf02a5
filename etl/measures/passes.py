"""Sums over the pairs of a network, by demand point and by service, on every core."""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from . import parts
from .checks import FloatArray
from .decay import Decay
from .network import Network

PAIRS = 1 << 16  # pairs whose decay is evaluated at a time: the temporaries stay in the cache
ROWS_PIECES = 16  # pieces of about equal pairs; fixed, so that sums do not depend on the machine


# Numerical only: a decayed population below this is rounding noise and would overflow a division.
_NOBODY = float(np.sqrt(np.finfo(np.float64).tiny))


def quotient(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """``top / bottom``, and 0 where the bottom is nobody: 0, or so small that it is noise."""
    return np.divide(top, bottom, out=np.zeros(len(top)), where=bottom > _NOBODY)


def counted(bottom: FloatArray) -> npt.NDArray[np.bool_]:
    """Where `quotient` divides."""
    return bottom > _NOBODY


def weights(net: Network, decay: Decay) -> FloatArray:
    """Weight of each pair, (n_pairs,). The decay must treat every cost on its own.

    Raises
    ------
    ValueError
        The decay gives another shape, or a weight that is missing, infinite or negative.
    """
    result = np.empty(len(net.cost))

    def work(piece: tuple[int, int]) -> None:
        part = np.asarray(decay(net.cost[slice(*piece)]), dtype=np.float64)
        if part.shape != (piece[1] - piece[0],) or not ((part >= 0) & (part < np.inf)).all():
            raise ValueError("the decay must give one finite weight, not negative, for each cost")
        result[slice(*piece)] = part

    parts.run(work, parts.slices(len(result), PAIRS))
    return result


def by_demand(
    net: Network, weight: FloatArray, values: FloatArray, *, squared: bool = False
) -> FloatArray:
    """``sum_j w_ij values_j`` of every demand point i, (n_demand,); `w` squared if asked."""
    from .kernels_pairs import row_sums

    sums = np.empty(net.n_demand)
    index = net.index.view(np.uint32)
    parts.run(
        lambda p: row_sums(net.indptr, index, weight, values, squared, p[0], p[1], sums),
        _even(net),
    )
    return sums


def by_service(
    net: Network, weight: FloatArray, values: FloatArray, *, squared: bool = False
) -> FloatArray:
    """``sum_i w_ij values_i`` of every service j, (n_service,); `w` squared if asked."""
    from .kernels_pairs import column_sums

    pieces = _even(net)
    sums = np.zeros((len(pieces), net.n_service))
    index = net.index.view(np.uint32)
    parts.run(
        lambda t: column_sums(net.indptr, index, weight, values, squared, *pieces[t], sums[t]),
        range(len(pieces)),
    )
    total: FloatArray = sums.sum(axis=0)
    return total


def _even(net: Network) -> list[tuple[int, int]]:
    """Rows in consecutive pieces of about equal numbers of pairs, few when there are few pairs."""
    pairs = len(net.cost)
    # each piece has its own sums by service, which must stay small beside the pairs
    count = max(1, min(ROWS_PIECES, pairs // (4 * net.n_service + 20_000)))
    wanted = np.arange(1, count) * (pairs / count)
    edges: npt.NDArray[Any] = np.searchsorted(net.indptr, wanted)
    return list(pairwise([0, *edges.tolist(), net.n_demand]))
