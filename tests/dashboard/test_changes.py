"""The page that says what a refresh changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from make_changes import write_changes
from make_snapshot import build
from test_pages import html, run

from dashboard import changes, queries


def test_without_an_older_snapshot_the_page_says_so(synth: Path) -> None:
    app = run(page="changes")
    assert not app.exception
    assert "only one snapshot" in app.info[0].value


def test_moves_and_their_causes(home: Path) -> None:
    write_changes(build(home), "older1")
    app = run(page="changes")
    assert not app.exception
    page = html(app)
    assert "3 of 5" in page and "changed rank" in page
    assert "up 7 places" in page and "down 1 place<" in page
    assert "9 → <b>2</b>" in page
    assert "Most of the movement comes from: source data" in page
    assert "<b>Entered:</b> <bdi>Alpha</bdi>" in page
    assert "value, vintage" in page
    assert "<script" not in page and "${" not in page


def test_causes_that_cannot_be_told_apart(home: Path) -> None:
    write_changes(
        build(home), "older1", separable=False, note="Snapshot older1: it was published before."
    )
    app = run(page="changes")
    assert "Causes cannot be told apart" in app.warning[0].value
    assert "Boundaries" not in html(app)


def test_one_of_several_older_snapshots_is_chosen(home: Path) -> None:
    path = write_changes(build(home), "older1")
    other = path.with_name(path.name.replace("older1", "older2"))
    other.write_text(path.read_text().replace("older1", "older2"), encoding="utf-8")
    app = run(page="changes")
    assert app.selectbox(key="w_older").options == ["older2", "older1"]
    app.selectbox(key="w_older").select("older1").run()
    assert "older1" in html(app)


@pytest.mark.parametrize("broken", ["{", '{"format_version": 99}', '{"format_version": 1}', "[]"])
def test_a_broken_record_is_told_with_its_remedy(home: Path, broken: str) -> None:
    write_changes(build(home), "older1").write_text(broken, encoding="utf-8")
    app = run(page="changes")
    assert not app.exception
    assert "mindgap diff synth" in app.error[0].value.replace("\\", "")


def test_records_of_other_snapshots_are_not_shown(home: Path) -> None:
    path = write_changes(build(home), "older1")
    path.rename(path.with_name("changes-older1-another.json"))
    assert changes.older(queries.current("synth")) == {}
