"""The change log of an export: every cell that differs, as both exports show it; causes."""

import csv
import io
import zipfile
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import pytest

from etl.export.build import build_content
from etl.export.changes import ChangeLog, changed_figures
from etl.export.content import Content, Options, Sheet
from etl.export.write import write_files
from etl.published import Published
from etl.schema import ExportRules, TableColumn

from .conftest import make

COLUMNS = [
    TableColumn(id="district_id", type="text", label="Code", description="", unique=True),
    TableColumn(id="district_name", type="text", label="Name", description=""),
    TableColumn(id="gap_rank", type="integer", label="Rank", description="", unit="rank"),
    TableColumn(id="rate", type="number", decimals=1, label="Rate", description="", unit="%"),
    TableColumn(id="is_rural", type="boolean", label="Rural", description=""),
    TableColumn(id="snapshot_id", type="text", label="Snapshot", description=""),
]


def sheet(rows: list[tuple], withheld: dict[str, list[bool]] | None = None, n: int = 6) -> Sheet:
    frame = pd.DataFrame(rows, columns=[c.id for c in COLUMNS]).iloc[:, :n]
    kinds = {"gap_rank": "Int64", "rate": "Float64", "is_rural": "boolean"}
    rest = {c: "string" for c in frame if c not in kinds}
    frame = frame.astype({c: k for c, k in kinds.items() if c in frame} | rest)
    masks = {k: np.array(v) for k, v in (withheld or {}).items()}
    return Sheet("gap", "Gap", COLUMNS[:n], frame, masks, key=("district_id",))


def told(old: Sheet, new: Sheet) -> list[tuple]:
    found = changed_figures(old, new, "[c]").drop(columns=["district_name", "label", "unit"])
    rows = found.drop(columns="place").astype("object")
    return [tuple(rows.where(rows.notna(), None).loc[i]) for i in rows.index]


def test_every_cell_that_differs_is_told_and_no_other():
    old = sheet([("1", "A", 1, 2.5, True, "s1"), ("2", "B", 2, None, False, "s1")])
    new = sheet([("1", "A", 2, 2.5, False, "s2"), ("2", "B", 2, 4.0, False, "s2")])
    assert told(old, old) == []
    assert told(old, new) == [
        ("1", "gap_rank", 1.0, 2.0, 1.0, None, None),
        ("2", "rate", None, 4.0, None, None, None),
        ("1", "is_rural", None, None, None, "true", "false"),
    ]


def test_districts_and_columns_that_come_and_go_differ_from_missing():
    old = sheet([("1", "A", 1, 2.5, None, "s"), ("2", "B", 2, None, None, "s")], n=3)
    new = sheet([("1", "A", 1, 2.5, None, "s"), ("3", "C", 2, None, None, "s")], n=4)
    assert told(old, new) == [
        ("2", "district_name", None, None, None, "B", None),
        ("3", "district_name", None, None, None, None, "C"),
        ("2", "gap_rank", 2.0, None, None, None, None),
        ("3", "gap_rank", None, 2.0, None, None, None),
        ("1", "rate", None, 2.5, None, None, None),
    ]


def test_a_withheld_figure_shows_its_code_and_nothing_else():
    old = sheet([("1", "A", 1, None, True, "s")], {"rate": [True]})
    new = sheet([("1", "A", 1, 4.0, True, "s")])
    assert told(old, new) == [("1", "rate", None, 4.0, None, "[c]", None)]
    assert told(old, old) == []


def renamed(data: Published, snapshot_id: str) -> Published:
    frames = ("out_gap", "out_region")
    tables = {k: data.tables[k].assign(snapshot_id=snapshot_id) for k in frames}
    return Published({**data.tables, **tables}, data.shapes)


@pytest.fixture
def content(rules: ExportRules) -> Content:
    old = renamed(make(20, 5), "old123")
    moves = old.tables["out_gap"][["district_id", "district_name"]].assign(
        gap_rank_old=1, gap_rank_new=3, gap_rank_change=2, gap_rank_by_data=2.0,
    )  # fmt: skip
    about = {"old_snapshot_id": "old123", "old_method_version": "2026.3", "separable": False,
             "note": "The districts themselves changed."}  # fmt: skip
    before = build_content(old, rules, Options()).gap
    options = Options(("underserved",))
    return build_content(make(20, 6), rules, options, ChangeLog(before, moves, about))


def test_the_log_is_in_every_table_format_and_valid(
    content: Content, rules: ExportRules, tmp_path: Path
):
    paths = write_files(content, rules, tmp_path, ["csv", "xlsx", "zip"])
    assert [p.name.removeprefix("mindgap-madeup-abc123def456-underserved-since-old123")
            for p in paths] == [".csv", "-changed-figures.csv", "-changes.csv", ".xlsx", ".zip",
                                ".checksums.json"]  # fmt: skip
    assert frictionless.validate(str(paths[4])).valid
    with zipfile.ZipFile(paths[4]) as package:
        inside = list(csv.DictReader(io.StringIO(package.read("changes.csv").decode())))
    beside = list(csv.DictReader(paths[2].read_text("utf-8-sig").splitlines()))
    ids = set(content.gap.frame["district_id"])
    assert beside == inside and {row["district_id"] for row in beside} == ids
    figures = {s.id: s for s in content.sheets}["changed_figures"].frame
    assert set(figures["district_id"]) <= ids and len(figures) > 20
    assert {"Changes", "Changed figures"} <= {s.title for s in content.sheets if s.workbook}
    notes = dict(content.notes)
    assert "old123" in notes["What changed"]
    assert notes["Causes"].endswith("The districts themselves changed.")


def test_without_a_log_nothing_is_said_of_changes(rules: ExportRules):
    content = build_content(make(8), rules, Options())
    assert not {"changes", "changed_figures"} & {s.id for s in content.sheets}
    assert not {"What changed", "Causes"} & set(dict(content.notes))
