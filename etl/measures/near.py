"""Care near home: who lives within some minutes of a service, and how many levels of care do.

Minutes are those to the nearest service, as `network.nearest` or a travel model gives them; NaN
and infinity mean that none can be reached, and such a service is not near.
"""

import numpy as np

from .checks import FloatArray, Numbers, floats, refuse


def within(minutes: Numbers, limit: float) -> FloatArray:
    """1 where the nearest service is at most `limit` minutes away, else 0.

    Parameters
    ----------
    minutes : (n,) minutes to the nearest service; NaN or infinite where none can be reached
    limit : minutes, not negative; the limit itself is within

    Raises
    ------
    ValueError
        Negative minutes (naming the rows), a limit that is missing or negative.

    Examples
    --------
    >>> within([10.0, 30.0, 31.0, np.nan], 30.0)
    array([1., 1., 0., 0.])
    """
    if not limit >= 0:
        raise ValueError(f"the limit must not be negative, got {limit}")
    values = floats(minutes)
    refuse(values < 0, "negative minutes", at=minutes)
    return np.asarray(values <= limit, dtype=np.float64)


def levels_share(shares_of_catchment: Numbers, limit: float = 1.0) -> FloatArray:
    """Share (0-1) of the levels of care that have a service within the catchment of each place.

    Parameters
    ----------
    shares_of_catchment : (n_levels, n) minutes to the nearest service of each level divided by the
        catchment that holds for it there; NaN or infinite where none can be reached
    limit : catchments a service may be away: 1 is the catchment itself, 1.5 one half as wide again

    Raises
    ------
    ValueError
        No level, negative figures, a limit that is missing or negative.

    Examples
    --------
    >>> levels_share([[0.2, 1.0, 3.0], [0.9, 1.1, np.nan]])
    array([1. , 0.5, 0. ])
    """
    ratio = np.atleast_2d(floats(shares_of_catchment))
    if not ratio.shape[0]:
        raise ValueError("no level of care to count")
    # 1e-9: a service exactly at the boundary is in, whatever the rounding of the division.
    near = within(ratio.ravel(), limit * (1 + 1e-9)).reshape(ratio.shape)
    result: FloatArray = near.mean(axis=0)
    return result
