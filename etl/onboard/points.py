"""The demand-point and service layers from a person's tables or maps of points."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from etl import geography
from etl.config import Config
from etl.errors import BadValueError, GeometryError, KeyJoinError, examples
from etl.onboard.naming import column_for, key, match_vocabulary, nearest
from etl.onboard.reading import Given
from etl.onboard.request import Asker, Report, Request
from etl.schema import Onboarding


def demand_layer(
    given: Given, districts: gpd.GeoDataFrame, crs: str, source_id: str, rules: Onboarding,
    request: Request, report: Report, ask: Asker,
) -> pd.DataFrame:  # fmt: skip
    """Return ``point_id``, ``lon``, ``lat``, ``population``, ``district_id`` of every point.

    Raises
    ------
    BadValueError, GeometryError, KeyJoinError
        No coordinates or people to be found, or most points outside the region.
    """
    place = _places(given, "demand", rules, request, report, ask)
    fits = given.figures(rules)
    people = column_for(given, "demand", "population", rules, request, report, ask, needed=True,
                        fits=fits)  # fmt: skip
    place["population"] = given.numbers(str(people), rules, tuple(request.missing))
    place["point_id"] = _keys(given, "demand", "p", rules, request, report, ask)
    bad = place["population"].isna() | (place["population"] < 0)
    if bad.any():
        report.issue("point_without_people", source_id, given.name,
                     "no number of people, or one below 0", "row left out",
                     row=given.rows[bad].iloc[0], n_rows=int(bad.sum()))  # fmt: skip
    placed = _placed(place[~bad], given, districts, crs, rules, source_id, report)
    return placed[["point_id", "lon", "lat", "population", "district_id"]]


def service_layer(
    given: Given, districts: gpd.GeoDataFrame, crs: str, source_id: str, config: Config,
    rules: Onboarding, request: Request, report: Report, ask: Asker,
) -> pd.DataFrame:  # fmt: skip
    """Return the services whose type and place are known; the others are counted and told."""
    place = _places(given, "services", rules, request, report, ask)
    texts = [c for c in given.columns if not given.looks_numeric(c, rules)]
    name = column_for(given, "services", "name", rules, request, report, ask, needed=True,
                      fits=texts)  # fmt: skip
    place["name"] = given.text(str(name)).fillna("(no name)")
    place["service_id"] = _keys(given, "services", "s", rules, request, report, ask)
    place["service_type"] = _types(given, config, rules, request, report, ask)
    for role, words in (
        ("ownership", rules.ownership), ("status", {}), ("services_reported", rules.truths),
    ):  # fmt: skip
        column = column_for(given, "services", role, rules, request, report, ask, needed=False)
        if column is not None:
            place[role] = _words(given.text(column), words)
    if "services_reported" in place:
        known = place["services_reported"].isin(list(rules.truths))
        place["services_reported"] = place["services_reported"].where(known)
    fits = given.figures(rules)
    for role in ("beds", "capacity_fte"):
        column = column_for(given, "services", role, rules, request, report, ask, needed=False,
                            fits=fits)  # fmt: skip
        if column is not None:
            place[role] = given.numbers(column, rules, tuple(request.missing))
    untyped = place["service_type"].isna()
    kept = place[~untyped]
    placed = _placed(kept, given, districts, crs, rules, source_id, report)
    return placed.assign(scope="point", source_id=source_id)


def _types(
    given: Given, config: Config, rules: Onboarding, request: Request, report: Report, ask: Asker
) -> pd.Series:
    """Return our type of each service; missing where the given word is none of ours."""
    labels = {k: t.label for k, t in config.services.types.items()}
    every = request.service_types.get("*")
    if every is not None:
        match_vocabulary([], labels, {"*": every})
        return pd.Series(every, index=given.frame.index)
    column = column_for(given, "services", "type", rules, request, report, ask, needed=True)
    text = given.text(str(column))
    matched, unknown = match_vocabulary(text.dropna(), labels, request.service_types)
    for word in unknown:
        rows = given.rows[text == word]
        near = nearest(word, labels, rules.suggest_from)
        flag = f'--service-type "{word}={near[0] if near else "TYPE"}"'
        report.unused.append(
            f"{given.name}: {len(rows)} service(s) of type {word!r}: not one of our types. If it "
            f"is one, say so with {flag}."
        )
        report.issue("service_type_unknown", "", given.name, "the type of service is none of ours",
                     "row left out", row=rows.iloc[0], value=word, n_rows=len(rows))  # fmt: skip
    if text.isna().any():
        report.unused.append(f"{given.name}: {int(text.isna().sum())} service(s) without a type")
    return text.map(matched)


def _words(text: pd.Series, words: dict[str, list[str]]) -> pd.Series:
    """Return our word for each given one; those we do not know stay, in lower case."""
    ours = {key(w): our for our, given in words.items() for w in [our, *given]}
    return text.map(lambda t: ours.get(key(t), str(t).lower()), na_action="ignore")


def _keys(
    given: Given, layer: str, letter: str, rules: Onboarding, request: Request, report: Report,
    ask: Asker,
) -> pd.Series:  # fmt: skip
    unique = [
        c for c in given.columns
        if (text := given.text(c)).notna().all() and not text.duplicated().any()
    ]  # fmt: skip
    column = column_for(given, layer, "id", rules, request, report, ask, needed=False, fits=unique)
    if column is not None and column in unique:
        return given.text(column)
    width = len(str(len(given.frame)))
    return pd.Series([f"{letter}{n:0{width}d}" for n in given.rows], index=given.frame.index)


def _places(
    given: Given, layer: str, rules: Onboarding, request: Request, report: Report, ask: Asker
) -> pd.DataFrame:
    """Return ``lon`` and ``lat`` in degrees, from the geometry or from two columns."""
    if given.shapes is not None:
        points = given.shapes
        if points.crs is None and request.points_crs is None:
            raise GeometryError(
                f"{given.name} states no coordinate system. Say so with --points-crs EPSG:..."
            )
    else:
        fits = given.figures(rules)
        east, north = (
            str(column_for(given, layer, role, rules, request, report, ask, needed=True, fits=fits))
            for role in ("lon", "lat")
        )
        none = tuple(request.missing)
        points = gpd.GeoSeries(
            gpd.points_from_xy(given.numbers(east, rules, none), given.numbers(north, rules, none)),
            index=given.frame.index, crs=geography.CRS84,
        )  # fmt: skip
    try:
        if request.points_crs is not None:
            points = points.set_crs(request.points_crs, allow_override=True)
        points = points.to_crs(geography.CRS84)
    except (pyproj.exceptions.ProjError, ValueError) as error:
        raise GeometryError(f"{given.name}: --points-crs cannot be used: {error}") from error
    if not points.dropna().geom_type.eq("Point").all():
        raise GeometryError(f"{given.name} must hold points, one for each record")
    lon, lat = points.x.where(np.isfinite(points.x)), points.y.where(np.isfinite(points.y))
    off = (lon.abs() > 180) | (lat.abs() > 90)
    if off.any():
        raise BadValueError(
            f"{given.name}: {int(off.sum())} row(s) have coordinates that are no degrees: "
            f"{examples([f'{x:g}, {y:g}' for x, y in zip(lon[off], lat[off], strict=True)])}. Say "
            "what they are in with --points-crs EPSG:..., or check the decimal mark (--decimal)."
        )
    return pd.DataFrame({"lon": lon, "lat": lat}, index=given.frame.index)


def _placed(
    points: pd.DataFrame, given: Given, districts: gpd.GeoDataFrame, crs: str, rules: Onboarding,
    source_id: str, report: Report,
) -> pd.DataFrame:  # fmt: skip
    """Give every point its district; those without coordinates or outside are told and dropped."""
    nowhere = points["lon"].isna() | points["lat"].isna()
    if nowhere.any():
        first = given.rows[points.index[nowhere]].iloc[0]
        report.issue("no_coordinates", source_id, given.name, "no coordinates", "row left out",
                     row=first, n_rows=int(nowhere.sum()))  # fmt: skip
    points = points[~nowhere]
    if points.empty:
        return points.assign(district_id=pd.Series(dtype="string"))
    found = geography.assign_district(
        points["lon"].to_numpy(float), points["lat"].to_numpy(float), districts, crs,
        rules.defaults.snap_km,
    ).set_index(points.index)  # fmt: skip
    lost = found["district_id"].isna()
    if lost.mean() > 0.5:
        raise KeyJoinError(_outside(points[lost], len(points), given, districts))
    for at in points.index[lost]:
        report.issue("outside_region", source_id, given.name,
                     f"more than {rules.defaults.snap_km:g} km outside the region", "row left out",
                     row=given.rows[at], value=points.get("name", points["lon"])[at])  # fmt: skip
    rounded = points.assign(lon=points["lon"].round(5), lat=points["lat"].round(5))
    return rounded.assign(district_id=found["district_id"])[~lost]


def _outside(off: pd.DataFrame, total: int, given: Given, districts: gpd.GeoDataFrame) -> str:
    west, south, east, north = districts.total_bounds
    swapped = off["lat"].between(west, east) & off["lon"].between(south, north)
    hint = (
        " Longitude and latitude look swapped: name them with --column LAYER.lon=... and "
        "--column LAYER.lat=..."
        if swapped.mean() > 0.5
        else " Is it another place, another coordinate system (--points-crs) or another decimal "
        "mark (--decimal)?"
    )
    first = off.iloc[0]
    return (
        f"{given.name}: {len(off)} of {total} points lie outside the districts (longitude "
        f"{west:.2f} to {east:.2f}, latitude {south:.2f} to {north:.2f}); the first at "
        f"{first['lon']:g}, {first['lat']:g}.{hint}"
    )
