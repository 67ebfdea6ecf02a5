"""Publishing: a snapshot is whole or it is not there, and the old one is served until then."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from etl import config as configuration
from etl import pipeline, publish
from etl.config import Config
from etl.errors import (
    BadValueError,
    CheckFailedError,
    GeometryError,
    KeyJoinError,
    MindgapError,
    PublishError,
    SourceMissingError,
)
from etl.schema import Region
from etl.warehouse import SQL_DIR, Warehouse

from .conftest import Tiny, make_tiny_home


def refresh() -> Path:
    """Refresh tinyland from the layer files of the current home; return the snapshot."""
    config = configuration.load()
    return pipeline.refresh(config, config.region("tinyland"), None)[0]


def contents(home: Path) -> dict[str, str]:
    """Every file that is published, by its hash."""
    folder = home / "data" / "published"
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def change_layer(home: Path, name: str, old: str, new: str) -> None:
    path = home / "data" / "sample" / "tinyland" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tinyland's home with one snapshot published, made once and only copied from."""
    root = tmp_path_factory.mktemp("once") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(make_tiny_home(root)))
        refresh()
    return root


@pytest.fixture
def served(once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A MINDGAP_HOME of its own in which a snapshot of tinyland is served."""
    monkeypatch.setenv("MINDGAP_HOME", str(tmp_path / "served"))
    return shutil.copytree(once, tmp_path / "served")


# --- A snapshot


def test_snapshot_holds_what_is_shown_and_what_it_was_made_from(once: Path):
    path = publish.current_snapshot(once, "tinyland")
    with Warehouse(path, read_only=True) as snapshot:
        tables = snapshot.tables()
        about = snapshot.read("out_region").iloc[0]
        run = snapshot.read("out_run").iloc[0]
    assert {t.split("_")[0] for t in tables} == {"out", "core", "snap"}
    assert about["snapshot_id"] == run["snapshot_id"]
    assert run["origin"] == "sample"


def test_pointer_names_the_snapshot(once: Path):
    path = publish.current_snapshot(once, "tinyland")
    pointer = path.parent / publish.POINTER
    assert pointer.read_text() == f"{path.name}\n"
    with Warehouse(path, read_only=True) as snapshot:
        assert path.stem == f"gap-{snapshot.read('out_gap')['snapshot_id'].iloc[0]}"


def test_geometry_file_is_beside_it_and_carries_no_text(once: Path):
    path = publish.current_snapshot(once, "tinyland")
    with Warehouse(path, read_only=True) as snapshot:
        name = snapshot.read("out_region").loc[0, "geometry_file"]
        ids = snapshot.read("out_district")["district_id"]
    text = (path.parent / "geo" / name).read_text()
    assert [f'"properties":{{"i":{i}}}' in text for i in range(len(ids))] == [True] * 6
    assert "Alpha" not in text
    assert ids.is_monotonic_increasing  # feature i is the i-th district
    assert hashlib.sha256(text.encode()).hexdigest()[:12] in name


def test_nothing_is_published_yet(tiny_home: Path):
    with pytest.raises(SourceMissingError, match="Run `mindgap refresh tinyland`"):
        publish.current_snapshot(tiny_home, "tinyland")


def test_same_inputs_give_the_same_snapshot_and_equal_tables(served: Path):
    first = publish.current_snapshot(served, "tinyland")
    with Warehouse(first, read_only=True) as one:
        before = {t: one.fingerprint(t) for t in one.tables()}
    bytes_before = contents(served)
    first.unlink()  # so that the second is written anew
    second = refresh()
    with Warehouse(second, read_only=True) as two:
        after = {t: two.fingerprint(t) for t in two.tables()}
    assert second == first
    assert {t for t in before if before[t] != after[t]} <= {"out_run"}  # it tells the time
    assert set(contents(served)) == set(bytes_before)


def test_a_snapshot_is_never_changed_once_written(served: Path):
    before = contents(served)
    refresh()
    assert contents(served) == before


def test_other_inputs_give_another_snapshot_and_the_old_one_stays(served: Path):
    first = publish.current_snapshot(served, "tinyland")
    before = contents(served)
    change_layer(served, "indicators.csv", "01,poverty_rate,10,", "01,poverty_rate,11,")
    second = refresh()
    after = contents(served)
    assert second != first
    pointer = f"tinyland/{publish.POINTER}"
    assert {k: v for k, v in before.items() if k != pointer}.items() <= after.items()
    assert publish.current_snapshot(served, "tinyland") == second


def test_other_configuration_gives_another_snapshot(served: Path):
    first = publish.current_snapshot(served, "tinyland")
    path = served / "config" / "model.yaml"
    path.write_text(path.read_text().replace("min_coverage: 0.7", "min_coverage: 0.6"))
    assert refresh() != first


def test_snapshot_id_covers_inputs_configuration_and_code():
    names = {pipeline.snapshot_name(*parts) for parts in ("abc", "xbc", "axc", "abx")}
    assert len(names) == 4


# --- Checks: each can fail

Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def set_cell(column: str, value: object, row: int = 0) -> Spoil:
    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.copy()
        changed[column] = changed[column].astype(object)
        changed.loc[changed.index[row], column] = value
        return changed.infer_objects()

    return spoil


def without_district(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["district_id"] != "03"]


def one_row_twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.head(1)], ignore_index=True)


BROKEN: dict[str, tuple[str, Spoil]] = {
    "clusters_cover_districts": ("out_cluster", without_district),
    "contributions_sum": ("out_indicator", set_cell("contribution", 50.0)),
    "demand_in_every_district": ("core_demand_point", without_district),
    "every_district_everywhere": ("out_access", without_district),
    "finite_or_flagged": ("out_gap", set_cell("gap_score", None)),
    "geometry_present": ("out_district", set_cell("lon", 0.0)),
    "bivariate_covers_districts": ("out_bivariate", set_cell("need_class", None)),
    "layer_classes_hold": ("out_layer_district", set_cell("class_jenks", 3)),
    "peers_cover_districts": ("out_peer", without_district),
    "rings_hold": ("out_ring", set_cell("people", 99999.0)),
    "similar_hold": (
        "out_similar",
        lambda frame: pd.DataFrame(
            {
                "district_id": ["01"],
                "kind": "similar",
                "position": 1,
                "similar_id": "01",
                "need_difference": 0.0,
                "access_difference": 0.0,
                "population_ratio": 1.0,
            }
        )[list(frame.columns)],
    ),
    "lens_covers_every_district": ("out_lens_district", without_district),
    "lens_everyone_is_out_gap": ("out_lens_district", set_cell("gap_score", 0.01)),
    "one_row_per_district": ("out_gap", one_row_twice),
    "populations_add_up": ("out_gap", set_cell("population_served", 0.0)),
    "access_parts_sum": ("out_access_part", set_cell("contribution", 50.0)),
    "reasons_sum": ("out_reason", set_cell("contribution", 50.0)),
    "scores_in_range": ("out_gap", set_cell("need_score", 100.1)),
    "sources_named": ("out_source", set_cell("licence", None)),
    "staff_adds_up": ("out_staff", set_cell("fte", 3.00001)),
    "supply_conserved": ("idx_district", set_cell("fte", 4.0)),
    "variants_complete": ("out_variant_district", without_district),
    "keys_unique": ("out_service", one_row_twice),
    "figures_in_range": ("out_indicator", set_cell("value", 150.0)),
    "layers_not_empty": ("core_workforce", lambda frame: frame.head(0)),
    "sources_not_shrunk": (
        "chk_previous",
        lambda _: pd.DataFrame({"layer": ["service"], "source_id": "tiny_survey", "n_rows": 9}),
    ),
    "totals_near_anchors": (
        "chk_anchor",
        lambda _: pd.DataFrame(
            {"anchor": ["population"], "value": [9000.0], "tolerance": 0.01, "reference": "hand"}
        ),
    ),
    "districts_overlap": (
        "chk_overlap",
        lambda _: pd.DataFrame(
            {"district_id": ["01"], "other_id": "02", "area_km2": 30.0, "share": 0.02}
        ),
    ),
    "gaps_between_districts": (
        "chk_gap",
        lambda _: pd.DataFrame({"lon": [38.0], "lat": 0.0, "area_km2": 1.5}),
    ),
    "services_far_outside": ("chk_service", set_cell("km", 25.1)),
    "sources_fresh": (
        "chk_source",
        lambda _: pd.DataFrame(
            {"source_id": ["s"], "published": "2020", "cadence_months": 12, "today": "2021-01-02"}
        ),
    ),
}


def spoil(tiny: Tiny, table: str, change: Spoil) -> None:
    """Write a changed copy of a table (geometry kept)."""
    read = tiny.warehouse.read_geo if table == "out_district" else tiny.warehouse.read
    tiny.warehouse.write(table, change(read(table)))


def test_every_check_is_shown_to_be_able_to_fail():
    assert {p.stem for p in (SQL_DIR / "checks").glob("*.sql")} == set(BROKEN)


def test_sound_tables_pass_every_check(tinyland: Tiny):
    checks = publish.run_checks(tinyland.warehouse)
    assert checks["n_rows"].sum() == 0
    publish.refuse_failed(checks)


@pytest.mark.parametrize(("check", "table", "change"), [(k, *v) for k, v in BROKEN.items()])
def test_check_finds_the_fault(tiny: Tiny, check: str, table: str, change: Spoil):
    spoil(tiny, table, change)
    found = publish.run_checks(tiny.warehouse).set_index("check")["n_rows"]
    assert found[check] >= 1


@pytest.mark.parametrize("table", ["out_gap", "out_access", "out_indicator", "out_district"])
def test_a_district_may_be_missing_from_no_table(tiny: Tiny, table: str):
    spoil(tiny, table, without_district)
    with pytest.raises(CheckFailedError, match=r"every_district_everywhere: 1 row.*'?03"):
        publish.refuse_failed(publish.run_checks(tiny.warehouse))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.1])
def test_a_score_that_is_no_score_is_found(tiny: Tiny, value: float):
    sql = f"select * replace (cast('{value}' as double) as gap_score) from out_gap"
    tiny.warehouse.write("out_gap", tiny.warehouse.select(sql))
    if value != value:  # a frame turns NaN into NULL: unflagged, so found all the same
        tiny.warehouse.write("out_gap", tiny.warehouse.read("out_gap"))
    failed = publish.run_checks(tiny.warehouse)
    assert failed["n_rows"].sum() > 0


def test_failing_check_publishes_nothing_and_leaves_the_old_snapshot(tiny: Tiny, served: Path):
    before = contents(served)
    spoil(tiny, "out_gap", one_row_twice)
    with pytest.raises(CheckFailedError) as caught:
        publish.publish(tiny.warehouse, served, "tinyland", "bad", tiny.config.withholding)
    told = str(caught.value)
    assert "nothing was published, the previous snapshot is still served" in told
    assert 'one_row_per_district: 1 row(s), such as [{"district_id": "01"' in told
    assert contents(served) == before


# --- Crashes and disks


class Crash(BaseException):
    """Stands for the process being killed: nothing in the code may catch it."""


def with_something_new(home: Path) -> dict[str, str]:
    """Change an input so that the next refresh has something to write; return what is served."""
    before = contents(home)
    change_layer(home, "indicators.csv", "01,poverty_rate,10,", "01,poverty_rate,11,")
    return before


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    return fail


STEPS = ["_write_geometry", "_move_pointer", "sync"]


@pytest.mark.parametrize("step", STEPS)
def test_crash_before_the_pointer_moves_leaves_the_old_snapshot_served(
    served: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    before = with_something_new(served)
    monkeypatch.setattr(publish, step, raising(Crash()))
    with pytest.raises(Crash):
        refresh()
    after = contents(served)
    assert before.items() <= after.items()  # CURRENT too: same bytes
    assert not [name for name in after if name.endswith(".building") and ".duckdb" in name]


def test_refresh_after_a_crash_succeeds(served: Path, monkeypatch: pytest.MonkeyPatch):
    with_something_new(served)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "_move_pointer", raising(Crash()))
        with pytest.raises(Crash):
            refresh()
    path = refresh()
    assert publish.current_snapshot(served, "tinyland") == path


@pytest.mark.parametrize("step", STEPS)
def test_disk_error_is_told_and_the_old_snapshot_served(
    served: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    before = with_something_new(served)
    monkeypatch.setattr(publish, step, raising(OSError(28, "No space left on device")))
    with pytest.raises(PublishError, match=r"No space left.*The previous snapshot is still served"):
        refresh()
    assert before.items() <= contents(served).items()


def test_disk_error_while_writing_the_snapshot(served: Path, monkeypatch: pytest.MonkeyPatch):
    before = with_something_new(served)
    monkeypatch.setattr(Warehouse, "copy_tables", raising(OSError(28, "No space left")))
    with pytest.raises(PublishError):
        refresh()
    assert before.items() <= contents(served).items()


def test_what_duckdb_cannot_write_is_a_disk_error_too(tiny: Tiny, tmp_path: Path):
    with pytest.raises(OSError, match=r"absent"):
        tiny.warehouse.copy_tables(tmp_path / "absent" / "it's.duckdb", ("out_",), {})


def test_folder_that_cannot_be_made(tiny_home: Path):
    (tiny_home / "data" / "published").write_text("a file where a folder belongs")
    with pytest.raises(PublishError, match="tinyland"):
        refresh()


def test_working_tables_are_kept_only_after_success(served: Path):
    kept = served / "data" / "warehouse"
    names = ["tinyland", "tinyland.duckdb", "tinyland.lock"]
    assert sorted(p.name for p in kept.iterdir()) == names
    before = hashlib.sha256((kept / "tinyland.duckdb").read_bytes()).hexdigest()
    change_layer(served, "demand_points.csv", "a2,38.45,0,200", "a2,38.45,0,-200")
    with pytest.raises(BadValueError):
        refresh()
    assert sorted(p.name for p in kept.iterdir()) == names
    assert hashlib.sha256((kept / "tinyland.duckdb").read_bytes()).hexdigest() == before


# --- Bad input: every kind of fault, and what is published afterwards


def latin1(home: Path) -> None:
    path = home / "data" / "sample" / "tinyland" / "services.csv"
    path.write_bytes(path.read_text().replace("Alpha clinic", "Doña Ana").encode("latin-1"))


def missing(home: Path) -> None:
    (home / "data" / "sample" / "tinyland" / "workforce.csv").unlink()


def changed(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda home: change_layer(home, name, old, new)


STOPPED: dict[str, tuple[Callable[[Path], None], type[MindgapError], list[str]]] = {
    "missing file": (missing, SourceMissingError, ["lacks workforce.csv", "mindgap sample"]),
    "wrong encoding": (latin1, BadValueError, ["services.csv", "UTF-8"]),
    "changed header": (
        changed("services.csv", "service_type,", "type,"),
        BadValueError,
        ["services file", "service_type"],
    ),
    "duplicate key": (
        changed("services.csv", "\ns2,", "\ns1,"),
        KeyJoinError,
        ["services file", "'s1'", "row(s) 2, 3"],
    ),
    "id without its leading zero": (
        changed("indicators.csv", "\n03,poverty", "\n3,poverty"),
        KeyJoinError,
        ["indicator", "'3'"],
    ),
    "name that does not join": (
        changed("workforce.csv", "\n02,", "\nBeta,"),
        KeyJoinError,
        ["workforce", "'Beta'"],
    ),
    "negative population": (
        changed("demand_points.csv", "0,200,01", "0,-200,01"),
        BadValueError,
        ["demand_points file", "population", "'-200'", "row(s) 3"],
    ),
    "boundary without area": (
        changed("districts.geojson", "[38.5,0.25],[38.0,0.25],", "[38.5,-0.25],[38.0,-0.25],"),
        GeometryError,
        ["districts file", "no area"],
    ),
    "nobody lives there": (
        changed("demand_points.csv", "g1,39.25,0,400,03", "g1,39.25,0,0,03"),
        CheckFailedError,
        ["demand_in_every_district: 1 row(s)", "03"],
    ),
    "indicator that is the same everywhere": (
        changed("indicators.csv", "01,poverty_rate,10,100,1000,2,,2020,,tiny_survey\n"
                "02,poverty_rate,30,180,600,3,,2020,,tiny_survey\n"
                "03,poverty_rate,50,200,400,,2,2020,,tiny_survey\n"
                "04,poverty_rate,20,60,300,2,,2020,,tiny_survey\n",
                "".join(f"0{i},poverty_rate,40,,,,,2020,,tiny_survey\n" for i in range(1, 5))),
        BadValueError,
        ["need index: poverty_rate is the same in every district"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("spoiled", "kind", "said"), STOPPED.values(), ids=STOPPED)
def test_bad_input_stops_the_refresh_and_published_data_is_untouched(
    served: Path,
    spoiled: Callable[[Path], None],
    kind: type[MindgapError],
    said: list[str],
):
    before = contents(served)
    spoiled(served)
    with pytest.raises(kind) as caught:
        refresh()
    assert [text for text in said if text not in str(caught.value)] == [], str(caught.value)
    assert contents(served) == before


COUNTED = {
    "invalid polygon": (
        ("districts.geojson", "[[38.0,-0.25],[38.5,-0.25],[38.5,0.25],[38.0,0.25],",
         "[[38.0,-0.25],[38.5,0.25],[38.5,-0.25],[38.0,0.25],"),
        ("invalid_polygon", "districts.geojson", "01"),
    ),
    "point outside every district": (
        ("services.csv", "clinic,point,38.25,0,", "clinic,point,38.25,2,"),
        ("outside_region", None, "Alpha clinic"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "told"), COUNTED.values(), ids=COUNTED)
def test_doubtful_input_is_published_and_counted(
    tiny_home: Path, change: tuple[str, str, str], told: tuple[str, str | None, str]
):
    change_layer(tiny_home, *change)
    with Warehouse(refresh(), read_only=True) as snapshot:
        row = snapshot.read("out_quality").iloc[0]
    rule, file, example = told
    assert (row["rule"], row["n_rows"], row["examples"]) == (rule, 1, example)
    assert file is None or row["file"] == file


def test_check_publishes_nothing(tiny_home: Path):
    config: Config = configuration.load()
    region: Region = config.region("tinyland")
    assert pipeline.check(config, region, None)["n_rows"].sum() == 0
    assert not (tiny_home / "data" / "published").exists()
