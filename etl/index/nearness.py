"""Figures of access that rest on the nearest service: minutes, care near home, levels of care."""

import numpy as np
import numpy.typing as npt

from etl import schema
from etl.index.scene import Listing, Scene
from etl.measures.near import levels_share, within

FloatArray = npt.NDArray[np.float64]
NEAREST_FUNCTIONS = ("nearest", "beyond", "within", "levels")


def nearness(
    scene: Scene,
    measure: schema.AccessMeasure,
    tier_id: str,
    listing: Listing | None = None,
    *,
    speed: float = 1.0,
    catchment: float = 1.0,
) -> FloatArray:
    """Return one figure at every demand point, in its published unit; NaN is no data.

    Parameters
    ----------
    listing
        The services; None takes those that are listed.
    speed, catchment
        Factors on the speed of travel and on the width of catchments.
    """
    listing, model = listing or scene.listing, scene.config.model
    if why_unknown(scene, measure, tier_id) is not None:
        return np.full(len(scene.demand), np.nan)
    if measure.function == "levels":
        known = known_levels(scene, measure)
        ratios = [_of_catchment(scene, model.access_tiers[t], listing, speed) for t in known]
        return levels_share(np.vstack(ratios), catchment) * measure.per
    minutes = listing.minutes(model.access_tiers[tier_id]) / speed
    if measure.function == "within":
        return within(minutes, float(measure.minutes or 0)) * measure.per
    if measure.function == "beyond":
        beyond = 1.0 - within(minutes, model.beyond_minutes)
        return np.where(np.isnan(minutes), np.nan, beyond) * measure.per
    return minutes


def why_unknown(scene: Scene, measure: schema.AccessMeasure, tier_id: str) -> schema.LeftOut | None:
    """Return why a region has no data on a figure, as a key of ``access.left_out_words``; or None.

    What nobody reports must never count as none: where most facilities do not say what they give,
    levels of care cannot be told apart.
    """
    by_level = measure.function in ("levels", "within")
    if by_level and not scene.tells_levels:
        return "silent_register"
    if measure.function == "levels" and len(known_levels(scene, measure)) < 2:
        return "one_level"
    if not scene.listing.lists(scene.config.model.access_tiers[tier_id]):
        return "not_listed"
    return None


def known_levels(scene: Scene, measure: schema.AccessMeasure) -> list[str]:
    """Return the tiers of a levels measure that the region lists any service of."""
    tiers = scene.config.model.access_tiers
    return [name for name in measure.levels if scene.listing.lists(tiers[name])]


def _of_catchment(scene: Scene, tier: schema.Tier, listing: Listing, speed: float) -> FloatArray:
    """Return minutes to the nearest service of a tier, in catchments of its setting of care."""
    nearest = np.full(len(scene.demand), np.nan)
    for name, size in scene.catchments.items():
        nearest = np.fmin(nearest, listing.minutes(tier, name) / speed / size)
    return nearest
