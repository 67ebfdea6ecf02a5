"""Who reaches what: the travel network cut to catchments, settings of care and tiers of service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl import schema
from etl.measures import decay as decays
from etl.measures.decay import Decay
from etl.measures.network import Network

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


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
    """One setting of care: its pairs (cost scaled to the base catchment) and its decay."""

    network: Network
    decay: Decay
    services: BoolArray


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
    return catchment.minutes + (wide - catchment.minutes) * share


def longest(catchments: Mapping[schema.SettingName, schema.Catchment]) -> float:
    """Return the longest reach any setting has, in minutes."""
    return max(max(c.minutes, c.rural_minutes or 0.0) for c in catchments.values())


def setting(
    net: Network, catchment: schema.Catchment, rural_share: FloatArray, services: BoolArray
) -> Setting:
    """Cut a network to one setting of care.

    Costs are scaled by base catchment / catchment of the point, so that one decay serves both and a
    point with a catchment twice as wide sees services as half as far.
    """
    scale = catchment.minutes / catchment_minutes(catchment, rural_share)
    cost = net.cost * scale[net.demand]
    # 1e-9: a service exactly at the boundary is in, whatever the rounding of the scaling.
    keep = services[net.index] & (cost <= catchment.minutes * (1 + 1e-9))
    return Setting(
        restrict(net, keep, np.minimum(cost, catchment.minutes)),
        make_decay(catchment.decay, catchment.minutes),
        services,
    )


def restrict(net: Network, keep: BoolArray, cost: FloatArray | None = None) -> Network:
    """Return the network with only the pairs in `keep` (n_pairs,), and new costs if given."""
    new = net.cost if cost is None else cost
    counts = np.bincount(net.demand[keep], minlength=net.n_demand)
    indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Network(indptr, net.index[keep], new[keep], net.n_demand, net.n_service, net.complete_to)


def tier_services(tier: schema.Tier, places: pd.DataFrame) -> BoolArray:
    """Tell which places belong to a tier; blank lists admit everything."""
    keep = np.ones(len(places), dtype=bool)
    if tier.care_tiers:
        keep &= places["care_tier"].isin(tier.care_tiers).to_numpy(dtype=bool)
    if tier.ownerships:
        keep &= places["ownership"].isin(tier.ownerships).to_numpy(dtype=bool)
    return keep
