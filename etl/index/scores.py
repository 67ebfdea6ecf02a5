"""The scores and ranks of a region, without the draws, classes and words of a publication."""

from dataclasses import dataclass

import pandas as pd

from etl.config import Config
from etl.index.access import Access, compute_access
from etl.index.access_index import AccessIndex, access_index
from etl.index.need import Need, compute_need
from etl.index.reach import TravelModel
from etl.index.smoothing import for_index, smoothed_indicators
from etl.measures.composite import gap, rank
from etl.schema import Region

DECIMALS = 2  # as published in out_gap


@dataclass(frozen=True, eq=False)
class Basis:
    """What the gap rests on: the same steps for a publication and for a recomputation.

    Attributes
    ----------
    access, reach, need : access figures, access index and need index
    smoothed : figures from small counts, drawn toward the rate around them
    counted : core tables as the need index counts them
    """

    access: Access
    reach: AccessIndex
    smoothed: pd.DataFrame
    counted: dict[str, pd.DataFrame]
    need: Need


def basis(
    config: Config,
    region: Region,
    core: dict[str, pd.DataFrame],
    travel: TravelModel | None = None,
) -> Basis:
    """Compute access and need of a region; `travel` None takes its great-circle model."""
    access = compute_access(config, region, core, travel)
    reach = access_index(config, access.components, region.access_references, access.left_out)
    smoothed = smoothed_indicators(config, core)
    counted = for_index(config, core, smoothed)
    return Basis(access, reach, smoothed, counted, compute_need(config, counted))


def scores(
    config: Config,
    region: Region,
    core: dict[str, pd.DataFrame],
) -> pd.DataFrame:
    """Return need, access and gap as `build_index` publishes them, index district_id.

    Parameters
    ----------
    core
        ``district``, ``demand_point``, ``service``, ``workforce``, ``indicator``.

    Returns
    -------
    pandas.DataFrame
        ``need_score``, ``access_score``, ``gap_score`` (0-100, rounded as published) and
        ``gap_rank`` (1 the largest gap; missing without a score).
    """
    found = basis(config, region, core)
    need, reached = found.need.index.score, found.reach.score
    size = gap(need, reached)
    table = pd.DataFrame({"need_score": need, "access_score": reached, "gap_score": size})
    return table.round(DECIMALS).assign(gap_rank=rank(size))
