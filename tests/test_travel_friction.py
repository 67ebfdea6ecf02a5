"""Least-cost travel over rasters, against scikit-image; reading GeoTIFFs; points on the raster."""

import numpy as np
import pandas as pd
import pytest
import rasterio
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.graph import MCP_Geometric

from etl.errors import BadValueError, GeometryError, SourceChangedError, SourceMissingError
from etl.extract.friction import read_friction
from etl.measures.friction import (
    Surface,
    cell_of,
    cell_xy,
    nearest_surface,
    surface_costs_within,
)
from etl.travel.models import surface_travel
from etl.travel.surface import Ground, nearest_by_surface, surface_network

from .measures.conftest import SETTINGS
from .travel_rules import RULES

WALK = 0.012  # minutes per metre, 5 km/h
UTM = "EPSG:32637"
WEST, NORTH = 300_000.0, 9_900_000.0  # Kenya, near 37 E on the equator
CELL = 1000.0


@st.composite
def surfaces(draw):
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7)))
    values = draw(hnp.arrays(float, shape, elements=st.floats(1e-3, 1.0)))
    blocked = draw(hnp.arrays(bool, shape))
    values[blocked] = draw(st.sampled_from([np.nan, np.inf]))
    width, height = draw(st.tuples(st.floats(50, 2000), st.floats(50, 2000)))
    return Surface(values, width, height)


def by_skimage(surface, start):
    blocked = np.where(surface.passable, surface.minutes_per_metre, -1)
    sampling = (surface.cell_height, surface.cell_width)
    costs, _ = MCP_Geometric(blocked, sampling=sampling).find_costs([start])
    return costs


@SETTINGS
@given(surfaces(), st.floats(0, 3000))
def test_costs_equal_skimage(surface, limit):
    open_cells = np.flatnonzero(surface.passable)
    want = np.full((len(open_cells), surface.passable.size), np.inf)
    for k, cell in enumerate(open_cells):
        want[k] = by_skimage(surface, np.unravel_index(cell, surface.passable.shape)).ravel()
    starts, column, cost = surface_costs_within(surface, open_cells, open_cells, limit=np.inf)
    found = np.full((len(open_cells),) * 2, np.inf)
    found[np.repeat(np.arange(len(open_cells)), np.diff(starts)), column] = cost
    assert np.allclose(found, want[:, open_cells], rtol=1e-12)
    _, _, near = surface_costs_within(surface, open_cells, open_cells, limit=limit)
    assert np.array_equal(np.sort(near), np.sort(found[found <= limit]))
    nearest, who = nearest_surface(surface, open_cells[:2])
    least = want[:2].min(axis=0, initial=np.inf)
    assert np.allclose(nearest.ravel(), least, rtol=1e-12)
    assert np.array_equal(who.ravel() >= 0, np.isfinite(least))


def test_a_wall_is_walked_round_and_corners_may_be_cut():
    values = np.full((3, 3), WALK)
    values[:2, 1] = np.nan
    minutes, _ = nearest_surface(Surface(values, CELL, CELL), [0])
    assert minutes[0, 2] == pytest.approx(WALK * CELL * (2 + 2 * np.sqrt(2)))
    assert np.isinf(minutes[0, 1])


def test_many_sources_grow_the_work_arrays():
    surface = Surface(np.full((120, 120), WALK), 100.0, 100.0)
    cells = np.arange(0, 120 * 120, 37)
    starts, column, cost = surface_costs_within(surface, cells, cells, limit=np.inf)
    assert np.diff(starts).tolist() == [len(cells)] * len(cells)
    middle = np.flatnonzero(column == 5)
    assert np.allclose(cost[middle], nearest_surface(surface, cells[5:6])[0].ravel()[cells])


def test_cells_of_points_and_back():
    surface = Surface(np.full((2, 3), WALK), 10.0, 20.0, left=100.0, top=50.0)
    assert cell_of(surface, cell_xy(surface, np.arange(6))).tolist() == list(range(6))
    edges = [[100, 50], [130, 10], [130.01, 20], [99.9, 20], [110, 50.1], [np.inf, 20]]
    assert cell_of(surface, edges).tolist() == [0, 5, -1, -1, -1, -1]


