"""Variants of the model beside the published one: which districts depend on a choice of method."""

from dataclasses import dataclass

import pandas as pd

from etl.config import Config
from etl.errors import BadValueError
from etl.index.access_index import AccessIndex
from etl.index.gap import gap_class
from etl.index.need import Need, compute_need
from etl.measures.composite import arithmetic, gap, rank
from etl.schema import NeedChange, NeedModel, Variant

SUMMARY = {
    "variant": "string",
    "position": "int64",
    "label": "string",
    "description": "string",
    "is_published": "bool",
    "rank_correlation": "float64",
    "n_enter": "Int64",
    "n_leave": "Int64",
    "n_scored": "Int64",
    "failure": "string",
}
DISTRICTS = {
    "variant": "string",
    "district_id": "string",
    "gap_score": "float64",
    "gap_rank": "Int64",
    "in_worst_fifth": "boolean",
}


@dataclass(frozen=True, eq=False)
class Variants:
    """Every variant's outcome.

    Attributes
    ----------
    summary : one row per variant: `SUMMARY`
    districts : one row per variant and district: `DISTRICTS`; none for a variant that failed
    """

    summary: pd.DataFrame
    districts: pd.DataFrame


def compute_variants(
    config: Config, core: dict[str, pd.DataFrame], need: Need, reach: AccessIndex
) -> Variants:
    """Compute the gap under every variant of ``config/model.yaml``.

    A variant that the region's data cannot carry is kept, with the reason in ``failure``.

    Parameters
    ----------
    need, reach
        The published need and access index.
    """
    published = _ranked(config, gap(need.index.score, reach.score))
    rows, parts = [], []
    for position, variant in enumerate(config.model.variants):
        about = {
            "variant": variant.id,
            "position": position,
            "label": variant.label,
            "description": variant.description,
            "is_published": variant.changes_nothing,
        }
        try:
            table = _ranked(config, _gap(config, core, variant, need, reach))
        except BadValueError as error:
            rows.append(about | {"failure": str(error)})
            continue
        rows.append(about | _against(published, table))
        parts.append(table.assign(variant=variant.id).reset_index(names="district_id"))
    summary = pd.DataFrame(rows).reindex(columns=list(SUMMARY)).astype(SUMMARY)
    districts = pd.concat(parts, ignore_index=True)[list(DISTRICTS)].astype(DISTRICTS)
    return Variants(summary, districts)


def vary(model: NeedModel, change: NeedChange) -> NeedModel:
    """Return the need model with a variant's changes laid on it.

    Equal weights, where the published ones are given, are one for every name.
    """
    given = {k: v for k, v in change if v is not None and k != "domains"}
    domains, weights = model.domains, model.weights
    if change.domains is not None:
        domains = {d: w for d, w in domains.items() if d in change.domains}
    if change.weighting is not None:
        domains = dict.fromkeys(domains, 1.0)
        weights = {d: dict.fromkeys(names, 1.0) for d, names in weights.items()}
    return model.model_copy(update=given | {"domains": domains, "weights": weights})


def _gap(
    config: Config,
    core: dict[str, pd.DataFrame],
    variant: Variant,
    need: Need,
    reach: AccessIndex,
) -> pd.Series:
    if variant.need is not None:
        need = compute_need(config, core, vary(config.model.need, variant.need))
    access = reach.score if variant.access is None else _access(variant.access, reach)
    return gap(need.index.score, access, mean=variant.gap or "geometric")


def _access(names: list[str], reach: AccessIndex) -> pd.Series:
    """Access score from some of the components, scaled as published."""
    for name in names:
        if name not in reach.scaled or reach.scaled[name].isna().all():
            raise BadValueError(f"access component {name!r} is not known in this region")
    weights = reach.table["weight"].astype(float).reindex(names)
    # Districts that the published index does not score stay out, so that like meets like.
    return arithmetic(reach.scaled[names], weights, min_coverage=1.0).where(reach.score.notna())


def _ranked(config: Config, score: pd.Series) -> pd.DataFrame:
    ranks = rank(score)
    worst = gap_class(config, ranks).isin(config.model.gap.underserved_classes)
    return pd.DataFrame(
        {
            "gap_score": score,
            "gap_rank": ranks,
            "in_worst_fifth": worst.astype("boolean").mask(score.isna()),
        }
    )


def _against(published: pd.DataFrame, table: pd.DataFrame) -> dict[str, object]:
    """Rank correlation (Spearman) with the published gap, and who enters or leaves the worst."""
    before, after = (t["in_worst_fifth"].fillna(False).astype(bool) for t in (published, table))
    both = published["gap_score"].notna() & table["gap_score"].notna()
    places = [t.loc[both, "gap_score"].rank() for t in (published, table)]
    differ = all(p.nunique() > 1 for p in places)  # without any order there is no correlation
    return {
        "rank_correlation": places[0].corr(places[1]) if differ else float("nan"),
        "n_enter": int((after & ~before).sum()),
        "n_leave": int((before & ~after).sum()),
        "n_scored": int(table["gap_score"].notna().sum()),
    }
