"""Districts like a district, and those of them that reach care better (all rules assumed)."""

import numpy as np
import pandas as pd

from etl.schema import SimilarRules

SIMILAR = {
    "district_id": "string", "kind": "string", "position": "Int32", "similar_id": "string",
    "need_difference": "float64", "access_difference": "float64", "population_ratio": "float64",
}  # fmt: skip


def similar_districts(rules: SimilarRules, gap: pd.DataFrame) -> pd.DataFrame:
    """Return up to `rules.rows` districts of each kind for every district with a score.

    ``similar``: on the same side of rural and not rural, need within the band; the nearest first,
    by the root of the sum of squares of the difference of need over the band and the logarithm of
    the ratio of people to the base `population_factor`. ``better``: of all those, access higher by
    the margin; the best access first. Equal ones stand in the order of their ids. A district
    without score, rural class or people is like none.

    Parameters
    ----------
    gap
        By district: ``district_id``, ``need_score``, ``access_score``, ``gap_score``, ``is_rural``,
        ``population``.

    Returns
    -------
    pandas.DataFrame
        `SIMILAR`; differences are the other district's figure minus this one's, the ratio is the
        other's people over this one's.
    """
    people = gap["population"].astype(float)
    known = gap["gap_score"].notna() & gap["is_rural"].notna() & (people > 0)
    own = gap[known].sort_values("district_id", ignore_index=True)
    ids, rural = own["district_id"].to_numpy(dtype=object), own["is_rural"].to_numpy(dtype=bool)
    need, access, people_of = (
        own[c].to_numpy(dtype=float) for c in ("need_score", "access_score", "population")
    )
    rows = []
    for i in range(len(own)):
        apart, ahead = need - need[i], access - access[i]
        ratio = people_of / people_of[i]
        alike = (rural == rural[i]) & (np.abs(apart) <= rules.need_band)
        alike[i] = False
        size = np.log(ratio) / np.log(rules.population_factor)
        far = np.hypot(apart / rules.need_band, size)
        better = alike & (ahead >= rules.access_margin)
        for kind, among, order in (("similar", alike, far), ("better", better, -ahead)):
            found = np.flatnonzero(among)
            first = found[np.argsort(order[found], kind="stable")][: rules.rows]
            rows += [
                (ids[i], kind, n, ids[j], round(apart[j], 2), round(ahead[j], 2), ratio[j])
                for n, j in enumerate(first, start=1)
            ]
    return pd.DataFrame(rows, columns=list(SIMILAR))
