"""The scores and ranks of a region, without the draws, classes and words of a publication."""

import pandas as pd

from etl.config import Config
from etl.index.access import compute_access
from etl.index.access_index import access_index
from etl.index.need import compute_need
from etl.index.reach import TravelModel
from etl.index.smoothing import for_index, smoothed_indicators
from etl.measures.composite import gap, rank
from etl.schema import Region

DECIMALS = 2  # as published in out_gap


def scores(
    config: Config,
    region: Region,
    core: dict[str, pd.DataFrame],
    travel: TravelModel | None = None,
) -> pd.DataFrame:
    """Return need, access and gap as `build_index` publishes them, index district_id.

    Parameters
    ----------
    core
        ``district``, ``demand_point``, ``service``, ``workforce``, ``indicator``.
    travel
        Travel times; None takes the great-circle model of the region.

    Returns
    -------
    pandas.DataFrame
        ``need_score``, ``access_score``, ``gap_score`` (0-100, rounded as published) and
        ``gap_rank`` (1 the largest gap; missing without a score).
    """
    access = compute_access(config, region, core, travel)
    references = region.access_references
    reached = access_index(config, access.components, references, access.left_out).score
    counted = for_index(config, core, smoothed_indicators(config, core))
    need = compute_need(config, counted).index.score
    size = gap(need, reached)
    table = pd.DataFrame({"need_score": need, "access_score": reached, "gap_score": size})
    return table.round(DECIMALS).assign(gap_rank=rank(size))
