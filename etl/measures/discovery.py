"""Many tests at once: the false discovery rate of Benjamini and Hochberg (1995).

Among areas called significant at a rate of 5 %, about one in twenty is expected to be so by chance
alone. A missing p-value is an area that was not tested: it neither counts nor gets a result.
"""

import numpy as np

from .checks import FloatArray, Numbers, floats, refuse


def fdr_threshold(p_values: Numbers, alpha: float) -> float:
    """Largest ``k alpha / n`` such that k p-values are at most that; NaN is no p-value.

    With none, ``alpha / n``, which no p-value reaches.

    Examples
    --------
    >>> fdr_threshold([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216], 0.05)
    0.01
    """
    p = floats(p_values)
    ordered = np.sort(p[~np.isnan(p)])
    if not ordered.size:
        return float("nan")
    steps = alpha * np.arange(1, ordered.size + 1) / ordered.size
    held = np.flatnonzero(ordered <= steps)
    return float(steps[held[-1] if held.size else 0])


def q_values(p_values: Numbers) -> FloatArray:
    """Smallest false discovery rate at which each area would be called significant.

    Parameters
    ----------
    p_values : (n,) 0-1; NaN where not tested

    Returns
    -------
    (n,) 0-1, never below the p-value; NaN where not tested

    Raises
    ------
    ValueError
        A p-value outside 0..1, naming the positions.

    Examples
    --------
    >>> q_values([0.01, 0.04, np.nan, 0.03]).round(3)
    array([0.03, 0.04,  nan, 0.04])
    """
    p = floats(p_values)
    refuse((p < 0) | (p > 1), "p-value outside 0..1", at=p_values)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    raw = p[order] * len(order) / np.arange(1, len(order) + 1)
    result = np.full(p.shape, np.nan)
    # an area is in as soon as any later one in the order is: the smallest from here on
    result[order] = np.minimum.accumulate(raw[::-1])[::-1]
    adjusted: FloatArray = np.maximum(result, p)  # against rounding
    return adjusted
