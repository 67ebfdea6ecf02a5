"""Posts and people missing at a planner's own target: so many people for each full-time post.

No index is needed for it, so a reader can try any target on figures already published.
"""

import numpy as np
import pandas as pd

from .checks import Numbers, floats
from .shortage import fte_shortage

COLUMNS = ("fte_wanted", "fte_shortage", "people_without")


def posts_at_target(population: Numbers, fte: Numbers, population_per_fte: float) -> pd.DataFrame:
    """Return posts wanted, posts missing and people left without, at one target.

    ``wanted = population / N``; ``missing = max(wanted - fte, 0)``; ``people_without`` is
    ``missing x N``, the people beyond those whom the staff there can serve at N people each. Staff
    of one place is not lent to another: add up the rows for a region, do not compute it from the
    region's sums. Travel plays no part; who is out of reach is another question (`populations`).

    Parameters
    ----------
    population : (n,) people
    fte : (n,) full-time posts filled; NaN where unknown
    population_per_fte : N, people for each full-time post, above 0

    Returns
    -------
    frame of n rows (index of `population` if it is a series): `COLUMNS`, in posts and people.
    Missing staff figures leave the last two NaN; what is wanted does not depend on them.

    Raises
    ------
    ValueError
        A target that is not a number above 0; population missing, infinite or negative; negative
        FTE; different lengths or indices.

    Examples
    --------
    >>> posts_at_target([12_000.0, 3_000.0], [1.5, 4.0], 6_000.0)
       fte_wanted  fte_shortage  people_without
    0         2.0           0.5          3000.0
    1         0.5           0.0             0.0
    """
    if not (np.isfinite(population_per_fte) and population_per_fte > 0):
        raise ValueError(f"a target of {population_per_fte} people per FTE is not above 0")
    if floats(fte).shape != floats(population).shape:
        raise ValueError(f"shapes differ: {floats(population).shape}, {floats(fte).shape}")
    index = population.index if isinstance(population, pd.Series) else None
    staff = fte.to_frame("staff") if isinstance(fte, pd.Series) else pd.DataFrame({"staff": fte})
    if index is not None and not isinstance(fte, pd.Series):
        staff = staff.set_axis(index)
    per_100k = pd.Series({"staff": 100_000 / population_per_fte})
    missing = fte_shortage(population, staff, per_100k)["staff"].to_numpy()
    columns = (floats(population) / population_per_fte, missing, missing * population_per_fte)
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)), index=index)
