"""Gap, its class, who is underserved, and how sure the ranks are."""

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.need import Need, scale
from etl.measures.composite import gap, rank
from etl.measures.uncertainty import simulate
from etl.schema import Region

INSUFFICIENT = "insufficient data"


def compute_gap(
    config: Config, region: Region, districts: pd.DataFrame, need: Need, access: pd.DataFrame
) -> pd.DataFrame:
    """Return scores, ranks, classes and rank intervals by district (index district_id).

    `access` must hold ``access_score``.
    """
    score = gap(need.index.score, access["access_score"])
    table = pd.DataFrame(
        {
            "need_score": need.index.score,
            "need_rank": rank(need.index.score),
            "access_score": access["access_score"],
            "access_rank": rank(access["access_score"], descending=False),
            "gap_score": score,
            "gap_rank": rank(score),
            "data_coverage": need.index.coverage,
        }
    )
    table["gap_class"] = gap_class(config, table["gap_rank"])
    rural = {name: rule.is_rural for name, rule in region.rurality.classes.items()}
    is_rural = districts.set_index("district_id")["rural_class"].map(rural).astype("boolean")
    table["is_rural"] = is_rural.reindex(table.index)
    scored = score.notna()
    worst = table["gap_class"].isin(config.model.gap.underserved_classes)
    table["is_underserved"] = worst.astype("boolean").mask(~scored)
    table["is_underserved_rural"] = table["is_underserved"] & table["is_rural"]
    table = table.join(_intervals(config, need, access["access_score"]))
    # A district at the end of an uncertain scale drifts inwards when noise is added, so its own
    # rank can fall outside the drawn interval. The published interval always contains it.
    table["gap_rank_low"] = table[["gap_rank", "gap_rank_low"]].min(axis=1).astype("Int64")
    table["gap_rank_high"] = table[["gap_rank", "gap_rank_high"]].max(axis=1).astype("Int64")
    return table


def gap_class(config: Config, ranks: pd.Series) -> pd.Series:
    """Return the class of each district by its rank's share of the scored districts.

    Rank 1 is the largest gap. A rank r of n falls in the first class whose bound is at least r / n.
    """
    names = list(config.model.gap.classes)
    bounds = np.array([config.model.gap.classes[name] for name in names])
    scored = ranks.notna().to_numpy()
    share = ranks.astype("Float64").to_numpy(dtype=float, na_value=np.nan) / max(scored.sum(), 1)
    # 1e-9: a rank of exactly one fifth stays in the first class despite rounding of r / n.
    at = np.searchsorted(bounds + 1e-9, np.where(scored, share, 0.0))
    at = np.minimum(at, len(names) - 1)
    labels = np.array(names, dtype=object)[at]
    return pd.Series(np.where(scored, labels, INSUFFICIENT), index=ranks.index, name="gap_class")


def _intervals(config: Config, need: Need, access: pd.Series) -> pd.DataFrame:
    model = config.model.uncertainty
    result = simulate(
        need.values,
        need.se,
        need.table,
        need.domain_weights,
        access,
        draws=model.draws,
        seed=model.seed,
        concentration=model.weight_concentration,
        min_coverage=config.model.need.min_coverage,
        low_quantile=model.low_quantile,
        high_quantile=model.high_quantile,
        top_share=model.top_share,
        mean=config.model.need.aggregation,
        out=scale(config),
    )
    result.columns = pd.Index(["gap_rank_low", "gap_rank_high", "gap_top_fifth_probability"])
    return result
