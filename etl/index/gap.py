"""Gap, its class, who is underserved, and how sure the ranks are."""

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.need import Need
from etl.measures.choices import choice_indices, simulate_choices
from etl.measures.composite import gap, rank
from etl.measures.draws import Doubt
from etl.measures.intervals import confidence_class
from etl.measures.runs import Runs
from etl.schema import Region

INSUFFICIENT = "insufficient data"


def compute_gap(
    config: Config,
    region: Region,
    districts: pd.DataFrame,
    need: Need,
    runs: Runs,
) -> pd.DataFrame:
    """Return scores, ranks, classes and rank intervals by district (index district_id).

    `runs` holds the access score as published and under other circumstances.
    """
    access = runs.published
    rural = {name: rule.is_rural for name, rule in region.rurality.classes.items()}
    is_rural = districts.set_index("district_id")["rural_class"].map(rural).astype("boolean")
    table = scores_and_classes(config, need.index.score, access, is_rural)
    table.insert(list(table).index("gap_class"), "data_coverage", need.index.coverage)
    table = table.join(_intervals(config, need, runs))
    # A district at the end of an uncertain scale drifts inwards when noise is added, so its own
    # rank and gap can fall outside the drawn interval. The published interval always contains them.
    table["gap_rank_low"] = table[["gap_rank", "gap_rank_low"]].min(axis=1).astype("Int64")
    table["gap_rank_high"] = table[["gap_rank", "gap_rank_high"]].max(axis=1).astype("Int64")
    table["gap_low"] = table[["gap_score", "gap_low"]].min(axis=1)
    table["gap_high"] = table[["gap_score", "gap_high"]].max(axis=1)
    return table


def scores_and_classes(
    config: Config, need: pd.Series, access: pd.Series, is_rural: pd.Series
) -> pd.DataFrame:
    """Return scores, ranks, the class of the gap and who is underserved, by district.

    Parameters
    ----------
    need, access
        Scores 0-100 by district, NaN where there is none.
    is_rural
        By district, missing where unknown.
    """
    score = gap(need, access)
    table = pd.DataFrame(
        {
            "need_score": need,
            "need_rank": rank(need),
            "access_score": access,
            "access_rank": rank(access, descending=False),
            "gap_score": score,
            "gap_rank": rank(score),
        }
    )
    table["gap_class"] = gap_class(config, table["gap_rank"])
    table["is_rural"] = is_rural.reindex(table.index)
    worst = table["gap_class"].isin(config.model.gap.underserved_classes)
    table["is_underserved"] = worst.astype("boolean").mask(score.isna())
    table["is_underserved_rural"] = table["is_underserved"] & table["is_rural"]
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


def doubt(config: Config) -> Doubt:
    """Return which choices of method are uncertain."""
    model = config.model.uncertainty
    return Doubt(
        concentration=model.weight_concentration,
        scalings=tuple(model.scalings),
        means=tuple(model.aggregations),
        z_limit=config.model.need.z_limit,
    )


def _intervals(config: Config, need: Need, runs: Runs) -> pd.DataFrame:
    model = config.model.uncertainty
    result = simulate_choices(
        need.values,
        need.se,
        need.table,
        need.domain_weights,
        runs,
        doubt(config),
        draws=model.draws,
        seed=model.seed,
        min_coverage=config.model.need.min_coverage,
        low_quantile=model.low_quantile,
        high_quantile=model.high_quantile,
        top_share=model.top_share,
    )
    names = ["gap_rank_low", "gap_rank_high", "gap_top_fifth_probability", "gap_low", "gap_high"]
    result.columns = pd.Index(names)
    words = model.confidence.model_dump()
    return result.assign(confidence=confidence_class(result[names[2]], **words))


def ranking_sensitivity(config: Config, need: Need, runs: Runs) -> pd.DataFrame:
    """Return which doubt moves the ranking most: ``factor``, ``first`` and ``total`` (Sobol, 0-1).

    Over all districts, weighted by how much their rank varies. No rows where no district is scored.
    """
    if not gap(need.index.score, runs.published).notna().any():
        return pd.DataFrame({"factor": pd.Series(dtype="string"), "first": [], "total": []})
    found = choice_indices(
        need.values,
        need.se,
        need.table,
        need.domain_weights,
        runs,
        doubt(config),
        base=config.model.uncertainty.sensitivity_base,
        seed=config.model.uncertainty.seed,
        min_coverage=config.model.need.min_coverage,
    )
    return found.overall().rename_axis("factor").reset_index()
