"""The SELECTs behind the pages on model choices and on methods: results of a whole region."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from dashboard.queries import Snapshot


def variants(snapshot: Snapshot) -> pd.DataFrame:
    """Every variant of the model, the published one first."""
    return snapshot.frame("SELECT * FROM out_variant ORDER BY position, variant")


def variant_districts(snapshot: Snapshot, first: str, second: str) -> pd.DataFrame:
    """Return ranks of every district under two variants.

    Columns: district_id, district_name, is_rural, and for `a` (first) and `b` (second) score_,
    rank_, worst_ (in the worst fifth; missing where not scored).
    """
    return snapshot.frame(
        """SELECT g.district_id, g.district_name, g.is_rural,
            a.gap_score AS score_a, a.gap_rank AS rank_a, a.in_worst_fifth AS worst_a,
            b.gap_score AS score_b, b.gap_rank AS rank_b, b.in_worst_fifth AS worst_b
        FROM out_gap g
        LEFT JOIN out_variant_district a ON a.district_id = g.district_id AND a.variant = ?
        LEFT JOIN out_variant_district b ON b.district_id = g.district_id AND b.variant = ?
        ORDER BY g.district_id""",
        [first, second],
    )


def sensitivity(snapshot: Snapshot) -> pd.DataFrame:
    """Return which doubt moves the ranking most, the strongest first."""
    return snapshot.frame("SELECT * FROM out_sensitivity ORDER BY total_order DESC, factor")


def equity(snapshot: Snapshot) -> pd.DataFrame:
    """Return how evenly access is spread over the people of the region, in published order."""
    return snapshot.frame("SELECT * FROM out_equity ORDER BY rowid")


def clusters(snapshot: Snapshot) -> pd.DataFrame:
    """Return whether like stands beside like in the region, one row per comparison."""
    return snapshot.frame("SELECT * FROM out_cluster_region ORDER BY rowid")


def cluster_counts(snapshot: Snapshot) -> pd.DataFrame:
    """Return how many districts carry each cluster label and which, by kind of comparison."""
    return snapshot.frame(
        """SELECT c.kind, c.label, count(*) AS n,
            list(g.district_name ORDER BY g.gap_rank, c.district_id) AS names
        FROM out_cluster c JOIN out_gap g USING (district_id) GROUP BY ALL
        ORDER BY c.kind, n DESC, c.label"""
    )


def access_components(snapshot: Snapshot) -> pd.DataFrame:
    """Return the parts of the access score; those left out here come last."""
    return snapshot.frame("SELECT * FROM out_access_component ORDER BY in_index DESC, position")


def indicators_left_out(snapshot: Snapshot) -> pd.DataFrame:
    """Return indicators of the index that are not counted in this region, each with the reason."""
    return snapshot.frame(
        """SELECT DISTINCT label, domain, left_out FROM out_indicator
        WHERE left_out IS NOT NULL ORDER BY domain, label"""
    )


def indicator_labels(snapshot: Snapshot) -> dict[str, str]:
    """Return what each indicator is called, by its id."""
    rows = snapshot.frame("SELECT DISTINCT indicator_id, label FROM out_indicator")
    return dict(zip(rows["indicator_id"].astype(str), rows["label"].astype(str), strict=True))


def benchmarks(snapshot: Snapshot) -> pd.DataFrame:
    """Return staffing targets and lines for comparison, targets first."""
    return snapshot.frame("SELECT * FROM out_benchmark ORDER BY is_target DESC, rowid")


def staff_totals(snapshot: Snapshot) -> pd.DataFrame:
    """Return people and counted full-time posts of every district that has both."""
    return snapshot.frame(
        """SELECT g.district_id, g.population, s.fte FROM out_gap g
        JOIN out_staff s ON s.district_id = g.district_id AND s.cadre = 'all'
        WHERE g.population IS NOT NULL AND s.fte IS NOT NULL ORDER BY g.district_id"""
    )


def layer_classes(snapshot: Snapshot) -> pd.DataFrame:
    """Return the classes of every figure of the map under its usual method, in order.

    Columns: label, unit, method, class_index, lower, upper, is_frozen, frozen_on.
    """
    return snapshot.frame(
        """SELECT l.label, l.unit, c.method, c.class_index, c.lower, c.upper, c.is_frozen,
            c.frozen_on
        FROM out_layer l
        JOIN out_layer_class c ON c.layer = l.layer AND c.method = l.default_method
        ORDER BY l.position, c.class_index"""
    )


def methods(snapshot: Snapshot) -> pd.DataFrame:
    """Return the methods text in the order it was published."""
    return snapshot.frame("SELECT * FROM out_method ORDER BY rowid")


def sources(snapshot: Snapshot) -> pd.DataFrame:
    """Every source, by publisher."""
    return snapshot.frame("SELECT * FROM out_source ORDER BY publisher, source_id")


def quality(snapshot: Snapshot) -> pd.DataFrame:
    """Return what the checks found, the gravest first."""
    return snapshot.frame(
        """SELECT q.*, s.publisher, s.title AS source_title
        FROM out_quality q LEFT JOIN out_source s USING (source_id)
        ORDER BY list_position(['error', 'warn', 'info'], q.severity), q.source_id, q.rule"""
    )


def withheld_counts(snapshot: Snapshot) -> pd.DataFrame:
    """Return how much every published table withholds, most first.

    Columns: table_name (missing in one row: all tables), n_rows (rows with a withheld figure),
    n_figures, n_districts (0 where the rows are of no single district).
    """
    # What is usual in a group has the group where others have their district, hence the join.
    return snapshot.frame(
        """SELECT w.table_name, count(*) AS n_figures, count(DISTINCT g.district_id) AS n_districts,
            count(DISTINCT (w.table_name, w.district_id, w.item)) AS n_rows
        FROM out_withheld w LEFT JOIN out_gap g USING (district_id)
        GROUP BY GROUPING SETS ((w.table_name), ()) ORDER BY n_figures DESC, w.table_name"""
    )


def unreliable_counts(snapshot: Snapshot) -> pd.DataFrame:
    """Return indicators with rates marked as unreliable: label, n_districts; most first."""
    return snapshot.frame(
        """SELECT i.label, count(*) AS n_districts
        FROM out_unreliable JOIN out_indicator i USING (district_id, indicator_id)
        GROUP BY ALL ORDER BY n_districts DESC, i.label"""
    )


def withholding_rule(snapshot: Snapshot) -> dict[str, Any] | None:
    """Return ``config/withholding.yaml`` as the snapshot was made with it.

    None where the snapshot is older than the keeping of that file.
    """
    rows = snapshot.frame("SELECT content FROM snap_config WHERE part = 'withholding'")
    return None if rows.empty else dict(json.loads(rows["content"].iloc[0]))