def test_bad_surfaces_and_questions():
    with pytest.raises(ValueError, match=r"not above 0 at \[0, 1\]"):
        Surface(np.array([[1.0, 0.0]]), 1.0, 1.0)
    with pytest.raises(ValueError, match="two dimensions"):
        Surface(np.ones(3), 1.0, 1.0)
    with pytest.raises(ValueError, match="cells of"):
        Surface(np.ones((1, 1)), 0.0, 1.0)
    land = Surface(np.array([[1.0, np.nan]]), 1.0, 1.0)
    with pytest.raises(ValueError, match="source in an impassable cell at 0"):
        nearest_surface(land, [1])
    with pytest.raises(ValueError, match="target cell off the raster at 1"):
        surface_costs_within(land, [0], [0, 2], limit=1.0)


def write(path, values, *, crs=UTM, transform=None, nodata=-9999.0):
    transform = transform or rasterio.transform.from_origin(WEST, NORTH, CELL, CELL)
    profile = {
        "driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1,
        "dtype": "float64", "crs": crs, "transform": transform, "nodata": nodata,
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as raster:
        raster.write(values, 1)
    return path


def read(path):
    return read_friction(path, rules=RULES.surface, source_id="walk")


@pytest.fixture
def ground(tmp_path):
    values = np.full((20, 30), WALK)
    values[:, 10:13] = -9999  # a lake, 3 km wide
    values[:, 20] = np.nan  # a river that cannot be crossed
    raster = read(write(tmp_path / "walk.tif", values))
    return Ground(raster.surface, raster.crs, raster.metres_per_unit, RULES.surface)


def at(ground, row, column):
    """Degrees of the centre of a cell."""
    return ground.lonlat(cell_xy(ground.surface, [row * 30 + column]))[0]


def test_raster_is_read_in_metres(tmp_path):
    feet = rasterio.transform.from_origin(2_000_000, 600_000, 3280.833333, 3280.833333)
    raster = read(
        write(tmp_path / "ga.tif", np.full((4, 5), WALK), crs="EPSG:2240", transform=feet)
    )
    assert raster.surface.cell_width == pytest.approx(1000.0, abs=1e-3)
    assert raster.metres_per_unit == pytest.approx(0.3048006)
    here = Ground(raster.surface, raster.crs, raster.metres_per_unit, RULES.surface)
    lonlat = here.lonlat(cell_xy(here.surface, [0, 4]))
    assert cell_of(here.surface, here.xy(lonlat)).tolist() == [0, 4]


def test_network_on_ground(ground):
    demand = pd.DataFrame([at(ground, 5, 2), at(ground, 5, 25)], columns=["lon", "lat"])
    service = pd.DataFrame([at(ground, 5, 6), at(ground, 9, 2)], columns=["lon", "lat"])
    found = surface_network(ground, demand, service, max_minutes=48.0)
    minutes = np.full((2, 2), np.inf)
    minutes[found.network.demand, found.network.index] = found.network.cost
    assert minutes[0] == pytest.approx([48.0, 48.0])  # 4 km at 5 km/h, boundary included
    assert np.isinf(minutes[1]).all()
    near, who = nearest_by_surface(ground, demand, service)
    assert near[0] == pytest.approx(48.0)
    assert (near[1], who[1]) == (np.inf, -1)
    model = surface_travel(ground)
    assert np.isnan(model.nearest(demand, service)).tolist() == [False, True]
    assert model.network(demand, service, 60.0).n_service == 2
    assert model.notes.empty


def test_fewer_demand_points_than_services_gives_the_same(ground):
    a = np.array([at(ground, r, c) for r, c in [(1, 1), (5, 2), (9, 9), (3, 3)]])
    b = np.array([at(ground, r, c) for r, c in [(2, 2), (7, 7)]])
    there = surface_network(ground, a, b, max_minutes=90.0).network
    back = surface_network(ground, b, a, max_minutes=90.0).network
    assert np.allclose(np.sort(there.cost), np.sort(back.cost))


def test_point_in_the_lake_is_moved_ashore_or_listed(ground):
    middle, shore = at(ground, 5, 10), at(ground, 5, 6)
    found = surface_network(ground, [middle], [shore], max_minutes=99.0)
    assert found.demand.km[0] == pytest.approx(1.0, abs=0.01)
    assert found.network.cost == pytest.approx([36.0])
    assert found.notes["rule"].tolist() == ["moved_to_passable_cell"]
    rules = RULES.surface.model_copy(
        update={"snap_limit_km": RULES.surface.snap_limit_km.model_copy(update={"value": 0.5})}
    )
    strict = Ground(ground.surface, UTM, 1.0, rules)
    frame = pd.DataFrame([middle, shore], columns=["lon", "lat"], index=["wet", "dry"])
    found = surface_network(strict, frame, [shore], max_minutes=99.0)
    assert found.network.indptr.tolist() == [0, 0, 1]
    assert "'wet (1.0 km)'" in found.notes["value"].iloc[0]
    with pytest.raises(GeometryError, match=r"no demand point is within 0\.5 km"):
        surface_network(strict, [middle], [shore], max_minutes=99.0)


def test_points_off_the_raster_are_named(ground):
    inside = at(ground, 5, 6)
    frame = pd.DataFrame([inside, [10.0, 50.0]], columns=["lon", "lat"], index=["a", "b"])
    with pytest.raises(BadValueError, match=r"1 demand point.* off the friction surface: 'b'"):
        surface_network(ground, frame, [inside], max_minutes=9.0)
    with pytest.raises(BadValueError, match="columns are swapped"):
        surface_network(ground, [inside], [inside[::-1]], max_minutes=9.0)
    with pytest.raises(BadValueError, match=r"service coordinates .* at 0"):
        surface_network(ground, [inside], [[np.nan, 1.0]], max_minutes=9.0)


def test_no_services(ground):
    found = surface_network(ground, [at(ground, 1, 1)], np.empty((0, 2)), max_minutes=9.0)
    assert (found.network.n_demand, found.network.n_service) == (1, 0)
    assert np.isinf(nearest_by_surface(ground, [at(ground, 1, 1)], [])[0]).all()


DEGREES = rasterio.transform.from_origin(36.0, 1.0, 0.01, 0.01)


@pytest.mark.parametrize(
    ("changes", "error", "match"),
    [
        ({"crs": None}, GeometryError, "states no coordinate system"),
        ({"crs": "EPSG:4326", "transform": DEGREES}, GeometryError, "is in degrees .*gdalwarp"),
        (
            {"crs": "EPSG:3857", "transform": rasterio.transform.from_origin(1e6, 7e6, 1e3, 1e3)},
            GeometryError,
            r"a cell of 1000 m in .*Mercator.* is \d+ m on the ground",
        ),
        (
            {"transform": rasterio.Affine(1000, 200, WEST, 200, -1000, NORTH)},
            GeometryError,
            "rotated",
        ),
    ],
)
def test_rasters_that_cannot_be_placed(tmp_path, changes, error, match):
    with pytest.raises(error, match=match):
        read(write(tmp_path / "bad.tif", np.full((4, 4), WALK), **changes))


@pytest.mark.parametrize(
    ("values", "match"),
    [
        (
            np.array([[WALK, 0.0], [-1.0, WALK]]),
            r"2 cell\(s\) .*'row 1, column 2', 'row 2, column 1'",
        ),
        (np.full((2, 2), -9999.0), "no cell with data"),
        (np.full((2, 2), 12.0), "0.005 km/h .*minutes per metre"),  # minutes per kilometre
        (np.full((2, 2), WALK / 60), "300 km/h"),  # hours per metre
    ],
)
def test_rasters_of_other_data(tmp_path, values, match):
    with pytest.raises(BadValueError, match=match):
        read(write(tmp_path / "bad.tif", values))


def test_no_raster(tmp_path):
    with pytest.raises(SourceMissingError, match=r"walk: no file"):
        read(tmp_path / "none.tif")
    (tmp_path / "text.tif").write_text("not a raster")
    with pytest.raises(SourceChangedError, match="cannot be read as a raster"):
        read(tmp_path / "text.tif")
