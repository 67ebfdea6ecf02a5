"""The district layer from a person's map, with figures from the map or from their tables."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from etl import geography
from etl.errors import BadValueError, GeometryError, KeyJoinError, examples
from etl.onboard.joining import Districts, join, read_crosswalk
from etl.onboard.naming import column_for, key
from etl.onboard.reading import Given
from etl.onboard.request import Asker, Report, Request
from etl.schema import Onboarding

EQUAL_AREA = "EPSG:6933"  # world-wide, square metres true everywhere
WIDE_DEGREES = 12.0  # beyond two zones of the UTM grid its metres go wrong
EQUAL_EARTH = "EPSG:8857"


def district_layer(
    given: Given, tables: list[Given], rules: Onboarding, request: Request, report: Report,
    ask: Asker,
) -> tuple[gpd.GeoDataFrame, Districts]:  # fmt: skip
    """Return the districts (id, name, population, area, rural share, geometry) and their names.

    A population may still be missing where names are spelled differently in another file: the
    crosswalk then lists them.

    Parameters
    ----------
    given
        The map file.
    tables
        The other files; population is taken from the first that has it where the map has none.

    Raises
    ------
    GeometryError
        No geometry, no CRS, or boundaries without area.
    KeyJoinError
        Ids that are repeated.
    BadValueError
        No name column, or no population anywhere.
    """
    shapes = _shapes(given, request, report)
    ids, names = _ids_and_names(given, rules, request, report, ask)
    frame = gpd.GeoDataFrame({"district_id": ids, "name": names}, geometry=shapes)
    parent = column_for(given, "districts", "parent_name", rules, request, report, ask,
                        needed=False)  # fmt: skip
    if parent is not None and parent in given.columns and given.text(parent).nunique() > 1:
        frame["parent_name"] = given.text(parent)
    for role, low, high in (("area_km2", 0, np.inf), ("rural_share", 0, 100)):
        values = _optional_figure(given, role, rules, request, report, ask)
        if values is not None and values.dropna().between(low, high).all():
            frame[role] = values
    if "rural_share" in frame and frame["rural_share"].max() > 1:
        frame["rural_share"] /= 100
        report.notes.append(f"{given.name}: the rural share is taken as a percentage")
    if "area_km2" not in frame:
        frame["area_km2"] = (shapes.to_crs(EQUAL_AREA).area / 1e6).round(1)
        report.guess(given.name, "area", "worked out from the boundaries", "equal-area projection")
    districts = Districts(dict(zip(ids, names, strict=True)))
    if request.crosswalk is not None:
        read_crosswalk(request.crosswalk, districts)
    frame["population"] = _population(given, tables, districts, rules, request, report, ask)
    return frame, districts


def _shapes(given: Given, request: Request, report: Report) -> gpd.GeoSeries:
    shapes = given.shapes
    if shapes is None:
        raise GeometryError(
            f"{given.name} has no boundaries. --districts needs a map: GeoJSON, GeoPackage, zipped "
            "shapefile or GeoParquet, one record per district."
        )
    empty = shapes.isna() | shapes.is_empty
    if empty.any():
        records = (np.flatnonzero(empty) + 1).tolist()
        raise GeometryError(f"{given.name}: record(s) {examples(records)} have no geometry")
    shapes = _in_degrees(given, shapes, request, report)
    fixed, invalid = geography.repair(shapes)
    flat = fixed.is_empty | ~fixed.geom_type.isin(["Polygon", "MultiPolygon"])
    if flat.any():
        records = (np.flatnonzero(flat) + 1).tolist()
        raise GeometryError(
            f"{given.name}: record(s) {examples(records)} are no areas. --districts needs polygons."
        )
    if invalid.any():
        report.notes.append(f"{given.name}: {int(invalid.sum())} crossed boundary(ies) repaired")
    return fixed


def _in_degrees(
    given: Given, shapes: gpd.GeoSeries, request: Request, report: Report
) -> gpd.GeoSeries:
    crs, how = shapes.crs, "stated in the file"
    if request.crs is not None:
        crs, how = request.crs, "as you said"
    if crs is None:
        raise GeometryError(
            f"{given.name} states no coordinate system. Say so with --crs, such as EPSG:4326 for "
            "longitude and latitude."
        )
    try:
        flat = shapes.set_crs(crs, allow_override=True).to_crs(geography.CRS84)
    except (pyproj.exceptions.ProjError, ValueError) as error:
        raise GeometryError(f"{given.name}: --crs {crs} cannot be used: {error}") from error
    west, south, east, north = flat.total_bounds
    if not (west >= -180.5 and south >= -90.5 and east <= 180.5 and north <= 90.5):
        raise GeometryError(
            f"{given.name}: coordinates reach from {west:g}, {south:g} to {east:g}, {north:g}; "
            "they are no degrees. Say what they are in with --crs EPSG:..."
        )
    report.guess(given.name, "coordinate system", str(crs)[:40], how)
    return flat


def _ids_and_names(
    given: Given, rules: Onboarding, request: Request, report: Report, ask: Asker
) -> tuple[pd.Series, pd.Series]:
    text = {c: given.text(c) for c in given.columns}
    full = [c for c, v in text.items() if v.notna().all()]
    unique = [c for c in full if not text[c].duplicated().any()]
    words = [c for c in full if not given.looks_numeric(c, rules) and text[c].nunique() > 1]
    whole = [c for c in words if c in unique] or words
    name = column_for(given, "districts", "name", rules, request, report, ask, needed=True,
                      fits=whole)  # fmt: skip
    names = text[str(name)]
    if names.isna().any():
        raise BadValueError(f"{given.name}: column {name!r} leaves {int(names.isna().sum())} "
                            "district(s) without a name")  # fmt: skip
    codes = [c for c in unique if c != name]
    column = column_for(given, "districts", "id", rules, request, report, ask, needed=False,
                        fits=codes)  # fmt: skip
    if column is None:
        ids = names.map(lambda n: key(n).replace(" ", "-"))
        report.guess(given.name, "id", "made from the name", "no column of codes is sure")
        column = name
    else:
        ids = text[column]
    repeated = ids[ids.duplicated(keep=False) | ids.isna()]
    if len(repeated):
        raise KeyJoinError(
            f"{given.name}: column {column!r} does not tell the districts apart: "
            f"{examples(sorted(set(repeated.fillna('(blank)'))))} in record(s) "
            f"{examples(given.rows[repeated.index].tolist())}. Name another with --id-column."
        )
    return ids.astype("string"), names.astype("string")


def _optional_figure(
    given: Given, role: str, rules: Onboarding, request: Request, report: Report, ask: Asker
) -> pd.Series | None:
    fits = given.figures(rules)
    column = column_for(given, "districts", role, rules, request, report, ask, needed=False,
                        fits=fits)  # fmt: skip
    return None if column is None else given.numbers(column, rules, tuple(request.missing))


def _population(
    given: Given, tables: list[Given], districts: Districts, rules: Onboarding,
    request: Request, report: Report, ask: Asker,
) -> pd.Series:  # fmt: skip
    """Return people by district: of the map, else of the first table that has them."""
    if request.columns.get(("districts", "population")) in {None, *given.columns}:
        values = _optional_figure(given, "population", rules, request, report, ask)
        if values is not None:
            return values.round(0)
    for table in tables:
        by_id = _population_elsewhere(table, districts, rules, request, report, ask)
        if by_id is not None:
            ids = pd.Series(list(districts.names), dtype="string")
            return ids.map(by_id).astype(float).round(0)
    raise BadValueError(
        "no file says how many people live in each district. Add a column `population` to "
        "--districts or --indicators, or name it with --population-column."
    )


def _population_elsewhere(
    table: Given, districts: Districts, rules: Onboarding, request: Request, report: Report,
    ask: Asker,
) -> pd.Series | None:  # fmt: skip
    fits = table.figures(rules)
    column = request.columns.get(("districts", "population"))
    if column is None:
        column = column_for(table, "indicators", "population", rules, request, Report(), ask,
                            needed=False, fits=fits)  # fmt: skip
    if column is None or column not in fits:
        return None
    quiet = Report()  # the same rows are told when the indicators are read
    _, found = join(table, "indicators", districts, rules, request, quiet, ask)
    report.guess(table.name, "population", column, "the map has no column of people")
    return table.numbers(column, rules, tuple(request.missing)).groupby(found).first()


def without_population(frame: gpd.GeoDataFrame) -> list[str]:
    """Return the names of the districts whose number of people is missing or below 0."""
    bad = frame["population"].isna() | (frame["population"] < 0)
    return [str(name) for name in frame.loc[bad, "name"]]


def projected_crs(districts: gpd.GeoDataFrame) -> str:
    """Return a projection in metres for distances: the UTM zone, or Equal Earth where wide."""
    west, south, east, north = districts.total_bounds
    if east - west > WIDE_DEGREES or max(abs(south), abs(north)) > 84:
        return EQUAL_EARTH
    code = districts.geometry.estimate_utm_crs().to_epsg()
    return f"EPSG:{code}" if code else EQUAL_EARTH


def id_pattern(ids: pd.Series) -> str:
    r"""Return the pattern of the region's ids, as narrow as they let.

    Examples
    --------
    >>> print(id_pattern(pd.Series(["KE001", "KE002"])))
    KE\d{3}
    """
    parts = [re.fullmatch(r"(\D*)(\d+)", i) for i in ids]
    if all(parts):
        found = [p for p in parts if p]
        fronts, lengths = {p[1] for p in found}, {len(p[2]) for p in found}
        if len(fronts) == 1:
            low, high = min(lengths), max(lengths)
            count = f"{{{low}}}" if low == high else f"{{{low},{high}}}"
            return re.escape(next(iter(fronts))) + rf"\d{count}"
    return r"\S(.*\S)?"
