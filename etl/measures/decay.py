"""Distance decay: weights from 0 to 1 that fall with travel cost, 1 at cost 0.

Each function returns a small callable: ``gaussian(sigma=20.0)(cost)``. The cost has any unit, the
parameters have the same one. "Gaussian" means different things in different packages; here it is
``exp(-d^2 / (2 sigma^2))`` and the parameter is called `sigma`. A cost of infinity weighs 0; a
negative or missing cost is a ``ValueError``. Boundaries are inclusive.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from .checks import FloatArray, Numbers, floats, refuse

Decay = Callable[[Numbers], FloatArray]

# Forms that the streaming kernels know; compiled into them, so do not renumber.
STEP, GAUSSIAN, EXPONENTIAL, KERNEL, LOGISTIC = 0, 1, 2, 3, 4


def binary(limit: float) -> Decay:
    """1 up to and including `limit`, 0 beyond (2SFCA, Luo & Wang 2003).

    Examples
    --------
    >>> binary(30.0)([0.0, 30.0, 30.1])
    array([1., 1., 0.])
    """
    _positive(limit=limit)
    return _Step((limit,), (1.0,))


def step(breaks: Sequence[float], weights: Sequence[float]) -> Decay:
    """``weights[i]`` up to and including ``breaks[i]``, 0 beyond the last (Luo & Qi 2009).

    At a break the nearer, higher weight holds.

    Raises
    ------
    ValueError
        Breaks not ascending and positive, or weights not falling inside 0..1.

    Examples
    --------
    >>> step([10.0, 20.0], [1.0, 0.68])([10.0, 10.1, 20.0, 21.0])
    array([1.  , 0.68, 0.68, 0.  ])
    """
    if len(breaks) == 0 or len(breaks) != len(weights):
        raise ValueError(f"{len(breaks)} breaks and {len(weights)} weights")
    edges, heights = floats(np.asarray(breaks)), floats(np.asarray(weights))
    if not (np.isfinite(edges).all() and edges[0] >= 0 and (np.diff(edges) > 0).all()):
        raise ValueError(f"breaks must be ascending and not negative: {list(breaks)}")
    if not ((heights >= 0).all() and (heights <= 1).all() and (np.diff(heights) <= 0).all()):
        raise ValueError(f"weights must fall from at most 1 to at least 0: {list(weights)}")
    return _Step(tuple(edges.tolist()), tuple(heights.tolist()))


def gaussian(*, sigma: float) -> Decay:
    """``exp(-d^2 / (2 sigma^2))``: 0.607 at one sigma, 0.135 at two.

    Examples
    --------
    >>> gaussian(sigma=20.0)([0.0, 20.0]).round(4)
    array([1.    , 0.6065])
    """
    _positive(sigma=sigma)
    return _Gaussian(sigma)


def exponential(*, beta: float) -> Decay:
    """``exp(-beta d)``, `beta` per unit of cost.

    Examples
    --------
    >>> exponential(beta=0.7)([0.0, 1.0]).round(4)
    array([1.    , 0.4966])
    """
    _positive(beta=beta)
    return _Exponential(beta)


def kernel_density(*, bandwidth: float) -> Decay:
    """``1 - (d / bandwidth)^2`` inside the bandwidth, 0 from it on (KD2SFCA, Dai 2010).

    Dai's Epanechnikov kernel without its factor 3/4, so that it is 1 at cost 0.

    Examples
    --------
    >>> kernel_density(bandwidth=10.0)([0.0, 5.0, 10.0, 11.0])
    array([1.  , 0.75, 0.  , 0.  ])
    """
    _positive(bandwidth=bandwidth)
    return _Kernel(bandwidth)


def logistic(*, midpoint: float, slope: float) -> Decay:
    """``(1 + exp(-slope m)) / (1 + exp(slope (d - m)))``, 1 at cost 0 (Bauer & Groneberg 2016).

    Parameters
    ----------
    midpoint : cost at which the unscaled curve is at one half, not negative
    slope : steepness per unit of cost, above 0 (pi / (sd sqrt 3) in the paper)

    Examples
    --------
    >>> logistic(midpoint=30.0, slope=1.0)([0.0, 30.0, 1000.0]).round(3)
    array([1. , 0.5, 0. ])
    """
    _positive(slope=slope)
    if not (np.isfinite(midpoint) and midpoint >= 0):
        raise ValueError(f"midpoint must not be negative, got {midpoint}")
    return _Logistic(midpoint, slope)


def compiled_form(decay: Decay) -> tuple[int, FloatArray] | None:
    """Return number and parameters of a decay made here, for kernels; None for any other callable.

    Examples
    --------
    >>> compiled_form(gaussian(sigma=20.0))
    (1, array([0.05]))
    """
    match decay:
        case _Step(breaks, weights):
            return STEP, floats([*breaks, *weights])
        case _Gaussian(sigma):
            return GAUSSIAN, floats([1.0 / sigma])
        case _Exponential(beta):
            return EXPONENTIAL, floats([beta])
        case _Kernel(bandwidth):
            return KERNEL, floats([1.0 / bandwidth])
        case _Logistic(midpoint, slope) if slope * midpoint < 700.0:  # exp must not underflow
            return LOGISTIC, floats([slope, float(np.exp(-slope * midpoint))])
    return None


@dataclass(frozen=True)
class _Step:
    breaks: tuple[float, ...]
    weights: tuple[float, ...]

    def __call__(self, cost: Numbers) -> FloatArray:
        # side="left" keeps a cost equal to a break on the near side of it
        nearer = np.searchsorted(floats(self.breaks), _cost(cost), side="left")
        result: FloatArray = np.append(floats(self.weights), 0.0)[nearer]
        return result


@dataclass(frozen=True)
class _Gaussian:
    sigma: float

    def __call__(self, cost: Numbers) -> FloatArray:
        result: FloatArray = np.exp(-0.5 * (_cost(cost) / self.sigma) ** 2)
        return result


@dataclass(frozen=True)
class _Exponential:
    beta: float

    def __call__(self, cost: Numbers) -> FloatArray:
        result: FloatArray = np.exp(-self.beta * _cost(cost))
        return result


@dataclass(frozen=True)
class _Kernel:
    bandwidth: float

    def __call__(self, cost: Numbers) -> FloatArray:
        result: FloatArray = np.maximum(1.0 - (_cost(cost) / self.bandwidth) ** 2, 0.0)
        return result


@dataclass(frozen=True)
class _Logistic:
    midpoint: float
    slope: float

    def __call__(self, cost: Numbers) -> FloatArray:
        top = expit(self.slope * self.midpoint)
        result: FloatArray = expit(self.slope * (self.midpoint - _cost(cost))) / top
        return result


def _cost(cost: Numbers) -> FloatArray:
    values = floats(cost)
    refuse(~(values >= 0), "travel cost missing or negative", at=cost)
    return values


def _positive(**parameters: float) -> None:
    for name, value in parameters.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be above 0, got {value}")
