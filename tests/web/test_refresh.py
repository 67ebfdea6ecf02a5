"""``--from web`` from the command line to the snapshot, against a server that replays raw files."""

import io
import re
import sys
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from etl import cli, errors, pipeline
from etl import config as configuration
from etl.extract.provenance import layouts_at_hand
from etl.extract.run import extract_raw, sources_of
from etl.extract.web.fetch import fetch_sources
from etl.warehouse import Warehouse

from . import server as s
from .conftest import World
from .families import to_json

PATIENCE = {
    "read_seconds": "10",
    "attempts": "2",
    "first_wait_seconds": "0",
    "longest_wait_seconds": "1",
}


@pytest.fixture
def web_home(home: Path, server: s.Publisher) -> Path:
    """A home whose sources are all fetched from the local server, which holds nothing yet."""
    for path in (home / "config" / "sources").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        head, sep, tail = text.partition("\ndownload:")
        path.write_text(head + sep + tail.replace("https://", f"{server.base}/"), encoding="utf-8")
    rules = home / "config" / "web.yaml"
    text = rules.read_text(encoding="utf-8")
    for key, value in PATIENCE.items():
        text = re.sub(rf"^{key}: \S+", f"{key}: {value}", text, flags=re.M)
    rules.write_text(text, encoding="utf-8")
    return home


