"""The page that says what a refresh changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from make_snapshot import HOSTILE, build
from test_pages import html, run

from dashboard import changes, queries


def district(
    name: str, old: float | None, new: float | None, **causes: float | None
) -> dict[str, Any]:
    parts = {f"gap_rank_{c}": causes.get(c, 0.0) for c in changes.CAUSES}
    change = None if old is None or new is None else new - old
    return {
        "district_id": name, "district_name": name, "gap_score_old": 40.0, "gap_score_new": 41.25,
        "gap_rank_old": old, "gap_rank_new": new, "gap_rank_change": change,
        "entered_worst_fifth": name == "Alpha", "left_worst_fifth": name == HOSTILE, **parts,
    }  # fmt: skip


def write(home: Path, older: str, separable: bool = True, note: str = "") -> Path:
    """Lay a record beside the snapshot that `build` made."""
    build(home)
    snapshot = queries.current("synth")
    own = snapshot.path.stem.removeprefix("gap-")
    record = {
        "format_version": 1,
        "about": {"old_snapshot_id": older, "new_snapshot_id": own, "old_method_version": "2026.3",
                  "new_method_version": "2026.4", "separable": separable, "note": note},
        "districts": [
            district("Alpha", 9.0, 2.0, by_data=-6.0, by_model=-1.0),
            district(HOSTILE, 2.0, 3.0, by_method=1.0),
            district("Beta", 4.0, 4.0),
            district("Gamma", None, None),
        ],
        "summary": [{"table": "out_indicator", "rows_added": 0, "rows_removed": 0,
                     "cells_changed": 14, "columns_changed": "value, vintage"}],
        "changes": [],
    }  # fmt: skip
    path = snapshot.path.with_name(f"changes-{older}-{own}.json")
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def test_without_an_older_snapshot_the_page_says_so(synth: Path) -> None:
    app = run(page="changes")
    assert not app.exception
    assert "only one snapshot" in app.info[0].value


def test_moves_and_their_causes(home: Path) -> None:
    write(home, "older1")
    app = run(page="changes")
    assert not app.exception
    page = html(app)
    assert "2 of 4" in page and "changed rank" in page
    assert "up 7 places" in page and "down 1 place<" in page
    assert "9 → <b>2</b>" in page
    assert "Most of the movement comes from: source data" in page
    assert "<b>Entered:</b> <bdi>Alpha</bdi>" in page
    assert "value, vintage" in page
    assert "<script" not in page and "${" not in page


def test_causes_that_cannot_be_told_apart(home: Path) -> None:
    write(home, "older1", separable=False, note="Snapshot older1: it was published before.")
    app = run(page="changes")
    assert "Causes cannot be told apart" in app.warning[0].value
    assert "Boundaries" not in html(app)


def test_one_of_several_older_snapshots_is_chosen(home: Path) -> None:
    path = write(home, "older1")
    other = path.with_name(path.name.replace("older1", "older2"))
    other.write_text(path.read_text().replace("older1", "older2"), encoding="utf-8")
    app = run(page="changes")
    assert app.selectbox(key="w_older").options == ["older2", "older1"]
    app.selectbox(key="w_older").select("older1").run()
    assert "older1" in html(app)


@pytest.mark.parametrize("broken", ["{", '{"format_version": 99}', '{"format_version": 1}', "[]"])
def test_a_broken_record_is_told_with_its_remedy(home: Path, broken: str) -> None:
    write(home, "older1").write_text(broken, encoding="utf-8")
    app = run(page="changes")
    assert not app.exception
    assert "mindgap diff synth" in app.error[0].value.replace("\\", "")


def test_records_of_other_snapshots_are_not_shown(home: Path) -> None:
    path = write(home, "older1")
    path.rename(path.with_name("changes-older1-another.json"))
    assert changes.older(queries.current("synth")) == {}
