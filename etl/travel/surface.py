"""Travel over a friction surface: points to cells, least-cost minutes between them."""

import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.spatial import cKDTree

from etl.errors import BadValueError, GeometryError, examples
from etl.measures.checks import FloatArray, IntArray, Numbers
from etl.measures.friction import (
    Surface,
    cell_of,
    cell_xy,
    nearest_surface,
    surface_costs_within,
)
from etl.measures.routing import Rows
from etl.measures.travel import great_circle_km
from etl.schema.travel import SurfaceRules
from etl.travel.places import (
    NOTE_COLUMNS,
    Joined,
    Travelled,
    joined_note,
    network_between,
    read_points,
    row_names,
)


class Ground:
    """A friction surface, where it lies, and how points are joined to it.

    Parameters
    ----------
    surface, crs, metres_per_unit : as `etl.extract.friction.FrictionRaster`
    rules : how far a point may be moved to a cell that can be crossed
    """

    def __init__(
        self, surface: Surface, crs: str, metres_per_unit: float, rules: SurfaceRules
    ) -> None:
        self.surface, self.rules, self._unit = surface, rules, metres_per_unit
        self._to_xy = Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
        self._cells: IntArray | None = None
        self._tree: cKDTree | None = None

    def xy(self, points: FloatArray) -> FloatArray:
        """Metres in the raster's own coordinates, (n, 2), of degrees; infinite where undefined."""
        return np.column_stack(self._to_xy.transform(points[:, 0], points[:, 1])) * self._unit

    def lonlat(self, xy: FloatArray) -> FloatArray:
        """Degrees, (n, 2), of metres in the raster's own coordinates."""
        x, y = xy.T / self._unit
        return np.column_stack(self._to_xy.transform(x, y, direction="INVERSE"))

    def nearest_passable(self, xy: FloatArray) -> IntArray:
        """Flat number of the cell that can be crossed nearest to each place, (n,)."""
        if self._cells is None or self._tree is None:
            self._cells = np.flatnonzero(self.surface.passable.ravel())
            self._tree = cKDTree(cell_xy(self.surface, self._cells))
        _, near = self._tree.query(xy)
        found: IntArray = self._cells[near]
        return found


def join(ground: Ground, lonlat: Numbers, what: str, *, some: bool = True) -> Joined:
    """Join points to the cell they are in, or the nearest one that can be crossed.

    Two points in one cell are 0 minutes apart: distances inside a cell are not counted, nor is the
    move out of an impassable cell, which is reported as km.

    `some` False is for a selection of services (one tier of care), of which none may be near the
    network although the whole is.

    Raises
    ------
    BadValueError
        Coordinates missing, out of range, or off the raster, naming the rows.
    GeometryError
        Points, but none within the snap limit of a cell that can be crossed.
    """
    points = read_points(lonlat, what)
    if not len(points):
        return Joined(np.empty(0, np.int64), np.empty(0), np.empty(0))
    xy = ground.xy(points)
    cell = cell_of(ground.surface, xy)
    off = cell < 0
    if off.any():
        raise BadValueError(_off(ground, points, off, lonlat, what))
    km = np.zeros(len(cell))
    stuck = np.flatnonzero(~ground.surface.passable.ravel()[cell])
    if len(stuck):
        cell[stuck] = ground.nearest_passable(xy[stuck])
        to = ground.lonlat(cell_xy(ground.surface, cell[stuck]))
        km[stuck] = great_circle_km(points[stuck, 0], points[stuck, 1], to[:, 0], to[:, 1])
    ok = km <= ground.rules.snap_limit_km.value
    if some and not ok.any():
        raise GeometryError(
            f"no {what} point is within {ground.rules.snap_limit_km.value:g} km of a cell of the "
            "friction surface that can be crossed. Is the raster of another place?"
        )
    return Joined(np.where(ok, cell, -1), km, np.where(ok, 0.0, np.nan))


def _off(ground: Ground, points: FloatArray, off: np.ndarray, lonlat: Numbers, what: str) -> str:
    hint = "Clip the points to the raster, or take a raster of the whole region."
    if (np.abs(points[off, 0]) <= 90).all():
        swapped = cell_of(ground.surface, ground.xy(points[off][:, ::-1]))
        if (swapped >= 0).all():
            hint = "With longitude and latitude exchanged they are on it: the columns are swapped."
    return (
        f"{int(off.sum())} {what} point(s) are off the friction surface: "
        f"{examples(row_names(lonlat, off))}. {hint}"
    )


def surface_network(
    ground: Ground, demand_lonlat: Numbers, service_lonlat: Numbers, *, max_minutes: float
) -> Travelled:
    """Network of least-cost minutes from every demand point to every service within the limit.

    Raises
    ------
    BadValueError, GeometryError
        As `join`.
    """
    demand, service = join(ground, demand_lonlat, "demand"), join(ground, service_lonlat, "service")

    def route(sources: IntArray, targets: IntArray, limit: FloatArray, _towards: bool) -> Rows:
        return surface_costs_within(ground.surface, sources, targets, limit=limit)

    network = network_between(demand, service, route, max_minutes=max_minutes)
    limit, to = ground.rules.snap_limit_km.value, "a cell that can be crossed"
    rows = [
        _moved_note(demand, "demand"),
        _moved_note(service, "service"),
        joined_note(demand, demand_lonlat, "demand", limit_km=limit, to=to),
        joined_note(service, service_lonlat, "service", limit_km=limit, to=to),
    ]
    notes = pd.DataFrame([row for row in rows if row], columns=NOTE_COLUMNS)
    return Travelled(network, demand, service, notes)


def _moved_note(points: Joined, what: str) -> dict[str, object] | None:
    moved = points.ok & (points.km > 0)
    if not moved.any():
        return None
    return {
        "rule": "moved_to_passable_cell",
        "severity": "info",
        "n_rows": int(moved.sum()),
        "value": f"by {np.median(points.km[moved]):.1f} km (median)",
        "message": f"{what} points in water or without data on the friction surface",
        "action": "moved to the nearest cell that can be crossed; the move is not counted as time",
    }


def nearest_by_surface(
    ground: Ground, demand_lonlat: Numbers, service_lonlat: Numbers
) -> tuple[FloatArray, IntArray]:
    """Minutes from each demand point to its nearest service, however far, and which one it is.

    Returns
    -------
    (n_demand,) minutes, infinite where none can be reached; (n_demand,) positions, -1 there
    """
    demand = join(ground, demand_lonlat, "demand")
    service = join(ground, service_lonlat, "service", some=False)
    able = np.flatnonzero(service.ok)
    cost, owner = nearest_surface(ground.surface, service.place[able])
    minutes = np.where(demand.ok, cost.ravel()[demand.place], np.inf)
    who = np.append(able, -1)[owner.ravel()[demand.place]]
    return minutes, np.where(np.isfinite(minutes), who, -1)
