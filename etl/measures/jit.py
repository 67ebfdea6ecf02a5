"""Compilation of the number-crunching kernels: the only module that imports numba.

Kernels release the GIL and are run on threads by `parts`; numba's own threading layers are not
used, because the default one ends the process when two threads of a dashboard meet in it. Machine
code is kept on disk beside the source (or in the user's cache folder if that is not writable).
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def exact(function: F) -> F:
    """Compile with strict IEEE arithmetic: the same bits as the same operations in numpy."""
    return _compile(function, False)


def fused(function: F) -> F:
    """Compile allowing multiply-add in one rounding; every element on its own."""
    return _compile(function, {"contract"})


def summing(function: F) -> F:
    """Compile allowing sums in another order, so that they use the processor's vector units."""
    return _compile(function, {"contract", "reassoc"})


def _compile(function: F, fastmath: bool | set[str]) -> F:
    # error_model: a division by 0 gives inf as in numpy, without a branch in every loop
    kernel = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath=fastmath)(function)
    return cast(F, kernel)  # called like the function it was made from
