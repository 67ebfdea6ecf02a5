"""Where a withheld figure stands in the published tables, and how each table reads without it."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from etl.errors import MindgapError
from etl.schema.withholding import INDICATORS, Repeat, Withholding
from etl.warehouse import identifier

DISTRICT, SCOPE = "district_id", "scope"
COLUMNS = ["table_name", "district_id", "item", "column_name", "code", "reason"]


def places(
    hidden: pd.DataFrame, tables: Mapping[str, pd.DataFrame], rules: Withholding
) -> pd.DataFrame:
    """Return every withheld cell of every published table.

    Parameters
    ----------
    hidden
        ``district_id`` and ``name``: an indicator, a column of ``out_gap``, or ``need_score``.
    tables
        The ``out_`` tables that the rules name, as far as the snapshot has them.

    Returns
    -------
    pandas.DataFrame
        ``COLUMNS``, in the order of the rules and then of district and item. ``item`` is what the
        row's key column holds, empty where the table has one row per district.

    Raises
    ------
    MindgapError
        If a rule names a table or column that there is not.
    """
    reason = rules.words.format(threshold=rules.threshold)
    found = []
    for repeat in rules.repeats:
        if repeat.table not in tables:
            raise MindgapError(f"config/withholding.yaml: there is no table {repeat.table}")
        names = {*repeat.of, *(rules.indicators if INDICATORS in repeat.of else ())}
        own = hidden[hidden["name"].isin(names)]
        _refuse_unknown(tables[repeat.table], repeat)
        if own.empty:
            continue
        rows = _rows(own, repeat, tables)
        for column in repeat.columns:
            found.append(rows.assign(table_name=repeat.table, column_name=column))
    if not found:
        return pd.DataFrame(columns=COLUMNS, dtype="string")
    cells = pd.concat(found, ignore_index=True).assign(code=rules.code, reason=reason)
    cells = cells[COLUMNS].drop_duplicates().sort_values(COLUMNS[:4], ignore_index=True)
    return cells.astype("string")


def _refuse_unknown(table: pd.DataFrame, repeat: Repeat) -> None:
    wanted = {*repeat.columns, *repeat.but, DISTRICT, *([repeat.key] if repeat.key else [])}
    if unknown := sorted(wanted - set(table.columns)):
        raise MindgapError(
            f"config/withholding.yaml: {repeat.table} has no column {', '.join(unknown)}"
        )


def _rows(own: pd.DataFrame, repeat: Repeat, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return ``district_id`` and ``item`` of the rows that a rule means."""
    table = tables[repeat.table]
    inside = table[table[DISTRICT].isin(set(own[DISTRICT]))]
    key = row_key(table.columns)
    if repeat.key is None:
        for column, kept in repeat.but.items():
            inside = inside[~inside[column].isin(kept)]
        return _named(inside, key)
    names = inside[repeat.key].astype("string")
    if repeat.through is not None:
        other = tables[repeat.through.table].set_index(repeat.through.id)[repeat.through.name]
        names = names.map(other)
    pieces = []
    for name, districts in own.groupby("name")[DISTRICT]:
        written = repeat.written.format(name)
        hit = names.str.contains(written, regex=False) if repeat.contains else names == written
        hit &= inside[DISTRICT].isin(set(districts))
        pieces.append(_named(inside[hit.fillna(False).astype(bool)], key))
    return pd.concat(pieces) if pieces else _named(inside.head(0), key)


# What tells a district's rows of a table apart, in order of choice.
KEYS = (
    "point_id",
    "indicator_id",
    "part_id",
    "link",
    "lens",
    "variant",
    "measure",
    "kind",
    "layer",
)


def row_key(columns: Iterable[str]) -> str | None:
    """Return the column that ``item`` of ``out_withheld`` repeats; None for one row a district."""
    there = set(columns)
    return next((key for key in KEYS if key in there), None)


def _named(rows: pd.DataFrame, key: str | None) -> pd.DataFrame:
    items = "" if key is None else rows[key].astype("string")
    return pd.DataFrame({DISTRICT: rows[DISTRICT].astype("string"), "item": items})


def select_without(
    table: str, columns: Sequence[str], withheld: Iterable[str], order: str | None
) -> str:
    """Return the SELECT of a table with its withheld cells empty; ``out_withheld`` says which.

    Parameters
    ----------
    columns
        All columns of the table.
    withheld
        Those with a withheld cell.
    order
        Column that numbers a district's rows by the size of a figure: rows that keep it are
        numbered anew and come first, or the hole would say where the withheld one stood.
    """
    name, key = identifier(table), row_key(columns)
    # A figure over many districts is of its scope, where the table has several.
    whose = next((c for c in (DISTRICT, SCOPE) if c in columns), None)
    match = f" and w.district_id = t.{whose}" if whose else ""
    match += f" and w.item = t.{identifier(key)}" if key else ""

    def gone(column: str) -> str:
        return (
            f"exists (select 1 from out_withheld as w where w.table_name = '{name}' "
            f"and w.column_name = '{identifier(column)}'{match})"
        )

    cells = {c: f"case when not {gone(c)} then t.{identifier(c)} end" for c in sorted(withheld)}
    sort = "t.rowid"
    if order in cells:
        number = f"{gone(str(order))} order by t.{identifier(str(order))}"
        cells[str(order)] = (
            f"case when not {gone(str(order))} then row_number() over "
            f"(partition by t.district_id, {number}) end"
        )
        sort = f"t.district_id, {order} nulls last, t.{identifier(str(key))}"
    replaced = ", ".join(f"{sql} as {column}" for column, sql in cells.items())
    return f"select t.* replace ({replaced}) from {name} as t order by {sort}"
