"""Who borders whom, and where values lie together: on squares, tinyland and both regions."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pytest import approx

from etl import geography
from etl.index.clusters import LABELS, cluster_words, find_clusters

from .conftest import REGIONS, Tiny

CRS = "EPSG:32637"
STEP = 0.0001  # a step of the fourth decimal, about 11 m


def squares(*corners: tuple[float, float]) -> gpd.GeoDataFrame:
    """Squares of a tenth of a degree by their south-western corners."""
    shapes = [shapely.box(x, y, x + 0.1, y + 0.1) for x, y in corners]
    ids = [f"d{i}" for i in range(len(corners))]
    return gpd.GeoDataFrame({"district_id": ids}, geometry=shapes, crs=geography.CRS84)


def borders(districts: gpd.GeoDataFrame) -> set[str]:
    pairs = geography.neighbours(districts, CRS, 4)
    return {f"{a}-{b}" for a, b in pairs.itertuples(index=False)}


# --- Neighbours


def test_a_side_or_a_corner_makes_neighbours_both_ways():
    found = borders(squares((38.0, 0.0), (38.1, 0.0), (38.2, 0.1), (39.0, 0.0)))
    assert found == {"d0-d1", "d1-d0", "d1-d2", "d2-d1"}  # the last is an island


def test_a_slit_of_rounding_is_bridged_and_a_wider_one_is_not():
    assert borders(squares((38.0, 0.0), (38.1 + STEP, 0.0)))
    assert not borders(squares((38.0, 0.0), (38.1 + 2 * STEP, 0.0)))


def test_overlapping_districts_are_neighbours():
    assert borders(squares((38.0, 0.0), (38.05, 0.0))) == {"d0-d1", "d1-d0"}


def test_islands_alone_leave_an_empty_table_of_text():
    pairs = geography.neighbours(squares((38.0, 0.0), (39.0, 0.0)), CRS, 4)
    assert len(pairs) == 0 and list(pairs.columns) == ["district_id", "neighbour_id"]


@pytest.mark.raw
@pytest.mark.parametrize("region_id", REGIONS)
def test_simplified_boundaries_keep_every_shared_border(region_id: str, real_config, from_raw):
    """Neighbours in the published map are those of the boundaries as the publisher drew them."""
    region, warehouse = real_config.region(region_id), from_raw(region_id)
    params = {**region.params, **region.thresholds}
    raw = warehouse.select_file(f"core/{region.layers.districts.sql}", params)
    raw = raw.sort_values("district_id").reset_index(drop=True)
    drawn = gpd.GeoSeries.from_wkb(raw.pop("geometry_wkb").map(bytes), crs=geography.CRS84)
    full = gpd.GeoDataFrame(raw[["district_id"]], geometry=geography.repair(drawn)[0])
    expected = geography.neighbours(full, region.geography.projected_crs, 4)
    pd.testing.assert_frame_equal(
        warehouse.read("core_neighbour").astype(str), expected.astype(str)
    )


@pytest.mark.parametrize(("region_id", "borders_known"), [("us-ga", 431), ("kenya", 123)])
def test_every_district_has_neighbours(region_id: str, borders_known: int, from_sample):
    pairs = from_sample(region_id).read("core_neighbour")
    assert len(pairs) == 2 * borders_known
    assert set(pairs["district_id"]) == set(
        from_sample(region_id).read("core_district").district_id
    )


# --- Clusters


def scores(tiny: Tiny, **columns: list[float]) -> pd.DataFrame:
    """Scores of the six districts of tinyland (a row of squares); all of them unless given."""
    ids = [f"0{i}" for i in range(1, 7)]
    base = {name: [1.0, 2.0, 4.0, 3.0, 9.0, 8.0] for name in
            ("gap_score", "need_score", "access_score")}  # fmt: skip
    return pd.DataFrame(base | columns, index=pd.Index(ids, name="district_id"))


def found(tiny: Tiny, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    local, whole = find_clusters(tiny.config, tiny.warehouse.read("core_neighbour"), table)
    return local.set_index(["kind", "district_id"]), whole.set_index("kind")


def test_figures_by_hand(tinyland: Tiny):
    local, whole = found(tinyland, scores(tinyland))
    # Values less their mean 4.5, and the mean of the neighbours' in the row.
    z = np.array([1, 2, 4, 3, 9, 8]) - 4.5
    lag = np.array([z[1], *(z[:-2] + z[2:]) / 2, z[4]])
    expected = z * lag * 5 / (z @ z)
    assert local.loc["gap", "statistic"].tolist() == approx(expected.tolist())
    assert whole.loc["gap", "statistic"] == approx((z @ lag) / (z @ z))
    assert whole.loc["gap", "expected"] == -1 / 5
    assert local.loc["gap", "n_neighbours"].tolist() == [1, 2, 2, 2, 2, 1]
    assert list(whole.index) == list(tinyland.config.model.clusters.kinds)


def test_need_is_held_against_the_access_around(tinyland: Tiny):
    access = [5.0, 1.0, 7.0, 2.0, 2.0, 3.0]
    local, whole = found(tinyland, scores(tinyland, access_score=access))
    z, y = np.array([1, 2, 4, 3, 9, 8]) - 4.5, np.array(access) - np.mean(access)
    lag = np.array([y[1], *(y[:-2] + y[2:]) / 2, y[4]])
    scale = np.sqrt((z @ z) * (y @ y))
    assert local.loc["need_access", "statistic"].tolist() == approx((z * lag * 5 / scale).tolist())
    assert whole.loc["need_access", "statistic"] == approx((z @ lag) / scale)


def test_a_district_without_data_is_nobodys_neighbour(tinyland: Tiny):
    local, whole = found(tinyland, scores(tinyland, gap_score=[1, 2, 4, 3, np.nan, 8]))
    gap = local.loc["gap"]
    assert gap.loc["05", "label"] == "no data" and gap.loc["06", "label"] == "no neighbours"
    assert gap.loc[["05", "06"], ["statistic", "p_value", "q_value"]].isna().all(axis=None)
    assert gap["n_neighbours"].tolist() == [1, 2, 2, 1, 2, 0]
    assert whole.loc["gap", ["n_districts", "n_without_neighbours"]].tolist() == [5, 1]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1, 2, 3, np.nan, np.nan, np.nan], "3 areas have a value, at least 4"),
        ([5] * 6, "the values are constant"),
        ([np.nan] * 6, "0 areas have a value"),
    ],
)
def test_what_cannot_be_computed_is_no_data_and_says_why(tinyland: Tiny, values: list, said: str):
    local, whole = found(tinyland, scores(tinyland, gap_score=values))
    assert set(local.loc["gap", "label"]) == {"no data"}
    assert pd.isna(whole.loc["gap", "statistic"]) and said in whole.loc["gap", "definition"]
    assert whole.loc["need", "statistic"] == whole.loc["need", "statistic"]  # the others stand
    words = cluster_words(tinyland.config, whole.reset_index())
    assert [row[3] for row in words if row[1] == whole.loc["gap", "label"]] == ["no data"]


def test_a_region_of_islands_has_no_neighbours(tinyland: Tiny):
    none = tinyland.warehouse.read("core_neighbour").head(0)
    local, whole = find_clusters(tinyland.config, none, scores(tinyland))
    assert set(local["label"]) == {"no neighbours"} and (local["n_neighbours"] == 0).all()
    assert whole["definition"].str.contains("Not computed here").all()


def test_four_districts_in_a_row_are_too_few_for_any_cluster(tinyland: Tiny):
    table = tinyland.warehouse.read("out_cluster")
    assert set(table["label"]) == {"not significant", "no neighbours", "no data"}


@pytest.mark.parametrize("region_id", REGIONS)
def test_both_regions(region_id: str, from_sample):
    table = from_sample(region_id).read("out_cluster")
    gap = from_sample(region_id).read("out_gap").set_index("district_id")
    level = 0.05
    assert set(table["kind"]) == {"gap", "need_access"} and len(table) == 2 * len(gap)
    assert set(table["label"]) <= set(LABELS.values())
    named = table["label"].str.contains(" among ")
    assert named.equals(table["q_value"] <= level)
    score = table["district_id"].map(gap["gap_score"])
    of_gap = named & (table["kind"] == "gap")
    high = table["label"].str.startswith("high")
    assert (score[of_gap & high] > gap["gap_score"].mean()).all()
    assert (score[of_gap & ~high] < gap["gap_score"].mean()).all()
    whole = from_sample(region_id).read("out_cluster_region").set_index("kind")
    assert list(whole.index) == ["gap", "need", "access", "need_access"]
    assert (whole["statistic"].drop("need_access") > 0).all()  # neighbours are alike
    assert whole["p_value"].between(0, 1, inclusive="right").all()
