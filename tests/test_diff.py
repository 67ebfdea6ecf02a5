"""What changed between two snapshots, and why, on Tinyland."""

import json
from pathlib import Path

import pandas as pd
import pytest
from pytest import approx

from etl.diff.causes import CAUSES
from etl.diff.report import Report, report
from etl.diff.snapshot import Snapshot, snapshot_of
from etl.diff.tables import compare, summarise
from etl.frozen_config import UnreadableConfigError, freeze, thaw
from etl.index.run import build_index
from etl.measures.attribution import split_change

from .conftest import Tiny, build_tiny


def taken(tiny: Tiny, snapshot_id: str) -> Snapshot:
    """The snapshot that a build would publish."""
    build_index(tiny.config, tiny.region, tiny.warehouse, snapshot_id)
    tiny.warehouse.write("snap_config", freeze(tiny.config, tiny.region))
    return snapshot_of(tiny.warehouse)


def change(home: Path, name: str, old: str, new: str) -> None:
    path = home / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def rebuilt(snapshot_id: str) -> Snapshot:
    built = build_tiny()
    with built.warehouse:
        return taken(built, snapshot_id)


def parts(found: Report, figure: str) -> pd.DataFrame:
    return found.districts[[f"{figure}_{c}" for c in CAUSES]].set_axis(CAUSES, axis=1).dropna()


def assert_adds_up(found: Report) -> None:
    for figure in ("gap_score", "gap_rank"):
        split = parts(found, figure)
        whole = found.districts.loc[split.index, f"{figure}_change"]
        assert split.sum(axis=1).to_numpy() == approx(whole.to_numpy())


@pytest.fixture
def quick(tiny_home: Path) -> None:
    """Few draws: what changed does not rest on them."""
    change(tiny_home, "config/model.yaml", "draws: 5000", "draws: 100")
    change(tiny_home, "config/model.yaml", "sensitivity_base: 256", "sensitivity_base: 64")


@pytest.fixture
def old(quick: None, tiny: Tiny) -> Snapshot:
    return taken(tiny, "old")


def test_the_same_snapshot_twice_is_no_change(old: Snapshot):
    found = report(old, old)
    assert found.nothing
    assert found.summary.empty
    assert (parts(found, "gap_score") == 0).all(axis=None)
    assert not found.districts["entered_worst_fifth"].any()


def poorer_beta(home: Path) -> None:
    path = home / "data" / "sample" / "tinyland" / "indicators.csv"
    table = pd.read_csv(path, dtype="string")
    hit = (table["district_id"] == "02") & (table["indicator_id"] == "poverty_rate")
    assert hit.sum() == 1
    table.loc[hit, "value"] = "33"
    table.to_csv(path, index=False)


def heavier_staff(home: Path) -> None:
    change(home, "config/model.yaml", "      weight: 2\n", "      weight: 5\n")


def test_a_changed_figure_is_data(old: Snapshot, tiny_home: Path):
    poorer_beta(tiny_home)
    found = report(old, rebuilt("new"))
    split = parts(found, "gap_score")
    assert (split[["by_method", "by_model", "by_boundaries"]] == 0).all(axis=None)
    assert split.loc["02", "by_data"] != 0
    assert_adds_up(found)
    row = found.changes.query("table == 'out_indicator' and column == 'value'").iloc[0]
    assert row["key"] == "02 · poverty_rate"
    assert row["new"] == "33.0"


def test_a_changed_weight_is_the_model(old: Snapshot, tiny_home: Path):
    heavier_staff(tiny_home)
    found = report(old, rebuilt("new"))
    split = parts(found, "gap_score")
    assert (split[["by_method", "by_boundaries", "by_data"]] == 0).all(axis=None)
    assert (split["by_model"] != 0).any()
    assert_adds_up(found)


def test_both_at_once_add_up(old: Snapshot, tiny_home: Path):
    poorer_beta(tiny_home)
    heavier_staff(tiny_home)
    found = report(old, rebuilt("new"))
    split = parts(found, "gap_score")
    assert (split["by_model"] != 0).any()
    assert split.loc["02", "by_data"] != 0
    assert_adds_up(found)


