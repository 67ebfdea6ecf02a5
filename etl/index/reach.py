"""Who reaches what: the travel network cut to catchments, settings of care and tiers of service."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl import schema
from etl.measures import decay as decays
from etl.measures.decay import Decay
from etl.measures.limits import smooth_catchment
from etl.measures.network import Network, with_costs

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
# A service exactly at the boundary is in, whatever the rounding of the scaling.
_BOUNDARY = 1 + 1e-9


class TravelModel(Protocol):
    """Whatever can tell travel times; frames have ``lon`` and ``lat`` (degrees).

    `notes` holds what the reader must be told (rule, severity, n_rows, value, message, action).
    """

    notes: pd.DataFrame

    def network(self, points: pd.DataFrame, to: pd.DataFrame, max_minutes: float) -> Network:
        """Return all pairs within `max_minutes` (included), cost in minutes."""
        ...

    def nearest(self, points: pd.DataFrame, to: pd.DataFrame) -> FloatArray:
        """Return minutes to the nearest of `to`; NaN where none can be reached."""
        ...


@dataclass(frozen=True, eq=False)
class Setting:
    """One setting of care: its pairs (cost scaled to the base catchment `minutes`), its decay."""

    network: Network
    decay: Decay
    services: BoolArray
    minutes: float


def make_decay(spec: schema.Decay, limit: float) -> Decay:
    """Return the decay function a YAML entry describes, in minutes."""
    if spec.kind == "binary":
        return decays.binary(limit)
    if spec.kind == "gaussian":
        return decays.gaussian(sigma=float(spec.sigma_minutes or 0))
    if spec.kind == "exponential":
        return decays.exponential(beta=float(spec.beta_per_minute or 0))
    if spec.kind == "kernel_density":
        return decays.kernel_density(bandwidth=float(spec.bandwidth_minutes or 0))
    if spec.kind == "logistic":
        return decays.logistic(
            midpoint=float(spec.midpoint_minutes or 0), slope=float(spec.slope_minutes or 0)
        )
    return decays.step(spec.breaks_minutes or [], spec.weights or [])


def catchment_minutes(catchment: schema.Catchment, rural_share: FloatArray) -> FloatArray:
    """Return the catchment of each demand point: smooth in the rural share of its district.

    An unknown rural share counts as not rural: the base catchment holds.
    """
    wide = catchment.minutes if catchment.rural_minutes is None else catchment.rural_minutes
    share = np.nan_to_num(rural_share, nan=0.0)
    return smooth_catchment(share, urban=catchment.minutes, rural=wide)


def longest(catchments: Mapping[schema.SettingName, schema.Catchment]) -> float:
    """Return the longest reach any setting has, in minutes."""
    return max(max(c.minutes, c.rural_minutes or 0.0) for c in catchments.values())


def setting(
    net: Network,
    catchment: schema.Catchment,
    rural_share: FloatArray,
    services: BoolArray,
    *,
    widest: float = 1.0,
) -> Setting:
    """Cut a network to one setting of care.

    Costs are scaled by base catchment / catchment of the point, so that one decay serves both and a
    point with a catchment twice as wide sees services as half as far.

    Parameters
    ----------
    widest
        Catchments that are kept: with 1.5, pairs up to half as far again, for `stretched`.
    """
    scale = catchment.minutes / catchment_minutes(catchment, rural_share)
    cost = np.where(services[net.index], net.cost * scale[net.demand], np.inf)
    reach = Setting(
        with_costs(net, cost, max_cost=catchment.minutes * widest * _BOUNDARY),
        make_decay(catchment.decay, catchment.minutes),
        services,
        catchment.minutes,
    )
    return reach if widest > 1.0 else stretched(reach, 1.0)


def stretched(part: Setting, factor: float) -> Setting:
    """Return a setting whose reach and decay are `factor` times as wide, or travel as much faster.

    Both are the same: costs are divided by the factor, and the decay stays.
    """
    limit, cost = part.minutes, part.network.cost / factor
    near = np.where(cost <= limit * _BOUNDARY, np.minimum(cost, limit), np.inf)
    return replace(part, network=with_costs(part.network, near, max_cost=limit))


def only(net: Network, keep: BoolArray) -> Network:
    """Return the network with only the pairs in `keep` (n_pairs,)."""
    return with_costs(net, np.where(keep, net.cost, np.inf), max_cost=net.complete_to)


def tier_services(tier: schema.Tier, places: pd.DataFrame) -> BoolArray:
    """Tell which places belong to a tier; blank lists admit everything."""
    keep = np.ones(len(places), dtype=bool)
    if tier.care_tiers:
        keep &= places["care_tier"].isin(tier.care_tiers).to_numpy(dtype=bool)
    if tier.ownerships:
        keep &= places["ownership"].isin(tier.ownerships).to_numpy(dtype=bool)
    return keep
