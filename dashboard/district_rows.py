"""The SELECTs behind one district's profile; NoSnapshotError where a table is missing."""

from __future__ import annotations

import pandas as pd

from dashboard.queries import Snapshot


def withheld(
    snapshot: Snapshot, district_id: str, table: str = "out_gap"
) -> dict[str, tuple[str, ...]]:
    """Return the columns that one district does not show in a table, by item.

    The item is the row's own key (``indicator_id``, ``part_id``, ``lens``), empty where a table has
    one row per district. For a whole region there is `layer_rows.withheld`.
    """
    rows = snapshot.frame(
        """SELECT coalesce(item, '') AS item, list(column_name ORDER BY column_name) AS names
        FROM out_withheld WHERE table_name = ? AND district_id = ? GROUP BY ALL ORDER BY ALL""",
        [table, district_id],
    )
    return {
        str(item): tuple(map(str, names))
        for item, names in zip(rows["item"], rows["names"], strict=True)
    }


def _told(
    rows: pd.DataFrame, snapshot: Snapshot, district_id: str, table: str, key: str
) -> pd.DataFrame:
    """Return rows of a table with `withheld`: the columns that each of them does not show."""
    hidden = withheld(snapshot, district_id, table)
    return rows.assign(withheld=rows[key].astype(str).map(lambda item: hidden.get(item, ())))


def indicators(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every indicator of one district, those of the need score first.

    `unreliable` tells rates on few cases or people.
    """
    # REPLACE names the columns a snapshot of an older method lacks, so that it is told apart.
    rows = snapshot.frame(
        """SELECT i.* REPLACE (left_out AS left_out, smoothed_value AS smoothed_value),
            'indicator.' || indicator_id AS layer, u.code IS NOT NULL AS unreliable
        FROM out_indicator i LEFT JOIN out_unreliable u USING (district_id, indicator_id)
        WHERE i.district_id = ? ORDER BY in_index DESC, domain, indicator_id""",
        [district_id],
    )
    return _told(rows, snapshot, district_id, "out_indicator", "indicator_id")


def access(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Every access measure of one district."""
    return snapshot.frame(
        """SELECT *, 'measure.' || measure || '.' || tier AS layer FROM out_access
        WHERE district_id = ? ORDER BY rowid""",
        [district_id],
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
    rows = snapshot.frame(
        "SELECT * FROM out_reason WHERE district_id = ? ORDER BY position, part_id", [district_id]
    )
    return _told(rows, snapshot, district_id, "out_reason", "part_id")


def lenses(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Rank and score of one district for every group of people, in published order."""
    rows = snapshot.frame(
        """SELECT l.lens, l.label, l.is_default, l.failure, t.people, t.gap_score, t.gap_rank,
            t.is_underserved
        FROM out_lens l LEFT JOIN out_lens_district t
            ON t.lens = l.lens AND t.district_id = ?
        ORDER BY l.position, l.lens""",
        [district_id],
    )
    return _told(rows, snapshot, district_id, "out_lens_district", "lens")


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


def typical(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return what is usual for every figure: in the region and among districts like this one.

    Columns: layer, direction (1 more is worse, -1 less is worse, 0 neither), median, p10, p90 of
    the region, peer_median, n_peers, peer_label.
    """
    return snapshot.frame(
        """SELECT l.layer, l.direction, r.median, r.p10, r.p90,
            p.median AS peer_median, p.n AS n_peers, o.peer_label
        FROM out_layer l
        JOIN out_typical r ON r.layer = l.layer AND r.scope = 'region'
        LEFT JOIN out_peer o ON o.district_id = ?
        LEFT JOIN out_typical p ON p.layer = l.layer AND p.scope = o.peer_group
        ORDER BY l.position""",
        [district_id],
    )


def better(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return similar districts with better access, the best first."""
    return snapshot.frame(
        """SELECT s.*, g.district_name FROM out_similar s
        JOIN out_gap g ON g.district_id = s.similar_id
        WHERE s.district_id = ? AND s.kind = 'better' ORDER BY s.position""",
        [district_id],
    )


def levels(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return every level of care with its services in one district by type, in published order.

    One row per type; `n` is 0 where a level has none here. Places that could take care up are left
    out.
    """
    return snapshot.frame(
        """SELECT l.level, l.label, l.has_data, l.note, s.type_label, coalesce(s.n, 0) AS n
        FROM out_level l LEFT JOIN (
            SELECT level, type_label, count(*) AS n FROM out_service
            WHERE district_id = ? AND NOT coalesce(is_candidate, false) GROUP BY ALL
        ) s USING (level) ORDER BY l.position, l.level, s.n DESC, s.type_label""",
        [district_id],
    )


def candidates(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return places in one district that could take mental-health care up, by type."""
    return snapshot.frame(
        """SELECT type_label, count(*) AS n FROM out_service
        WHERE district_id = ? AND coalesce(is_candidate, false)
        GROUP BY ALL ORDER BY n DESC, type_label""",
        [district_id],
    )


_CITED = """SELECT source_id FROM out_indicator WHERE district_id = $1
    UNION SELECT source_id FROM out_staff WHERE district_id = $1
    UNION SELECT source_id FROM out_service WHERE district_id = $1
    UNION SELECT source_id FROM out_lineage WHERE district_id = $1"""


def sources(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return the sources behind one district's figures, by publisher."""
    return snapshot.frame(
        f"""SELECT * FROM out_source WHERE source_id IN ({_CITED})
        ORDER BY publisher, title, source_id""",
        [district_id],
    )


def findings(snapshot: Snapshot, district_id: str) -> pd.DataFrame:
    """Return what the checks found in those sources, in the whole region, the gravest first."""
    return snapshot.frame(
        f"""SELECT rule, severity, source_id, action, sum(n_rows) AS n_rows FROM out_quality
        WHERE severity IN ('error', 'warn') AND source_id IN ({_CITED}) GROUP BY ALL
        ORDER BY severity, n_rows DESC, rule, action""",
        [district_id],
    )
