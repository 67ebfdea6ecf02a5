"""Which places that stand for people are too small to say how many they stand for."""

import numpy as np
import pandas as pd

from etl.measures.checks import BoolArray
from etl.measures.suppress import small
from etl.withholding.equations import FIGURE, TOTAL, Equations, numbers_of


def withheld_points(points: pd.DataFrame, threshold: int) -> BoolArray:
    """Return the rows of ``out_access_point`` whose people are withheld.

    The people of a district's places add up to its population, which is published. Where all its
    places together are too few to hide one behind another, all of them are withheld.

    Parameters
    ----------
    points
        ``district_id`` and ``population``.
    """
    people = numbers_of(points, "population")
    primary = small(people, threshold)
    concerned = points["district_id"].isin(set(points.loc[primary, "district_id"])).to_numpy()
    if not primary.any():
        return primary
    equations = Equations()
    width = np.where(primary, float(threshold), 0.0)
    by_district = points[concerned & np.isfinite(people)].groupby("district_id").indices
    rows = np.flatnonzero(concerned & np.isfinite(people))
    whole = {d: float(people[rows[at]].sum()) for d, at in by_district.items()}
    most = points["district_id"].map(whole).fillna(0.0).to_numpy(dtype=float)
    cells = equations.figures(people, width, np.zeros(len(people)), np.fmax(most, people), FIGURE)
    for district, at in by_district.items():
        own = cells[rows[at]]
        # Stands for leaving the sum open: it is taken only where every place is withheld already.
        rest = equations.total(whole[district], 0.0, whole[district] + threshold, turn=TOTAL)
        equations.bind(own, np.ones(len(own)), rest)
    return equations.withheld()[: len(people)]
