"""Where districts with high or low values lie together, by district and for the whole region."""

from typing import Any

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.need_words import Row
from etl.measures.clusters import bivariate_local_moran, moran
from etl.measures.cross_moran import bivariate_moran
from etl.measures.neighbourhood import Neighbourhood, complete, from_pairs, obstacle
from etl.schema import ClusterKind, ClusterModel

LABELS = {
    "high-high": "high among high",
    "low-high": "low among high",
    "low-low": "low among low",
    "high-low": "high among low",
    "not significant": "not significant",
    "island": "no neighbours",
    "no value": "no data",
}


def find_clusters(
    config: Config, pairs: pd.DataFrame, district: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the local figures by district and the figures of the whole region.

    Parameters
    ----------
    config
        ``clusters`` of the model says which score is held against which around it.
    pairs
        ``district_id`` and ``neighbour_id``, each pair both ways.
    district
        The scores, indexed by district_id.

    Returns
    -------
    local
        ``kind``, ``district_id``, ``statistic``, ``p_value``, ``q_value``, ``label``,
        ``n_neighbours`` (those with data). A kind that cannot be computed (too few districts have
        data, or all the same) has no data for any district; `region` says why.
    region
        ``kind``, ``position``, ``label``, ``statistic``, ``expected``, ``p_value``,
        ``n_districts``, ``n_without_neighbours``, ``permutations`` (missing where the probability
        comes from a formula), ``definition``, ``reference``.
    """
    rules, ids = config.model.clusters, district.index
    first, second = (ids.get_indexer(pd.Index(pairs[c])) for c in ("district_id", "neighbour_id"))
    around = from_pairs(first, second, len(ids))
    local: list[pd.DataFrame] = []
    whole: list[dict[str, Any]] = []
    for name, kind in rules.kinds.items():
        own, nearby = (district[c].astype(float) for c in (kind.own, kind.around))
        keep, reason = complete(own, nearby), obstacle(around, own, nearby)
        inside = np.zeros(len(ids), dtype=np.int64)
        inside[keep] = around.among(keep).degree()
        figures = _whole(rules, kind, around, own, nearby) if not reason else {}
        note = f" Not computed here: {reason}." if reason else ""
        row: dict[str, Any] = {"kind": name, "label": kind.label, **figures}
        row |= {"n_districts": keep.sum(), "n_without_neighbours": (inside[keep] == 0).sum()}
        row |= {"definition": kind.definition + note, "reference": kind.reference}
        whole.append(row)
        if kind.by_district:
            found = _local(rules, around, own, nearby, keep & (inside > 0), computed=not reason)
            found = found.assign(kind=name, n_neighbours=_with_data(around, keep))
            local.append(found.rename_axis("district_id").reset_index())
    return _typed_local(local), _typed_region(whole)


def cluster_words(config: Config, region: pd.DataFrame) -> list[Row]:
    """Return the method rows: who is a neighbour, the test, and each kind with its figure."""
    rules = config.model.clusters
    rows: list[Row] = [
        (rules.section, "Neighbours", rules.neighbours, "", "", "config/model.yaml"),
        (rules.section, "Which clusters count", rules.test, f"{rules.fdr_level:.0%}",
         f"of those called a cluster; {rules.permutations:,} draws, seed {rules.seed}",
         rules.test_reference),
    ]  # fmt: skip
    for row in region.to_dict("records"):
        value = "no data" if pd.isna(row["statistic"]) else f"{row['statistic']:.3f}"
        chance = _chance(row["p_value"])
        rows.append(
            (rules.section, row["label"], row["definition"], value, chance, row["reference"])
        )
    return rows


def _chance(probability: float) -> str:
    """Say a probability to four decimals; a smaller one as below that."""
    if pd.isna(probability):
        return ""
    shown = f"{probability:.4f}" if probability >= 0.0001 else "below 0.0001"
    return f"probability by chance {shown}"


def _whole(
    rules: ClusterModel, kind: ClusterKind, around: Neighbourhood, own: pd.Series, nearby: pd.Series
) -> dict[str, float]:
    """Return Moran's I of one score, or of one against another, with what chance would give."""
    if kind.own == kind.around:
        one = moran(own, around)
        return {"statistic": one.i, "expected": one.expected, "p_value": one.p_randomisation}
    two = bivariate_moran(own, nearby, around, permutations=rules.permutations, seed=rules.seed)
    figures = {"statistic": two.i, "expected": two.expected, "p_value": two.p_value}
    return figures | {"permutations": rules.permutations}


def _local(
    rules: ClusterModel,
    around: Neighbourhood,
    own: pd.Series,
    nearby: pd.Series,
    tested: np.ndarray,
    *,
    computed: bool,
) -> pd.DataFrame:
    names = {"local_i": "statistic", "p_value": "p_value", "q_value": "q_value", "cluster": "label"}
    if computed:
        found = bivariate_local_moran(
            own,
            nearby,
            around,
            permutations=rules.permutations,
            seed=rules.seed,
            alpha=rules.fdr_level,
        )
        found["cluster"] = found["cluster"].map(LABELS)
        return found[list(names)].rename(columns=names)
    present = (own.notna() & nearby.notna()).to_numpy()
    label = np.where(present & ~tested, LABELS["island"], LABELS["no value"])
    blank = dict.fromkeys(("statistic", "p_value", "q_value"), np.nan)
    return pd.DataFrame({**blank, "label": label}, index=own.index)


def _with_data(around: Neighbourhood, keep: np.ndarray) -> np.ndarray:
    """Count each district's neighbours that have data, (n,)."""
    rows = around.rows()[keep[around.indices]]
    return np.bincount(rows, minlength=len(keep))


def _typed_local(parts: list[pd.DataFrame]) -> pd.DataFrame:
    names = ["kind", "district_id", "statistic", "p_value", "q_value", "label", "n_neighbours"]
    table = pd.concat([pd.DataFrame(columns=names), *parts]) if not parts else pd.concat(parts)
    text = dict.fromkeys(("kind", "district_id", "label"), "string")
    figures = dict.fromkeys(("statistic", "p_value", "q_value"), "float64")
    return table[names].astype({**text, **figures, "n_neighbours": "Int64"})


def _typed_region(rows: list[dict[str, Any]]) -> pd.DataFrame:
    names = ["kind", "position", "label", "statistic", "expected", "p_value", "n_districts",
             "n_without_neighbours", "permutations", "definition", "reference"]  # fmt: skip
    table = pd.DataFrame(rows)
    table["position"] = range(1, len(table) + 1)
    table = table.reindex(columns=names)
    counts = dict.fromkeys(
        ("position", "n_districts", "n_without_neighbours", "permutations"), "Int64"
    )
    figures = dict.fromkeys(("statistic", "expected", "p_value"), "float64")
    text = dict.fromkeys(("kind", "label", "definition", "reference"), "string")
    table = table.astype({**counts, **figures, **text})
    # Significant digits, so that a small probability is never published as zero.
    table["p_value"] = table["p_value"].map(lambda p: float(f"{p:.3g}"))
    return table
