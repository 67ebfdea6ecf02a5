"""Reading raw files: what is accepted, and how each fault names file, row, column and fix."""

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from etl.errors import (
    BadValueError,
    GeometryError,
    KeyJoinError,
    MindgapError,
    SourceChangedError,
    SourceMissingError,
)
from etl.extract import files
from etl.extract.run import extract_layers, extract_raw
from etl.extract.spatial import read_raster, read_vector
from etl.extract.tables import read_table
from etl.schema import Corrections, Source
from etl.warehouse import Warehouse

from .conftest import by_selects

# rasterio's own, on every file written with from_origin
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")

ABOUT = dict.fromkeys(
    ("publisher", "title", "citation", "licence", "vintage", "published", "accessed"), "x"
)
COLUMNS: dict[str, Any] = {
    "id": {"raw": "Id"},
    "people": {"raw": "People", "type": "integer", "nulls": ["N.A."]},
}
Read = Callable[..., pd.DataFrame]


def source(path: str = "towns.csv", **over: Any) -> Source:
    base = {"source_id": "towns", "url": "https://example.org", "path": path, "format": "csv"}
    return Source.model_validate(ABOUT | base | {"columns": COLUMNS} | over)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """``read(data, path=..., **declaration)`` writes a file and reads it as declared."""

    def write_and_read(data: str | bytes, path: str = "towns.csv", **over: Any) -> pd.DataFrame:
        file = tmp_path / path
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return read_table(source(path, **over), file)

    return write_and_read


# --- What is accepted


def test_ids_stay_text_and_every_record_knows_its_file_and_row(read: Read):
    frame = read("Id,People\n01,5\n\n02,6\n")
    assert frame["id"].tolist() == ["01", "02"]
    assert frame["people"].tolist() == [5, 6]
    assert frame["_row"].tolist() == [2, 4]  # the blank line is counted, not read
    assert set(frame["_file"]) == {"towns.csv"}


def test_codes_get_back_the_leading_zeros_they_lost(read: Read):
    frame = read("Id\n1001\n13121\nNA\n", columns={"id": {"raw": "Id", "width": 5}}, nulls=["NA"])
    assert frame["id"].fillna("").tolist() == ["01001", "13121", ""]


def test_title_and_footer_rows_are_left_out(read: Read):
    text = "Towns of 2020\n,\nId,People\n01,5\n02,6\nSOURCE: us\n18 April\n"
    frame = read(text, header_row=2, footer_rows=2)
    assert frame["id"].tolist() == ["01", "02"]
    assert frame["_row"].tolist() == [4, 5]


def test_all_below_the_footer_marker_is_left_out(read: Read):
    text = 'Id\tPeople\n01\t5\n02\t6\n---\n"Dataset: deaths"\nMessages:\n---\n1. Hidden "rows"\n'
    frame = read(text, delimiter="\t", footer_marker="---")
    assert frame["id"].tolist() == ["01", "02"]


@pytest.mark.parametrize(
    "column", [{"pattern": "("}, {"pattern": ".*", "type": "integer"}], ids=["odd", "number"]
)
def test_pattern_must_be_one_and_stand_at_text(column: dict[str, str]):
    with pytest.raises(ValueError, match="`pattern`"):
        source(columns={"id": {"raw": "Id"} | column})


def test_null_words_need_not_be_of_the_declared_form(read: Read):
    column = {"raw": "Id", "pattern": r"\d+", "nulls": ["Missing"]}
    assert read("Id\n12\nMissing\n", columns={"id": column})["id"].isna().tolist() == [False, True]


def test_null_words_are_missing_for_the_file_or_the_column(read: Read):
    frame = read("Id,People\n01,N.A.\n02,-999\n03,\n04,7\n", nulls=["", "-999"])
    assert frame["people"].isna().tolist() == [True, True, True, False]


