"""The SELECTs behind one district's profile; NoSnapshotError where a table is missing."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import Snapshot


def indicators(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every indicator of one district with the title of its source."""
    # REPLACE names the columns a snapshot of an older method lacks, so that it is told apart.
    return snapshot.frame(
        """SELECT i.* REPLACE (i.left_out AS left_out, i.smoothed_value AS smoothed_value),
            s.publisher, s.title AS source_title
        FROM out_indicator i LEFT JOIN out_source s USING (source_id) WHERE i.district_id = ?
        ORDER BY i.in_index DESC, i.domain, i.indicator_id""",
        [district_id],
    )


def access(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every access measure of one district."""
    return snapshot.frame(
        "SELECT * FROM out_access WHERE district_id = ? ORDER BY rowid", [district_id]
    )


def access_parts(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every part of the access score with the figure of one district; parts left out come last."""
    return snapshot.frame(
        """SELECT c.*, p.value, p.scaled_value, p.weight AS weight_here, p.contribution
        FROM out_access_component c LEFT JOIN out_access_part p
            ON p.component = c.component AND p.district_id = ?
        ORDER BY c.in_index DESC, c.position""",
        [district_id],
    )


def reasons(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return what one district's gap is made of, the largest contribution first."""
    return snapshot.frame(
        "SELECT * FROM out_reason WHERE district_id = ? ORDER BY position, part_id", [district_id]
    )


def lenses(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Rank and score of one district for every group of people, in published order."""
    return snapshot.frame(
        """SELECT l.lens, l.label, l.is_default, l.failure, d.people, d.gap_score, d.gap_rank,
            d.is_underserved
        FROM out_lens l LEFT JOIN out_lens_district d
            ON d.lens = l.lens AND d.district_id = ?
        ORDER BY l.position, l.lens""",
        [district_id],
    )


def clusters(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return how one district stands among its neighbours, one row per kind of comparison."""
    return snapshot.frame(
        "SELECT * FROM out_cluster WHERE district_id = ? ORDER BY kind", [district_id]
    )


def staff(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Staff of one district by cadre, the sum of those counted first."""
    return snapshot.frame(
        "SELECT * FROM out_staff WHERE district_id = ? ORDER BY position, cadre", [district_id]
    )


def links(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return which links of care are missing in one district, in published order."""
    return snapshot.frame(
        "SELECT * FROM out_profile WHERE district_id = ? ORDER BY rowid", [district_id]
    )


def shortage(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return the federal shortage rule's outcome in one district; no row where none applies."""
    return snapshot.frame("SELECT * FROM out_shortage WHERE district_id = ?", [district_id])


def local_services(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return counts of services in one district by level and type, candidates apart."""
    return snapshot.frame(
        """SELECT level_label, type_label, coalesce(is_candidate, false) AS is_candidate,
            count(*) AS n
        FROM out_service WHERE district_id = ? GROUP BY ALL
        ORDER BY is_candidate, level_label, type_label""",
        [district_id],
    )


def lineage(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Where every figure of one district was read: source, file, row, checksum, correction."""
    return snapshot.frame(
        """SELECT l.*, s.publisher, s.title AS source_title, s.retrieved, s.receipt_sha256,
            coalesce(i.label, t.label, v.name) AS label
        FROM out_lineage l
        LEFT JOIN out_source s USING (source_id)
        LEFT JOIN out_indicator i ON i.district_id = l.district_id AND i.indicator_id = l.item
        LEFT JOIN out_staff t ON t.district_id = l.district_id AND t.cadre = l.item
        LEFT JOIN out_service v ON v.service_id = l.item
        WHERE l.district_id = ?
        ORDER BY list_position(['indicator', 'workforce', 'service', 'district'], l.layer),
            label, l.item""",
        [district_id],
    )
