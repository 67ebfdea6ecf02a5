"""Fact sheets and briefs of both regions: figures of the snapshot, tagged, the same each time."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.config import load_texts
from etl.errors import ConfigError, KeyJoinError, PublishError, SourceMissingError
from etl.export.pdf import documents, fact_sheet_name
from etl.export.pdf.snapshot import Snapshot, read_snapshot
from etl.export.pdf.words import Words
from etl.export.verify import verify
from etl.publish import current_snapshot
from etl.warehouse import Warehouse

from ..conftest import CHECKOUT, REGIONS
from .reading import (
    brief_bytes,
    fact_sheet_bytes,
    fonts,
    open_pdf,
    squeezed,
    structure,
    text_of,
    write_fact_sheets,
)


@pytest.fixture
def published(published_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINDGAP_HOME", str(published_home))
    return published_home


def some_districts(snapshot: Snapshot) -> list[str]:
    """The worst, a middle and the best place, and one that carries a flag."""
    gap = snapshot.tables["gap"].sort_values("gap_rank").reset_index(drop=True)
    flagged = gap.loc[gap["flags"].fillna("") != "", "district_id"].head(1)
    picked = gap["district_id"].iloc[[0, len(gap) // 2, -1]]
    return sorted({*picked, *flagged})


@pytest.mark.parametrize("region", REGIONS)
def test_fact_sheet_shows_the_figures_of_the_snapshot(published: Path, region: str):
    path = current_snapshot(published, region)
    snapshot, words = read_snapshot(path), Words(load_texts("en"))
    total = len(snapshot.tables["gap"])
    for district_id in some_districts(snapshot):
        text = text_of(fact_sheet_bytes(path, district_id))
        row, sure = snapshot.district(district_id), snapshot.one("confidence", district_id)
        assert sure is not None
        wanted = [
            str(row["district_name"]),
            f"Code {district_id}",
            f"rank {int(row['gap_rank'])} of {total} by gap",
            f"between {int(row['gap_rank_low'])} and {int(row['gap_rank_high'])}",
            f"{sure['gap_low']:.1f} to {sure['gap_high']:.1f}",
            f"{row['population']:,.0f} people",
            str(row["snapshot_id"]),
            str(row["method_version"]),
            f"district={district_id}",
        ]
        if row["gap_rank_low"] == row["gap_rank_high"]:
            wanted[3] = "the rank is the same"
        wanted += [f"{row[f'{name}_score']:.1f}" for name in ("need", "access", "gap")]
        wanted += [
            f"{row[f'population_{part}']:,.0f}"
            for part in ("served", "over_capacity", "beyond_reach")
            if pd.notna(row[f"population_{part}"])
        ]
        for entry in snapshot.of("indicator", district_id).to_dict("records"):
            if entry["in_index"] and pd.isna(entry["left_out"]):
                between = words.between(entry["low"], entry["high"])
                wanted += [str(entry["label"]), words.with_unit(entry["value"], "%")[:-1], between]
        for entry in snapshot.of("reason", district_id).head(3).to_dict("records"):
            wanted.append(f"{entry['contribution']:.1f} points")
        links = snapshot.of("profile", district_id)
        wanted += [str(w) for w in links.loc[links["state"] == "missing", "words"]]
        wanted += [str(title) for title in snapshot.tables["source"]["title"]]
        tight = squeezed(text)
        absent = [w for w in wanted if squeezed(w) not in tight]
        assert not absent, (district_id, absent)


@pytest.mark.parametrize("region", REGIONS)
def test_brief_names_the_robust_gaps_and_their_people(published: Path, region: str):
    path = current_snapshot(published, region)
    tables = read_snapshot(path).tables
    gap = tables["gap"].merge(tables["confidence"], on="district_id")
    rural = gap[gap["is_underserved_rural"].astype(bool)]
    robust = rural[rural["confidence"] == "robustly worst"]
    data = brief_bytes(path)
    text = squeezed(text_of(data))
    assert 4 <= len(open_pdf(data).pages) <= 6
    assert squeezed(f"{robust['population'].sum():,.0f} people live there") in text
    assert squeezed(f"{len(robust)} of {len(gap)}") in text
    for row in rural.itertuples():
        line = f"{row.district_name} {row.gap_rank} {row.gap_rank_low} to {row.gap_rank_high}"
        assert squeezed(line) in text
    for link, rows in tables["profile"].groupby("link"):
        label, missing = rows["label"].iloc[0], int((rows["state"] == "missing").sum())
        assert squeezed(label) in text, link
        if (rows["state"] != "no data").any():
            assert squeezed(f"{missing:,}") in text


def two_documents(published: Path) -> list[bytes]:
    path = current_snapshot(published, "kenya")
    return [fact_sheet_bytes(path, "KE007"), brief_bytes(path)]


def test_documents_are_tagged_named_and_in_a_language(published: Path):
    for data in two_documents(published):
        root = open_pdf(data).trailer["/Root"]
        assert root["/Lang"] == "en"
        assert root["/MarkInfo"]["/Marked"]
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
        elements = list(structure(data))
        roles = [role for role, _ in elements]
        assert {"/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= set(roles)
        assert roles.count("/H1") == 1
        assert roles.index("/H1") < roles.index("/H2")
        assert all(str(e.get("/Alt", "")) for role, e in elements if role == "/Figure")


def test_fonts_are_embedded_and_nobody_elses(published: Path):
    for data in two_documents(published):
        found = fonts(data)
        assert found and all(found.values()), found
        assert all("Libertinus" in name for name in found), found


def test_same_snapshot_gives_the_same_bytes(published: Path, tmp_path: Path):
    path = current_snapshot(published, "kenya")
    first = write_fact_sheets(path, tmp_path / "a", ["KE010", "KE007"])
    assert [p.name.split("-")[4] for p in first] == ["KE007", "KE010"]
    copy = tmp_path / "elsewhere" / path.name
    copy.parent.mkdir()
    shutil.copy(path, copy)
    for written in first:
        district_id = written.name.split("-")[4]
        assert written.read_bytes() == fact_sheet_bytes(copy, district_id)
    assert brief_bytes(path) == brief_bytes(copy)
    date = str(open_pdf(first[0].read_bytes()).metadata["/CreationDate"])
    accessed = max(read_snapshot(path).tables["source"]["accessed"]).replace("-", "")
    assert date.startswith(f"D:{accessed}")


def test_no_path_of_this_machine_is_in_a_file(published: Path):
    for data in two_documents(published):
        meta = open_pdf(data).trailer["/Root"]["/Metadata"].get_object().get_data()
        for place in (CHECKOUT, published, Path.home()):
            assert str(place).encode() not in data + meta
            assert str(place) not in text_of(data)


def test_unknown_district_writes_nothing(published: Path, tmp_path: Path):
    with pytest.raises(KeyJoinError, match=r"1 district id\(s\) are not in this snapshot: 'XX'"):
        write_fact_sheets(current_snapshot(published, "kenya"), tmp_path / "out", ["KE007", "XX"])
    assert not (tmp_path / "out").exists()


def test_failure_half_way_leaves_the_folder_as_it_was(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = current_snapshot(published, "kenya")
    (tmp_path / "kept.txt").write_text("mine")
    calls = []

    def fails_on_the_second(self: object, data: object) -> bytes:
        calls.append(data)
        if len(calls) == 2:
            raise PublishError("no")
        return b"%PDF"

    monkeypatch.setattr(documents.Renderer, "pdf", fails_on_the_second)
    with pytest.raises(PublishError, match="no"):
        write_fact_sheets(path, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]


def test_folder_that_cannot_be_written_is_told(published: Path, tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PublishError, match="was not written"):
        write_fact_sheets(current_snapshot(published, "kenya"), tmp_path / "file", ["KE007"])


def test_file_that_is_no_snapshot_is_told(published: Path, tmp_path: Path):
    (tmp_path / "gap-x.duckdb").write_text("not a database, not at all, nothing of the kind")
    with pytest.raises(SourceMissingError, match=r"gap-x.duckdb is no snapshot"):
        fact_sheet_bytes(tmp_path / "gap-x.duckdb", "KE007")


def test_language_without_a_file_is_told(published: Path):
    with pytest.raises(ConfigError, match=r"xx: no file for this language\. Allowed: en"):
        brief_bytes(current_snapshot(published, "kenya"), language="xx")


def test_another_language_is_a_file_and_no_code(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = current_snapshot(published, "kenya")
    folder = tmp_path / "config" / "export_text"
    folder.mkdir(parents=True)
    english = (published / "config" / "export_text" / "en.yaml").read_text(encoding="utf-8")
    german = english.replace("language: en ", "language: de ").replace(
        "  figures.heading: Key figures", "  figures.heading: Wichtige Größen"
    )
    (folder / "de.yaml").write_text(german, encoding="utf-8")
    for file in ("export.yaml", "withholding.yaml"):
        shutil.copy(published / "config" / file, tmp_path / "config")
    monkeypatch.setenv("MINDGAP_HOME", str(tmp_path))
    data = fact_sheet_bytes(path, "KE007", language="de")
    text = text_of(data)
    row = read_snapshot(path).district("KE007")
    assert open_pdf(data).trailer["/Root"]["/Lang"] == "de"
    assert "Wichtige Größen" in text
    assert f"{row['gap_score']:.1f}".replace(".", ",") in text
    assert f"{row['population']:,.0f}".replace(",", ".") in text


def test_dashboard_and_command_line_give_the_same_bytes(published: Path, tmp_path: Path):
    from dashboard import queries

    snapshot = queries.current("kenya")
    assert len(queries.gap(snapshot)) == 47  # the file is open here, with other settings
    [written] = write_fact_sheets(snapshot.path, tmp_path, ["KE007"])
    assert written.read_bytes() == fact_sheet_bytes(snapshot.path, "KE007")
    snapshot_id = str(queries.region(snapshot)["snapshot_id"])
    assert written.name == fact_sheet_name("kenya", snapshot_id, "KE007", "en")


def test_withheld_figures_are_nowhere(published: Path):
    path = current_snapshot(published, "us-ga")
    snapshot = read_snapshot(path)
    with Warehouse.of_snapshot(path) as warehouse:
        truth = warehouse.read("core_indicator").set_index(["district_id", "indicator_id"])
    cells = snapshot.tables["withheld"]
    gone = cells[(cells["table_name"] == "out_indicator") & (cells["column_name"] == "value")]
    district_id = str(gone["district_id"].iloc[0])
    hidden = gone.loc[gone["district_id"] == district_id, "item"]
    parts = sum(
        snapshot.is_withheld("gap", district_id, f"population_{part}")
        for part in ("served", "over_capacity", "beyond_reach")
    )
    text = text_of(fact_sheet_bytes(path, district_id))
    assert text.count("withheld") == len(hidden) + parts
    words = Words(load_texts("en"))
    rows = truth.loc[[(district_id, name) for name in hidden]]
    margins = rows["moe"].fillna(1.645 * rows["se"])
    told = [words.between(v - m, v + m) for v, m in zip(rows["value"], margins, strict=True)]
    assert any(told)
    assert not [line for line in told if line and squeezed(line) in squeezed(text)]
    reasons = snapshot.of("reason", district_id)
    assert not set(hidden) & set(reasons["part_id"])
    assert reasons["position"].tolist() == list(range(1, len(reasons) + 1))  # no hole to read


def test_command_writes_a_sheet_and_a_brief(published: Path, tmp_path: Path):
    command = ["export", "kenya", "--out", str(tmp_path), "--format"]
    one = ["--district", "KE007", "--permalink-base", "https://gap.example.org/"]
    made = CliRunner().invoke(app, [*command, "factsheets", *one])
    assert made.exit_code == 0, made.output
    assert CliRunner().invoke(app, [*command, "brief"]).exit_code == 0
    refused = CliRunner().invoke(app, [*command, "factsheets", "--district", "XX"])
    assert isinstance(refused.exception, KeyJoinError)
    sheet, brief = sorted(tmp_path.glob("*.pdf"), reverse=True)
    names = [p.name.rsplit("-", 2)[0] for p in (sheet, brief)]
    assert names == ["mindgap-kenya-fact-sheet-KE007", "mindgap-kenya-brief"]
    assert verify(sheet).region_id == "kenya"  # its checksum is in the list beside it
    snapshot_id = current_snapshot(published, "kenya").stem.removeprefix("gap-")
    asked = f"region=kenya&district=KE007&snapshot={snapshot_id}"
    told = squeezed(text_of(sheet.read_bytes()))
    assert squeezed(f"in the dashboard: https://gap.example.org/district?{asked}") in told
    told = squeezed(text_of(brief.read_bytes()))
    local = f"http://localhost:8501/?region=kenya&snapshot={snapshot_id}"
    assert squeezed(f"on the computer where this file was made: {local}") in told
