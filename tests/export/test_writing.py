"""All or nothing, checksums, and the commands as a person meets them."""

import json
import shutil
import sys
import zipfile
from pathlib import Path

import pytest

from etl import cli, cli_export
from etl.errors import ConfigError, PublishError, SourceChangedError, SourceMissingError
from etl.export import write
from etl.export.build import build_content
from etl.export.content import Content, Options
from etl.export.verify import verify
from etl.export.words import fill
from etl.export.write import WRITERS, write_files
from etl.schema import ExportRules

from .conftest import make


@pytest.fixture
def content(rules: ExportRules) -> Content:
    return build_content(make(20, 5), rules, Options())


def test_an_export_that_fails_leaves_the_folder_as_it_was(
    content: Content, rules: ExportRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    write_files(content, rules, tmp_path, ["csv"])
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    monkeypatch.setitem(write.WRITERS, "geojson", full)
    with pytest.raises(PublishError, match="no space left"):
        write_files(content, rules, tmp_path, ["csv", "xlsx", "geojson"])
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    with pytest.raises(PublishError, match="no space left"):
        write_files(content, rules, tmp_path / "new", ["geojson"])
    assert not (tmp_path / "new").exists()


def test_checksums_cover_every_format_exported_so_far(
    content: Content, rules: ExportRules, tmp_path: Path
):
    write_files(content, rules, tmp_path, ["csv"])
    sums = write_files(content, rules, tmp_path, ["geojson"])[-1]
    assert set(json.loads(sums.read_text())["files"]) == {
        f"{content.stem}.csv", f"{content.stem}.geojson",
    }  # fmt: skip
    assert verify(sums).n_files == 2


def test_a_changed_file_is_told(content: Content, rules: ExportRules, tmp_path: Path):
    paths = write_files(content, rules, tmp_path, list(WRITERS))
    for path in paths:
        assert verify(path).snapshot_id == "abc123def456"
        spoilt = path.read_bytes()
        path.write_bytes(spoilt[:100] + b"?" + spoilt[101:])
        with pytest.raises(SourceChangedError):
            verify(path)
        path.write_bytes(spoilt)
    paths[0].unlink()
    with pytest.raises(SourceChangedError, match="csv: missing"):
        verify(paths[-1])
    with pytest.raises(SourceMissingError, match="There is no file"):
        verify(paths[0])
    alone = tmp_path / "elsewhere" / "table.csv"
    alone.parent.mkdir()
    alone.write_text("a")
    with pytest.raises(SourceMissingError, match="No list of checksums"):
        verify(alone)


def test_a_package_with_something_added_or_exchanged_is_told(
    content: Content, rules: ExportRules, tmp_path: Path
):
    path = write_files(content, rules, tmp_path, ["zip"])[0]
    copy = tmp_path / "alone" / "copy.zip"
    copy.parent.mkdir()
    shutil.copy(path, copy)
    assert verify(copy).region_id == "madeup"  # a package carries its own checksums
    with zipfile.ZipFile(path) as package:
        inside = {name: package.read(name) for name in package.namelist()}
    gap = inside["gap.csv"]
    for changed, told in (
        ({**inside, "more.csv": b"x"}, r"1 file\(s\).*more\.csv: added"),
        ({k: v for k, v in inside.items() if k != "gap.csv"}, r"1 file\(s\).*gap\.csv: missing"),
        ({**inside, "gap.csv": gap.replace(b"9", b"8", 1)}, r"1 file\(s\).*gap\.csv: differs"),
        ({k: v for k, v in inside.items() if k != "datapackage.json"}, "no data package of ours"),
    ):
        with zipfile.ZipFile(copy, "w") as package:
            for name, data in changed.items():
                package.writestr(name, data)
        with pytest.raises(SourceChangedError, match=told):
            verify(copy)


def test_a_disk_that_fails_while_files_are_put_in_place_leaves_the_old_ones(
    content: Content, rules: ExportRules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    old, real = tmp_path / f"{content.stem}.csv", Path.replace
    old.write_text("mine")

    def fails_on_the_last(path: Path, target: Path) -> Path:
        if path.name == "z-last.pdf":
            raise OSError("no space left on device")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", fails_on_the_last)
    documents = [("a-first.pdf", b"%PDF"), ("z-last.pdf", b"%PDF")]
    with pytest.raises(PublishError, match="no space left"):
        write_files(content, rules, tmp_path, ["csv"], documents)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {old.name: "mine"}


def test_a_text_that_asks_for_an_unknown_value_is_told_with_those_known():
    with pytest.raises(ConfigError, match=r"'nope'.*may stand: region"):
        fill("{nope}", {"region": "x"})


@pytest.fixture
def mindgap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(cli_export.out, "width", 300)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mindgap", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return run


def test_commands(mindgap, tiny_home: Path, tmp_path: Path):
    out = tmp_path / "out"
    assert mindgap("export", "tinyland", "--out", str(out))[0] == 4  # nothing published yet
    assert not out.exists()
    mindgap("refresh", "tinyland")
    code, said, _ = mindgap("export", "tinyland", "--out", str(out))
    assert code == 0 and "6 districts: all of them." in said and "Snapshot" in said
    files = sorted(out.iterdir())
    assert [p.suffix for p in files] == [
        ".json", ".csv", ".geojson", ".gpkg", ".parquet", ".xlsx", ".zip",
    ]  # fmt: skip
    code, said, _ = mindgap("verify", str(files[-1]))
    assert code == 0 and "is the current one" in said
    assert mindgap("export", "tinyland", "--out", str(out), "--format", "doc")[0] == 6
    pointer = tiny_home / "data" / "published" / "tinyland" / "CURRENT"
    pointer.write_text("gap-another.duckdb\n")
    code, said, _ = mindgap("verify", str(files[0]))
    assert code == 0 and "no longer current: another is" in said
    files[1].write_bytes(b"spoilt")
    assert mindgap("verify", str(files[1]))[0] == SourceChangedError.exit_code
