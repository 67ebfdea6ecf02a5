"""Map layers, groups of districts, similar districts and rings, by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from etl import config as configuration
from etl.breaks import freeze_breaks
from etl.config import Config
from etl.errors import ConfigError, SourceMissingError
from etl.index.map_classes import layer_classes
from etl.index.peers import peer_groups, typical
from etl.index.run import build_index
from etl.index.similar import similar_districts
from etl.index.similar_items import better_items
from etl.schema import Breaks
from etl.warehouse import Warehouse

from .conftest import Tiny

RULES_PEER = {"least": 2, "size_keys": ["small", "large"], "sizes": ["few", "many"],
              "everyone": "All", "unknown": "Unknown"}  # fmt: skip


def kept(**layers: dict[str, list[float]]) -> Breaks:
    return Breaks.model_validate(
        {
            "region_id": "x",
            "snapshot_id": "s",
            "frozen_on": "2026-03-01",
            "layers": layers,
            "bivariate": {},
        }
    )


def test_kept_bounds_stay_and_their_ends_hold_new_values(real_config: Config):
    values = pd.Series([-1.0, 5.0, 10.0, 99.0, np.nan], index=list("abcde"))
    found = layer_classes(real_config, kept(q={"jenks": [0.0, 5.0, 20.0]}), "q", "", values)
    assert found["jenks"].edges.tolist() == [-1, 5, 99] and found["jenks"].is_frozen
    assert found["jenks"].member.fillna(-1).tolist() == [0, 0, 1, 1, -1]
    assert not found["quantile"].is_frozen and "fixed" not in found


def test_fixed_bounds_may_leave_classes_empty(real_config: Config):
    found = layer_classes(real_config, None, "gap", "", pd.Series([20.0, 21.0, 95.0]))["fixed"]
    assert found.rows("gap") == [
        ("gap", 0, 0.0, 20.0, 1, False), ("gap", 1, 20.0, 40.0, 1, False),
        ("gap", 2, 40.0, 60.0, 0, False), ("gap", 3, 60.0, 80.0, 0, False),
        ("gap", 4, 80.0, 100.0, 1, False),
    ]  # fmt: skip


def test_a_layer_without_figures_has_no_classes(real_config: Config):
    found = layer_classes(real_config, None, "gap", "", pd.Series([np.nan, np.nan]))
    assert all(not c.rows("gap") and c.member.isna().all() for c in found.values())


def peer_table(rural: list[object], people: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"is_rural": pd.array(rural, dtype="boolean"), "population": people,
         "rural_class": ["r" if r else "u" for r in rural]}
    )  # fmt: skip


def test_groups_split_only_where_every_part_is_large_enough(real_config: Config):
    rules = real_config.map.peers.model_copy(update=RULES_PEER)
    table = peer_table([True] * 4 + [False] * 2, [4.0, 3, 2, 1, 9, 8])
    groups = peer_groups(rules, {"r": "Rural", "u": "Urban"}, table)
    large, small = "rural.large", "rural.small"
    assert groups["peer_group"].tolist() == [large, large, small, small, "not_rural", "not_rural"]
    assert groups["peer_label"].tolist()[::3] == ["Rural, many", "Rural, few"]
    table = peer_table([True] * 4 + [False], [4.0, 3, 2, 1, 9])
    assert set(peer_groups(rules, {}, table)["peer_group"]) == {"small", "large"}


def test_a_district_of_unknown_rural_class_stands_apart(real_config: Config):
    rules = real_config.map.peers.model_copy(update=RULES_PEER)
    table = peer_table([True] * 4 + [False], [4.0, 3, 2, 1, 9])
    table.loc[4, "is_rural"] = pd.NA
    assert (
        peer_groups(rules, {"r": "Rural", "u": "Urban"}, table)["peer_group"].iloc[4] == "unknown"
    )


def test_what_is_usual_by_hand():
    values = pd.DataFrame({"layer": "gap", "scope": "region", "value": np.arange(11.0)})
    found = typical(values, pd.Series({"gap": 1})).iloc[0]
    assert (found["n"], found["median"], found["p10"], found["p90"]) == (11, 5, 1, 9)


GAP = pd.DataFrame(
    {
        "district_id": list("abcdef"),
        "need_score": [50.0, 60, 61, 50, 50, np.nan],
        "access_score": [10.0, 30, 90, 20, 90, 90],
        "gap_score": [67.0, 64, 24, 63, 22, np.nan],
        "is_rural": pd.array([True, True, True, True, False, True], dtype="boolean"),
        "population": [100.0, 100, 100, 200, 100, 100],
    }
)


def test_similar_districts_by_hand(real_config: Config):
    found = similar_districts(real_config.map.similar, GAP)
    own = found[found["district_id"] == "a"].set_index(["kind", "position"])
    # b differs by the whole band, d by twice the people: as far. c is 11 points away, e is not
    # rural, f has no score.
    assert own.loc["similar", "similar_id"].tolist() == ["b", "d"]
    assert own.loc["better", "similar_id"].tolist() == ["b", "d"]  # 20 and 10 points ahead
    assert own.loc[("better", 2), "population_ratio"] == 2
    assert own.loc[("better", 1), ["need_difference", "access_difference"]].tolist() == [10, 20]
    assert "f" not in set(found["district_id"]) | set(found["similar_id"])


def pair(here: str, there: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"district_id": [here], "similar_id": there, "kind": "better", "position": 1}
    )


def test_what_the_better_district_has_by_hand(tiny: Tiny):
    # Beta (166.7 FTE per 100,000) has one service type; Alpha 300, two services.
    found = better_items(tiny.config, tiny.warehouse, pair("02", "01"))
    staff = found[(found["kind"] == "staff") & (found["item"] == "mental_health_provider")]
    assert staff[["value_here", "value_there"]].round(1).to_numpy().tolist() == [[166.7, 300.0]]
    # Delta's staff is unknown: it is not said to lack any.
    unknown = better_items(tiny.config, tiny.warehouse, pair("04", "01"))
    assert "staff" not in set(unknown["kind"])
    assert found["position"].tolist() == list(range(1, len(found) + 1))


def test_silent_districts_lack_nothing_that_is_listed(tiny: Tiny):
    services = tiny.warehouse.read("core_service")
    told = better_items(tiny.config, tiny.warehouse, pair("03", "01"))
    assert "level" in set(told["kind"])  # Gamma has no facility in a register that speaks
    silent = services.assign(services_reported=False)
    tiny.warehouse.write("core_service", silent)
    found = better_items(tiny.config, tiny.warehouse, pair("03", "01"))
    assert not {"level", "service_type"} & set(found["kind"])


def test_rings_by_hand(tinyland: Tiny):
    rings = tinyland.warehouse.read("out_ring").set_index(["service_id", "minutes"])
    # s1 in urban Alpha: 30 km/h, detour 1.5. a1 (800) stands there; a2 (200) is 66.7 minutes away;
    # Beta's 600 are 58.4 minutes away at their own 60 km/h, beyond the ring of 20 km.
    assert rings.loc[("s1", 30.0), ["km", "people"]].tolist() == [10, 800]
    assert rings.loc[("s1", 60.0), ["km", "people"]].tolist() == [20, 1400]
    assert rings.loc[("s1", 60.0), "is_catchment"] and not rings.loc[("s1", 30.0), "is_catchment"]


def test_frozen_classes_are_those_of_the_snapshot(tiny: Tiny, tmp_path):
    path = tmp_path / "gap-first.duckdb"
    made = pd.DataFrame({"finished_at": ["2026-03-01T23:59:00+00:00"]}, dtype="string")
    tiny.warehouse.write("out_run", made)
    tiny.warehouse.copy_tables(path, ("out_",), {})
    before = {t: tiny.warehouse.read(t) for t in ("out_layer_class", "out_layer_district")}
    folder = configuration.home() / "config"
    _, n = freeze_breaks(path, "tinyland", folder)
    assert n == before["out_layer_class"]["layer"].nunique()
    build_index(configuration.load(), tiny.region, tiny.warehouse, "again")
    after = {t: tiny.warehouse.read(t) for t in before}
    pd.testing.assert_frame_equal(after["out_layer_district"], before["out_layer_district"])
    fixed = after["out_layer_class"]["method"] == "fixed"
    assert (after["out_layer_class"]["is_frozen"] == ~fixed).all()
    assert after["out_layer_class"]["frozen_on"].fillna("").eq("2026-03-01").eq(~fixed).all()
    assert tiny.warehouse.read("out_bivariate_class")["is_frozen"].all()
    text = (folder / "breaks" / "tinyland.yaml").read_text()
    (folder / "breaks" / "tinyland.yaml").write_text(text.replace("  gap:", "  indicator.none:"))
    with pytest.raises(ConfigError, match=r"layers\.indicator\.none: no such layer"):
        configuration.load()
    with Warehouse(path, read_only=True) as snapshot:
        assert "out_layer" in snapshot.tables()


def test_bounds_keep_their_day_and_a_later_layer_has_its_own(tiny: Tiny, tmp_path):
    folder, days = configuration.home() / "config", ("2026-03-01", "2027-04-05")
    for day in days:
        made = pd.DataFrame({"finished_at": [f"{day}T08:00:00+00:00"]}, dtype="string")
        tiny.warehouse.write("out_run", made)
        path = tmp_path / f"gap-{day}.duckdb"
        tiny.warehouse.copy_tables(path, ("out_",), {})
        freeze_breaks(path, "tinyland", folder)
        file = folder / "breaks" / "tinyland.yaml"
        if day == days[0]:  # as if the gap were a layer that came later
            assert "frozen_later" not in file.read_text()
            kept = re.sub("  gap:\n(    .*\n)+", "", file.read_text())
            file.write_text(kept)
        build_index(configuration.load(), tiny.region, tiny.warehouse, "again")
    breaks = configuration.load().breaks["tinyland"]
    assert (breaks.since("need"), breaks.since("gap")) == days
    assert list(breaks.frozen_later) == ["gap"]
    told = tiny.warehouse.read("out_layer_class").groupby("layer")["frozen_on"].max()
    assert (told["need"], told["gap"]) == days


def test_a_snapshot_that_does_not_say_since_when_is_refused(tiny: Tiny, tmp_path):
    path = tmp_path / "gap-old.duckdb"
    classes = tiny.warehouse.read("out_layer_class").drop(columns="frozen_on")
    tiny.warehouse.write("out_layer_class", classes)
    tiny.warehouse.copy_tables(path, ("out_",), {})
    with pytest.raises(SourceMissingError, match=r"mindgap refresh tinyland --force"):
        freeze_breaks(path, "tinyland", tmp_path)
