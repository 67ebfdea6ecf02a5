"""Tables with declared types, so that one without rows or figures has its columns all the same."""

from collections.abc import Sequence
from typing import Any

import pandas as pd


def typed(rows: Sequence[Any] | pd.DataFrame, types: dict[str, str]) -> pd.DataFrame:
    """Return rows as a table with the columns of `types`, in their order, each of its type."""
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=list(types))
    return table[list(types)].reset_index(drop=True).astype(types)
