"""The totals that are published beside the districts, made before anything is withheld."""

import numpy as np
import pandas as pd

from etl.measures.checks import BoolArray
from etl.schema.withholding import Total, Withholding
from etl.withholding.parts import scopes

KINDS = {"scope": "string", "item": "string", "label": "string", "value": "float64",
         "unit": "string", "n_districts": "int32", "n_withheld": "int32"}  # fmt: skip


def totals(
    gap: pd.DataFrame,
    withheld: dict[str, BoolArray],
    gone: set[tuple[str, str]],
    rules: Withholding,
) -> pd.DataFrame:
    """Return ``out_total``.

    Parameters
    ----------
    gap
        ``out_gap`` with every figure.
    withheld
        Mask over its rows by column, of districts whose figure is withheld.
    gone
        (scope, column) of the totals that are withheld themselves.

    Returns
    -------
    pandas.DataFrame
        ``scope`` (all, rural, not rural), ``item``, ``label``, ``value`` (missing where no district
        has the figure, or it is withheld), ``unit``, ``n_districts`` that have the figure,
        ``n_withheld`` of those, how many do not show it.
    """
    inside = scopes(gap["is_rural"])
    rows = []
    for scope, mask in inside.items():
        for rule in rules.totals:
            value, n, hidden = _total(gap, rule, mask, withheld)
            value = np.nan if (scope, rule.item) in gone else value
            rows.append((scope, rule.item, rule.label, value, rule.unit, n, hidden))
    return pd.DataFrame(rows, columns=list(KINDS)).astype(KINDS)


def _total(
    gap: pd.DataFrame, rule: Total, mask: BoolArray, withheld: dict[str, BoolArray]
) -> tuple[float, int, int]:
    if rule.where is not None:
        mask = mask & (gap[rule.where].astype("boolean").fillna(False).to_numpy(dtype=bool))
    if rule.column is None:
        return float(mask.sum()), int(mask.sum()), 0
    amounts = pd.to_numeric(gap[rule.column]).to_numpy(dtype=float, na_value=np.nan)[mask]
    known = np.isfinite(amounts)
    hidden = withheld.get(rule.column, np.zeros(len(gap), dtype=bool))[mask]
    # No district in the group at all is a sum of nothing; districts without the figure are no data.
    value = np.nan if len(amounts) and not known.any() else float(np.round(amounts[known].sum(), 2))
    return value, int(known.sum()), int((hidden & known).sum())
