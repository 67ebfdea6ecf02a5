"""Names and figures nobody would wish for: the documents hold, and say what is there."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.config import load_texts
from etl.export.pdf.brief import region_brief
from etl.export.pdf.pictures import canvas
from etl.export.pdf.rendering import Renderer
from etl.export.pdf.sheet import fact_sheet
from etl.export.pdf.snapshot import Snapshot, read_snapshot
from etl.export.pdf.words import Words
from tests.dashboard.make_snapshot import build

from ..conftest import CHECKOUT
from .reading import (
    brief_bytes,
    fact_sheet_bytes,
    open_pdf,
    squeezed,
    text_of,
    write_fact_sheets,
)

NAMES = [
    '#panic("x") #set text(red)',
    "$x^2$ *bold* _it_ `raw` @ref <label> // gone",
    'quotes " and \' and \\ and "); #eval("1")',
    "= Heading\n- list\r\n\t+ enum",
    "{{district}} {region} {0} %s ${x}",
    "مقاطعة الاختبار",
    "מחוז הבדיקה north",
    "Čačak Шабац Ελλάδα Nairobi",
    "A" * 500,
    "Very long name of a place " * 20,
    "../../etc/passwd",
    "\u202eright to left override\u2066",
    "\x00\x07\x1bcontrol",
]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINDGAP_HOME", str(CHECKOUT))


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return read_snapshot(build(tmp_path_factory.mktemp("synthetic"), n=6))


def sheet(snapshot: Snapshot, name: str, district_id: str = "SY001") -> bytes:
    gap = snapshot.tables["gap"].copy()
    gap["district_name"] = gap["district_name"].astype("object")
    gap.loc[gap["district_id"] == district_id, "district_name"] = name
    changed = Snapshot(snapshot.region, snapshot.tables | {"gap": gap}, snapshot.shapes)
    words = Words(load_texts("en"))
    data = fact_sheet(changed, canvas(changed.shapes), district_id, words, "")
    return Renderer("fact_sheet.typ").pdf(data)


@pytest.mark.parametrize("name", NAMES)
def test_name_comes_back_as_text_on_one_page(synthetic: Snapshot, name: str):
    data = sheet(synthetic, name)
    assert len(open_pdf(data).pages) == 1
    shown = squeezed(text_of(data))
    visible = "".join(c for c in name if c.isprintable() or c.isspace())
    if any("\u0590" <= c <= "\u06ff" for c in name):  # extraction gives these in drawn order
        assert set(squeezed(visible)) <= set(shown)
    else:
        assert squeezed(visible) in shown


def test_characters_that_no_font_draws_are_named(synthetic: Snapshot):
    shown = squeezed(text_of(sheet(synthetic, "Smile 😀 日本")))
    assert "Smile[U+1F600][U+65E5][U+672C]" in shown


@given(name=st.text(max_size=120))
@settings(max_examples=25)
def test_any_name_makes_one_page(synthetic: Snapshot, name: str):
    assert len(open_pdf(sheet(synthetic, name)).pages) == 1


def test_hostile_snapshot_in_one_go(tmp_path: Path):
    path = build(tmp_path, n=12)
    written = write_fact_sheets(path, tmp_path / "out")
    assert len(written) == 12
    assert all(len(open_pdf(p.read_bytes()).pages) == 1 for p in written)
    assert squeezed("<script>window.hacked=1</script>") in squeezed(
        text_of(written[0].read_bytes())
    )
    assert brief_bytes(path).startswith(b"%PDF")


def test_hostile_district_ids_make_safe_and_different_file_names(tmp_path: Path):
    from etl.export.pdf import fact_sheet_name

    ids = ["../x", "..-x", "a/b", "a b", "é", "x" * 300, "", "ok-1"]
    names = [fact_sheet_name("r", "s", one, "en") for one in ids]
    assert len(set(names)) == len(ids)
    assert all(set(n) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for n in names)
    assert all("/" not in n and ".." not in n and len(n) < 120 for n in names)
    assert names[-1] == "mindgap-r-fact-sheet-ok-1-s-en.pdf"


def test_region_of_one_district_without_any_figure(tmp_path: Path):
    path = build(tmp_path, n=1, kind="all_null")
    text = text_of(fact_sheet_bytes(path, "SY001"))
    assert "No score: too few of the figures are known" in text
    assert "not ranked" in text
    assert "nan" not in text.lower().split()
    assert "How many people live here is not known." in text
    assert "No county has a score" in text_of(brief_bytes(path))


def test_no_services_listed_is_told_apart_from_no_data(tmp_path: Path):
    path = build(tmp_path, n=6, kind="no_services")
    levels = read_snapshot(path).tables["level"]
    assert not levels["has_data"].all()
    text = text_of(fact_sheet_bytes(path, "SY001"))
    for row in levels.itertuples():
        told = "none listed here" if row.has_data else "no data"
        assert f"{row.label} {told}" in text


def test_missing_figure_is_never_zero(synthetic: Snapshot):
    gap = synthetic.tables["gap"].copy()
    gap.loc[:, ["population_served", "fte_per_100k", "nearest_service_minutes"]] = float("nan")
    total = synthetic.tables["total"].assign(value=float("nan"))
    tables = synthetic.tables | {"gap": gap, "total": total}
    changed = Snapshot(synthetic.region, tables, synthetic.shapes)
    words = Words(load_texts("en"))
    data = fact_sheet(changed, canvas(changed.shapes), "SY001", words, "")
    assert data["people"]["rows"][0]["value"] == "no data"
    assert [r["width"] for r in data["people"]["rows"]] == [None] * 3
    staff = dict(map(tuple, data["services"]["rows"]))
    assert staff["Mental-health staff here"] == "no data"
    brief = region_brief(changed, words, "")
    people = next(b for b in brief["blocks"] if b["kind"] == "table" and "Number" in b["columns"])
    assert people["rows"][-1][3] == "no data"


def test_robust_district_without_a_rank_does_not_stop_the_brief(synthetic: Snapshot):
    gap, sure = synthetic.tables["gap"].copy(), synthetic.tables["confidence"].copy()
    gap["is_underserved_rural"] = pd.array([True] * len(gap), dtype="boolean")
    gap["gap_rank"] = pd.array([None] * len(gap), dtype="Int64")
    sure["confidence"] = "robustly worst"
    tables = synthetic.tables | {"gap": gap, "confidence": sure}
    changed = Snapshot(synthetic.region, tables, synthetic.shapes)
    data = region_brief(changed, Words(load_texts("en")), "")
    assert Renderer("brief.typ").pdf(data).startswith(b"%PDF")
