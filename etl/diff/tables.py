"""Compare published tables row by row and cell by cell. Pure: frames in, frames out."""

import pandas as pd

# What tells a row of a published table from another. Values of `out_layer_district` are not held
# against each other: they repeat those of the tables of scores, indicators and access.
KEYS = {
    "out_gap": ["district_id"],
    "out_indicator": ["district_id", "indicator_id"],
    "out_access": ["district_id", "measure", "tier"],
    "out_staff": ["district_id", "cadre"],
    "out_profile": ["district_id", "link"],
    "out_layer": ["layer"],
    "out_layer_class": ["layer", "method", "class_index"],
    "out_bivariate_class": ["variable", "class_index"],
    "out_peer": ["district_id"],
    "out_similar": ["district_id", "kind", "position"],
    "out_ring": ["service_id", "setting", "minutes"],
    "out_service": ["service_id"],
    "out_source": ["source_id"],
}
# Differ in every snapshot, and say nothing about the figures.
IGNORED = ("snapshot_id", "method_version")
CHANGES = ["table", "key", "column", "old", "new"]


def compare(old: pd.DataFrame, new: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return every difference of one table.

    Parameters
    ----------
    old, new
        The table in each snapshot; columns that only one has are told as one change.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``key`` (key columns joined by " · "), ``column`` (empty for a whole row added or
        removed), ``old``, ``new`` (as text; missing where there is none).
    """
    keys = KEYS[table]
    before, after = (_keyed(frame, keys) for frame in (old, new))
    rows: list[tuple[str, str, str, object, object]] = []
    columns_gone = [c for c in before.columns if c not in after.columns]
    columns_come = [c for c in after.columns if c not in before.columns]
    rows += [(table, "(all rows)", c, "column", pd.NA) for c in columns_gone]
    rows += [(table, "(all rows)", c, pd.NA, "column") for c in columns_come]
    rows += [(table, k, "", "row", pd.NA) for k in before.index.difference(after.index)]
    rows += [(table, k, "", pd.NA, "row") for k in after.index.difference(before.index)]
    both = after.index.intersection(before.index)
    for column in (c for c in after.columns if c in before.columns and c not in IGNORED):
        one, two = before.loc[both, column], after.loc[both, column]
        differs = ~((one == two).fillna(False).astype(bool) | (one.isna() & two.isna()))
        rows += [(table, k, column, one[k], two[k]) for k in both[differs.to_numpy()]]
    return pd.DataFrame(rows, columns=CHANGES)


def summarise(changes: pd.DataFrame) -> pd.DataFrame:
    """Count the differences by table and kind.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``rows_added``, ``rows_removed``, ``cells_changed``, ``columns_changed`` (names
        of columns with changes, the most first).
    """
    whole = changes["column"] == ""
    parts = []
    for table in KEYS:
        own = changes["table"] == table
        cells = changes[own & ~whole & (changes["key"] != "(all rows)")]
        added = changes[own & whole & changes["old"].isna()]
        removed = changes[own & whole & changes["new"].isna()]
        if own.any():
            names = [str(c) for c in cells["column"].value_counts().index]
            schema = changes[own & (changes["key"] == "(all rows)")]["column"]
            names += [f"{c} (the column itself)" for c in schema]
            parts.append((table, len(added), len(removed), len(cells), ", ".join(names)))
    columns = ["table", "rows_added", "rows_removed", "cells_changed", "columns_changed"]
    return pd.DataFrame(parts, columns=columns)


def _keyed(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the frame as comparable text, indexed by its joined key."""
    cells = frame[keys].astype("string").fillna("")
    joined = [" · ".join(row) for row in cells.itertuples(index=False)]
    rest = frame.drop(columns=keys).astype("string")
    return rest.set_index(pd.Index(joined, dtype="string"))
