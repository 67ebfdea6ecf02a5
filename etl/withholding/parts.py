"""Which parts of the population are withheld: they add up to it, and to the totals published."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from etl.measures.checks import BoolArray, IntArray
from etl.measures.suppress import small
from etl.schema.withholding import Split, Withholding
from etl.withholding.equations import FIGURE, Equations, numbers_of

ALL, TRUE, FALSE = "all", "rural", "not rural"
SCOPES = {ALL: None, TRUE: True, FALSE: False}


def withheld_parts(
    gap: pd.DataFrame, rules: Withholding
) -> tuple[dict[str, BoolArray], set[tuple[str, str]]]:
    """Return the withheld cells of each part of a split, and the withheld totals.

    Parameters
    ----------
    gap
        Rows of ``out_gap``.

    Returns
    -------
    mask over the rows by column of ``out_gap``; (scope, column) of the totals
    """
    found: dict[str, BoolArray] = {}
    totals: set[tuple[str, str]] = set()
    for split in rules.splits:
        hidden, gone = _hide_parts(gap, split, rules.threshold)
        found |= {name: hidden[:, i] for i, name in enumerate(split.parts)}
        totals |= gone
    return found, totals


def _hide_parts(
    gap: pd.DataFrame, split: Split, threshold: int
) -> tuple[BoolArray, set[tuple[str, str]]]:
    amounts = np.column_stack([numbers_of(gap, name) for name in split.parts])
    primary = small(amounts, threshold)
    whole = numbers_of(gap, split.total)
    inside = scopes(gap[split.groups])
    sums = {
        (scope, i): float(np.nansum(amounts[rows, i]))
        for scope, rows in inside.items()
        for i in range(len(split.parts))
        if np.isfinite(amounts[rows, i]).any()
    }
    if not primary.any() and not small(list(sums.values()), threshold).any():
        return primary, set()
    equations = Equations()
    limit = np.where(np.isfinite(whole), whole, np.nanmax(amounts))
    most = np.repeat(limit[:, None], len(split.parts), axis=1)
    flat = amounts.ravel()
    for (scope, i), amount in sums.items():
        if amount == 0:  # everyone knows each of them then, and nothing hides behind it
            most[inside[scope], i] = 0.0
    cells = equations.figures(
        flat,
        np.where(primary.ravel(), float(threshold), 0.0),
        np.zeros(amounts.size),
        np.fmax(most.ravel(), flat),  # parts are rounded: one may exceed the total by a hair
        FIGURE,
    ).reshape(amounts.shape)
    known = np.isfinite(amounts)
    for row in np.flatnonzero(known.all(axis=1) & np.isfinite(whole)):
        equations.bind(cells[row], np.ones(len(split.parts)))
    numbers = {}
    for (scope, i), amount in sums.items():
        width = float(threshold) if small([amount], threshold)[0] else 0.0
        high = max(float(np.nansum(most[inside[scope], i])), amount)
        numbers[scope, i] = equations.total(amount, width, high)
        mine = cells[inside[scope] & known[:, i], i]
        equations.bind(mine, np.ones(len(mine)), numbers[scope, i])
    for scope, rows in inside.items():  # the totals of the parts add up as the parts do
        across = [numbers[scope, i] for i in range(len(split.parts)) if (scope, i) in numbers]
        if (known[rows].all() and np.isfinite(whole[rows]).all()) and len(across):
            equations.bind(np.array(across), np.ones(len(across)))
    for i in range(len(split.parts)):
        _groups_add_up(equations, numbers, i, inside, cells[:, i], known[:, i])
    hidden = equations.withheld()
    gone = {(s, split.parts[i]) for (s, i), number in numbers.items() if hidden[number]}
    return hidden[: amounts.size].reshape(amounts.shape), gone


def _groups_add_up(
    equations: Equations,
    numbers: Mapping[tuple[str, int], int],
    part: int,
    inside: Mapping[str, BoolArray],
    cells: IntArray,
    known: BoolArray,
) -> None:
    """Bind the region's total to those of its groups and to the districts of neither."""
    if (ALL, part) not in numbers:
        return
    groups = [numbers[s, part] for s in (TRUE, FALSE) if (s, part) in numbers]
    neither = cells[known & ~inside[TRUE] & ~inside[FALSE]]
    all_of = np.append(neither, groups).astype(np.int64)
    equations.bind(all_of, np.ones(len(all_of)), numbers[ALL, part])


def scopes(groups: pd.Series) -> dict[str, BoolArray]:
    """Return which rows are in the region, its rural districts, and the others known not to be."""
    told = groups.astype("boolean")
    return {
        scope: np.ones(len(told), dtype=bool)
        if value is None
        else (told == value).fillna(False).to_numpy(dtype=bool)
        for scope, value in SCOPES.items()
    }
