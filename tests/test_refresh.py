"""A refresh is atomic, alone, incremental, and leaves nothing behind, whatever interrupts it."""

import errno
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from dashboard import queries
from etl import config as configuration
from etl import digests, pipeline, steps
from etl.errors import CheckFailedError, LockedError, MindgapError, PublishError, StorageError
from etl.extract.run import extract_raw
from etl.locking import region_lock
from etl.pipeline import Choices
from etl.publish import current_snapshot
from etl.schema import Source
from etl.storage import remedy
from etl.warehouse import Warehouse

from .conftest import CHECKOUT, make_tiny_home
from .crash_loop import change_something, crash_loop, environment, fewer_draws, megabytes
from .crash_loop import refresh as start_refresh

DISK = (errno.ENOSPC, errno.EIO, errno.EACCES)


def refresh(**choices: object) -> Path:
    config = configuration.load()
    return pipeline.refresh(config, config.region("tinyland"), None, Choices(**choices))[0]  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def quick_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tinyland published once with few draws; only copied from."""
    root = tmp_path_factory.mktemp("quick") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(make_tiny_home(root)))
        fewer_draws(root)
        refresh()
    return root


@pytest.fixture
def quick(quick_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own in which tinyland is served; its refresh takes well under a second."""
    monkeypatch.setenv("MINDGAP_HOME", str(tmp_path / "home"))
    shutil.copytree(quick_once, tmp_path / "home")
    refresh()  # the copied files have another inode: note their hashes
    return tmp_path / "home"


def temporary_files(home: Path) -> list[str]:
    return [p.name for p in (home / "data").rglob("*.building*")]


def step_states(home: Path) -> dict[str, bool]:
    """Whether each step of the last refresh was taken over from the one before."""
    with Warehouse(home / "data" / "warehouse" / "tinyland.duckdb", read_only=True) as kept:
        table = kept.read("step")
    return dict(zip(table["step"], table["reused"], strict=True))


# --- One at a time


def test_second_refresh_says_who_holds_the_lock(quick: Path):
    change_something(quick, 1)
    with (
        region_lock(quick / "data" / "warehouse", "tinyland"),
        pytest.raises(LockedError, match=rf"process {os.getpid()} on .* since .*--wait"),
    ):
        refresh()
    refresh()  # the lock is free again


def test_refresh_of_another_region_is_not_kept_waiting(quick: Path):
    with (
        region_lock(quick / "data" / "warehouse", "tinyland"),
        region_lock(quick / "data" / "warehouse", "elsewhere"),
    ):
        pass


def test_wait_waits_for_the_other_refresh(quick: Path):
    change_something(quick, 1)
    order: list[str] = []
    held = region_lock(quick / "data" / "warehouse", "tinyland")
    held.__enter__()

    def waiting() -> None:
        refresh(wait=True)
        order.append("refreshed")

    thread = threading.Thread(target=waiting)
    thread.start()
    time.sleep(0.3)
    order.append("released")
    held.__exit__(None, None, None)
    thread.join(timeout=60)
    assert order == ["released", "refreshed"]


def test_two_refreshes_at_once_leave_one_whole_snapshot(quick: Path):
    change_something(quick, 1)
    both = [start_refresh(quick), start_refresh(quick)]
    told = [process.communicate()[1] for process in both]
    codes = sorted(process.returncode for process in both)
    # The second is refused, or came when the first had ended and found nothing to do.
    assert codes in ([0, LockedError.exit_code], [0, 0]), told
    assert temporary_files(quick) == []
    assert len(queries.gap(queries.current("tinyland"))) == 6


# --- Killed at any moment


def test_killed_refreshes_leave_readers_undisturbed(tmp_path: Path):
    outcome = crash_loop(tmp_path / "home", kills=5, readers=2, seed=7)
    assert outcome.failed_reads == [] and outcome.reads > 0
    assert outcome.exit_code_after == 0  # no stuck lock
    assert outcome.leftovers_after == []
    assert outcome.snapshots_after <= 5


