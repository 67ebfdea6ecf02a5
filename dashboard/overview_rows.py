"""SELECTs of the overview page."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import Snapshot


def missing_links(snapshot: Snapshot) -> pd.DataFrame:
    """Return how many underserved rural districts lack each link of care, the most first.

    Columns: link, label, words, remedy_family, n_missing, n_unknown, n_districts.
    """
    return snapshot.frame(
        """SELECT p.link, any_value(p.label) AS label, any_value(p.words) AS words,
            any_value(p.remedy_family) AS remedy_family,
            count(*) FILTER (p.state = 'missing')::INTEGER AS n_missing,
            count(*) FILTER (p.state NOT IN ('missing', 'present'))::INTEGER AS n_unknown,
            count(*)::INTEGER AS n_districts
        FROM out_profile p JOIN out_gap g USING (district_id) WHERE g.is_underserved_rural
        GROUP BY p.link ORDER BY n_missing DESC, n_unknown, p.link"""
    )


def freshness(snapshot: Snapshot) -> dict[str, object]:
    """Return the number of sources, the oldest and newest year they describe, and findings.

    Keys: n_sources, oldest, newest (years as text, None when none can be read), n_warnings.
    """
    return snapshot.one(
        r"""SELECT count(*)::INTEGER AS n_sources,
            min(regexp_extract(vintage, '(?:19|20)\d\d')) FILTER (vintage ~ '.*(19|20)\d\d.*')
                AS oldest,
            max(regexp_extract(vintage, '(?:19|20)\d\d')) FILTER (vintage ~ '.*(19|20)\d\d.*')
                AS newest,
            (SELECT count(*) FROM out_quality WHERE severity <> 'info')::INTEGER AS n_warnings
        FROM out_source"""
    )
