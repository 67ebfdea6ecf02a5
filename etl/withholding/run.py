"""Withhold small counts from the ``out_`` tables of a refresh."""

import numpy as np
import pandas as pd

from etl import logs
from etl.measures.checks import BoolArray
from etl.schema.withholding import Withholding
from etl.warehouse import Warehouse
from etl.withholding.indicators import HiddenIndicators, withheld_indicators
from etl.withholding.parts import withheld_parts
from etl.withholding.places import COLUMNS, places, select_without
from etl.withholding.points import withheld_points
from etl.withholding.totals import totals
from etl.withholding.typical import telling_percentiles

LAYERS, TYPICAL, POINTS = "out_layer_district", "out_typical", "out_access_point"
UNRELIABLE = {"district_id": "string", "indicator_id": "string", "code": "string",
              "reason": "string"}  # fmt: skip


def withhold_counts(warehouse: Warehouse, rules: Withholding) -> dict[str, str]:
    """Decide what is withheld; return, of each table with withheld cells, the SELECT without them.

    Writes ``out_withheld`` (one row per cell), ``out_total`` (totals made of every figure) and
    ``out_unreliable`` (shown rates on few people). The other tables stay as they are: a refresh
    that takes them from the last one must find every figure.

    Raises
    ------
    MindgapError
        If a rule names a table or column that there is not.
    """
    wanted = {r.table for r in rules.repeats} | {
        r.through.table for r in rules.repeats if r.through
    }
    there = set(warehouse.tables())
    tables = {name: warehouse.read(name) for name in sorted(wanted & there)}
    gap, long = tables["out_gap"], tables["out_indicator"]
    groups = _groups(tables[rules.groups.table], rules)
    parts, gone = withheld_parts(gap, rules)
    found = withheld_indicators(long, gap, rules, list(groups))
    cells = places(_names(gap, long, parts, found), tables, rules)
    others = [_group_totals(groups, found, rules), _percentiles(warehouse, cells, rules)]
    places_of_people = tables[POINTS]
    few = places_of_people[withheld_points(places_of_people, rules.threshold)]
    others.append(_told(POINTS, [(d, p, "population") for d, p in _pairs(few)], rules))
    cells = pd.concat([cells, *others], ignore_index=True)
    warehouse.write("out_withheld", cells.astype("string"))
    warehouse.write("out_total", totals(gap, parts, gone, rules))
    warehouse.write("out_unreliable", _unreliable(long, found.rows, rules))
    own = int(found.rows.sum() + sum(mask.sum() for mask in parts.values()))
    logs.event("withheld", f"{own:,} counts are withheld in {len(cells):,} places, "
               f"{len(found.scores):,} scores with them.", cells=len(cells))  # fmt: skip
    selects = {}
    for table, rows in cells.groupby("table_name"):
        name = str(table)
        order = next((r.order for r in rules.repeats if r.table == name and r.order), None)
        columns = list(warehouse.columns(name))
        selects[name] = select_without(name, columns, set(rows["column_name"]), order)
    return selects


def take_out(warehouse: Warehouse, rules: Withholding) -> None:
    """Leave the ``out_`` tables as they would be published; for a warehouse that is not kept."""
    for table, select in withhold_counts(warehouse, rules).items():
        warehouse.write(table, warehouse.select(select))


def _names(
    gap: pd.DataFrame, long: pd.DataFrame, parts: dict[str, BoolArray], found: HiddenIndicators
) -> pd.DataFrame:
    """Return the withheld figures as ``district_id`` and ``name``."""
    rows = long.loc[found.rows, ["district_id", "indicator_id"]]
    pieces = [rows.rename(columns={"indicator_id": "name"})]
    pieces += [gap.loc[mask, ["district_id"]].assign(name=c) for c, mask in parts.items()]
    pieces.append(pd.DataFrame({"district_id": sorted(found.scores), "name": "need_score"}))
    return pd.concat(pieces, ignore_index=True).astype("string")


def _groups(table: pd.DataFrame, rules: Withholding) -> dict[str, str]:
    """Return the id of each group of people that is an indicator's share, by indicator."""
    known = table[table[rules.groups.indicator].notna() & table[rules.groups.total].notna()]
    return dict(zip(known[rules.groups.indicator], known[rules.groups.id], strict=True))


def _group_totals(
    groups: dict[str, str], found: HiddenIndicators, rules: Withholding
) -> pd.DataFrame:
    """Return the totals of groups of people that are withheld; they are of no district."""
    totals = [("", groups[name], rules.groups.total) for name in sorted(found.totals)]
    return _told(rules.groups.table, totals, rules)


def _percentiles(warehouse: Warehouse, cells: pd.DataFrame, rules: Withholding) -> pd.DataFrame:
    """Return what is usual where that is a withheld figure itself; the scope is its district."""
    layers = cells[(cells["table_name"] == LAYERS) & (cells["column_name"] == "value")]
    hidden = set(zip(layers["district_id"], layers["item"], strict=True))
    values, peers, usual = (warehouse.read(name) for name in (LAYERS, "out_peer", TYPICAL))
    return _told(TYPICAL, telling_percentiles(values, peers, usual, hidden), rules)


def _pairs(points: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(points["district_id"], points["point_id"], strict=True))


def _told(table: str, places: list[tuple[str, str, str]], rules: Withholding) -> pd.DataFrame:
    reason = rules.words.format(threshold=rules.threshold)
    rows = [(table, *place, rules.code, reason) for place in places]
    return pd.DataFrame(rows, columns=COLUMNS, dtype="string")


def _unreliable(long: pd.DataFrame, hidden: BoolArray, rules: Withholding) -> pd.DataFrame:
    """Return the shown rates that rest on few cases or few people."""
    rule = rules.unreliable
    few = np.zeros(len(long), dtype=bool)
    for column, limit in (
        ("numerator", rule.numerator_below),
        ("denominator", rule.denominator_below),
    ):
        few |= pd.to_numeric(long[column]).to_numpy(dtype=float, na_value=np.nan) < limit
    few &= long["indicator_id"].isin(rules.indicators).to_numpy() & ~hidden
    few &= long["value"].notna().to_numpy()
    words = rule.words.format(
        numerator_below=rule.numerator_below, denominator_below=rule.denominator_below
    )
    rows = long.loc[few, ["district_id", "indicator_id"]].assign(code=rule.code, reason=words)
    return rows.reset_index(drop=True).astype(UNRELIABLE)
