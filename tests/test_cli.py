"""The command line as a person or a scheduler meets it: output, exit codes, no tracebacks."""

import subprocess
import sys
from pathlib import Path

import pytest

from etl import cli, errors

from .conftest import CHECKOUT


@pytest.fixture
def mindgap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """``mindgap("refresh", "tinyland")`` returns (exit code, standard output, standard error)."""
    # The console reads COLUMNS once, when the module is imported.
    monkeypatch.setattr(cli.out, "width", 200)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mindgap", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return run


def published(home: Path) -> list[str]:
    folder = home / "data" / "published"
    return sorted(p.name for p in folder.rglob("*") if p.is_file()) if folder.exists() else []


def test_regions_lists_each_with_its_snapshot_or_the_command_to_make_one(mindgap, home: Path):
    code, out, _ = mindgap("regions")
    assert code == 0
    assert "us-ga" in out and "Georgia, United States" in out and "159" in out
    assert "none: run mindgap refresh kenya" in out


def test_refresh_publishes_and_says_what(mindgap, tiny_home: Path):
    code, out, err = mindgap("refresh", "tinyland")
    snapshot = next(name for name in published(tiny_home) if name.endswith(".duckdb"))
    assert (code, out) == (0, f"Published {snapshot} for tinyland.\n")
    assert "core_indicator" in err and "rows" in err  # the log, a line a table
    assert snapshot.removesuffix(".duckdb") in mindgap("regions")[1]


def test_dry_run_shows_the_checks_and_publishes_nothing(mindgap, tiny_home: Path):
    code, out, _ = mindgap("refresh", "tinyland", "--dry-run")
    assert code == 0 and "supply_conserved" in out
    assert published(tiny_home) == []


def test_check_shows_the_checks_and_publishes_nothing(mindgap, tiny_home: Path):
    code, out, _ = mindgap("check", "tinyland")
    assert code == 0 and "every_district_everywhere" in out
    assert published(tiny_home) == []


def test_check_that_fails_has_its_exit_code(mindgap, tiny_home: Path):
    points = tiny_home / "data" / "sample" / "tinyland" / "demand_points.csv"
    points.write_text(points.read_text().replace("g1,39.25,0,400,03", "g1,39.25,0,0,03"))
    code, out, err = mindgap("check", "tinyland")
    assert code == errors.CheckFailedError.exit_code
    assert "demand_in_every_district" in out
    assert "CheckFailedError\n2 check(s) failed" in err


def spoil(home: Path, name: str, old: str, new: str) -> None:
    path = home / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


LAYERS = "data/sample/tinyland"
FAULTS = {
    errors.ConfigError: ("config/model.yaml", "map_classes: 5", "map_classes: 99"),
    errors.BadValueError: (f"{LAYERS}/demand_points.csv", "0,200,01", "0,-200,01"),
    errors.KeyJoinError: (f"{LAYERS}/workforce.csv", "\n02,", "\n2,"),
    errors.GeometryError: (
        f"{LAYERS}/districts.geojson",
        "[38.5,0.25],[38.0,0.25],",
        "[38.5,-0.25],[38.0,-0.25],",
    ),
}


@pytest.mark.parametrize(
    ("kind", "change"), FAULTS.items(), ids=lambda v: getattr(v, "__name__", "")
)
def test_fault_has_the_exit_code_of_its_class_and_no_traceback(
    mindgap, tiny_home: Path, kind: type[errors.MindgapError], change: tuple[str, str, str]
):
    spoil(tiny_home, *change)
    code, out, err = mindgap("refresh", "tinyland")
    assert code == kind.exit_code
    assert f"{kind.__name__}\n" in err
    assert "Traceback" not in out + err
    assert out == ""
    assert published(tiny_home) == []


def test_unknown_region(mindgap, tiny_home: Path):
    code, _, err = mindgap("refresh", "atlantis")
    assert code == errors.SourceMissingError.exit_code
    assert "No region 'atlantis' in config/regions. Known: tinyland." in err


def test_raw_files_that_are_not_there(mindgap, home: Path, tmp_path: Path):
    code, _, err = mindgap("refresh", "kenya", "--from", "raw", "--raw-dir", str(tmp_path / "no"))
    assert code == errors.SourceMissingError.exit_code
    assert "No folder of raw files" in err and "--raw-dir" in err
    code, _, err = mindgap("refresh", "kenya", "--from", "raw")
    assert code == errors.SourceMissingError.exit_code
    assert str(home / "data" / "raw") in err


def test_checksum_that_differs(mindgap, home: Path, tmp_path: Path):
    declared = home / "config" / "sources" / "ke_ocha_counties_2019.yaml"
    path = next(line for line in declared.read_text().splitlines() if line.startswith("path: "))
    first = tmp_path / path.removeprefix("path: ")
    first.parent.mkdir(parents=True)
    first.write_text("x\n")
    code, _, err = mindgap("refresh", "kenya", "--from", "raw", "--raw-dir", str(tmp_path))
    assert code == errors.SourceChangedError.exit_code
    assert "has sha256" in err


def test_region_of_layer_files_has_no_raw_files(mindgap, tiny_home: Path, tmp_path: Path):
    code, _, err = mindgap("refresh", "tinyland", "--from", "raw", "--raw-dir", str(tmp_path))
    assert code == errors.ConfigError.exit_code
    assert "tinyland is made of layer files alone" in err and "Leave out --from raw" in err


def test_disk_that_refuses(mindgap, tiny_home: Path):
    (tiny_home / "data" / "published").write_text("in the way")
    code, _, err = mindgap("refresh", "tinyland")
    assert code == errors.PublishError.exit_code
    assert "The previous snapshot is still served" in err


@pytest.mark.parametrize(
    "words",
    [
        ["refresh"],
        ["refresh", "tinyland", "--from", "web2"],
        ["refresh", "tinyland", "--raw-dir", "x"],
        ["nonsense"],
    ],
)
def test_misuse_is_explained(mindgap, tiny_home: Path, words: list[str]):
    code, _, err = mindgap(*words)
    assert code == 2
    assert "Usage:" in err and "Traceback" not in err


def test_text_that_looks_like_markup_is_printed_as_it_is(mindgap, tiny_home: Path):
    spoil(tiny_home, f"{LAYERS}/workforce.csv", "\n02,", "\n[bold]2[/bold],")
    assert "'[bold]2[/bold]'" in mindgap("refresh", "tinyland")[2]


def test_every_class_of_error_has_an_exit_code_of_its_own():
    base = errors.MindgapError
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, base)]
    codes = [kind.exit_code for kind in kinds if kind is not base]
    assert len(set(codes)) == len(codes) >= 13
    assert not {0, 1, 2} & set(codes)  # done, unexpected, misuse


def test_sample_needs_the_folder_of_raw_files(mindgap, tiny_home: Path):
    code, _, err = mindgap("sample", "tinyland")
    assert code == 2 and "--raw-dir" in err


def test_the_command_runs_from_any_folder(tmp_path: Path, tiny_home: Path):
    # The one test that starts a process of its own: exit code and streams as a scheduler sees them.
    code = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); from etl.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "refresh", "atlantis"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4
    assert done.stdout == "" and "Known: tinyland." in done.stderr
    assert "Traceback" not in done.stderr
