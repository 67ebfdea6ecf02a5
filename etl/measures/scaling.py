"""Putting indicators on one scale: treat outliers, scale, then align the direction.

Order (OECD/JRC handbook): `cap`, then one of `minmax`, `percentile_rank`, `zscore` or
`imd_exponential`, then `align`; `toward_need` does the last two steps for any of them. Weights
apply only to the result. NaN stays NaN; an infinite value is a ``ValueError``. Arrays give arrays,
series give series with the same index.
"""

from typing import Literal

import numpy as np
from scipy.stats import rankdata

from .checks import FloatArray, Values, floats, label, like, refuse

Range = tuple[float, float]
Scaling = Literal["minmax", "percentile_rank", "zscore", "imd_exponential"]
IMD_SCALE = 23.0  # English Indices of Deprivation, technical report


def minmax(
    x: Values,
    *,
    lower: float | None = None,
    upper: float | None = None,
    out: Range = (0.0, 100.0),
) -> Values:
    """Linear scaling of ``lower..upper`` to `out`.

    Parameters
    ----------
    x : (n,) values
    lower, upper : fixed reference bounds; a value outside is clipped. Without them, the smallest
        and largest value present.
    out : the scale, e.g. (1, 100) before a geometric mean

    Raises
    ------
    ValueError
        A constant series (or equal bounds): it cannot be scaled, and is named.

    Examples
    --------
    >>> minmax(np.array([2.0, np.nan, 4.0, 6.0]))
    array([  0.,  nan,  50., 100.])
    """
    values = _finite(x)
    _check_range(out)
    if np.isnan(values).all() and (lower is None or upper is None):
        return like(values.copy(), x)
    low = float(np.nanmin(values)) if lower is None else float(lower)
    high = float(np.nanmax(values)) if upper is None else float(upper)
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError(f"{label(x, 'x')}: bounds must be numbers, got {low} and {high}")
    if high <= low:
        raise ValueError(f"{label(x, 'x')} cannot be scaled: it runs from {low:g} to {high:g}")
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    return like(out[0] + share * (out[1] - out[0]), x)


def percentile_rank(x: Values, *, out: Range = (0.0, 100.0)) -> Values:
    """``(rank - 1) / (N - 1)`` on `out`, ties at their lowest rank (CDC/ATSDR SVI).

    N counts the values present. Units the rule leaves out (no population) must be NaN.
    For an indicator where higher is better give the negated values instead of mirroring with
    `align`: ties take the lowest rank, so the two differ where values repeat.

    Raises
    ------
    ValueError
        Fewer than two values.

    Examples
    --------
    >>> percentile_rank(np.array([5.0, 8.0, 8.0, np.nan, 20.0])).round(1)
    array([  0. ,  33.3,  33.3,   nan, 100. ])
    """
    values = _finite(x)
    _check_range(out)
    present = ~np.isnan(values)
    count = int(present.sum())
    if count < 2:
        raise ValueError(f"{label(x, 'x')}: a percentile rank needs two values, got {count}")
    result = np.full(values.shape, np.nan)
    share = (rankdata(values[present], method="min") - 1) / (count - 1)
    result[present] = out[0] + share * (out[1] - out[0])
    return like(result, x)


def zscore(x: Values) -> Values:
    """``(x - mean) / sd`` with the sample standard deviation (N - 1) of the values present.

    Raises
    ------
    ValueError
        A constant series or a single value, named.

    Examples
    --------
    >>> zscore(np.array([1.0, 2.0, 3.0]))
    array([-1.,  0.,  1.])
    """
    values = _finite(x)
    present = values[~np.isnan(values)]
    if present.size and (present.size < 2 or present.min() == present.max()):
        raise ValueError(f"{label(x, 'x')} is constant: it has no z-score")
    if not present.size:
        return like(values.copy(), x)
    return like((values - present.mean()) / present.std(ddof=1), x)


def zscore_range(x: Values, *, limit: float, out: Range = (0.0, 100.0)) -> Values:
    """Z-scores put on `out`: minus `limit` becomes its start, `limit` its end, the rest is clipped.

    Raises
    ------
    ValueError
        As `zscore`, and a limit not above 0.

    Examples
    --------
    >>> zscore_range(np.array([1.0, 2.0, 3.0]), limit=2.0)
    array([25., 50., 75.])
    """
    if not limit > 0:
        raise ValueError(f"the limit must be above 0, got {limit}")
    _check_range(out)
    share = np.clip((floats(zscore(x)) + limit) / (2 * limit), 0.0, 1.0)
    return like(out[0] + share * (out[1] - out[0]), x)


