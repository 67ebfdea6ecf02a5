"""Reading snapshots: the pointer, missing data, and what a reader may not do."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from make_snapshot import build

from dashboard import district_rows, queries, region_rows, service_rows


def test_rows_come_in_the_order_of_the_geometry(synth: Path) -> None:
    gap = queries.gap(queries.current("synth"))
    assert list(gap["district_id"]) == sorted(gap["district_id"])
    assert len(gap) == 12
    assert gap["class_gap"].isna().sum() == 1
    assert gap["class_gap"].notna().equals(gap["gap_score"].notna())


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
    with pytest.raises(queries.NoSnapshotError, match="unreadable_snapshot"):
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
    assert levels.loc["individual", "n_points"] + levels.loc["community", "n_points"] == 36
    assert queries.candidate_count(snapshot) == 12
    assert len(service_rows.services(snapshot)) == 48


ADDED = ["out_lens", "out_lens_district", "out_lens_class", "out_reason", "out_access_part",
         "out_access_component", "out_cluster", "out_cluster_region", "out_staff", "out_benchmark",
         "out_variant", "out_variant_district", "out_sensitivity", "out_equity"]  # fmt: skip


@pytest.mark.parametrize("table", ADDED)
def test_a_missing_table_is_told_apart_from_a_broken_file(synth: Path, table: str) -> None:
    drop(synth, f"DROP TABLE {table}")
    with pytest.raises(queries.NoSnapshotError, match="older_method"):
        queries.current("synth").frame(f"SELECT * FROM {table}")


def test_a_missing_column_is_of_an_older_method_too(synth: Path) -> None:
    drop(synth, "ALTER TABLE out_indicator DROP COLUMN left_out")
    with pytest.raises(queries.NoSnapshotError, match="older_method"):
        district_rows.indicators(queries.current("synth"), "SY001")


def test_every_select_runs_and_knows_its_district(synth: Path) -> None:
    snapshot = queries.current("synth")
    for name in ("indicators", "access", "access_parts", "reasons", "lenses", "clusters", "staff",
                 "links", "shortage", "better", "sources", "findings"):  # fmt: skip
        rows = getattr(district_rows, name)(snapshot, "SY002")
        assert len(rows), name
        unknown = getattr(district_rows, name)(snapshot, "nope' OR 1=1 --")
        if name in {"lenses", "access_parts"}:  # what is declared shows, without figures
            assert unknown[["people" if name == "lenses" else "value"]].isna().all().all()
        else:
            assert unknown.empty, name
    assert district_rows.candidates(snapshot, "SY004")["n"].sum() == 4
    assert district_rows.candidates(snapshot, "SY002").empty
    assert district_rows.typical(snapshot, "nope")["peer_label"].isna().all()
    assert district_rows.levels(snapshot, "SY002")["n"].sum() > 0
    assert district_rows.levels(snapshot, "nope")["n"].sum() == 0
    for name in ("variants", "sensitivity", "equity", "clusters", "cluster_counts", "benchmarks",
                 "access_components", "indicators_left_out", "indicator_labels", "staff_totals",
                 "methods", "sources", "quality"):  # fmt: skip
        assert len(getattr(region_rows, name)(snapshot)), name


def test_classes_of_a_group_are_its_own(synth: Path) -> None:
    snapshot = queries.current("synth")
    everyone, youth = (queries.classes(snapshot, "gap", lens) for lens in ("", "youth"))
    assert list(everyone["class_index"]) == list(youth["class_index"]) == [0, 1, 2, 3, 4]
    assert list(everyone["upper"]) != list(youth["upper"])
    assert queries.classes(snapshot, "gap", "disability").empty


def drop(home: Path, sql: str) -> None:
    """Make the current snapshot of the synthetic region one of an older method."""
    folder = home / "data" / "published" / "synth"
    with duckdb.connect(str(folder / (folder / "CURRENT").read_text().strip())) as con:
        con.execute(sql)
