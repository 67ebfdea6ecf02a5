"""From any figure of a district back to the row of the file it came from."""

import csv
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from etl.digests import FileDigests
from etl.extract.files import members
from etl.lineage import lineage_frame
from etl.publish import current_snapshot
from etl.warehouse import Warehouse

from .conftest import Core
from .test_cli import mindgap

__all__ = ["mindgap"]  # the fixture


@pytest.fixture
def explained(mindgap, tiny_home: Path):
    """``explained("Alpha", "poverty_rate")`` after a refresh: (exit code, output, errors)."""
    assert mindgap("refresh", "tinyland")[0] == 0
    return lambda *words: mindgap("explain", "tinyland", *words)


def test_figure_leads_to_its_row_and_the_files_checksum(explained, tiny_home: Path):
    code, out, _ = explained("alpha", "poverty_rate")
    path = tiny_home / "data" / "sample" / "tinyland" / "indicators.csv"
    rows = list(csv.reader(path.open(encoding="utf-8")))
    at = next(i for i, row in enumerate(rows, start=1) if row[:2] == ["01", "poverty_rate"])
    assert code == 0
    assert f"indicators.csv, row {at}; copied from the layer file; sha256 " in out
    assert hashlib.sha256(path.read_bytes()).hexdigest() in out
    assert "Survey of Tinyland" in out and "embedded sample" in out
    assert "scaled (0-100)" in out


def test_district_without_an_item_lists_everything(explained):
    code, out, _ = explained("01")
    assert code == 0
    for item in ("boundary", "s1", "mental_health", "poverty_rate", "unemployment_rate"):
        assert item in out, item


@pytest.mark.parametrize(
    ("words", "said"),
    [(["Alp"], "Names that begin alike: 'Alpha'"), (["01", "weather"], "no figure 'weather'")],
)
def test_what_is_not_there_is_told(explained, words: list[str], said: str):
    code, _, err = explained(*words)
    assert code == 7 and said in err and "Traceback" not in err


def test_snapshot_of_before_lineage_says_so(explained, tiny_home: Path):
    path = current_snapshot(tiny_home, "tinyland")
    with Warehouse(path) as snapshot:
        tables = {t: snapshot.read(t) for t in snapshot.tables() if t != "out_lineage"}
    path.unlink()
    with Warehouse(path) as snapshot:
        for name, table in tables.items():
            snapshot.write(name, table)
    code, _, err = explained("01")
    assert code == 4 and "--force" in err


def test_every_figure_of_every_district_has_a_row(explained, tiny_home: Path):
    with Warehouse(current_snapshot(tiny_home, "tinyland"), read_only=True) as snapshot:
        lineage = snapshot.read("out_lineage")
        figures = snapshot.read("out_indicator").dropna(subset=["value"])
        services = snapshot.read("out_service")
    have = set(zip(lineage["district_id"], lineage["item"], strict=True))
    assert set(zip(figures["district_id"], figures["indicator_id"], strict=True)) <= have
    assert set(zip(services["district_id"], services["service_id"], strict=True)) <= have
    assert lineage[["source_id", "file", "row", "sha256"]].notna().all(axis=None) or set(
        lineage.loc[lineage["source_id"].isna(), "layer"]
    ) == {"district"}


@pytest.mark.raw
def test_raw_figure_leads_to_the_publishers_cell(from_raw: Core, real_config, raw_dir: Path):
    region = real_config.region("us-ga")
    table = lineage_frame(real_config, region, raw_dir, from_raw("us-ga"), FileDigests())
    by = table.set_index(["district_id", "item"])
    found = by.loc[("13065", "uninsured_share")]
    source = real_config.sources["us_cdc_svi_2022"]
    assert found["sha256"] == source.sha256
    ((_, data),) = members(source, raw_dir / source.path)
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    row = dict(zip(rows[0], rows[int(found["row"]) - 1], strict=True))
    assert row["FIPS"] == "13065"
    figures = from_raw("us-ga").read("core_indicator").set_index(["district_id", "indicator_id"])
    assert float(row["EP_UNINSUR"]) == figures.loc[("13065", "uninsured_share"), "value"]
    indicators = figures.dropna(subset=["value"]).index
    assert set(indicators) <= set(by.index)
    assert set(zip(*[from_raw("us-ga").read("core_service")[c] for c in ("district_id",
               "service_id")], strict=True)) <= set(by.index)  # fmt: skip


@pytest.mark.raw
def test_correction_of_a_facility_is_told_with_its_figure(from_raw: Core, real_config, raw_dir):
    region = real_config.region("kenya")
    table = lineage_frame(real_config, region, raw_dir, from_raw("kenya"), FileDigests())
    item = "kmhfl-18bb76b1-a6c4-4346-81ab-423a20459fc7"
    row = table.set_index("item").loc[item]
    assert row["correction"].startswith("Declared in Siaya, but its coordinates stand in Migori.")
    assert row["district_id"] == "KE041"
    archive, inner = row["file"].split(" : ")
    source = real_config.sources["ke_kmhfl_2020"]
    assert archive == source.path
    page = dict(members(source, raw_dir / archive))[inner]
    assert json.loads(page)["results"][int(row["row"]) - 1]["id"] == item.removeprefix("kmhfl-")
    assert pd.isna(table.set_index("item").loc["boundary", "correction"]).all()
