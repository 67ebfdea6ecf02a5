"""``mindgap diff``: say what changed between two snapshots, to people or to machines."""

from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from etl.diff.causes import CAUSES
from etl.diff.forms import ROWS, Form
from etl.diff.keep import choose
from etl.diff.report import Report, report
from etl.diff.snapshot import read_snapshot, snapshot_of
from etl.errors import SourceMissingError
from etl.publish import current_snapshot
from etl.warehouse import Warehouse


def between(home: Path, region_id: str, old: str | None, new: str | None) -> Report:
    """Compare two published snapshots, by id or the newest two.

    Raises
    ------
    SourceMissingError
        As `etl.diff.keep.choose`.
    """
    before, after = choose(home, region_id, old, new)
    return report(read_snapshot(before), read_snapshot(after))


def preview(home: Path, region_id: str, built: Warehouse, out: Console) -> None:
    """Say what publishing a built warehouse would change against the snapshot that is served."""
    try:
        served = current_snapshot(home, region_id)
    except SourceMissingError:
        out.print(f"Nothing is published of {region_id} yet: everything would be new.")
        return
    show(report(read_snapshot(served), snapshot_of(built)), Form.text, out, ROWS)


def show(found: Report, form: Form, out: Console, rows: int) -> None:
    """Write a report: tables for people, JSON or CSV (one row per district) for machines."""
    if form is Form.json:
        out.file.write(found.to_json(max_changes=len(found.changes)) + "\n")
    elif form is Form.csv:
        found.districts.to_csv(out.file)
    else:
        _words(found, out, rows)


def _words(found: Report, out: Console, rows: int) -> None:
    about = found.about
    out.print(
        f"From {about['old_snapshot_id']} (method {about['old_method_version']}) to "
        f"{about['new_snapshot_id']} (method {about['new_method_version']})."
    )
    if found.nothing:
        out.print("No change: every published figure is the same.")
        return
    if not about["separable"]:
        out.print(f"Causes cannot be told apart. {about['note']}", markup=False)
    out.print(_tables(found.summary))
    moved = found.districts[found.districts["gap_rank_change"].fillna(0) != 0]
    out.print(f"{len(moved):,} of {len(found.districts):,} districts changed rank.")
    for flag, words in (("entered_worst_fifth", "Entered"), ("left_worst_fifth", "Left")):
        names = found.districts.loc[found.districts[flag], "district_name"]
        if len(names):
            out.print(f"{words} the worst fifth: {', '.join(map(str, names))}.", markup=False)
    if len(moved):
        out.print(_moves(moved.head(rows)))
    if len(moved) > rows:
        out.print(f"... and {len(moved) - rows:,} more (--rows, or --format csv for all).")


def _tables(summary: pd.DataFrame) -> Table:
    table = Table("published table", "rows added", "removed", "cells changed", "in columns")
    for row in summary.to_dict("records"):
        counts = (int(row[c]) for c in ("rows_added", "rows_removed", "cells_changed"))
        table.add_row(str(row["table"]), *(f"{n:,}" for n in counts), str(row["columns_changed"]))
    return table


def _moves(moved: pd.DataFrame) -> Table:
    table = Table("district", "rank", "was", "gap", "was", *(c.removeprefix("by_") for c in CAUSES))
    table.caption = "Last four columns: places moved because of each cause; they add up to the move"
    for row in moved.to_dict("records"):
        ranks = (_whole(row["gap_rank_new"]), _whole(row["gap_rank_old"]))
        gaps = (_score(row["gap_score_new"]), _score(row["gap_score_old"]))
        parts = (_signed(row[f"gap_rank_{cause}"]) for cause in CAUSES)
        table.add_row(str(row["district_name"]), *ranks, *gaps, *parts)
    return table


def _whole(value: float) -> str:
    return "no data" if pd.isna(value) else f"{value:.0f}"


def _score(value: float) -> str:
    return "no data" if pd.isna(value) else f"{value:.1f}"


def _signed(value: float) -> str:
    return "?" if pd.isna(value) else f"{value:+.0f}" if value else "0"
