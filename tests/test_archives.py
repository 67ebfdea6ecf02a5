"""Archives and paths from strangers: what is refused before a byte of it is used."""

import gzip
import io
import stat
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import rasterio
import shapely
from pydantic import ValidationError

from etl import archives
from etl.archives import Limits, read_members, unpack_zip
from etl.errors import BadValueError, SourceChangedError
from etl.extract.friction import read_friction
from etl.extract.spatial import read_raster, read_vector
from etl.extract.tables import read_table
from etl.given_paths import is_virtual, plain_file
from etl.map_files import open_map
from etl.schema import Source
from etl.workbooks import check_workbook

from .new_country import book
from .test_extract import VECTOR, source
from .travel_rules import RULES

SMALL = Limits(file_bytes=2**20, total_bytes=2 * 2**20, files=50)


def zipped(path: Path, entries: list[tuple[Any, bytes]], level: int = 9) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as bundle:
        for name, data in entries:
            bundle.writestr(name, data)
    return path


def tarred(path: Path, entries: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for info, data in entries:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def link_entry() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("passwords.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


# --- Size


def test_one_large_file_is_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [("a.csv", b"x" * (2**20 + 1))])
    with pytest.raises(SourceChangedError, match=r"towns: 'a\.csv' unpacks to more than 1 MiB"):
        read_members(path, "*", "towns", SMALL)


def test_many_small_files_are_refused_by_their_sum(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [(f"{i}.csv", b"x" * 2**19) for i in range(5)])
    with pytest.raises(SourceChangedError, match="unpacks to more than 2 MiB in all"):
        read_members(path, "*", "towns", SMALL)


def test_too_many_files_are_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [(f"{i}.csv", b"x") for i in range(51)])
    with pytest.raises(SourceChangedError, match="holds more than 50 files"):
        read_members(path, "*", "towns", SMALL)


def test_packing_too_good_to_be_true_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(archives, "RATIO_FROM_BYTES", 2**16)
    path = zipped(tmp_path / "a.zip", [("a.csv", b"0" * 2**19)])  # packs to a thousandth
    with pytest.raises(SourceChangedError, match="more than 250 times its packed size"):
        read_members(path, "*", "towns", SMALL)
    honest = "".join(f"{i:05d},{i * 7 % 1000}\n" for i in range(20_000)).encode()
    assert read_members(zipped(tmp_path / "b.zip", [("b.csv", honest)]), "*", "towns", SMALL)


def test_size_a_zip_lies_about_is_not_believed(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [("a.csv", b"x" * 5000)])
    data = path.read_bytes()
    path.write_bytes(data.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    with pytest.raises(SourceChangedError, match="cannot be unpacked"):
        read_members(path, "*", "towns", SMALL)


def test_members_of_a_tar_count_even_if_not_wanted(tmp_path: Path):
    entries = [(tarfile.TarInfo(f"{i}.bin"), b"x" * 2**19) for i in range(5)]
    path = tarred(tmp_path / "a.tar.gz", [*entries, (tarfile.TarInfo("a.csv"), b"x")])
    with pytest.raises(SourceChangedError, match="2 MiB in all"):
        read_members(path, "*.csv", "towns", SMALL)


def test_gzip_is_not_unpacked_beyond_the_limit(tmp_path: Path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 2**24))
    with pytest.raises(SourceChangedError, match="more than 1 MiB"):
        read_members(path, "*", "towns", SMALL)


def test_workbook_that_is_a_bomb_is_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.xlsx", [("xl/worksheets/sheet1.xml", b" " * (2**20 + 1))])
    with pytest.raises(SourceChangedError, match="1 MiB"):
        check_workbook(path.read_bytes(), "book", SMALL)


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="1048576"><c><v>1</v></c></row><row><c r="XFD2"/></row>',
        '<row><c r = "XFD1048576"><v>1</v></c></row>',
        '<row><c r="&#88;FD1048576"><v>1</v></c></row>',
        '<x:row r="9"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_stray_cell_that_would_fill_the_memory_is_refused(tmp_path: Path, far: str):
    good = book([["Id", "People"], ["01", 5]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as bundle, zipfile.ZipFile(buffer, "w") as packed:
        for name in bundle.namelist():
            text = bundle.read(name).replace(b"</sheetData>", far.encode() + b"</sheetData>")
            packed.writestr(name, text)
    check_workbook(good, "book")
    with pytest.raises(SourceChangedError, match=r"reaches to row|in disguise"):
        check_workbook(buffer.getvalue(), "book")
    (tmp_path / "t.xlsx").write_bytes(buffer.getvalue())
    with pytest.raises(SourceChangedError):
        read_table(source("t.xlsx", format="excel"), tmp_path / "t.xlsx")


@pytest.mark.parametrize("inside", ["content.xml", "xl/workbook.bin"])
def test_other_kinds_of_workbook_are_refused(tmp_path: Path, inside: str):
    path = zipped(tmp_path / "a.xlsx", [(inside, b"x")])
    with pytest.raises(SourceChangedError, match=r"Save it as \.xlsx"):
        check_workbook(path.read_bytes(), "book")


# --- Names and kinds


@pytest.mark.parametrize(
    "name", ["../a.csv", "/etc/a.csv", "a/../../b.csv", "..\\a.csv", "C:\\a.csv", "C:a.csv"]
)
def test_name_that_leads_outside_is_refused(tmp_path: Path, name: str):
    info = zipfile.ZipInfo("x")
    info.filename = name
    path = zipped(tmp_path / "a.zip", [(info, b"x")])
    for read in (lambda: read_members(path, "*", "towns"),
                 lambda: unpack_zip(path, tmp_path / "out", "towns")):  # fmt: skip
        with pytest.raises(SourceChangedError, match="leads outside the archive"):
            read()
    assert not (tmp_path / "out").exists() and not (tmp_path / "a.csv").exists()


def test_link_in_a_zip_is_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [(link_entry(), b"/etc/passwd")])
    with pytest.raises(SourceChangedError, match="is a link, no file"):
        unpack_zip(path, tmp_path / "out", "towns")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE])
