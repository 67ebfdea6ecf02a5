"""Homes, raw files, and warehouses that are built once for the whole run."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from etl import config as configuration
from etl import pipeline
from etl.config import Config
from etl.index.run import build_index
from etl.schema import Layers, Region
from etl.warehouse import Warehouse

CHECKOUT = Path(__file__).resolve().parents[1]
TINY = Path(__file__).parent / "tiny"
REGIONS = ("us-ga", "kenya")

settings.register_profile(
    "mindgap",
    max_examples=30,
    deadline=None,
    derandomize=True,  # the same examples in every run: a red test stays red
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("mindgap")


def _copy_home(target: Path) -> Path:
    """Copy what a refresh reads of the checkout: ``config/`` and ``data/sample``."""
    shutil.copytree(CHECKOUT / "config", target / "config")
    shutil.copytree(CHECKOUT / "data" / "sample", target / "data" / "sample")
    return target


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A MINDGAP_HOME of its own with the real configuration and samples; nothing published."""
    monkeypatch.setenv("MINDGAP_HOME", str(tmp_path / "home"))
    return _copy_home(tmp_path / "home")


def make_tiny_home(root: Path) -> Path:
    """Lay out a home whose only region is tinyland (``tests/tiny``), in the real vocabularies."""
    (root / "config" / "regions").mkdir(parents=True)
    (root / "config" / "sources").mkdir()
    files = (
        "model", "services", "workforce", "indicators", "travel", "profile", "publish", "web",
        "export", "map", "withholding",
    )  # fmt: skip
    for name in files:
        shutil.copy(CHECKOUT / "config" / f"{name}.yaml", root / "config")
    shutil.copy(TINY / "tinyland.yaml", root / "config" / "regions")
    shutil.copy(TINY / "tiny_survey.yaml", root / "config" / "sources")
    shutil.copytree(TINY / "layers", root / "data" / "sample" / "tinyland")
    return root


@pytest.fixture
def tiny_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A MINDGAP_HOME of its own with tinyland; nothing published."""
    monkeypatch.setenv("MINDGAP_HOME", str(tmp_path / "tiny_home"))
    return make_tiny_home(tmp_path / "tiny_home")


# Tinyland is made of layer files; a test about SELECTs names those of the US.
SURVEY = {"sources": ["tiny_survey"]}
SELECTS = Layers.model_validate(
    {
        "districts": {"sql": "districts/us_state"} | SURVEY,
        "demand_points": {"sql": "demand_points/us_block_groups", "vintage": "made by hand"}
        | {"rescale_to_district_population": False}
        | SURVEY,
        "services": [{"sql": "services/us_fqhc"} | SURVEY],
        "workforce": [{"sql": "workforce/us_nppes"} | SURVEY],
        "indicators": [{"sql": "indicators/us_laus"} | SURVEY],
    }
)


def by_selects(region: Region, **other: object) -> Region:
    """The region made by SELECTs, with other parts where given."""
    return region.model_copy(update={"layers": SELECTS.model_copy(update=other)})


@dataclass(frozen=True)
class Tiny:
    """Tinyland built from its layer files: configuration, region and every table."""

    config: Config
    region: Region
    warehouse: Warehouse


def build_tiny() -> Tiny:
    """Build tinyland in memory from the current home, under a snapshot id that never changes."""
    config = configuration.load()
    region = config.region("tinyland")
    warehouse = Warehouse()
    pipeline.build_layers(config, region, None, warehouse)
    build_index(config, region, warehouse, "golden")
    return Tiny(config, region, warehouse)


@pytest.fixture
def tiny(tiny_home: Path) -> Iterator[Tiny]:
    """Tinyland, built for this test alone, so that the test may spoil its tables."""
    built = build_tiny()
    with built.warehouse:
        yield built


@pytest.fixture(scope="session")
def tinyland(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tiny]:
    """Tinyland, built once. Read it; do not change it."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("tinyland") / "home"
        patch.setenv("MINDGAP_HOME", str(make_tiny_home(root)))
        built = build_tiny()
    with built.warehouse:
        yield built


@pytest.fixture(scope="session")
def real_config() -> Config:
    """The configuration of the checkout."""
    return configuration.load(CHECKOUT / "config")


@pytest.fixture(scope="session")
def raw_dir() -> Path:
    """The folder of raw files; tests that need it are skipped where it is absent."""
    default = CHECKOUT.parent / "shared" / "data"
    folder = Path(os.environ.get("MINDGAP_RAW_DIR") or default)
    if not (folder / "us").is_dir() or not (folder / "kenya").is_dir():
        pytest.skip(f"no raw files at {folder}; set MINDGAP_RAW_DIR to run these tests")
    return folder


Core = Callable[[str], Warehouse]


def _build_once(config: Config, raw: Path | None) -> tuple[Core, list[Warehouse]]:
    built: dict[str, Warehouse] = {}
    opened: list[Warehouse] = []

    def get(region_id: str) -> Warehouse:
        if region_id not in built:
            warehouse = Warehouse()
            opened.append(warehouse)
            region = config.region(region_id)
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("MINDGAP_HOME", str(CHECKOUT))
                pipeline.build_layers(config, region, raw, warehouse)
            build_index(config, region, warehouse, "test")
            built[region_id] = warehouse
        return built[region_id]

    return get, opened


@pytest.fixture(scope="session")
def from_sample(real_config: Config) -> Iterator[Core]:
    """``from_sample("kenya")``: raw_layer_, core_ and out_ tables made from the embedded sample."""
    get, opened = _build_once(real_config, None)
    yield get
    for warehouse in opened:
        warehouse.__exit__(None, None, None)


@pytest.fixture(scope="session")
def from_raw(real_config: Config, raw_dir: Path) -> Iterator[Core]:
    """``from_raw("kenya")``: raw_, core_ and out_ tables made from the raw files."""
    get, opened = _build_once(real_config, raw_dir)
    yield get
    for warehouse in opened:
        warehouse.__exit__(None, None, None)


@pytest.fixture(scope="session")
def published_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which both regions are published from the sample. Read it; do not change it."""
    root = _copy_home(tmp_path_factory.mktemp("published") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(root))
        config = configuration.load()
        for region_id in REGIONS:
            pipeline.refresh(config, config.region(region_id), None)
    return root
