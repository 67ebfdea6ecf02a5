"""A few spoiled files of every kind, the same in every run; ``python -m tests.fuzz`` runs more."""

from pathlib import Path

import pytest

from . import fuzz

KINDS = ["CSV", "XLSX", "JSON pages", "GeoJSON", "GeoPackage", "zipped shapefile", "shapefile",
         "Parquet", "archives", "OpenStreetMap", "GeoTIFF", "layer files", "YAML"]  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict:
    return fuzz.write_seeds(tmp_path_factory.mktemp("seeds"))


def test_every_kind_is_spoiled(seeds: dict):
    assert list(seeds) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_good_files_are_read(seeds: dict, kind: str):
    for path, parse in seeds[kind]:
        parse(path)


@pytest.mark.parametrize("kind", KINDS)
def test_spoiled_file_is_read_or_refused_with_our_error(seeds: dict, kind: str, tmp_path: Path):
    count = {"YAML": 4, "layer files": 15}.get(kind, 40)
    outcomes = fuzz.run_kind(seeds[kind], tmp_path, seed=1, count=count)
    assert not [outcome for outcome in outcomes if outcome.startswith("BUG")], outcomes
    assert sum(outcomes.values()) == count
