"""Why districts moved: scores recomputed with one thing changed at a time."""

import geopandas as gpd
import pandas as pd

from etl.config import Config
from etl.diff.snapshot import Snapshot
from etl.geography import assign_district
from etl.index.scores import scores
from etl.measures.attribution import split_change
from etl.schema import GreatCircleTravel, Region

CAUSES = ["by_method", "by_model", "by_boundaries", "by_data"]
FIGURES = ("gap_score", "gap_rank")
Core = dict[str, pd.DataFrame]


class NotSeparableError(Exception):
    """The causes of a change cannot be told apart; the text says why."""


def moves(old: Snapshot, new: Snapshot) -> pd.DataFrame:
    """Return every district of either snapshot with its change and the causes of it.

    The chain runs from the old figures as published over the old data and configuration with
    today's program (method), the new configuration (model), the new boundaries (the same points
    and services, assigned anew) to the new data. What the new snapshot's own program version did
    otherwise than today's also counts as method.

    Returns
    -------
    pandas.DataFrame
        Index district_id; ``gap_score_old``, ``gap_score_new``, ``gap_rank_old``, ``gap_rank_new``
        and, for each of ``gap_score`` and ``gap_rank``, ``<figure>_by_method`` ... ``_by_data``,
        which add up to the change.

    Raises
    ------
    NotSeparableError
        If a snapshot does not hold what is needed, the districts themselves differ, or travel times
        come from a file.
    """
    states = _states(old, new)
    found = both(old, new)
    for figure in FIGURES:
        chain = pd.DataFrame({i: state[figure] for i, state in enumerate(states)}).astype(float)
        # Method stands at both ends: what today's program does otherwise than either snapshot's.
        steps = split_change(chain, ["by_method", "by_model", "by_boundaries", "by_data", "own"])
        steps["by_method"] += steps.pop("own")
        for cause in CAUSES:
            found[f"{figure}_{cause}"] = steps[cause].reindex(found.index).round(6)
    return found


def both(old: Snapshot, new: Snapshot) -> pd.DataFrame:
    """Return the published gap of every district in the old and the new snapshot."""
    one, two = (s.scores[list(FIGURES)].astype(float) for s in (old, new))
    joined = one.add_suffix("_old").join(two.add_suffix("_new"), how="outer")
    names = new.tables["out_gap"].set_index("district_id")["district_name"]
    gone = old.tables["out_gap"].set_index("district_id")["district_name"]
    joined.insert(0, "district_name", names.reindex(joined.index).fillna(gone))
    return joined


def _states(old: Snapshot, new: Snapshot) -> list[pd.DataFrame]:
    """Return the scores along the chain, oldest first."""
    for snapshot in (old, new):
        if snapshot.trouble:
            raise NotSeparableError(f"Snapshot {snapshot.snapshot_id}: {snapshot.trouble}.")
    assert old.core and new.core and old.settings and new.settings  # no trouble means all are there
    before, after = old.core["district"]["district_id"], new.core["district"]["district_id"]
    if set(before) != set(after):
        raise NotSeparableError(
            f"The districts themselves changed ({len(set(before) ^ set(after))} are in one "
            "snapshot only), so boundaries and data cannot be told apart."
        )
    for _, region in (old.settings, new.settings):
        if not isinstance(region.travel, GreatCircleTravel):
            raise NotSeparableError(
                f"Travel times of the model {region.travel.model!r} come from a file of their own, "
                "which snapshots do not keep, so scores cannot be computed again."
            )
    moved = _with_boundaries(old, new)
    return [
        old.scores,
        _scores(old.settings, old.core),
        _scores(new.settings, old.core),
        _scores(new.settings, moved),
        _scores(new.settings, new.core),
        new.scores,
    ]


def _scores(settings: tuple[Config, Region], core: Core) -> pd.DataFrame:
    return scores(*settings, core)


def _with_boundaries(old: Snapshot, new: Snapshot) -> Core:
    """Return the old data as they would be inside the new boundaries."""
    assert old.core and new.settings and old.shapes is not None and new.shapes is not None
    if _same_shapes(old.shapes, new.shapes):
        return old.core
    geography = new.settings[1].geography
    shapes = new.shapes[["district_id", "geometry"]]
    changed = dict(old.core)
    for layer in ("demand_point", "service"):
        frame = old.core[layer].copy()
        at = frame["lon"].notna() & frame["lat"].notna()
        found = assign_district(
            frame.loc[at, "lon"].to_numpy(dtype=float),
            frame.loc[at, "lat"].to_numpy(dtype=float),
            gpd.GeoDataFrame(shapes),
            geography.projected_crs,
            geography.snap_km,
        )["district_id"]
        # A point no new district takes stays where it was: it is not the boundary that moved it.
        kept = frame.loc[at, "district_id"].to_numpy(dtype=object)
        frame.loc[at, "district_id"] = found.where(found.notna(), kept).to_numpy(dtype=object)
        changed[layer] = frame
    return changed


def _same_shapes(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> bool:
    one, two = (s.set_index("district_id").geometry.sort_index() for s in (old, new))
    return bool((one.to_wkb() == two.to_wkb()).all())
