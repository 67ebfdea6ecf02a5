"""Three populations of an area: served, within reach but over capacity, beyond reach."""

import numpy as np
import pandas as pd

from .checks import Numbers, floats, non_negative, refuse, same_rows


def three_populations(
    population: Numbers,
    access_fte_per_person: Numbers,
    in_reach: Numbers,
    *,
    population_per_fte: float,
) -> pd.DataFrame:
    """Split people by whether they reach care, and whether that care has capacity for them.

    Of those in reach, the share ``min(1, access * population_per_fte)`` is served: one FTE serves
    at most the planner's target. Those with no service in reach are beyond reach.

    Parameters
    ----------
    population : (n,) people per demand point
    access_fte_per_person : (n,) FTE per person, as from `catchment.two_step`; NaN is unknown
    in_reach : (n,) true where some service is within reach
    population_per_fte : people one FTE can serve, a planning target above 0

    Returns
    -------
    frame of n rows (index of `population` if it is a series) with columns served, over_capacity,
    beyond_reach, in people; they add up to the population. Where access is unknown, the first
    two are NaN for those in reach.

    Raises
    ------
    ValueError
        Wrong lengths, a missing or negative population, negative access, a target not above 0.

    Examples
    --------
    >>> three_populations([100, 50], [0.005, 0.0], [True, False], population_per_fte=100)
       served  over_capacity  beyond_reach
    0    50.0           50.0           0.0
    1     0.0            0.0          50.0
    """
    n = len(floats(population))
    people = non_negative(population, n, "population")
    same_rows(population, access_fte_per_person=access_fte_per_person, in_reach=in_reach)
    access, reached = floats(access_fte_per_person), np.asarray(in_reach)
    if access.shape != (n,) or reached.shape != (n,):
        raise ValueError(f"expected {n} rows, got {access.shape} and {reached.shape}")
    if reached.dtype != np.bool_:
        raise ValueError(f"in_reach must be true or false, got {reached.dtype}")
    refuse(access < 0, "negative access", at=access_fte_per_person)
    if not (np.isfinite(population_per_fte) and population_per_fte > 0):
        raise ValueError(f"population_per_fte must be above 0, got {population_per_fte}")
    served = np.where(reached, people * np.minimum(access * population_per_fte, 1.0), 0.0)
    over = np.where(reached, people - served, 0.0)
    index = population.index if isinstance(population, pd.Series) else None
    return pd.DataFrame(
        {"served": served, "over_capacity": over, "beyond_reach": np.where(reached, 0.0, people)},
        index=index,
    )
