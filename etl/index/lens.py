"""Population lenses: need, access and gap as one group of people would see them.

A lens changes two things. Demand: the people at each demand point times their district's share of
the group, so that staff is shared among the group. Need: the weights of domains and indicators, as
``config/model.yaml`` says. Travel times, the bounds of every scale and the rules of the gap are
those of everyone, so that scores of different lenses can be held against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.config import Config
from etl.index.access import HEADLINE, Access, headline_for
from etl.index.access_index import AccessIndex
from etl.index.gap import scores_and_classes
from etl.index.need import Need
from etl.index.need_words import Row
from etl.measures.composite import two_level
from etl.measures.ratios import grouped_weighted_mean
from etl.measures.scaling import align, minmax
from etl.schema import Lens, NeedModel

SHOWN = ["need_score", "need_rank", "access_score", "access_rank", "gap_score", "gap_rank",
         "gap_class", "is_underserved", "is_underserved_rural"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Lenses:
    """All lenses of a region.

    Attributes
    ----------
    about : one row per lens: ``lens``, ``n_scored``, ``people`` (of the group in the region) and
        ``failure``, why the lens could not be computed here
    district : long, lens x district: ``people``, scores, ranks, gap class; no rows of a failed lens
    """

    about: pd.DataFrame
    district: pd.DataFrame


@dataclass(frozen=True, eq=False)
class _Group:
    """The people of a lens; `failure` says why the region cannot have it.

    Attributes
    ----------
    share : (n_districts,) 0-1, NaN where unknown
    overall : share of the region's people, over districts where it is known
    """

    share: pd.Series
    overall: float
    failure: str | None = None


def compute_lenses(
    config: Config,
    core: Mapping[str, pd.DataFrame],
    need: Need,
    access: Access,
    reach: AccessIndex,
    everyone: pd.DataFrame,
) -> Lenses:
    """Compute every lens of ``config/model.yaml``.

    Parameters
    ----------
    everyone
        The published scores and classes by district (index district_id); the default lens is this
        table as it is.
    """
    people = core["district"].set_index("district_id")["population"].astype(float)
    about, tables = [], []
    for name, lens in config.model.lenses.items():
        group = _group(config, lens, core["indicator"], people)
        counted = people * group.share
        row = {"lens": name, "n_scored": 0, "people": np.nan, "failure": group.failure}
        if group.failure is None:
            table = everyone
            if not lens.is_default:
                table = _through(config, lens, group, need, access, reach, everyone["is_rural"])
            tables.append(table[SHOWN].assign(lens=name, people=counted))
            row |= {"n_scored": int(table["gap_score"].notna().sum()), "people": counted.sum()}
        about.append(row)
    return Lenses(
        pd.DataFrame(about).astype({"failure": "string", "lens": "string"}),
        pd.concat(tables).rename_axis("district_id").reset_index(),
    )


def _group(config: Config, lens: Lens, long: pd.DataFrame, people: pd.Series) -> _Group:
    """Return who the lens counts."""
    if lens.share_indicator is None:
        return _Group(pd.Series(1.0, index=people.index), 1.0)
    label = config.indicators[lens.share_indicator].label
    rows = long[long["indicator_id"] == lens.share_indicator].set_index("district_id")
    share = rows["value"].astype(float).reindex(people.index) / 100.0
    known = share.notna() & (people > 0)
    if not known.any():
        return _Group(
            share, np.nan, f"This region has no figures on: {label} ({lens.share_indicator})."
        )
    overall = float((share * people)[known].sum() / people[known].sum())
    if overall == 0:
        return _Group(share, 0.0, f"Nobody is counted in this region under: {label}.")
    return _Group(share, overall)


def _through(
    config: Config,
    lens: Lens,
    group: _Group,
    need: Need,
    access: Access,
    reach: AccessIndex,
    is_rural: pd.Series,
) -> pd.DataFrame:
    """Return scores, ranks and classes through one lens, by district."""
    wanted = lens_need(need, config.model.need, lens).where(group.share.notna())
    reached = _access_score(access, reach, group, config.model.access_measures[HEADLINE].per)
    return scores_and_classes(config, wanted, reached, is_rural)


def lens_need(need: Need, model: NeedModel, lens: Lens) -> pd.Series:
    """Return the need score with the weights of a lens; indicators are scaled as published.

    A domain none of whose indicators the lens counts is left out, and the others take its weight.
    """
    domain, weight = need.table["domain"], need.table["weight"].astype(float)
    for name, given in lens.indicator_weights.items():
        inside = (domain == name).to_numpy()
        asked = pd.Series(given, dtype=float).reindex(weight.index).fillna(0.0)
        weight = weight.mask(inside, asked)
    kept = weight.index[weight > 0]
    factors = pd.Series(lens.domain_factors, dtype=float).reindex(need.domain_weights.index)
    outer = need.domain_weights * factors.fillna(1.0)
    result = two_level(
        need.scaled[kept],
        weight[kept],
        domain[kept],
        outer[[d for d in outer.index if d in set(domain[kept])]],
        min_coverage=model.min_coverage,
        mean=model.aggregation,
    )
    return result.score


def _access_score(access: Access, reach: AccessIndex, group: _Group, per: float) -> pd.Series:
    """Return the access score of a group: headline measure for it, all other parts unchanged."""
    scaled = reach.scaled.copy()
    if HEADLINE in scaled:
        values = group_headline(access, group.share, group.overall) * per
        low, high, way = (reach.table[n].to_dict()[HEADLINE] for n in ("low", "high", "direction"))
        scaled[HEADLINE] = align(minmax(values, lower=low, upper=high), int(way))
    used = scaled.columns[reach.weights.notna().any()]
    points = reach.weights[used] * scaled[used]
    score = points.sum(axis=1, skipna=False)
    return score.where(group.share.notna()).rename("access_score")


def group_headline(access: Access, share: pd.Series, overall: float) -> pd.Series:
    """Return FTE within reach per person of a group, by district.

    Staff is taken to give the group the part of its time that the group is of the region's people
    (`overall`): a post is not there for one group alone, and a group that is spread as everyone is
    has the access of everyone. Within a district the group is spread as everyone is, because its
    share is known by district only; so the means over points weigh by all people.

    Parameters
    ----------
    share : (n_districts,) 0-1; where it is missing the result is, and `overall` stands for it in
        what is left for the neighbours
    overall : share of the region's people, above 0
    """
    points, ids = access.points, share.index
    district = ids.get_indexer(pd.Index(points["district_id"]))
    demand = points["demand"] * share.fillna(overall).to_numpy()[district]
    at_points = headline_for(access.scene, demand) * overall
    values = grouped_weighted_mean(at_points, points["demand"], district, n_groups=len(ids))
    known = share.notna() & access.supply.district["fte"].reindex(ids).notna()
    return pd.Series(values, index=ids, name=HEADLINE).where(known)


def lens_rows(config: Config, lenses: Lenses) -> list[Row]:
    """Return what the methods page says about lenses."""
    section = "Population lenses"
    rows: list[Row] = [
        (section, note.title, note.text, "", "", "config/model.yaml")
        for note in config.model.lens_notes
    ]
    for found in lenses.about.to_dict("records"):
        lens, failed = config.model.lenses[str(found["lens"])], not pd.isna(found["failure"])
        text = f"{lens.description} {found['failure']}" if failed else lens.description
        count = "no data" if failed else f"{found['people']:,.0f}"
        rows.append((section, lens.label, text, count, "people", "config/model.yaml"))
    return rows


def lens_table(config: Config, lenses: Lenses) -> pd.DataFrame:
    """Return one row per lens: its words and what came of it."""
    words = [
        {"lens": name, "position": i, "label": lens.label, "description": lens.description,
         "is_default": lens.is_default, "share_indicator": lens.share_indicator}
        for i, (name, lens) in enumerate(config.model.lenses.items(), start=1)
    ]  # fmt: skip
    table = pd.DataFrame(words).astype({"share_indicator": "string"})
    return table.merge(lenses.about, on="lens", how="left")
