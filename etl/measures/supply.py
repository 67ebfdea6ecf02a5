"""Placing a district's workforce on its services, so that access has supply at points."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .checks import BoolArray, FloatArray, IntArray, floats, refuse, totals

COLUMNS = ("service_id", "district_id", "capacity_fte", "type_weight")


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the workforce went.

    Attributes
    ----------
    service_fte : FTE of each service, index and order of the `services` frame
    leftover : FTE of each district that no service could take, index of `district_fte`; the
        caller places it (e.g. at the population-weighted centre) and flags it
    rule : per district "capacity", "type weight" or "no service", index of `district_fte`
    """

    service_fte: pd.Series
    leftover: pd.Series
    rule: pd.Series


def place_supply(district_fte: pd.Series, services: pd.DataFrame) -> Placement:
    """Share each district's FTE among its services.

    In proportion to ``capacity_fte`` when every service of the district that can bear supply
    states one (mixing stated and assumed figures would be comparing unlike things), else in
    proportion to ``type_weight``. A service of type weight 0 is a candidate and gets 0. The sum
    of `service_fte` and `leftover` is the sum of `district_fte`.

    Parameters
    ----------
    district_fte : FTE by district_id; NaN (unknown workforce) gives NaN, never 0, to the
        district's services that can bear supply
    services : columns service_id, district_id, capacity_fte (NaN if not stated), type_weight

    Raises
    ------
    ValueError
        A district or service listed twice, a service in an unknown district, a negative figure or
        a missing type weight, naming them.

    Examples
    --------
    >>> fte = pd.Series({"A": 9.0, "B": 2.0})
    >>> one = pd.DataFrame({"service_id": ["s", "t"], "district_id": ["A", "A"],
    ...                     "capacity_fte": [np.nan, 5.0], "type_weight": [2.0, 1.0]})
    >>> place_supply(fte, one).service_fte.tolist(), place_supply(fte, one).leftover.tolist()
    ([6.0, 3.0], [0.0, 2.0])
    """
    _check(district_fte, services)
    fte = floats(district_fte)
    place = district_fte.index.get_indexer(pd.Index(services["district_id"]))
    weight, capacity = floats(services["type_weight"]), floats(services["capacity_fte"])
    bears = weight > 0
    by_capacity = _all_stated(place, bears, capacity, len(fte))
    share = np.where(by_capacity[place], np.nan_to_num(capacity), weight) * bears
    total = totals(place, share, len(fte))
    fraction = np.divide(share, total[place], out=np.zeros(len(services)), where=share > 0)
    # an unknown workforce (NaN) must not reach a candidate, which has 0 whatever the workforce
    given = np.where(bears, fraction * fte[place], 0.0)
    leftover = np.where(total > 0, 0.0, fte)
    rule = np.where(total > 0, np.where(by_capacity, "capacity", "type weight"), "no service")
    return Placement(
        pd.Series(given, index=services.index, name="supply_fte"),
        pd.Series(leftover, index=district_fte.index, name="leftover_fte"),
        pd.Series(rule, index=district_fte.index, name="rule"),
    )


def _all_stated(
    place: IntArray,
    bears: BoolArray,
    capacity: FloatArray,
    n: int,
) -> BoolArray:
    """Districts in which every supply-bearing service states a capacity, and not all of them 0."""
    silent = totals(place, (bears & np.isnan(capacity)).astype(float), n)
    stated = totals(place, np.where(bears, np.nan_to_num(capacity), 0.0), n)
    result: BoolArray = (silent == 0) & (stated > 0)
    return result


def _check(district_fte: pd.Series, services: pd.DataFrame) -> None:
    absent = [c for c in COLUMNS if c not in services.columns]
    if absent:
        raise ValueError(f"services lack the columns {', '.join(absent)}")
    _refuse_named(district_fte.index.duplicated(), district_fte.index, "districts listed twice")
    ids = pd.Index(services["service_id"])
    _refuse_named(ids.duplicated() | ids.isna(), ids, "service_id missing or listed twice")
    unknown = ~services["district_id"].isin(district_fte.index).to_numpy(dtype=bool)
    _refuse_named(unknown, ids, "services in a district that has no workforce row")
    refuse(
        (floats(district_fte) < 0) | np.isinf(floats(district_fte)),
        "FTE negative or infinite",
        at=district_fte,
    )
    weight, capacity = floats(services["type_weight"]), floats(services["capacity_fte"])
    _refuse_named(~(np.isfinite(weight) & (weight >= 0)), ids, "type_weight missing or negative")
    _refuse_named((capacity < 0) | np.isinf(capacity), ids, "capacity_fte negative or infinite")


def _refuse_named(bad: object, names: pd.Index, what: str) -> None:
    flags = np.asarray(bad, dtype=bool)
    refuse(flags, what, at=pd.Series(0, index=names))
