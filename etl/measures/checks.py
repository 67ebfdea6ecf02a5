"""Reading numbers out of arrays and series, refusing bad ones by name, adding up by group."""

from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Numbers = npt.ArrayLike  # array, list, number, series or frame
Values = TypeVar("Values", bound="npt.NDArray[Any] | pd.Series")

SHOWN = 5  # positions listed in a message before it says how many more there are


def floats(values: Numbers) -> FloatArray:
    """Numbers as float64, missing as NaN; any shape, never to be written to.

    Examples
    --------
    >>> floats([1, 2])
    array([1., 2.])
    """
    if isinstance(values, pd.Series | pd.DataFrame):
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(values, dtype=np.float64)


def label(values: Any, fallback: str) -> str:
    """Name of a series, else `fallback`, for messages."""
    name = getattr(values, "name", None)
    return fallback if name is None else str(name)


def refuse(bad: npt.ArrayLike, what: str, *, at: object = None) -> None:
    """Raise ``ValueError`` naming the positions where `bad` is true.

    Parameters
    ----------
    bad : boolean array
    what : what is wrong, the start of the message
    at : a Series or DataFrame whose index names the positions; else they are counted from 0

    Examples
    --------
    >>> refuse([False, True], "negative population")
    Traceback (most recent call last):
    ValueError: negative population at 1
    """
    flags = np.atleast_1d(np.asarray(bad, dtype=bool))
    if not flags.any():
        return
    where = np.flatnonzero(flags) if flags.ndim == 1 else np.argwhere(flags)
    if isinstance(at, pd.Series | pd.DataFrame) and flags.ndim == 1:
        names = [str(at.index[i]) for i in where[:SHOWN]]
    else:
        names = [str(i.tolist() if isinstance(i, np.ndarray) else i) for i in where[:SHOWN]]
    more = f" and {len(where) - SHOWN} more" if len(where) > SHOWN else ""
    raise ValueError(f"{what} at {', '.join(names)}{more}")


def same_rows(first: object, **others: object) -> None:
    """Raise ``ValueError`` when two series or frames do not have the same index, in order.

    Arithmetic here is by position; two series in different orders would be mixed up silently.
    """
    if not isinstance(first, pd.Series | pd.DataFrame):
        return
    for name, other in others.items():
        if isinstance(other, pd.Series | pd.DataFrame) and not first.index.equals(other.index):
            raise ValueError(f"{name} does not have the same index, in the same order")


def non_negative(values: Numbers, length: int, name: str) -> FloatArray:
    """One-dimensional, finite, not negative, of a given length; else ``ValueError``."""
    numbers = floats(values)
    if numbers.shape != (length,):
        raise ValueError(f"{name} has shape {numbers.shape}, expected ({length},)")
    refuse(
        ~np.isfinite(numbers) | (numbers < 0), f"{name} missing, infinite or negative", at=values
    )
    return numbers


def per_row(
    values: Numbers, length: int, name: str, *, infinite: bool = False
) -> FloatArray | None:
    """One figure or one per row, as (length,); None if it is one figure that changes nothing.

    That figure is 1, or infinity where `infinite` values (no limit) are allowed.

    Raises
    ------
    ValueError
        Another shape, or a value missing, negative or, unless allowed, infinite.

    Examples
    --------
    >>> per_row(2.0, 3, "rate")
    array([2., 2., 2.])
    """
    numbers = floats(values)
    if numbers.shape not in ((), (length,)):
        raise ValueError(f"{name} has shape {numbers.shape}, expected one figure or ({length},)")
    fine = (numbers >= 0) & (infinite | np.isfinite(numbers))
    refuse(~fine, f"{name} missing, infinite or negative", at=values)
    if numbers.ndim == 0:
        neutral = np.inf if infinite else 1.0
        return None if numbers == neutral else np.full(length, float(numbers))
    return np.ascontiguousarray(numbers)


def like(result: npt.NDArray[Any], template: Values) -> Values:
    """Give `result` the kind of `template`: a series keeps its index and name."""
    if isinstance(template, pd.Series):
        return cast(Values, pd.Series(result, index=template.index, name=template.name))
    return cast(Values, result)


def totals(group: npt.NDArray[np.integer[Any]], values: FloatArray, n_groups: int) -> FloatArray:
    """Sum of `values` by group number, (n_groups,); 0 for a group without any.

    Unlike ``numpy.bincount`` it is float64 for empty input too.
    """
    return np.bincount(group, weights=values, minlength=n_groups).astype(np.float64)