@pytest.fixture
def mindgap(monkeypatch: pytest.MonkeyPatch, capsys) -> Iterator[Callable[..., tuple[int, str]]]:
    """``mindgap("refresh", ...)`` returns (exit code, everything it wrote)."""

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["mindgap", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        wrote = capsys.readouterr()
        return code, wrote.out + wrote.err

    yield run


def serve_kenya(server: s.Publisher, raw_dir: Path) -> None:
    """The HDX package as documented: its answer, and the zip with the shapefile of counties."""
    folder = raw_dir / "kenya" / "boundaries_counties_ocha2019"
    made = server_zip(folder.glob("ken_admbnda_adm1_iebc_20191031.*"))
    resources = [
        {"name": "KEN_adm_iebc_20191031_xlsx.zip", "format": "XLSX", "url": "https://x.org/x"},
        {
            "name": "ken_adm_iebc_20191031_SHP.zip",
            "format": "SHP",
            "url": f"{server.base}/ken.zip",
        },
    ]
    server.serve(
        "/data.humdata.org/api/3/action/package_show",
        to_json({"success": True, "result": {"resources": resources}}),
    )
    server.serve("/ken.zip", made)


def server_zip(files: Iterable[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            archive.write(path, path.name)
    return packed.getvalue()


@pytest.mark.raw
def test_kenya_from_web_is_kenya_from_raw(
    web_home: Path, server: s.Publisher, raw_dir: Path, mindgap
):
    """Published, with receipt; a second run asks and gets 304; a failing one changes nothing."""
    serve_kenya(server, raw_dir)
    words = ("refresh", "kenya", "--from", "web", "--raw-dir", str(raw_dir))
    code, text = mindgap(*words)
    assert code == 0, text
    folder = web_home / "data" / "published" / "kenya"
    name = (folder / "CURRENT").read_text(encoding="utf-8")
    with Warehouse(folder / name.strip(), read_only=True) as snapshot:
        sources = snapshot.read("out_source").set_index("source_id")
        run = snapshot.read("out_run").iloc[0]
        gap = snapshot.read("out_gap")
    fetched = sources.loc["ke_ocha_counties_2019"]
    assert fetched["retrieved_url"] == f"{server.base}/ken.zip"
    assert len(fetched["receipt_sha256"]) == 64
    assert fetched["retrieved"].startswith("20")
    assert sources.drop("ke_ocha_counties_2019")["retrieved"].isna().all()
    assert run["origin"] == "web"
    code, text = mindgap(*words)
    assert code == 0, text
    assert (folder / "CURRENT").read_text(encoding="utf-8") == name, "times are not in the id"
    _compare_with_raw(raw_dir, gap)
    published = {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}
    for fault, kind in (
        (s.status(500), errors.DownloadError),
        (s.html, errors.DownloadContentError),
        (s.redirect("file:///etc/passwd"), errors.DownloadRefusedError),
        (s.truncated, errors.DownloadError),
        (s.too_large_declared, errors.DownloadRefusedError),
    ):
        server.faults["/ken.zip"] = fault
        server.serve("/ken.zip", b"PK another edition " * 50)
        code, text = mindgap(*words)
        assert code == kind.exit_code
        assert "ke_ocha_counties_2019" in text and "--from raw" in text
        assert "Traceback" not in text
        assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == published


def _compare_with_raw(raw_dir: Path, gap: pd.DataFrame) -> None:
    config = configuration.load()
    path, _ = pipeline.refresh(config, config.region("kenya"), raw_dir)
    with Warehouse(path, read_only=True) as snapshot:
        from_raw = snapshot.read("out_gap")
        assert snapshot.read("out_source")["retrieved"].isna().all()
        assert snapshot.read("out_run")["origin"].iloc[0] == "raw"
    same = [c for c in gap.columns if c != "snapshot_id"]
    pd.testing.assert_frame_equal(gap[same], from_raw[same])


@pytest.mark.raw
def test_georgia_official_layouts_give_the_same_tables(
    web_home: Path, server: s.Publisher, raw_dir: Path, world: World
):
    """Each official file, rebuilt in its documented layout from the copy at hand, reads alike."""
    serve_georgia(server, raw_dir, world.cache.parent)
    config = configuration.load()
    region = config.region("us-ga")
    key = {"CENSUS_API_KEY": "a-key"}
    with world.client() as client:
        fetched = fetch_sources(config, region, raw_dir, world.cache, client, key)
    assert sum(Path(fetched.sources[i].path).is_absolute() for i in sources_of(region)) == 7
    with Warehouse() as web, Warehouse() as raw:
        extract_raw(fetched, region, raw_dir, web)
        extract_raw(config, region, raw_dir, raw)
        for source_id in sources_of(region):
            table = f"raw_{source_id}"
            ours, theirs = web.read(table), raw.read(table)
            plain = [c for c in theirs.columns if not c.startswith("_")]
            pd.testing.assert_frame_equal(ours[plain], theirs[plain], obj=table)


def serve_georgia(server: s.Publisher, raw_dir: Path, folder: Path) -> None:
    us = raw_dir / "us"
    saipe = "/www2.census.gov/programs-surveys/saipe/datasets/2023/2023-state-and-county"
    svi = "/svi.cdc.gov/Documents/Data/2022/csv/states_counties"
    for address, path in (
        ("/www.bls.gov/lau/laucnty24.xlsx", "bls_laus/laucnty24.xlsx"),
        (f"{svi}/SVI_2022_US_county.csv", "cdc_svi/SVI_2022_US_county.csv"),
        (f"{saipe}/est23all.xls", "saipe/est23all.xls"),
    ):
        server.serve(address, (us / path).read_bytes())
    rucc = (us / "usda_rucc/Ruralurbancontinuumcodes2023_long.csv").read_bytes()
    crlf = rucc.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    server.serve("/www.ers.usda.gov/media/5768/2023-rural-urban-continuum-codes.csv", crlf)
    with zipfile.ZipFile(us / "census_popest/cc-est2023-agesex-all.zip") as archive:
        name = next(n for n in archive.namelist() if n.endswith(".csv"))
        server.serve(
            "/www2.census.gov/programs-surveys/popest/datasets/2020-2023/counties/asrh/"
            "cc-est2023-agesex-all.csv",
            archive.read(name),
        )
    p2 = pd.read_csv(
        us / "census_decennial/DECENNIALDHC2020.P2-Data_clean.csv", dtype=str, encoding="utf-8-sig"
    )
    columns = ["GEO_ID", "NAME", "P2_001N", "P2_002N", "P2_003N"]
    rows = [[*row, row[0][-5:-3], row[0][-3:]] for row in p2[columns].to_numpy().tolist()]
    table = [[*columns, "state", "county"], *rows]
    server.serve("/api.census.gov/data/2020/dec/dhc", to_json(table))
    counties = gpd.read_file(us / "census_boundaries/5m-US-counties.topojson")
    shapes = folder / "shapes"
    shapes.mkdir()
    counties = counties[["STATEFP", "GEOID", "NAME", "ALAND", "geometry"]].set_crs("EPSG:4326")
    counties.to_file(shapes / "cb_2015_us_county_5m.shp", encoding="utf-8")
    server.serve(
        "/www2.census.gov/geo/tiger/GENZ2015/shp/cb_2015_us_county_5m.zip",
        server_zip(shapes.iterdir()),
    )


def test_sources_without_an_address_are_named_before_anything_is_fetched(
    web_home: Path, server: s.Publisher, mindgap, tmp_path: Path
):
    code, text = mindgap("refresh", "kenya", "--from", "web", "--raw-dir", str(tmp_path))
    assert code == errors.NoEndpointError.exit_code
    assert "12 of the 13 sources of kenya" in text
    assert "ke_kmhfl_2020" in text and "ke_ocha_counties_2019" not in text
    assert "--from raw" in text
    assert server.asked == []
    assert not (web_home / "data" / "raw").exists()


def test_missing_key_is_named_before_anything_is_fetched(
    web_home: Path, server: s.Publisher, raw_dir: Path, mindgap, monkeypatch
):
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    code, text = mindgap("refresh", "us-ga", "--from", "web", "--raw-dir", str(raw_dir))
    assert code == errors.CredentialError.exit_code
    assert "us_census_dhc_p2_2020: CENSUS_API_KEY is not set" in text
    assert "key_signup" in text
    assert server.asked == []


@pytest.mark.parametrize("value", ["half1 half2", "half1\nhalf2", "kéy-1"])
def test_key_with_odd_characters_is_refused_and_not_shown(
    web_home: Path, raw_dir: Path, mindgap, monkeypatch, value: str
):
    monkeypatch.setenv("CENSUS_API_KEY", value)
    code, text = mindgap("refresh", "us-ga", "--from", "web", "--raw-dir", str(raw_dir))
    assert code == errors.CredentialError.exit_code
    assert value not in text


def test_cache_dir_is_for_web_only(mindgap, home: Path, tmp_path: Path):
    code, text = mindgap("refresh", "kenya", "--cache-dir", str(tmp_path))
    assert code == 2
    assert "--cache-dir needs" in text


def test_official_file_saved_by_hand_is_read_from_the_folder_of_raw_files(
    home: Path, raw_dir: Path, tmp_path: Path
):
    """What every error of a download advises: save it under its name and use --from raw."""
    config = configuration.load()
    region = config.region("kenya")
    official = config.sources["ke_ocha_counties_2019"].as_published()
    target = tmp_path / official.path
    target.parent.mkdir(parents=True)
    folder = raw_dir / "kenya" / "boundaries_counties_ocha2019"
    target.write_bytes(server_zip(folder.glob("ken_admbnda_adm1_*")))
    chosen = layouts_at_hand(config, region, tmp_path).sources["ke_ocha_counties_2019"]
    assert chosen.path == official.path
    at_hand = layouts_at_hand(config, region, raw_dir).sources["ke_ocha_counties_2019"]
    assert at_hand == config.sources["ke_ocha_counties_2019"]


def test_two_runs_take_turns(web_home: Path, server: s.Publisher, raw_dir: Path, world: World):
    serve_kenya(server, raw_dir)
    config = configuration.load()
    faults: list[BaseException] = []

    def run() -> None:
        try:
            with world.client() as client:
                fetch_sources(config, config.region("kenya"), raw_dir, world.cache, client, {})
        except BaseException as error:  # noqa: BLE001 - shown below
            faults.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert not [name for name in world.files() if name.endswith((".part", ".building"))]
