"""Why each district ranks where it ranks: its gap in points of its figures."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.config import Config
from etl.index.access_index import AccessIndex
from etl.index.need import Need
from etl.measures.reasons import Typical, gap_points, need_points, typical
from etl.schema import NeedModel

COLUMNS = {
    "district_id": "string",
    "part": "string",
    "part_id": "string",
    "label": "string",
    "unit": "string",
    "value": "float64",
    "scaled_value": "float64",
    "contribution": "float64",
    "typical_value": "float64",
    "gap_if_typical": "float64",
    "rank_if_typical": "Int64",
    "position": "Int64",
}


def gap_reasons(config: Config, model: NeedModel, need: Need, reach: AccessIndex) -> pd.DataFrame:
    """Return one row per scored district and figure that counts in its gap: `COLUMNS`.

    The contributions of a district sum to its gap score; position 1 is the largest.

    Parameters
    ----------
    model
        The need model the published need was computed with.
    """
    scored = need.index.score.notna() & reach.score.notna()
    lost = 100.0 - reach.score
    need_part, access_part = gap_points(
        need_points(need.index.weights, need.scaled, mean=model.aggregation),
        reach.weights * (100.0 - reach.scaled),
    )
    score = need.index.score.clip(0.0, 100.0)
    by_need = typical(score, lost, need.index.weights, need.scaled, mean=model.aggregation)
    by_access = typical(lost, score, reach.weights, 100.0 - reach.scaled)
    need_words = {
        str(i): (config.indicators[str(i)].label, str(config.indicators[str(i)].unit))
        for i in need.table.index
    }
    halves: list[pd.DataFrame] = [
        _long("need", need.raw, need.scaled, need_part, by_need, scored, need_words),
        _long("access", reach.values, reach.scaled, access_part, by_access, scored,
              _access_words(config, reach)),
    ]  # fmt: skip
    table = pd.concat(halves, ignore_index=True)
    order = table.sort_values("contribution", ascending=False, kind="stable")
    table["position"] = order.groupby("district_id").cumcount() + 1
    return table.reindex(columns=list(COLUMNS)).astype(COLUMNS)


def _access_words(config: Config, reach: AccessIndex) -> dict[str, tuple[str, str]]:
    measures = config.model.access_measures
    return {
        name: (str(reach.table.loc[name, "label"]), measures[name].unit if name in measures else "")
        for name in reach.scaled.columns
    }


def _long(
    part: str,
    values: pd.DataFrame,
    scaled: pd.DataFrame,
    points: npt.NDArray[np.float64],
    change: Typical,
    scored: pd.Series,
    words: dict[str, tuple[str, str]],
) -> pd.DataFrame:
    """Stack one half of the gap: rows of scored districts whose figure counts."""

    def frame(cells: npt.NDArray[np.float64]) -> pd.DataFrame:
        return pd.DataFrame(cells, index=scaled.index, columns=scaled.columns)

    if scaled.columns.empty:  # a region without any figure of this half: nothing is scored
        return pd.DataFrame(columns=[*COLUMNS])
    usual = values.where(scored, axis=0).median()
    columns = {
        "value": values[scaled.columns],
        "scaled_value": scaled,
        "contribution": frame(points),
        "gap_if_typical": frame(change.gap),
        "rank_if_typical": frame(change.rank),
    }
    long = pd.concat({k: v.stack(future_stack=True) for k, v in columns.items()}, axis=1)
    long.index.names = ["district_id", "part_id"]
    long = long[long["contribution"].notna()].reset_index()
    long = long[long["district_id"].map(scored)]
    label = long["part_id"].map({k: w[0] for k, w in words.items()})
    unit = long["part_id"].map({k: w[1] for k, w in words.items()})
    usual_value = long["part_id"].map(usual)
    return long.assign(part=part, label=label, unit=unit, typical_value=usual_value)