@pytest.mark.parametrize(("occurrence", "expected"), [(1, [1.5]), (2, [11.7])])
def test_repeated_headers_are_told_apart_by_occurrence(
    read: Read, occurrence: int, expected: list[float]
):
    column = {"raw": "Low", "type": "number", "occurrence": occurrence}
    assert read("Low,Pct,Low\n1.5,13,11.7\n", columns={"low": column})["low"].tolist() == expected


def test_byte_order_mark_is_not_part_of_the_first_header(read: Read):
    assert read("\ufeffId,People\n01,5\n")["id"].tolist() == ["01"]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_declared_encodings_are_honoured(read: Read, encoding: str):
    assert read("Id\nDoña Ana\n".encode(encoding), encoding=encoding,
                columns={"id": {"raw": "Id"}})["id"].tolist() == ["Doña Ana"]  # fmt: skip


def test_utf7_is_decoded_cell_by_cell(read: Read):
    # "+AF8-" is "_", "+AC0-" is "-", "+ACw-" a comma inside a cell: decoding first would tear it.
    text = "Id,type+AF8-facility,lon\nA+ACw- B,MH,+AC0-134.408\n"
    columns = {
        "id": {"raw": "Id"},
        "kind": {"raw": "type_facility"},
        "lon": {"raw": "lon", "type": "number"},
    }
    frame = read(text, encoding="utf-7", columns=columns)
    assert frame.loc[0, ["id", "kind", "lon"]].tolist() == ["A, B", "MH", -134.408]


def test_booleans_are_words_or_digits(read: Read):
    frame = read('Id\n1\n0\nTRUE\nfalse\n""\n', columns={"id": {"raw": "Id", "type": "boolean"}})
    assert frame["id"].tolist() == [True, False, True, False]


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def workbook(rows: list[list[str | int]]) -> bytes:
    """The smallest .xlsx that holds `rows` on one sheet (nothing here can write one)."""

    def cell(value: str | int) -> str:
        if isinstance(value, int):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    body = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    link = f'<Relationship Id="r1" Type="{OFFICE}/%s" Target="%s"/>'
    links = f'<Relationships xmlns="{PACKAGE}/relationships">{link}</Relationships>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": links % ("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": links % ("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>'
        "</worksheet>",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, text in parts.items():
            bundle.writestr(name, text)
    return buffer.getvalue()


BOOK: list[list[str | int]] = [
    ["Title", ""], ["Id", "People"], ["01", 5], ["02", "N.A."], ["SOURCE: us", ""],
]  # fmt: skip


def test_excel_codes_stay_text(read: Read):
    frame = read(workbook(BOOK), "t.xlsx", format="excel", header_row=1, footer_rows=1)
    assert frame["id"].tolist() == ["01", "02"]
    assert frame["people"].fillna(-1).tolist() == [5, -1]


def test_excel_sheet_that_is_not_there(read: Read):
    with pytest.raises(SourceChangedError, match="Data"):
        read(workbook(BOOK), "t.xlsx", format="excel", sheet="Data")


def pages(count: int, records: list[dict[str, Any]]) -> bytes:
    return json.dumps({"count": count, "results": records}).encode()


PAGES = {"format": "json_pages", "records": "results"}
RECORDS = [{"Id": "01", "People": 5}, {"Id": "02", "People": None}]


def test_json_pages(read: Read):
    frame = read(pages(2, RECORDS), "towns.json", **PAGES)
    assert frame["id"].tolist() == ["01", "02"]
    assert frame["people"].isna().tolist() == [False, True]


# --- Archives


def gz(text: bytes) -> bytes:
    return gzip.compress(text)


def zipped(text: bytes, name: str = "in/towns.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr("README.txt", "not this one")
        bundle.writestr(name, text)
    return buffer.getvalue()


def tarred(text: bytes, name: str = "in/towns.csv") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for entry, data in (("README.txt", b"not this one"), (name, text)):
            info = tarfile.TarInfo(entry)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("pack", "path"), [(gz, "towns.csv.gz"), (zipped, "towns.zip"), (tarred, "towns.tar.gz")]
)
def test_packed_files_are_read_in_place(read: Read, pack: Callable[[bytes], bytes], path: str):
    member = None if path.endswith("csv.gz") else "*.csv"
    frame = read(pack(b"Id,People\n01,5\n"), path, member=member)
    assert frame["id"].tolist() == ["01"]
    assert frame["_file"].iloc[0].endswith("towns.csv")