def test_next_refresh_sweeps_what_a_killed_one_left(quick: Path):
    warehouse, published = quick / "data" / "warehouse", quick / "data" / "published" / "tinyland"
    left = [
        warehouse / ".tinyland.99.building",
        warehouse / ".tinyland.99.building.wal",
        published / ".gap-x.duckdb.99.building",
        published / ".CURRENT.99.building",
        published / "geo" / ".districts-x.geojson.99.building",
    ]
    for path in left:
        path.write_text("torn")
    (warehouse / ".tinyland.99.building.tmp").mkdir()  # DuckDB's own folder for what spills
    other = warehouse / ".tinyland-two.99.building"
    other.write_text("another region's refresh is running")
    refresh()
    assert temporary_files(quick) == [other.name]


# --- Nothing changed: nothing done


def test_unchanged_refresh_does_nothing_and_takes_less_than_1_5_seconds(quick: Path):
    before = {p: p.stat().st_mtime_ns for p in (quick / "data").rglob("*") if p.is_file()}
    clock = time.perf_counter()
    config = configuration.load()
    assert steps.up_to_date(config, config.region("tinyland"), None) is not None
    assert time.perf_counter() - clock < 1.5
    refresh()
    after = {p: p.stat().st_mtime_ns for p in (quick / "data").rglob("*") if p.is_file()}
    after.pop(quick / "data" / "warehouse" / "tinyland.lock")
    assert after.items() <= before.items()


def test_up_to_date_in_a_process_of_its_own(quick: Path):
    done = start_refresh(quick)
    out, _ = done.communicate()
    assert done.returncode == 0 and "up to date: nothing to do" in out


def set_config(home: Path, name: str, old: str, new: str) -> None:
    replace_in(home / "config" / name, old, new)


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def keep_time(home: Path) -> None:
    """Change a figure and set the file's date and size back to what they were."""
    path = home / "data" / "sample" / "tinyland" / "indicators.csv"
    stat = path.stat()
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("02,poverty_rate,30,", "02,poverty_rate,31,"), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size and path.stat().st_mtime_ns == stat.st_mtime_ns


