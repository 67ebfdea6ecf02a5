"""Whether one value goes with the neighbours' mean of another, over a whole region."""

from dataclasses import dataclass

import numpy as np

from .checks import Numbers, floats, same_rows
from .neighbourhood import Neighbourhood, present


@dataclass(frozen=True)
class CrossMoran:
    """Bivariate Moran's I, what chance would give, and how rare as much is by chance."""

    i: float
    expected: float
    p_value: float


def bivariate_moran(
    values: Numbers, nearby: Numbers, around: Neighbourhood, *, permutations: int, seed: int
) -> CrossMoran:
    """Bivariate Moran's I: the mean of the local figures, e.g. of need here and access around.

    ``I = n / s0 * sum(x_i * mean of y around i) / sqrt(sum(x^2) sum(y^2))`` with x and y about
    their means and s0 the areas that have neighbours (Wartenberg 1985; Anselin, Syabri and
    Smirnov 2002). Inference is by permutation of `nearby` over all areas: as extreme either way.
    It does not tell a tie between neighbours from two values that go together in the same place
    and each cluster.

    Parameters
    ----------
    values, nearby : (n,) an area that lacks either is left out
    around : neighbours of the n areas
    permutations : e.g. 9,999; the smallest p-value is ``1 / (permutations + 1)``
    seed : the same seed gives the same p-value

    Raises
    ------
    ValueError
        Fewer than one permutation; infinite or constant values, fewer than four areas with both,
        no neighbours at all, a neighbourhood of other areas; series with different indices.

    Examples
    --------
    >>> from .neighbourhood import from_pairs
    >>> row = from_pairs(np.array([0, 1, 1, 2, 2, 3]), np.array([1, 0, 2, 1, 3, 2]), 4)
    >>> bivariate_moran([1, 2, 3, 4], [8, 6, 4, 2], row, permutations=99, seed=1).i
    -0.4
    """
    if permutations < 1:
        raise ValueError(f"permutations {permutations} is less than 1")
    same_rows(values, nearby=nearby)
    keep, w = present(around, values, nearby)
    x, y = (v - v.mean() for v in (floats(values)[keep], floats(nearby)[keep]))
    degree = w.degree()
    share = np.where(degree > 0, x, 0.0) / np.maximum(degree, 1)
    # what each area's y counts for in the sum, so that a permutation is one product
    pull = np.bincount(w.indices, weights=share[w.rows()], minlength=len(x))
    scale = len(x) / float((degree > 0).sum()) / np.sqrt((x @ x) * (y @ y))
    found = float(pull @ y)
    rng = np.random.default_rng(seed)
    drawn = rng.permuted(np.broadcast_to(y, (permutations, len(y))), axis=1) @ pull
    as_extreme = int((np.abs(drawn) >= abs(found) * (1 - 1e-12)).sum())
    return CrossMoran(float(found * scale), 0.0, (as_extreme + 1) / (permutations + 1))
