"""Reading snapshots: the pointer, missing data, and what a reader may not do."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from make_snapshot import build

from dashboard import queries


def test_rows_come_in_the_order_of_the_geometry(synth: Path) -> None:
    gap = queries.gap(queries.current("synth"))
    assert list(gap["district_id"]) == sorted(gap["district_id"])
    assert len(gap) == 12
    assert gap["class_gap"].isna().sum() == 1
    assert gap["class_gap"].notna().equals(gap["gap_score"].notna())


def test_summary_is_the_sum_of_the_shown_rows(synth: Path) -> None:
    snapshot = queries.current("synth")
    gap = queries.gap(snapshot)
    rural = gap[gap["is_rural"].astype(bool)]
    total = queries.summary(snapshot, rural_only=True)
    assert total["districts"] == len(rural)
    assert total["population"] == pytest.approx(rural["population"].sum())
    assert queries.summary(snapshot, rural_only=False)["scored"] == 11


def test_summary_of_no_data_is_missing_not_zero(home: Path) -> None:
    build(home, kind="all_null")
    total = queries.summary(queries.current("synth"), rural_only=False)
    assert str(total["population"]) in {"nan", "None"}
    assert total["judged"] == 0


def test_a_new_current_is_read_without_restart(home: Path) -> None:
    build(home, snapshot_id="old", name="Before")
    assert queries.region(queries.current("synth"))["name"] == "Before"
    build(home, snapshot_id="new", name="After")
    assert queries.region(queries.current("synth"))["name"] == "After"
    assert queries.region(queries.by_id("synth", "old"))["name"] == "Before"


def test_nothing_published(home: Path) -> None:
    assert queries.published_regions() == []
    with pytest.raises(queries.NoSnapshotError):
        queries.current("kenya")


@pytest.mark.parametrize("pointer", ["gap-gone.duckdb", "../../../etc/passwd", ""])
def test_a_pointer_to_nothing_is_refused(synth: Path, pointer: str) -> None:
    (synth / "data" / "published" / "synth" / "CURRENT").write_text(pointer)
    with pytest.raises(queries.NoSnapshotError):
        queries.current("synth")


@pytest.mark.parametrize("region", ["../synth", "SYNTH", "", "a/b"])
def test_region_names_cannot_leave_the_folder(synth: Path, region: str) -> None:
    with pytest.raises(queries.NoSnapshotError):
        queries.current(region)
    assert queries.geometry_path(region, "districts-a.geojson") is None


def test_geometry_names_cannot_leave_the_folder(synth: Path) -> None:
    name = queries.region(queries.current("synth"))["geometry_file"]
    assert queries.geometry_path("synth", name) is not None
    for bad in ("../CURRENT", "..%2fCURRENT", "gap-1.duckdb", "districts-x/../../CURRENT"):
        assert queries.geometry_path("synth", bad) is None


def test_a_broken_file_is_one_clear_error(synth: Path) -> None:
    path = synth / "data" / "published" / "synth" / "gap-bad.duckdb"
    path.write_bytes(b"not a database")
    with pytest.raises(queries.NoSnapshotError, match="cannot be read"):
        queries.region(queries.by_id("synth", "bad"))


def test_readers_cannot_write_or_reach_files(synth: Path) -> None:
    snapshot = queries.current("synth")
    for sql in (
        "CREATE TABLE x AS SELECT 1",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SET enable_external_access = true",
    ):
        with pytest.raises(queries.NoSnapshotError) as caught:
            snapshot.frame(sql)
        assert isinstance(caught.value.__cause__, duckdb.Error)


def test_candidates_are_counted_apart(synth: Path) -> None:
    snapshot = queries.current("synth")
    levels = queries.levels(snapshot).set_index("level")
    points = queries.points(snapshot)
    assert levels.loc["individual", "n_points"] + levels.loc["community", "n_points"] == 36
    assert queries.candidate_count(snapshot) == 12
    assert len(points) == 48
