"""The district gap table, and the further tables beside it, from a published snapshot."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from etl.errors import BadValueError, KeyJoinError, examples
from etl.export.content import Options, Sheet, typed
from etl.export.links import permalink
from etl.export.words import fill
from etl.measures.checks import BoolArray
from etl.published import Published
from etl.schema import ExportRules, TableColumn
from etl.schema.export import IndicatorColumn


def indicator_rows(data: Published) -> pd.DataFrame:
    """Return ``out_indicator`` with the codes of withheld and unreliable figures as notes."""
    rows = data.tables["out_indicator"].sort_values(["district_id", "indicator_id"])
    rows = rows.reset_index(drop=True)
    keys = pd.MultiIndex.from_frame(rows[["district_id", "indicator_id"]].astype(str))
    codes = pd.concat(
        [
            data.withheld("out_indicator", "value").set_index(["district_id", "item"])["code"],
            data.tables["out_unreliable"].set_index(["district_id", "indicator_id"])["code"],
        ]
    )
    of_row = codes.reindex(keys).reset_index(drop=True).astype("string").fillna("")
    flags = rows.get("flag", pd.Series(None, index=rows.index)).astype("string").fillna("")
    both = np.where((of_row != "") & (flags != ""), "; ", "")
    rows["note"] = (of_row + both + flags).astype("string")
    return rows


def gap_sheet(data: Published, rules: ExportRules, rows: pd.DataFrame) -> tuple[Sheet, list[str]]:
    """Return the whole gap table, and the ids of the columns that --columns cannot leave out."""
    gap = data.tables["out_gap"].sort_values("district_id").reset_index(drop=True)
    inputs = _input_columns(rows, rules)
    values = {
        column.id: _published(data, gap, column.origin, column.source or column.id)
        for column in rules.columns
        if column.origin != "made"
    }
    withheld = {
        column.id: data.is_withheld("out_gap", column.source or column.id, gap)
        for column in rules.columns
        if column.origin == "out_gap"
    }
    for column, indicator, name in inputs:
        values[column.id] = _of_indicator(rows, indicator, name, gap["district_id"])
        if name == "value":
            item = gap[["district_id"]].assign(indicator_id=indicator)
            withheld[column.id] = data.is_withheld("out_indicator", "value", item)
    withheld = {name: mask for name, mask in withheld.items() if mask.any() and name in values}
    values["withheld"] = _list_withheld(withheld, len(gap), rules.withholding.code)
    values["permalink"] = _links(gap, rules.permalink_base)
    columns: list[TableColumn] = []
    for rule in rules.columns:
        if rule.id == rules.indicators_before:
            columns += [made for made, _, _ in inputs]
        columns.append(rule)
    frame = pd.DataFrame({column.id: typed(values[column.id], column) for column in columns})
    always = [column.id for column in rules.columns if column.always]
    sheet = Sheet("gap", rules.gap_title, columns, frame, withheld, key=("district_id",))
    return sheet, always


def _links(gap: pd.DataFrame, base: str) -> pd.Series:
    identity = gap[["region_id", "snapshot_id", "district_id"]].astype(str)
    links = [permalink(base, *row) for row in identity.itertuples(index=False, name=None)]
    return pd.Series(links, dtype="string")


def _published(data: Published, gap: pd.DataFrame, table: str, name: str) -> pd.Series:
    """Return a column of a published table by district; all missing where it is not there."""
    empty = pd.Series(None, index=gap.index, dtype="object")
    if table == "out_gap":
        return gap.get(name, empty)
    if table == "out_region":
        return pd.Series([data.region.get(name)] * len(gap), index=gap.index, dtype="object")
    other = data.tables[table].set_index("district_id")
    if name not in other:
        return empty
    return other[name].reindex(gap["district_id"]).reset_index(drop=True)


def _input_columns(rows: pd.DataFrame, rules: ExportRules) -> list[tuple[TableColumn, str, str]]:
    """Return (column, indicator id, field) of every input; those of the index come first."""
    first = rows.drop_duplicates("indicator_id").sort_values(
        ["in_index", "indicator_id"], ascending=[False, True]
    )
    # An indicator may have the name of a column, such as the share of facilities that report.
    taken = {column.id for column in rules.columns}
    made: list[tuple[TableColumn, str, str]] = []
    for words in first.to_dict("records"):
        name = str(words["indicator_id"])
        known = {"id": f"{name}_input" if name in taken else name}
        known |= {k: str(words[k]) for k in ("label", "unit", "definition")}
        for rule in rules.indicator_columns:
            made.append((_input_column(rule, known), name, rule.field))
    return made


def _input_column(rule: IndicatorColumn, known: Mapping[str, object]) -> TableColumn:
    return TableColumn(
        id=f"{known['id']}{rule.suffix}",
        type=rule.type,
        decimals=rule.decimals,
        label=fill(rule.label, known),
        unit=fill(rule.unit, known),
        description=fill(rule.description, known),
        hxl=fill(rule.hxl, known),
    )


def _of_indicator(rows: pd.DataFrame, indicator: str, name: str, ids: pd.Series) -> pd.Series:
    mine = rows[rows["indicator_id"] == indicator].set_index("district_id")[name]
    return mine.reindex(ids).reset_index(drop=True)


def _list_withheld(withheld: Mapping[str, BoolArray], n: int, code: str) -> pd.Series:
    lists = ["; ".join(f"{code} {k}" for k, mask in withheld.items() if mask[i]) for i in range(n)]
    return pd.Series(lists, dtype="string")


def extra_sheets(data: Published, rules: ExportRules, rows: pd.DataFrame) -> list[Sheet]:
    """Return the further tables that the snapshot holds, without those that have no row."""
    made: list[Sheet] = []
    for table in rules.tables:
        is_indicators = table.origin == "out_indicator"
        source = rows if is_indicators else data.tables.get(table.origin)
        if source is None or source.empty:
            continue
        if table.sort and not is_indicators:  # indicators are sorted already
            source = source.sort_values(table.sort)
        columns = [column for column in table.columns if column.id in source]
        frame = pd.DataFrame({c.id: typed(source[c.id], c) for c in columns})
        masks = {c.id: data.is_withheld(table.origin, c.id, source) for c in columns}
        made.append(
            Sheet(
                table.id,
                table.title,
                columns,
                frame.reset_index(drop=True),
                {name: mask for name, mask in masks.items() if mask.any()},
                table.key,
                table.refers,
                table.workbook,
                table.own_csv,
            )
        )
    return made


def chosen_rows(sheet: Sheet, options: Options, rules: ExportRules) -> tuple[BoolArray, str]:
    """Return which rows --filter keeps, and what it says in words.

    Raises
    ------
    BadValueError
        If a filter is not known, or no row has the class it names; lists what there is.
    KeyJoinError
        If a district asked for is not there.
    """
    kept = np.ones(len(sheet.frame), dtype=bool)
    words = []
    if options.districts:
        there = sheet.frame["district_id"]
        if unknown := sorted(set(options.districts) - set(there)):
            raise KeyJoinError(
                f"{len(unknown)} district id(s) are not in this snapshot: {examples(unknown)}. "
                f"Known are {examples(sorted(there))}."
            )
        kept &= there.isin(options.districts).to_numpy(dtype=bool)
        words.append(fill(rules.districts_named, {"value": ", ".join(sorted(options.districts))}))
    for name in options.filters:
        column, _, value = name.partition("=")
        if column == "class" and value:
            rule, held = rules.class_filter, sheet.frame[rules.class_filter.column]
            if value not in set(held.dropna()):
                classes = examples(sorted(held.dropna().unique()), limit=20)
                raise BadValueError(f"No district has the class {value!r}. There are: {classes}.")
            kept &= (held == value).fillna(False).to_numpy(dtype=bool)
            words.append(fill(rule.words, {"value": value}))
        elif name in rules.filters:
            one = rules.filters[name]
            kept &= (sheet.frame[one.column] == one.equals).fillna(False).to_numpy(dtype=bool)
            words.append(one.words)
        else:
            known = ", ".join([*sorted(rules.filters), "class=..."])
            raise BadValueError(f"--filter {name!r} is not known. There are: {known}.")
    return kept, "; ".join(words) or rules.no_filter


def chosen_columns(sheet: Sheet, wanted: Sequence[str], always: Sequence[str]) -> list[TableColumn]:
    """Return the columns asked for, in the table's order, with those that always stay.

    Raises
    ------
    BadValueError
        If a column is not known; names those that come close to all.
    """
    known = [column.id for column in sheet.columns]
    if unknown := sorted(set(wanted) - set(known)):
        raise BadValueError(
            f"--columns: the gap table has no {', '.join(unknown)}. It has: {', '.join(known)}."
        )
    return [c for c in sheet.columns if not wanted or c.id in wanted or c.id in always]
