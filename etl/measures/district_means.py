"""Population-weighted means by district, and keeping them up to date after a small change."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .checks import FloatArray, IntArray, Numbers, non_negative, refuse


@dataclass(frozen=True, eq=False)
class DistrictMeans:
    """Which demand points make up each district; made by `district_means`."""

    _district: IntArray
    _starts: IntArray
    _members: npt.NDArray[np.uint32]
    _weight: FloatArray  # in the order of the members
    _total: FloatArray

    def of(self, values: FloatArray) -> FloatArray:
        """Mean of each district, (n_districts,); NaN where nobody lives.

        As `ratios.grouped_weighted_mean` for values without NaN.
        """
        return self._some(np.arange(len(self._total)), values)

    def update(
        self, means: FloatArray, values: FloatArray, touched: IntArray
    ) -> tuple[FloatArray, IntArray]:
        """Means after some demand points changed, and the districts that were computed again.

        Parameters
        ----------
        means : (n_districts,) from `of`, before the change
        values : (n_demand,) after the change
        touched : demand points whose value may have changed, as `whatif.Scenario.touched`
        """
        hit = np.zeros(len(self._total), dtype=np.bool_)
        hit[self._district[touched]] = True
        districts = np.flatnonzero(hit)
        changed = means.copy()
        changed[districts] = self._some(districts, values)
        return changed, districts

    def _some(self, districts: IntArray, values: FloatArray) -> FloatArray:
        from .kernels_pairs import some_row_sums

        sums = np.empty(len(districts))
        some_row_sums(
            districts,
            self._starts,
            self._members,
            self._weight,
            values,
            False,
            0,
            len(districts),
            sums,
        )
        total = self._total[districts]
        result = np.full(len(sums), np.nan)
        np.divide(sums, total, out=result, where=total > 0)
        return result


def district_means(population: Numbers, district: Numbers, *, n_districts: int) -> DistrictMeans:
    """Prepare means weighted by population.

    Parameters
    ----------
    population : (n_demand,) people
    district : (n_demand,) whole numbers from 0 to ``n_districts - 1``

    Raises
    ------
    ValueError
        Wrong lengths, a district out of range, a missing or negative population.

    Examples
    --------
    >>> district_means([100, 300, 5], [0, 0, 1], n_districts=3).of(np.array([1.0, 5.0, 2.0]))
    array([ 4.,  2., nan])
    """
    from .kernels_pairs import counting_order

    where = np.asarray(district)
    if where.size and not np.issubdtype(where.dtype, np.integer):
        raise ValueError(f"district must be whole numbers, got {where.dtype}")
    refuse((where < 0) | (where >= n_districts), f"district outside 0..{n_districts - 1}")
    people = non_negative(population, len(where), "population")
    starts, order = counting_order(where.astype(np.uint32), n_districts)
    total = np.bincount(where, people, minlength=n_districts).astype(np.float64)
    return DistrictMeans(
        where.astype(np.int64), starts, order.astype(np.uint32), people[order], total
    )