def test_a_moved_border_is_boundaries(old: Snapshot, tiny_home: Path):
    """Alpha's second demand point, 0.1 degrees inside, comes to lie in Beta."""
    path = tiny_home / "data" / "sample" / "tinyland" / "districts.geojson"
    shapes = json.loads(path.read_text(encoding="utf-8"))
    west, east = (
        next(f for f in shapes["features"] if f["properties"]["district_id"] == key)
        for key in ("01", "02")
    )
    for feature in (west, east):
        feature["geometry"] = json.loads(json.dumps(feature["geometry"]).replace("38.5", "38.3"))
    path.write_text(json.dumps(shapes), encoding="utf-8")
    points = tiny_home / "data" / "sample" / "tinyland" / "demand_points.csv"
    table = pd.read_csv(points, dtype="string")
    inside = table["lon"].astype(float).between(38.3, 38.5)
    assert inside.any()
    table.loc[inside, "district_id"] = "02"
    table.to_csv(points, index=False)
    services = tiny_home / "data" / "sample" / "tinyland" / "services.csv"
    table = pd.read_csv(services, dtype="string")
    table.loc[table["lon"].astype(float).between(38.3, 38.5), "district_id"] = "02"
    table.to_csv(services, index=False)
    found = report(old, rebuilt("new"))
    split = parts(found, "gap_score")
    assert (split[["by_method", "by_model"]] == 0).all(axis=None)
    assert (split["by_boundaries"] != 0).any()
    assert split["by_data"].abs().max() == approx(0, abs=1e-9)
    assert_adds_up(found)


def test_figures_of_another_program_are_method(old: Snapshot):
    tables = {**old.tables}
    tables["out_gap"] = tables["out_gap"].assign(gap_score=tables["out_gap"]["gap_score"] - 1.5)
    earlier = Snapshot("older", "2025.1", tables, old.core, old.shapes, old.settings, trouble="")
    found = report(earlier, old)
    assert parts(found, "gap_score")["by_method"].to_numpy() == approx(1.5)
    assert found.about["old_method_version"] == "2025.1"
    assert_adds_up(found)


def test_an_old_snapshot_without_its_data_is_compared_but_not_explained(old: Snapshot):
    bare = Snapshot("bare", "2025.1", old.tables, None, None, None, "it was published before")
    found = report(bare, old)
    assert not found.about["separable"]
    assert "bare" in found.about["note"]
    assert found.nothing
    assert parts(found, "gap_score").empty


def test_other_districts_cannot_be_explained(old: Snapshot):
    assert old.core is not None
    fewer = {**old.core, "district": old.core["district"].iloc[1:]}
    other = Snapshot("o", "1", old.tables, fewer, old.shapes, old.settings, "")
    found = report(other, old)
    assert "districts themselves" in found.about["note"]


def test_rows_and_columns_that_come_and_go():
    one = pd.DataFrame({"service_id": ["a", "b"], "name": ["A", "B"], "beds": [1, None]})
    two = pd.DataFrame({"service_id": ["b", "c"], "name": ["B!", "C"], "town": ["x", "y"]})
    found = compare(one, two, "out_service")
    got = {tuple(None if pd.isna(v) else v for v in r) for r in found.to_numpy()[:, 1:]}
    assert got == {
        ("(all rows)", "beds", "column", None),
        ("(all rows)", "town", None, "column"),
        ("a", "", "row", None),
        ("c", "", None, "row"),
        ("b", "name", "B", "B!"),
    }
    row = summarise(found).iloc[0]
    assert (row["rows_added"], row["rows_removed"], row["cells_changed"]) == (1, 1, 1)


def test_json_holds_missing_as_null(old: Snapshot):
    found = json.loads(report(old, old).to_json(max_changes=5))
    assert found["about"]["new_snapshot_id"] == "old"
    zeta = next(d for d in found["districts"] if d["district_id"] == "06")
    assert zeta["gap_score_new"] is None


def test_a_kept_configuration_comes_back_equal(tiny: Tiny):
    config, region = thaw(freeze(tiny.config, tiny.region))
    assert region == tiny.region
    assert config.method_hash(region) == tiny.config.method_hash(tiny.region)


def test_a_configuration_of_another_schema_is_told(tiny: Tiny):
    frozen = freeze(tiny.config, tiny.region)
    spoilt = frozen.assign(content=frozen["content"].str.replace('"draws"', '"drawings"'))
    with pytest.raises(UnreadableConfigError, match="draws"):
        thaw(spoilt)
    with pytest.raises(UnreadableConfigError, match=r"region: .*is missing"):
        thaw(frozen[frozen["part"] != "region"])


def test_bounds_of_classes_are_not_needed_to_compute_again(tiny: Tiny):
    frozen = freeze(tiny.config, tiny.region)
    other = pd.DataFrame({"part": ["breaks"], "content": ['{"of": "another version"}']})
    config, _ = thaw(pd.concat([frozen, other], ignore_index=True))
    assert not config.breaks


def test_split_refuses_a_wrong_number_of_causes():
    chain = pd.DataFrame({"a": [1.0], "b": [2.0]})
    with pytest.raises(ValueError, match="steps"):
        split_change(chain, ["x", "y"])