@pytest.mark.parametrize(("pack", "path"), [(zipped, "towns.zip"), (tarred, "towns.tgz")])
@pytest.mark.parametrize("name", ["../towns.csv", "/etc/towns.csv", "a/../../towns.csv"])
def test_archive_that_leads_outside_itself_is_refused(read: Read, pack: Any, path: str, name: str):
    with pytest.raises(SourceChangedError, match="leads outside the archive"):
        read(pack(b"Id,People\n01,5\n", name), path, member="*.csv")


@pytest.mark.parametrize(
    ("pack", "path"), [(gz, "towns.csv.gz"), (zipped, "towns.zip"), (tarred, "towns.tar.gz")]
)
def test_archive_bomb_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch, pack: Any, path: str):
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 2**20)
    with pytest.raises(SourceChangedError, match="unpacks to more than 1 MiB"):
        read(pack(b"0" * (2**20 + 1)), path, member=None if path.endswith("csv.gz") else "*.csv")


@pytest.mark.parametrize("path", ["towns.csv.gz", "towns.zip", "towns.tar.gz"])
def test_archive_that_is_cut_off_is_refused(read: Read, path: str):
    pack = {"z": gz, "p": zipped}[path[-1]] if not path.endswith("tar.gz") else tarred
    whole = pack(b"Id,People\n" + b"01,5\n" * 100)
    with pytest.raises(SourceChangedError, match=r"cannot be unpacked.*Fetch it again"):
        read(whole[: len(whole) // 2], path)


def test_archive_without_the_member_is_refused(read: Read):
    with pytest.raises(SourceChangedError, match=r"holds no file like '\*\.json'"):
        read(zipped(b"Id\n"), "towns.zip", member="*.json")


# --- Faults: error class and what its text must say


FAULTS: dict[str, tuple[str | bytes, dict[str, Any], type[MindgapError], list[str]]] = {
    "wrong encoding": (
        "Id,People\n01,5\nDoña,6\n".encode("latin-1"), {}, SourceChangedError,
        ["towns: towns.csv, row 3: byte 0xf1 is not utf-8", "Set `encoding` in config/sources/"],
    ),
    "renamed header": (
        "Id,Peoples\n01,5\n", {}, SourceChangedError,
        ["towns.csv, row 1: no column 'People'", "Nearest headers there: ['Peoples']",
         "Correct config/sources/towns.yaml"],
    ),
    "header of another file": (
        "x,y\n01,5\n", {}, SourceChangedError, ["no column 'Id'", "Headers there: ['x', 'y']"],
    ),
    "too few repeats of a header": (
        "Low,Pct\n1,2\n", {"columns": {"low": {"raw": "Low", "occurrence": 2}}},
        SourceChangedError, ["no column 'Low' (occurrence 2)"],
    ),
    "torn row": (
        'Id,People\n01,5\n02,6,7\n03\n', {}, SourceChangedError,
        ["2 row(s) do not have 2 cells: rows 3, 4", "A delimiter or quote is wrong"],
    ),
    "no header row": (
        "Id,People\n", {"header_row": 3}, SourceChangedError, ["ends before its header row"],
    ),
    "fewer rows than declared": (
        "Id,People\n01,5\n", {"min_rows": 2}, SourceChangedError,
        ["holds 1 rows, at least 2 are expected", "cut off or has changed"],
    ),
    "text where a number belongs": (
        "Id,People\n01,5\n02,five\n03,six\n", {}, BadValueError,
        ["towns.csv, column 'People': 2 cell(s) are not integer: 'five', 'six' in row(s) 3, 4",
         "declare the text as null"],
    ),
    "fraction where a whole number belongs": (
        "Id,People\n01,5.5\n", {}, BadValueError, ["1 cell(s) are not integer: '5.5' in row(s) 2"],
    ),
    "footer that is not there": (
        "Id,People\n01,5\n02,6\n", {"footer_marker": "---"}, SourceChangedError,
        ["towns.csv: no row below the header starts with '---'", "cut off", "`footer_marker`"],
    ),
    "text that is not of the declared form": (
        "Id\n22.0\n18.1 (Unreliable)\n22.0 (Withheld)\n",
        {"columns": {"rate": {"raw": "Id", "pattern": r"\d+\.\d( \(Unreliable\))?"}}},
        BadValueError,
        ["column 'Id': 1 cell(s) are not like", "'22.0 (Withheld)' in row(s) 4"],
    ),
    "boolean that is neither": (
        "Id\nmaybe\n", {"columns": {"id": {"raw": "Id", "type": "boolean"}}}, BadValueError,
        ["not boolean: 'maybe' in row(s) 2"],
    ),
    "duplicate key": (
        "Id,People\n01,5\n02,6\n01,7\n", {"key": ["id"]}, KeyJoinError,
        ["towns.csv: 2 rows share a key (id): '01' in row(s) 2, 4", "Each key may stand once"],
    ),
    "missing part of a key counts as a key": (
        "Id,People\n,5\n,6\n", {"key": ["id"]}, KeyJoinError,
        ["2 rows share a key (id): '(blank)'"],
    ),
    "page with fewer records than it states": (
        pages(3, RECORDS), PAGES, SourceChangedError, ["states count 3 but holds 2 records"],
    ),
    "page without records": (
        b'{"detail": "throttled"}', PAGES, SourceChangedError,
        ["is not a JSON page with 'results'"],
    ),
    "page that is not JSON": (b"<html>", PAGES, SourceChangedError, ["is not a JSON page"]),
    "page whose field was renamed": (
        pages(1, [{"id": "01", "People": 1}]), PAGES, SourceChangedError, ["no column 'Id'"],
    ),
    "workbook that is none": (
        "Id,People\n", {"format": "excel"}, SourceChangedError, ["towns: towns.csv"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("data", "over", "kind", "said"), FAULTS.values(), ids=FAULTS)
def test_fault(
    read: Read, data: str | bytes, over: dict[str, Any], kind: type[MindgapError], said: list[str]
):
    with pytest.raises(kind) as caught:
        read(data, **over)
    assert [text for text in said if text not in str(caught.value)] == [], str(caught.value)


def test_many_bad_cells_are_counted_and_five_shown(read: Read):
    with pytest.raises(BadValueError, match=r"9 cell\(s\).*'x4' and 4 more in row"):
        read("Id,People\n" + "".join(f"{i},x{i}\n" for i in range(9)))


# --- The file itself


def test_missing_file_says_where_to_get_it(tmp_path: Path):
    with pytest.raises(SourceMissingError, match=r"no file 'towns.csv'.*https://example.org"):
        files.locate(source(), tmp_path)


def test_checksum_is_compared(tmp_path: Path):
    (tmp_path / "towns.csv").write_text("Id\n")
    right = hashlib.sha256(b"Id\n").hexdigest()
    assert files.locate(source(sha256=right), tmp_path) == tmp_path / "towns.csv"
    with pytest.raises(SourceChangedError, match=r"has sha256 .*declares 0000.*review it"):
        files.locate(source(sha256="0" * 64), tmp_path)


def test_missing_folder_of_raw_files(real_config, tmp_path: Path):
    with Warehouse() as warehouse, pytest.raises(SourceMissingError, match="No folder of raw"):
        extract_raw(real_config, real_config.region("kenya"), tmp_path / "absent", warehouse)


def test_first_missing_file_is_named(real_config, tmp_path: Path):
    with Warehouse() as warehouse, pytest.raises(SourceMissingError, match="ke_ocha_counties_2019"):
        extract_raw(real_config, real_config.region("kenya"), tmp_path, warehouse)


# --- Boundaries and rasters


SQUARE = shapely.box(38, 0, 39, 1)


def write_vector(path: Path, shapes: list[Any], crs: str | None = "EPSG:4326") -> Path:
    gpd.GeoDataFrame({"Id": [f"{i:02d}" for i in range(len(shapes))]}, geometry=shapes, crs=crs
                     ).to_file(path)  # fmt: skip
    return path


VECTOR = {"format": "vector", "columns": {"id": {"raw": "Id"}}}


def test_boundaries_come_in_longitude_and_latitude(tmp_path: Path):
    metres = gpd.GeoSeries([SQUARE], crs="OGC:CRS84").to_crs("EPSG:32637").tolist()
    path = write_vector(tmp_path / "b.gpkg", metres, "EPSG:32637")
    frame = read_vector(source("b.gpkg", **VECTOR), path)
    assert frame.crs == "OGC:CRS84"
    assert frame.loc[0, ["id", "_file", "_row"]].tolist() == ["00", "b.gpkg", 1]
    assert frame.total_bounds == pytest.approx([38, 0, 39, 1], abs=0.01)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_boundaries_without_crs_need_one_declared(tmp_path: Path):
    path = write_vector(tmp_path / "b.shp", [SQUARE], None)
    with pytest.raises(GeometryError, match=r"states no coordinate system. Declare `assume_crs`"):
        read_vector(source("b.shp", **VECTOR), path)
    frame = read_vector(source("b.shp", assume_crs="EPSG:4326", **VECTOR), path)
    assert frame.total_bounds.tolist() == [38, 0, 39, 1]


def test_boundary_record_without_geometry_is_named(tmp_path: Path):
    path = write_vector(tmp_path / "b.gpkg", [SQUARE, None])
    with pytest.raises(GeometryError, match=r"1 record\(s\) have no geometry: records \[2\]"):
        read_vector(source("b.gpkg", **VECTOR), path)


def test_boundary_file_faults(tmp_path: Path):
    path = write_vector(tmp_path / "b.gpkg", [SQUARE])
    with pytest.raises(SourceChangedError, match="holds 1 boundaries, at least 47"):
        read_vector(source("b.gpkg", min_rows=47, **VECTOR), path)
    with pytest.raises(SourceChangedError, match="no column 'PCODE'"):
        declared = {"format": "vector", "columns": {"id": {"raw": "PCODE"}}}
        read_vector(source("b.gpkg", **declared), path)
    (tmp_path / "c.gpkg").write_bytes(b"not a map")
    with pytest.raises(SourceChangedError, match=r"towns: c\.gpkg"):
        read_vector(source("c.gpkg", **VECTOR), tmp_path / "c.gpkg")


def write_raster(path: Path, values: list[list[float]], crs: str | None) -> Path:
    band = np.array(values, dtype="float32")
    with rasterio.open(
        path, "w", driver="GTiff", height=band.shape[0], width=band.shape[1], count=1,
        dtype="float32", crs=crs, transform=from_origin(38, 1, 0.5, 0.5), nodata=-9999,
    ) as raster:  # fmt: skip
        raster.write(band, 1)
    return path


RASTER = {"format": "raster", "columns": {}}


def test_populated_cells_of_a_raster_stand_at_their_centres(tmp_path: Path):
    path = write_raster(tmp_path / "p.tif", [[10, 0], [-9999, 2.5]], "EPSG:4326")
    frame = read_raster(source("p.tif", **RASTER), path)
    assert frame[["lon", "lat", "value"]].to_numpy().tolist() == [
        [38.25, 0.75, 10], [38.75, 0.25, 2.5],
    ]  # fmt: skip
    assert frame[["_row", "_column"]].to_numpy().tolist() == [[1, 1], [2, 2]]


@pytest.mark.parametrize("crs", [None, "EPSG:32637"])
def test_raster_without_crs_or_in_metres_is_refused(tmp_path: Path, crs: str | None):
    path = write_raster(tmp_path / "p.tif", [[1.0]], crs)
    with pytest.raises(GeometryError, match="must be in degrees with its CRS stated"):
        read_raster(source("p.tif", **RASTER), path)


def test_raster_with_negative_counts_is_refused(tmp_path: Path):
    path = write_raster(tmp_path / "p.tif", [[-1.0, 5.0]], "EPSG:4326")
    with pytest.raises(SourceChangedError, match="negative counts"):
        read_raster(source("p.tif", **RASTER), path)


def test_file_that_is_no_raster_is_refused(tmp_path: Path):
    (tmp_path / "p.tif").write_bytes(b"no")
    with pytest.raises(SourceChangedError, match=r"p.tif"):
        read_raster(source("p.tif", **RASTER), tmp_path / "p.tif")


# --- Corrections of known upstream errors


@pytest.fixture
def correct(tiny_home: Path, tmp_path: Path):
    """Read a source through ``extract_raw`` with one correction; return (rows, dropped rows)."""
    from etl import config as configuration

    def run(match: dict[str, str], expect: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        config = configuration.load()
        (tmp_path / "tiny.csv").write_text("Id,Place\n01,Here\n02,Elsewhere\n03,Elsewhere\n")
        columns = {"id": {"raw": "Id"}, "place": {"raw": "Place"}}
        declared = config.sources["tiny_survey"].model_dump() | {"columns": columns}
        config.sources["tiny_survey"] = Source.model_validate(declared)
        rule = {"action": "drop", "match": match, "expect": expect, "reason": "wrong town"}
        config.corrections["tiny_survey"] = Corrections.model_validate(
            {"source_id": "tiny_survey", "corrections": [rule]}
        )
        with Warehouse() as warehouse:
            extract_raw(config, by_selects(config.region("tinyland")), tmp_path, warehouse)
            return warehouse.read("raw_tiny_survey"), warehouse.read("raw_issue")

    return run


def test_correction_drops_the_row_and_says_so(correct):
    kept, dropped = correct({"id": "02", "place": "Elsewhere"}, 1)
    assert kept["id"].tolist() == ["01", "03"]
    told = dropped.iloc[0]
    assert told[["rule", "source_id", "file", "row"]].tolist() == [
        "known_upstream_error", "tiny_survey", "tiny.csv", "3",
    ]  # fmt: skip
    assert told["message"] == "wrong town"


@pytest.mark.parametrize(("match", "found"), [({"place": "Elsewhere"}, "2"), ({"id": "99"}, "0")])
def test_correction_fails_once_the_publisher_mended_the_file(correct, match, found: str):
    with pytest.raises(SourceChangedError, match=rf"matches {found} row\(s\), 1 expected"):
        correct(match, 1)


def test_correction_of_a_column_that_is_not_there(correct):
    with pytest.raises(
        SourceChangedError, match=r"corrections/tiny_survey.yaml, entry 1: no column 'town'"
    ):
        correct({"town": "Here"}, 1)


# --- The five layer files


def test_every_missing_layer_file_is_named(tiny_home: Path):
    folder = tiny_home / "data" / "sample" / "tinyland"
    (folder / "services.csv").unlink()
    (folder / "districts.geojson").unlink()
    with (
        Warehouse() as warehouse,
        pytest.raises(SourceMissingError, match=r"lacks districts\.geojson, services\.csv"),
    ):
        extract_layers(folder, warehouse)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("workforce.csv", "Doña".encode("latin-1"), "workforce.csv cannot be read as UTF-8"),
        ("districts.geojson", b"[1]", "districts.geojson .* not a GeoJSON FeatureCollection"),
        ("districts.geojson", b"{", "districts.geojson cannot be read"),
        ("services.csv", b'a,b\n1,2\n"3', "services.csv cannot be read"),
        ("services.csv", b"", "services.csv cannot be read"),
    ],
)
def test_layer_file_that_cannot_be_read(tiny_home: Path, name: str, data: bytes, said: str):
    folder = tiny_home / "data" / "sample" / "tinyland"
    (folder / name).write_bytes(data)
    with Warehouse() as warehouse, pytest.raises(BadValueError, match=said):
        extract_layers(folder, warehouse)