def imd_exponential(x: Values, *, scale: float = IMD_SCALE) -> Values:
    """Exponential transform of ranks to (0, 100], which stretches the most deprived tenth.

    ``X = -s ln(1 - R (1 - exp(-100 / s)))`` with ``R = rank / N``, rank N for the largest value
    and ties at their mean rank (English Indices of Deprivation, technical report; s = 23).

    Examples
    --------
    >>> imd_exponential(np.array([10.0, 30.0])).round(4)
    array([ 15.6468, 100.    ])
    """
    values = _finite(x)
    present = ~np.isnan(values)
    result = np.full(values.shape, np.nan)
    if present.any():
        share = rankdata(values[present], method="average") / present.sum()
        result[present] = -scale * np.log1p(-share * -np.expm1(-100.0 / scale))
    return like(result, x)


def cap(
    x: Values, lower_quantile: float | None = None, upper_quantile: float | None = None
) -> Values:
    """Pull values beyond a quantile back to it (linear quantiles of the values present).

    Raises
    ------
    ValueError
        Quantiles outside 0..1 or not in order.

    Examples
    --------
    >>> cap(np.array([0.0, 1.0, 2.0, 3.0, 100.0]), upper_quantile=0.75)
    array([0., 1., 2., 3., 3.])
    """
    values = _finite(x)
    low_q = 0.0 if lower_quantile is None else lower_quantile
    high_q = 1.0 if upper_quantile is None else upper_quantile
    if not 0.0 <= low_q < high_q <= 1.0:
        raise ValueError(f"quantiles must be in order inside 0..1, got {low_q} and {high_q}")
    if np.isnan(values).all():
        return like(values.copy(), x)
    low, high = np.nanquantile(values, [low_q, high_q])
    return like(np.clip(values, low, high), x)


def align(scaled: Values, direction: int, out: Range = (0.0, 100.0)) -> Values:
    """Turn a scaled indicator so that higher means more need: mirrored when `direction` is -1.

    Parameters
    ----------
    scaled : (n,) values inside `out`
    direction : +1 (higher is worse, kept) or -1 (higher is better, mirrored)
    out : the scale `scaled` is on

    Raises
    ------
    ValueError
        Another direction, or values outside `out`: they were not scaled first.

    Examples
    --------
    >>> align(np.array([0.0, 30.0]), -1)
    array([100.,  70.])
    """
    if direction not in (1, -1):
        raise ValueError(f"direction must be 1 or -1, got {direction}")
    values = floats(scaled)
    refuse(
        (values < out[0]) | (values > out[1]), f"{label(scaled, 'scaled')} outside {out}", at=scaled
    )
    return like(values.copy() if direction == 1 else out[0] + out[1] - values, scaled)


def toward_need(
    x: Values,
    scaling: Scaling,
    direction: int,
    *,
    out: Range = (0.0, 100.0),
    z_limit: float = 2.5,
    lower: float | None = None,
    upper: float | None = None,
) -> Values:
    """Scale an indicator by the named method so that a higher result means more need.

    For the methods by rank or mean the values are turned before they are scaled, not mirrored
    after it: tied values take the lowest rank of either order, which a mirror would make the
    highest.

    Parameters
    ----------
    x : (n,) values
    scaling : "minmax", "percentile_rank", "zscore" (as `zscore_range`) or "imd_exponential"
        (whose 0-100 is put on `out`)
    direction : +1 (higher is worse) or -1 (higher is better)
    out : the scale of the result, e.g. (1, 100) before a geometric mean
    z_limit : of z-scores only, as in `zscore_range`
    lower, upper : fixed reference bounds of min-max only, as in `minmax`

    Raises
    ------
    ValueError
        Another method or direction; else as the method named.

    Examples
    --------
    >>> toward_need(np.array([1.0, 1.0, 3.0]), "percentile_rank", -1)
    array([50., 50.,  0.])
    """
    if direction not in (1, -1):
        raise ValueError(f"{label(x, 'x')}: direction must be 1 or -1, got {direction}")
    if scaling == "minmax":
        return align(minmax(x, lower=lower, upper=upper, out=out), direction, out)
    turned = like(floats(x) * direction, x)
    if scaling == "percentile_rank":
        return percentile_rank(turned, out=out)
    if scaling == "zscore":
        return zscore_range(turned, limit=z_limit, out=out)
    if scaling == "imd_exponential":
        share = floats(imd_exponential(turned)) / 100.0
        return like(out[0] + share * (out[1] - out[0]), x)
    raise ValueError(f"no scaling is called {scaling!r}")


def _finite(x: Values) -> FloatArray:
    values = floats(x)
    if values.ndim != 1:
        raise ValueError(f"{label(x, 'x')} has shape {values.shape}, expected one dimension")
    refuse(np.isinf(values), f"{label(x, 'x')} is infinite", at=x)
    return values


def _check_range(out: Range) -> None:
    if not out[0] < out[1]:
        raise ValueError(f"the scale must run upwards, got {out}")
