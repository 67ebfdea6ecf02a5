"""The SELECTs behind similar districts, and behind the counts that are held side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.queries import Snapshot


def better(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return similar districts with clearly better access, the best first.

    Columns of out_similar (differences are the other district minus this one).
    """
    return snapshot.frame(
        """SELECT * FROM out_similar WHERE district_id = ? AND kind = 'better'
        ORDER BY position, similar_id""",
        [district_id],
    )


def n_similar(snapshot: Snapshot, district_id: str) -> int:
    """Return how many districts are named as similar to one, better or not."""
    found = snapshot.one(
        "SELECT count(*) AS n FROM out_similar WHERE district_id = ? AND kind = 'similar'",
        [district_id],
    )
    return int(found["n"])


def has_more(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return what each better district has that this one lacks, in published order.

    Columns of out_similar_item; `label` and `tier_label` of access measures stand apart.
    """
    return snapshot.frame(
        """SELECT i.* REPLACE (coalesce(l.label, i.label) AS label), l.tier_label
        FROM out_similar_item i
        LEFT JOIN out_layer l ON i.kind = 'access' AND l.layer = 'measure.' || i.item
        WHERE i.district_id = ? ORDER BY i.similar_id, i.position, i.item""",
        [district_id],
    )


def groups(snapshot: Snapshot) -> dict[str, str]:
    """Return the group of similar districts that each district belongs to, by district id."""
    rows = snapshot.frame(
        "SELECT district_id, peer_label FROM out_peer WHERE peer_label IS NOT NULL"
    )
    return dict(zip(rows["district_id"].astype(str), rows["peer_label"].astype(str), strict=True))


def services_by_level(snapshot: Snapshot, district_ids: Sequence[str]) -> pd.DataFrame:
    """Return how many services that give care are listed in districts: district_id, level, n."""
    return snapshot.frame(
        """SELECT district_id, level, count(*) AS n FROM out_service
        WHERE NOT coalesce(is_candidate, false) AND list_contains(?, district_id)
        GROUP BY ALL ORDER BY district_id, level""",
        # A tuple, because answers are remembered by what was asked.
        [tuple(district_ids)],
    )


def rules(snapshot: Snapshot) -> pd.DataFrame:
    """Return the published rules of what is similar and better: title, text, value, unit."""
    return snapshot.frame(
        "SELECT title, text, value, unit FROM out_method WHERE section = 'Similar districts' "
        "ORDER BY position, rowid"
    )
