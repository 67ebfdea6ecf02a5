"""Every format as its users read it: the same values, complete, text as text, the same bytes."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import frictionless
import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from etl.config import home
from etl.errors import BadValueError
from etl.export.build import build_content
from etl.export.content import Content, Options
from etl.export.words import clean, not_a_formula
from etl.export.write import WRITERS, file_bytes, write_files
from etl.schema import ExportRules

from ..conftest import CHECKOUT
from .conftest import HOSTILE, make
from .readers import READERS, of_frame

Real = Callable[[str], Content]
COUNTS = {"us-ga": 159, "kenya": 47}


def same(found: object, wanted: object) -> bool:
    """Tell whether a cell that was read is the cell that was written."""
    if wanted is None:
        return found in (None, "")
    if isinstance(wanted, bool):
        return found in (wanted, str(wanted).lower())
    if isinstance(wanted, (int, float)):
        return float(str(found)) == wanted
    return found == wanted


@pytest.mark.parametrize("region_id", COUNTS)
@pytest.mark.parametrize(("name", "reader"), [(n, r) for n in READERS for r in READERS[n]])
def test_every_value_is_the_same_in_every_format(region_id, name, reader, files, real: Real):
    wanted = of_frame(real(region_id).gap.frame)
    found = reader(files(region_id, name))
    assert len(found) == len(wanted) == COUNTS[region_id]
    assert list(found[0]) == list(wanted[0])
    wrong = [
        (row["district_id"], key, got[key], value)
        for got, row in zip(found, wanted, strict=True)
        for key, value in row.items()
        if not same(got[key], value)  # no text of the real regions starts like a formula
    ]
    assert not wrong, wrong[:5]


@pytest.mark.parametrize("region_id", COUNTS)
def test_table_carries_codes_inputs_intervals_and_identity(region_id, real: Real):
    content = real(region_id)
    frame = content.gap.frame
    for column in ("district_id", "gap_rank", "gap_rank_low", "gap_rank_high", "snapshot_id"):
        assert frame[column].notna().all(), column
    assert (frame["gap_rank_low"] <= frame["gap_rank"]).all()
    assert frame["poverty_rate"].notna().any() and (frame["poverty_rate_unit"] == "%").all()
    page = f"http://localhost:8501/district?region={region_id}&district="
    assert frame["permalink"].str.startswith(page).all()
    assert frame["region_iso_3166_2"].isna().all() == (region_id == "kenya")
    assert content.about["snapshot_id"] in content.about["citation"]


@pytest.mark.parametrize("name", list(WRITERS))
def test_same_in_same_out(name: str, rules: ExportRules):
    first, second = (build_content(make(20, 5), rules, Options()) for _ in range(2))
    assert file_bytes(first, rules, name) == file_bytes(second, rules, name)


@pytest.mark.parametrize(("name", "reader"), [(n, r) for n in READERS for r in READERS[n]])
def test_hostile_names_come_back_as_text(name, reader, rules: ExportRules, tmp_path: Path):
    content = build_content(make(len(HOSTILE), 1, HOSTILE), rules, Options())
    path = write_files(content, rules, tmp_path, [name])[0]
    found = [row["district_name"] for row in reader(path)]
    wanted = [clean(text) for text in HOSTILE]
    assert found == [not_a_formula(text) if name in ("csv", "zip") else text for text in wanted]
    assert next(iter(reader(path)))["district_id"] == "00001"


def test_cleaning_keeps_what_people_write():
    assert clean("مقاطعة 👩🏽‍⚕️ O'Brien") == "مقاطعة 👩🏽‍⚕️ O'Brien"
    assert clean("a\x00b\r\n c\u202ed") == "a b cd"
    assert clean("\ud800") == "\ufffd"


def test_workbook_opens_with_no_formula_and_its_sheets(files):
    book = openpyxl.load_workbook(files("us-ga", "xlsx"))
    assert book.sheetnames == [
        "Cover", "Notes", "Dictionary", "Gap table", "Indicators", "Staff", "What is missing",
        "Shortage rule", "Parts of access", "Groups of people", "Sources",
    ]  # fmt: skip
    kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
    assert "f" not in kinds
    page = book["Gap table"]
    assert page["B3"].value == "13001" and page["B3"].data_type == "s"
    assert page.freeze_panes and page.auto_filter.ref
    assert any(cell.value == "[c]" for row in page.iter_rows() for cell in row)


def test_geojson_follows_the_rfc(files):
    body = json.loads(files("kenya", "geojson").read_text(encoding="utf-8"))
    assert "crs" not in body and len(body["bbox"]) == 4
    shapes = [shapely.geometry.shape(f["geometry"]) for f in body["features"]]
    outer = [part.exterior for shape in shapes for part in shapely.get_parts(shape)]
    assert all(ring.is_ccw for ring in outer)
    assert {f["id"] for f in body["features"]} == {f"KE{k:03d}" for k in range(1, 48)}


def test_geoparquet_and_geopackage_are_what_they_say(files):
    about = json.loads(pq.read_schema(files("us-ga", "parquet")).metadata[b"geo"])
    assert about["version"] == "1.1.0" and "covering" in about["columns"]["geometry"]
    assert gpd.read_parquet(files("us-ga", "parquet")).crs == "OGC:CRS84"
    layers = {str(name) for name, _ in pyogrio.list_layers(files("us-ga", "gpkg"))}
    assert {"gap", "indicators", "sources", "dictionary"} <= layers
    assert gpd.read_file(files("us-ga", "gpkg"), layer="gap").crs == "EPSG:4326"


@pytest.mark.parametrize("region_id", COUNTS)
def test_data_package_is_valid_for_frictionless(region_id, files):
    report = frictionless.validate(str(files(region_id, "zip")))
    assert report.valid, report.flatten(["title", "message"])[:5]
    with zipfile.ZipFile(files(region_id, "zip")) as package:
        about = json.loads(package.read("datapackage.json"))
        dcat = json.loads(package.read("dcat.jsonld"))
    assert about["licenses"] and about["sources"][0]["licence"]
    assert {"dataset_source", "license_other", "methodology"} <= set(about["hdx"])
    assert dcat["dct:temporal"]["dcat:startDate"]["@value"] == "2010"
    assert (
        dcat["dct:modified"]["@value"] and "POLYGON" in dcat["dct:spatial"]["dcat:bbox"]["@value"]
    )
    tables = {r["name"]: r for r in about["resources"] if r["path"].endswith(".csv")}
    assert {d["dct:identifier"] for d in dcat["dcat:distribution"]} == {f"{t}.csv" for t in tables}
    assert {"lens_districts", "clusters", "equity", "sensitivity", "variants"} <= set(tables)
    assert ("shortage" in tables) == (region_id == "us-ga")  # no rule applies in Kenya
    told = {k["reference"]["resource"] for k in tables["access_parts"]["schema"]["foreignKeys"]}
    assert told == {"gap", "access_components"}
    field = {f["name"]: f for f in about["resources"][0]["schema"]["fields"]}["gap_score"]
    assert field["unit"] == "score 0-100" and field["constraints"]["maximum"] == 100


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [("gap", "Mombasa", "Mombassa"), ("lens_districts", '"KE001"', '"KE099"')],
)
def test_a_changed_package_is_not_valid(table, old, new, files, tmp_path: Path):
    with zipfile.ZipFile(files("kenya", "zip")) as package:
        package.extractall(tmp_path)
    path = tmp_path / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


@pytest.mark.parametrize("name", list(WRITERS))
def test_no_internal_path_in_any_file(name: str, files):
    path = files("us-ga", name)
    parts = [path.read_bytes()]
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as package:
            parts = [package.read(entry) for entry in package.namelist()]
    inside = b"\n".join(parts)
    for secret in (str(CHECKOUT), str(home()), str(path.parent), "/tmp/", "/root/"):
        assert secret.encode() not in inside, secret


def test_rows_columns_and_tags(rules: ExportRules, tmp_path: Path):
    data = make(20, 5)
    options = Options(("class=very high", "underserved"), ("gap_score",), "en", True)
    content = build_content(data, rules, options)
    assert len(content.gap.frame) == 4
    names = [c.id for c in content.gap.columns]
    assert names == ["region_id", "district_id", "district_name", "gap_score", "snapshot_id",
                     "method_version"]  # fmt: skip
    lines = write_files(content, rules, tmp_path, ["csv"])[0].read_text("utf-8-sig").splitlines()
    assert lines[1].startswith('"#adm1+code+mindgap","#adm2+code"')
    assert set(content.sheets[1].frame["district_id"]) == set(content.gap.frame["district_id"])
    assert re.fullmatch(r"[a-z0-9-]+", content.stem)
    for wrong in (
        Options(filters=("poor",)), Options(filters=("class=none",)),
        Options(columns=("nope",)), Options(language="xx"),
    ):  # fmt: skip
        with pytest.raises(BadValueError, match=r"There are|It has"):
            build_content(data, rules, wrong)


def test_no_row_left_still_writes_every_format(rules: ExportRules, tmp_path: Path):
    content = build_content(make(20, 5), rules, Options(filters=("robust",)))
    assert len(content.gap.frame) == 0
    paths = write_files(content, rules, tmp_path, list(WRITERS))
    assert all(path.stat().st_size for path in paths)