def test_link_or_device_in_a_tar_is_refused(tmp_path: Path, kind: bytes):
    info = tarfile.TarInfo("a.csv")
    info.type, info.linkname = kind, "/etc/passwd"
    path = tarred(tmp_path / "a.tar.gz", [(info, b"")])
    with pytest.raises(SourceChangedError, match="is a link or device, no file"):
        read_members(path, "*.csv", "towns")


@pytest.mark.parametrize("inner", ["b.zip", "b.tar.gz", "b.csv.gz", "b.7z", "B.ZIP"])
def test_archive_in_an_archive_is_refused(tmp_path: Path, inner: str):
    path = zipped(tmp_path / "a.zip", [(inner, b"PK")])
    with pytest.raises(SourceChangedError, match="an archive inside an archive"):
        read_members(path, "*", "towns")


def test_encrypted_member_is_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [("a.csv", b"x")])
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    data[6] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(SourceChangedError, match="is encrypted"):
        read_members(path, "*", "towns")


# --- Paths and what a map file truly is

VIRTUAL = [
    "/vsicurl/http://example.org/a.tif", "/vsizip/a.zip/b.shp", "\\vsimem\\a", "//vsis3/b/a",
    "http://example.org/a.csv", "https://x/a", "s3://bucket/a.gpkg", "PG:dbname=x",
    "WFS:http://x", "GPKG:a.gpkg", "MySQL:x", "file:///etc/passwd", " /vsicurl/x",
    "<OGRVRTDataSource>", '{"type": "Feature"}', "gdrive+x:a",
]  # fmt: skip


@pytest.mark.parametrize("text", VIRTUAL)
def test_virtual_path_is_refused_wherever_a_path_is_given(text: str, tmp_path: Path):
    assert is_virtual(text)
    with pytest.raises(BadValueError, match="an address or a virtual path"):
        plain_file(text, "--districts")
    with pytest.raises(ValidationError, match="an address or a virtual path"):
        source(text)
    with pytest.raises(SourceChangedError):
        open_map(Path(text), "towns")


@pytest.mark.parametrize(
    "text", ["us/a.csv", "C:\\data\\a.csv", "./a b.zip", "/data/a.tif", "é.csv"]
)
def test_plain_path_is_not_virtual(text: str):
    assert not is_virtual(text)


TRICK = (
    b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/vsicurl/http://example.org/a.shp'
    b"</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.shp", "a.zip", "a.vrt", "a.json"])
def test_file_that_sends_the_reader_elsewhere_is_refused(tmp_path: Path, name: str):
    (tmp_path / name).write_bytes(TRICK)
    with pytest.raises(SourceChangedError, match=r"not such a file|not read as a map|unpacked"):
        read_vector(Source.model_validate(source(name, **VECTOR)), tmp_path / name)


def test_trick_inside_a_zip_is_refused(tmp_path: Path):
    path = zipped(tmp_path / "a.zip", [("a.geojson", TRICK)])
    with pytest.raises(SourceChangedError, match="is not such a file"):
        open_map(path, "towns")


def test_raster_that_sends_the_reader_elsewhere_is_refused(tmp_path: Path):
    path = tmp_path / "a.tif"
    path.write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:4326</SRS>'
        '<VRTRasterBand dataType="Byte" band="1"/></VRTDataset>'
    )
    with rasterio.open(path) as opened:  # the library alone follows it
        assert opened.driver == "VRT"
    with pytest.raises(SourceChangedError):
        read_raster(source("a.tif", format="raster"), path)
    with pytest.raises(SourceChangedError):
        read_friction(path, rules=RULES.surface, source_id="towns")


def test_zip_of_two_maps_is_refused(tmp_path: Path):
    frame = gpd.GeoDataFrame({"Id": ["01"]}, geometry=[shapely.box(38, 0, 39, 1)], crs=4326)
    text = frame.to_json().encode()
    path = zipped(tmp_path / "a.zip", [("a.geojson", text), ("b.geojson", text)])
    with pytest.raises(SourceChangedError, match=r"holds 2 map layers \(a.geojson, b.geojson\)"):
        open_map(path, "towns")
    assert len(open_map(zipped(tmp_path / "b.zip", [("in/a.geojson", text)]), "towns")) == 1


def test_zipped_shapefile_is_read_as_before(tmp_path: Path):
    folder = tmp_path / "shape"
    folder.mkdir()
    frame = gpd.GeoDataFrame({"Id": ["01"]}, geometry=[shapely.box(38, 0, 39, 1)], crs=4326)
    frame.to_file(folder / "a.shp")
    path = zipped(tmp_path / "a.zip", [(p.name, p.read_bytes()) for p in folder.iterdir()])
    assert read_vector(source("a.zip", **VECTOR), path)["id"].tolist() == ["01"]


@pytest.mark.parametrize(("text", "said"), [("absent.csv", "does not exist"), (".", "is a folder")])
def test_path_that_is_no_file_is_named(text: str, said: str):
    with pytest.raises(BadValueError, match=said):
        plain_file(text, "--demand")
