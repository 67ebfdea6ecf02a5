"""Exported files read again by the programs their users have: GDAL, LibreOffice, pdftotext."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from etl.export.build import build_content
from etl.export.content import Options
from etl.export.words import clean
from etl.export.write import write_files
from etl.languages import LANGUAGES
from etl.publish import current_snapshot
from etl.schema import ExportRules

from .conftest import HOSTILE, make
from .reading import brief_bytes, fact_sheet_bytes, open_pdf, structure

# Every sheet of a workbook as CSV in UTF-8, cells as they are shown.
CSV_OF_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1"


def tool(name: str) -> str:
    if not (path := shutil.which(name)):
        pytest.skip(f"{name} is not installed; .ci/run installs it")
    return path


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=180).stdout


def converted(book: Path, to: str, folder: Path) -> list[Path]:
    """Return what LibreOffice makes of a workbook; an own profile, so that runs do not meet."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    out = folder / "out"
    run(tool("soffice"), profile, "--headless", "--convert-to", to, "--outdir", str(out), str(book))
    return sorted(out.iterdir())


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, rules: ExportRules) -> dict[str, Path]:
    """Return the files of a region with hostile names, by format."""
    content = build_content(make(len(HOSTILE), 1, HOSTILE), rules, Options())
    names = ["gpkg", "geojson", "parquet", "xlsx"]
    written = write_files(content, rules, tmp_path_factory.mktemp("hostile"), names)
    return {path.suffix[1:]: path for path in written}


@pytest.mark.parametrize("name", ["gpkg", "geojson", "parquet"])
def test_gdal_reads_every_name_and_leading_zero(name: str, hostile: dict[str, Path]):
    ogrinfo = tool("ogrinfo")
    if name == "parquet" and "Parquet" not in run(ogrinfo, "--formats"):
        pytest.skip("this GDAL is built without Parquet; geopandas reads the file in test_formats")
    path = str(hostile[name])
    layer = ["gap"] if name == "gpkg" else []
    said = run(ogrinfo, "-al" if not layer else "-ro", "-geom=NO", path, *layer)
    cells = re.findall(r"^  (\w+) \((\w+)[^)]*\) = (.*)$", said, re.MULTILINE)
    kinds = {column: kind for column, kind, _ in cells}
    assert kinds["district_id"] == kinds["district_name"] == "String"
    assert kinds["gap_score"] == "Real" and kinds["gap_rank"].startswith("Integer")
    names = [text for column, _, text in cells if column == "district_name"]
    assert names == [clean(text) for text in HOSTILE]
    assert next(text for column, _, text in cells if column == "district_id") == "00001"


@pytest.mark.parametrize(("region_id", "count"), [("us-ga", 159), ("kenya", 47)])
def test_gdal_counts_every_district(region_id: str, count: int, files):
    ogrinfo = tool("ogrinfo")
    for name in ("gpkg", "geojson"):
        said = run(ogrinfo, "-so", "-al", str(files(region_id, name)))
        assert f"Feature Count: {count}" in said, name
        assert re.search(r"WGS 84|CRS84", said), name


def test_libreoffice_keeps_text_as_text(hostile: dict[str, Path], tmp_path: Path):
    sheets = converted(hostile["xlsx"], CSV_OF_SHEETS, tmp_path)
    gap = next(path for path in sheets if path.name.endswith("-Gap table.csv"))
    _, names, *rows = csv.reader(gap.read_text(encoding="utf-8").splitlines())
    found = [dict(zip(names, row, strict=True)) for row in rows]
    assert [row["district_name"] for row in found] == [clean(text) for text in HOSTILE]
    assert found[0]["district_id"] == "00001"
    assert any("[c]" in row.values() for row in found)


def test_libreoffice_prints_the_workbook_whole(hostile: dict[str, Path], tmp_path: Path):
    [printed] = converted(hostile["xlsx"], "pdf", tmp_path)
    text = " ".join(run(tool("pdftotext"), "-layout", str(printed), "-").split())
    for words in ("00001", "O'Brien", "An empty cell means no data. It never means zero.",
                  "Official code of the district, as text", "How to cite"):  # fmt: skip
        assert words in text, words
    assert not re.search(r"#(NAME|REF|VALUE|DIV/0)|Err:\d", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("region_id", ["us-ga", "kenya"])
def test_documents_of_every_language_are_whole(
    language: str, region_id: str, published_home: Path, tmp_path: Path, monkeypatch
):
    pdftotext = tool("pdftotext")
    monkeypatch.setenv("MINDGAP_HOME", str(published_home))
    snapshot = current_snapshot(published_home, region_id)
    district_id = {"us-ga": "13215", "kenya": "KE007"}[region_id]
    sheet = fact_sheet_bytes(snapshot, district_id, language=language)
    brief = brief_bytes(snapshot, language=language)
    assert len(open_pdf(sheet).pages) == 1
    assert 4 <= len(open_pdf(brief).pages) <= 6
    for made in (sheet, brief):
        root = open_pdf(made).trailer["/Root"]
        assert root["/Lang"] == language and root["/MarkInfo"]["/Marked"]
        roles = [role for role, _ in structure(made)]
        assert {"/H1", "/H2", "/Table", "/TH", "/Figure"} <= set(roles)
        path = tmp_path / "made.pdf"
        path.write_bytes(made)
        text = run(pdftotext, "-layout", str(path), "-")
        assert "{" not in text and "\ufffd" not in text and "[U+" not in text
        start = re.split(r"[\n\f](?:Sources|Fuentes|Vyanzo)\b", text)[
            0
        ]  # sources keep their titles
        english = re.findall(r"\b(?:the|of|with|without|staff|people|share)\b", start)
        assert len(english) > 20 if language == "en" else not english, english
