"""The district gap table, and the further tables beside it, from a published snapshot."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from etl.errors import BadValueError, KeyJoinError, examples
from etl.export.content import Options, Sheet, typed
from etl.export.links import permalink
from etl.export.withhold import withheld_indicators, withheld_parts
from etl.export.words import fill
from etl.measures.checks import BoolArray
from etl.published import Published
from etl.schema import ExportRules, TableColumn
from etl.schema.export import IndicatorColumn


def indicator_rows(data: Published, rules: ExportRules) -> tuple[pd.DataFrame, BoolArray]:
    """Return ``out_indicator`` with notes, withheld figures emptied, and which rows are so."""
    rows = data.tables["out_indicator"].sort_values(["district_id", "indicator_id"])
    rows = rows.reset_index(drop=True)
    gap = data.tables["out_gap"]
    scores = dict(zip(gap["district_id"].astype(str), gap["need_score"], strict=True))
    hidden = withheld_indicators(rows, scores, rules.suppression)
    rows["note"] = _notes(rows, hidden, rules)
    for column in rules.suppression.withheld_with_indicator:
        if column in rows:
            rows[column] = rows[column].mask(hidden)
    return rows, hidden


def _notes(rows: pd.DataFrame, hidden: BoolArray, rules: ExportRules) -> pd.Series:
    counted = rows["indicator_id"].isin(rules.suppression.indicators).to_numpy()
    few = _below(rows, "numerator", rules.unreliable.numerator_below)
    few |= _below(rows, "denominator", rules.unreliable.denominator_below)
    few &= counted & rows["value"].notna().to_numpy()
    flags = rows["flag"] if "flag" in rows else pd.Series(None, index=rows.index, dtype="string")
    notes = []
    for gone, doubtful, flag in zip(hidden, few, flags, strict=True):
        code = rules.suppression.code if gone else rules.unreliable.code if doubtful else ""
        notes.append("; ".join(part for part in (code, "" if pd.isna(flag) else str(flag)) if part))
    return pd.Series(notes, index=rows.index, dtype="string")


def _below(rows: pd.DataFrame, column: str, limit: int) -> BoolArray:
    if column not in rows:
        return np.zeros(len(rows), dtype=bool)
    numbers = pd.to_numeric(rows[column]).to_numpy(dtype=np.float64, na_value=np.nan)
    below: BoolArray = numbers < limit
    return below


def gap_sheet(
    data: Published, rules: ExportRules, rows: pd.DataFrame, hidden: BoolArray
) -> tuple[Sheet, list[str]]:
    """Return the whole gap table, and the ids of the columns that --columns cannot leave out."""
    gap = data.tables["out_gap"].sort_values("district_id").reset_index(drop=True)
    inputs = _input_columns(rows, rules)
    values = {
        column.id: _published(data, gap, column.origin, column.source or column.id)
        for column in rules.columns
        if column.origin != "made"
    }
    withheld = withheld_parts(gap, rules.suppression)
    with_hidden = rows.assign(is_hidden=hidden)
    for column, indicator, name in inputs:
        values[column.id] = _of_indicator(rows, indicator, name, gap["district_id"])
        if name == "value":
            gone = _of_indicator(with_hidden, indicator, "is_hidden", gap["district_id"])
            withheld[column.id] = gone.eq(True).to_numpy(dtype=bool)
    withheld = {name: mask for name, mask in withheld.items() if mask.any() and name in values}
    for name, mask in withheld.items():
        values[name] = values[name].mask(mask)
    values["withheld"] = _list_withheld(withheld, len(gap), rules.suppression.code)
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


def extra_sheets(
    data: Published, rules: ExportRules, rows: pd.DataFrame, hidden: BoolArray
) -> list[Sheet]:
    """Return the further tables that the snapshot holds, without those that have no row."""
    made: list[Sheet] = []
    for table in rules.tables:
        is_indicators = table.origin == "out_indicator"
        source = rows if is_indicators else data.tables.get(table.origin)
        if source is None or source.empty:
            continue
        # Sorting keeps the rows in step with what is withheld: indicators are sorted already.
        if table.sort and not is_indicators:
            source = source.sort_values(table.sort)
        columns = [column for column in table.columns if column.id in source]
        frame = pd.DataFrame({c.id: typed(source[c.id], c) for c in columns})
        masks = {c: hidden for c in rules.suppression.withheld_with_indicator if c in frame}
        made.append(
            Sheet(
                table.id,
                table.title,
                columns,
                frame.reset_index(drop=True),
                masks if is_indicators and hidden.any() else {},
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