CHANGES: dict[str, Callable[[Path], None]] = {
    "a figure": lambda home: change_something(home, 1),
    "a figure, the file's date set back": keep_time,
    "the model": lambda home: set_config(home, "model.yaml", "coverage: 0.7", "coverage: 0.6"),
    "a region's travel": lambda home: set_config(
        home, "regions/tinyland.yaml", "detour_factor: 1.5", "detour_factor: 1.6"
    ),
    "a source's provenance": lambda home: replace_in(
        home / "data/sample/tinyland/sources.csv", "Mindgap tests", "New Mindgap tests"
    ),
    "a limit of a check": lambda home: set_config(
        home, "publish.yaml", "max_shrink: 0.2", "max_shrink: 0.3"
    ),
    "the snapshot is gone": lambda home: current_snapshot(home, "tinyland").unlink(),
    "the map is gone": lambda home: shutil.rmtree(home / "data" / "published" / "tinyland" / "geo"),
    "CURRENT is gone": lambda home: (home / "data/published/tinyland/CURRENT").unlink(),
    "the stamp is torn": lambda home: (home / "data/warehouse/tinyland/stamp.json").write_text("{"),
    "a layer file is gone": lambda home: (home / "data/sample/tinyland/services.csv").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_is_noticed(quick: Path, change: Callable[[Path], None]):
    change(quick)
    config = configuration.load()
    assert steps.up_to_date(config, config.region("tinyland"), None) is None


def test_code_and_library_versions_are_part_of_the_key(
    quick: Path, monkeypatch: pytest.MonkeyPatch
):
    config = configuration.load()
    for name, value in (("code_digest", lambda: "other"), ("versions", lambda: {"duckdb": "0"})):
        with monkeypatch.context() as patch:
            patch.setattr(steps, name, value)
            assert steps.up_to_date(config, config.region("tinyland"), None) is None
    assert steps.up_to_date(config, config.region("tinyland"), None) is not None


def test_touched_file_of_the_same_content_changes_nothing(quick: Path):
    os.utime(quick / "data" / "sample" / "tinyland" / "services.csv")
    config = configuration.load()
    assert steps.up_to_date(config, config.region("tinyland"), None) is not None


def test_only_the_changed_layer_file_is_read_again(quick: Path):
    change_something(quick, 1)
    refresh()
    states = step_states(quick)
    done = {name for name, reused in states.items() if not reused}
    assert done == {"extract indicators.csv", "layers", "index"}
    assert len(states) > len(done)


def test_change_that_leaves_the_core_tables_alone_keeps_the_index(quick: Path):
    set_config(quick, "publish.yaml", "max_shrink: 0.2", "max_shrink: 0.3")
    refresh()
    assert all(step_states(quick).values())


def test_force_does_every_step_again(quick: Path):
    first = current_snapshot(quick, "tinyland")
    assert refresh(force=True) == first
    assert not any(step_states(quick).values())


def test_reused_steps_publish_the_same_tables_as_force(quick: Path):
    set_config(quick, "publish.yaml", "max_shrink: 0.2", "max_shrink: 0.3")
    current_snapshot(quick, "tinyland").unlink()
    with Warehouse(refresh(), read_only=True) as one:
        reused = {t: one.fingerprint(t) for t in one.tables()}
    current_snapshot(quick, "tinyland").unlink()
    with Warehouse(refresh(force=True), read_only=True) as two:
        forced = {t: two.fingerprint(t) for t in two.tables()}
    assert {t for t in forced if forced[t] != reused[t]} <= {"out_run"}


def test_torn_working_tables_are_made_again(quick: Path, caplog: pytest.LogCaptureFixture):
    (quick / "data" / "warehouse" / "tinyland.duckdb").write_bytes(b"torn" * 5000)
    change_something(quick, 1)
    refresh()
    assert not any(step_states(quick).values())


def test_only_the_changed_raw_source_is_read_again(tiny_home: Path, tmp_path: Path):
    config = configuration.load()
    region = config.region("tinyland")
    for name in ("one", "two"):
        columns = {"id": {"raw": "Id"}}
        declared = config.sources["tiny_survey"].model_dump()
        declared |= {"source_id": name, "path": f"{name}.csv", "columns": columns}
        config.sources[name] = Source.model_validate(declared)
        (tmp_path / f"{name}.csv").write_text("Id\n01\n")
    plain = {"sql": "services/us_fqhc", "sources": ["one", "two"]}
    demand = plain | {"rescale_to_district_population": False, "vintage": "made by hand"}
    layers = {"districts": plain, "demand_points": demand, "services": [plain], "workforce": [],
              "indicators": []}  # fmt: skip
    region = type(region).model_validate(region.model_dump() | {"layers": layers})
    previous, states = None, []
    for number in range(3):
        path = tmp_path / f"{number}.duckdb"
        with Warehouse(path) as warehouse:
            work = steps.Steps(warehouse, previous)
            extract_raw(config, region, tmp_path, warehouse, work)
            warehouse.write("step", work.table())
            warehouse.detach()
            warehouse.checkpoint()
            states.append(dict(zip(work.table()["step"], work.table()["reused"], strict=True)))
            rows = len(warehouse.read("raw_two"))
        previous = path
        if number == 1:
            (tmp_path / "two.csv").write_text("Id\n01\n02\n")
    assert states == [
        {"extract one": False, "extract two": False},
        {"extract one": True, "extract two": True},
        {"extract one": True, "extract two": False},
    ]
    assert rows == 2


def test_hash_of_a_file_just_changed_is_not_remembered(tmp_path: Path):
    path, memory = tmp_path / "a.csv", tmp_path / "hashes.json"
    path.write_text("one")
    known = digests.FileDigests(memory)
    known.sha256(path)
    known.remember()
    assert not memory.exists()  # it might change again within the clock's grain
    old = time.time() - 60
    os.utime(path, (old, old))
    assert digests.FileDigests(memory).sha256(path) == digests.file_sha256(path)


def test_hash_of_a_shapefile_covers_the_files_that_belong_to_it(tmp_path: Path):
    (tmp_path / "a.shp").write_text("shapes")
    (tmp_path / "a.dbf").write_text("names")
    known = digests.FileDigests()
    before = known.content(tmp_path / "a.shp")
    (tmp_path / "a.dbf").write_text("other")
    assert known.content(tmp_path / "a.shp") != before


# --- Keep N


def test_old_snapshots_and_their_maps_go_and_the_current_one_stays(quick: Path):
    folder = quick / "data" / "published" / "tinyland"
    orphan = folder / "geo" / "districts-0123456789ab.geojson"
    orphan.write_text("{}")
    made = [current_snapshot(quick, "tinyland")]
    for number in range(1, 5):
        change_something(quick, number)
        made.append(refresh(keep=2))
    assert {p.name for p in folder.glob("gap-*.duckdb")} == {p.name for p in made[-2:]}
    assert not orphan.exists() and len(list((folder / "geo").iterdir())) == 1
    change_something(quick, 3)  # back to the older of the two: CURRENT is not the newest file
    back = refresh(keep=2)
    assert back == made[-2] and back.exists() and made[-1].exists()


def test_reader_of_a_deleted_snapshot_keeps_reading(quick: Path):
    reader = queries.current("tinyland")
    assert len(queries.gap(reader)) == 6  # opens it
    for number in range(1, 4):
        change_something(quick, number)
        # In a process of its own, as in life: DuckDB shares open files within one.
        assert start_refresh(quick, "--keep", "2").wait() == 0
    assert not reader.path.exists()
    assert len(queries.gap(reader)) == 6
    newest = queries.current("tinyland")
    assert newest.path != reader.path and len(queries.gap(newest)) == 6


def test_disk_does_not_grow_without_bound(quick: Path):
    sizes = []
    for number in range(1, 7):
        change_something(quick, number)
        refresh(keep=2)
        sizes.append(megabytes(quick / "data"))
    assert sizes[-1] == pytest.approx(sizes[2], rel=0.05)


# --- The disk refuses


class Failing:
    """Counts the writes of a refresh, and makes one of them fail."""

    POINTS = ((os, "fsync"), (Path, "replace"), (Path, "write_text"), (Warehouse, "_change"))

    def __init__(self, patch: pytest.MonkeyPatch, at: int | None = None, code: int = 0) -> None:
        self.count, self._at, self._code, self.fired = 0, at, code, False
        for owner, name in self.POINTS:
            patch.setattr(owner, name, self._wrapped(getattr(owner, name)))

    def _wrapped(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            self.count += 1
            if self.count == self._at:
                self.fired = True
                raise OSError(self._code, os.strerror(self._code))
            return real(*args, **kwargs)

        return call


def published_files(home: Path) -> dict[str, bytes]:
    folder = home / "data" / "published"
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_write_may_fail(
    quick: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    with monkeypatch.context() as patch:
        change_something(quick, 1)
        counter = Failing(patch)
        refresh()
    # Of the many tables written each 17th; every write from the end of the snapshot on.
    points = [*range(1, counter.count - 24, 17), *range(counter.count - 24, counter.count + 1)]
    cases = 0
    for at in points:
        change_something(quick, 100 + at)
        before, code = published_files(quick), DISK[cases % 3]
        with monkeypatch.context() as patch:
            failing = Failing(patch, at, code)
            try:
                refresh()
            except (StorageError, PublishError) as error:
                told = str(error)
                assert os.strerror(code) in told and remedy(OSError(code, "")) in told, (at, told)
                assert "still served" in told
            else:  # tables could not be taken over from the last refresh: they were made again
                assert "it is done again" in caplog.text or not failing.fired, at
                caplog.clear()
        assert temporary_files(quick) == [], at
        with Warehouse(current_snapshot(quick, "tinyland"), read_only=True) as snapshot:
            assert len(snapshot.read("out_gap")) == 6
        kept = {k: v for k, v in published_files(quick).items() if k in before and k != "CURRENT"}
        assert kept.items() <= before.items()  # what was published is not touched
        cases += failing.fired
    refresh()
    assert cases >= 25


@pytest.mark.parametrize("limit", [1 << 12, 1 << 17, 1 << 21])
def test_files_that_may_not_grow(quick: Path, limit: int):
    """A real limit of the system, met inside DuckDB's own writing too."""
    change_something(quick, 1)
    before = published_files(quick)
    code = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "import sys; sys.argv[1:] = ['refresh', 'tinyland'];"
        "from etl.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], env=environment(quick), cwd=CHECKOUT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (StorageError.exit_code, PublishError.exit_code), done.stderr
    assert "Traceback" not in done.stderr and "still served" in done.stderr
    assert published_files(quick) == before
    assert temporary_files(quick) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
    refresh()


@pytest.mark.parametrize("folder", ["data/warehouse", "data/warehouse/tinyland"])
def test_file_where_a_folder_belongs(quick: Path, folder: str):
    change_something(quick, 1)
    shutil.rmtree(quick / folder)
    (quick / folder).write_text("in the way")
    with pytest.raises(StorageError, match="A file stands where a folder belongs"):
        refresh()


def test_every_errno_has_a_remedy_in_words():
    assert "free space" in remedy(OSError(errno.ENOSPC, "No space left on device"))
    assert "free space" in remedy(OSError('Could not write file "x": No space left on device'))
    assert "Check that the folder" in remedy(OSError("something else"))


# --- What is refused and what is told


def few_services(home: Path) -> None:
    path = home / "data" / "sample" / "tinyland" / "services.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:5]) + "\n", encoding="utf-8")


def test_source_that_shrank_is_refused_unless_accepted(quick: Path):
    before = published_files(quick)
    few_services(quick)
    with pytest.raises(CheckFailedError, match="--accept-smaller") as e:
        refresh()
    assert '"rows_before": "7", "rows_now": "4"' in str(e.value)
    assert published_files(quick) == before
    refresh(accept_smaller=True)


def test_rejected_rows_are_listed_with_what_to_do(quick: Path):
    path = quick / "data" / "sample" / "tinyland" / "demand_points.csv"
    path.write_text(path.read_text().replace("0,200,01", "0,-200,01"), encoding="utf-8")
    with pytest.raises(MindgapError, match=r"All 1 row\(s\) are in .*corrected_value") as caught:
        refresh()
    listed = quick / "data" / "warehouse" / "tinyland" / "rejected" / "layer_files.csv"
    assert str(listed) in str(caught.value)
    row = pd.read_csv(listed, dtype=str).iloc[0]
    assert row[["file", "row", "column_name", "value", "action"]].tolist() == [
        "demand_points file", "3", "population", "-200", "refresh stopped",
    ]  # fmt: skip


def test_doubtful_rows_are_listed_after_a_refresh(quick: Path):
    path = quick / "data" / "sample" / "tinyland" / "services.csv"
    text = path.read_text()
    path.write_text(text.replace("clinic,point,38.25,0,", "clinic,point,38.25,2,"))
    with Warehouse(refresh(), read_only=True) as snapshot:
        quality = snapshot.read("out_quality").set_index("rule")
        checks = snapshot.read("out_check").set_index("check")
    # The check on data that warns is told beside the figures; it stands in both tables.
    assert quality.loc["services_far_outside", "n_rows"] == 1
    assert quality.loc["services_far_outside", "severity"] == "warn"
    assert "Alpha clinic" in quality.loc["services_far_outside", "examples"]
    assert checks.loc["services_far_outside", "n_rows"] == 1


def test_age_is_judged_at_the_refresh_and_stays_out_of_the_snapshots_quality(home: Path):
    config = configuration.load()
    region = config.region("us-ga")
    checks = pipeline.check(config, region, None).set_index("check")
    assert checks.loc["sources_fresh", "n_rows"] >= 1  # sources of 2022 with a yearly edition
    assert checks.loc["sources_fresh", "scope"] == "run"
    quality = pd.read_csv(home / "data" / "warehouse" / "us-ga" / "quality.csv")
    assert "sources_fresh" not in set(quality["rule"])


# --- Logs


def test_log_for_machines_is_one_json_object_a_line(quick: Path):
    change_something(quick, 1)
    done = start_refresh(quick, "--log", "json", "--verbose")
    _, err = done.communicate()
    told = [json.loads(line) for line in err.splitlines()]
    tables = {t["table"]: t for t in told if t["event"] == "table"}
    assert tables["raw_layer_indicator"]["rows_out"] == tables["raw_layer_indicator"]["rows_in"]
    assert {"time", "level", "event", "message", "step", "dropped"} <= set(tables["core_indicator"])
    reused = [t for t in told if t["event"] == "step" and "unchanged" in t["message"]]
    assert reused and all("seconds" in t for t in reused)
    assert told[-1]["event"] == "published"


def test_error_for_machines_is_an_event(quick: Path):
    few_services(quick)
    done = start_refresh(quick, "--log", "json", "--quiet")
    out, err = done.communicate()
    told = [json.loads(line) for line in err.splitlines()]
    assert [t["event"] for t in told] == ["error"]
    assert (told[0]["kind"], told[0]["exit_code"]) == ("CheckFailedError", done.returncode)
    assert out == ""
