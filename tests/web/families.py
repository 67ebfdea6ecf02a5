"""One source per kind of interface, and the documented shape of its answers."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.schema import Source

from .server import Answer, Handler, Publisher

SECRET = "s3cr3t+key/with=signs"  # awkward in an address on purpose
BASICS = {
    "publisher": "A publisher",
    "title": "A table",
    "citation": "A publisher (2026)",
    "licence": "public domain",
    "url": "https://example.org",
    "vintage": "2026",
    "published": "2026",
    "accessed": "2026",
}
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
BOX = {"type": "Polygon", "coordinates": [[[2, 2], [3, 2], [3, 3], [2, 3], [2, 2]]]}
TABLE = b"fips,value\n01001,5\n01003,6\n01005,7\n"


def source(source_id: str, path: str, form: str, download: dict[str, Any], **more: Any) -> Source:
    stated = {"source_id": source_id, "path": path, "format": form, **BASICS, **more}
    return Source.model_validate(stated | {"download": {"max_mb": 1, **download}})


def to_json(value: object) -> bytes:
    return json.dumps(value).encode()


@dataclass(frozen=True)
class Family:
    """A connector: how its source is declared, what its server answers, where faults are put."""

    name: str
    declare: Callable[[str], Source]
    install: Callable[[Publisher, int], None]  # second argument: which edition of the figures
    attacked: str
    json: bool  # whether the attacked answer is JSON


def _query(handler: Handler) -> dict[str, list[str]]:
    return parse_qs(urlsplit(handler.path).query)


# --- plain file ---


def declare_file(base: str) -> Source:
    columns = {"fips": {"raw": "fips"}, "value": {"raw": "value", "type": "integer"}}
    return source(
        "t_file",
        "us/table.csv",
        "csv",
        {"kind": "file", "url": f"{base}/table.csv"},
        columns=columns,
    )


def install_file(server: Publisher, edition: int) -> None:
    body = TABLE + b"01007,%d\n" % edition
    server.routes["/table.csv"] = lambda handler: Answer(body, "text/csv")


# --- Census API ---

KEY = {"env": "T_KEY", "param": "key", "obtain": "Ask for one."}


def declare_census(base: str) -> Source:
    return source(
        "t_census",
        "us/acs.csv",
        "csv",
        {
            "kind": "census",
            "url": f"{base}/data/2023/acs/acs5",
            "get": ["NAME", "B17001_002E", "B17001_002M"],
            "geography": "county:*",
            "within": "state:13",
            "secret": KEY,
        },
        nulls=["", "-666666666", "-222222222", "-555555555"],
        columns={
            "state": {"raw": "state"},
            "county": {"raw": "county"},
            "name": {"raw": "NAME"},
            "poor": {"raw": "B17001_002E", "type": "integer"},
            "poor_moe90": {"raw": "B17001_002M", "type": "integer"},
        },
    )


def install_census(server: Publisher, edition: int) -> None:
    rows = [
        ["NAME", "B17001_002E", "B17001_002M", "state", "county"],
        ["Appling County, Georgia", "3321", "512", "13", "001"],
        ["Atkinson County, Georgia", "-666666666", "-222222222", "13", "003"],
        ["Bacon County, Georgia", str(edition), None, "13", "005"],
    ]
    server.routes["/data/2023/acs/acs5"] = lambda handler: Answer(to_json(rows))


# --- pages by number (FindTreatment) and by link (Kenya facility registry) ---


def declare_numbered(base: str) -> Source:
    return source(
        "t_numbered",
        "us/findtreatment.json",
        "json_pages",
        {
            "kind": "pages",
            "url": f"{base}/locator/exportsAsJson/v2",
            "params": {"sType": "mh", "pageSize": "2"},
            "records": "rows",
            "total": "recordCount",
            "pages": "totalPages",
            "each_param": "limitValue",
            "each_values": ["29", "36"],
        },
        records="rows",
        columns={"name": {"raw": "name1"}, "lat": {"raw": "latitude", "type": "number"}},
    )


def install_numbered(server: Publisher, edition: int) -> None:
    def answer(handler: Handler) -> Answer:
        asked = _query(handler)
        state, page = asked["limitValue"][0], int(asked["page"][0])
        names = [f"{state}-{i}-{edition}" for i in range(5)]
        rows = [
            {"_irow": i, "name1": name, "latitude": "33.5", "services": [{"f1": "Type of Care"}]}
            for i, name in enumerate(names[2 * page - 2 : 2 * page])
        ]
        body = {"page": page, "totalPages": 3, "recordCount": 5, "rows": rows}
        return Answer(to_json(body))

    server.routes["/locator/exportsAsJson/v2"] = answer


def declare_linked(base: str) -> Source:
    return source(
        "t_linked",
        "kenya/facilities.json",
        "json_pages",
        {
            "kind": "pages",
            "url": f"{base}/api/facilities/",
            "params": {"page_size": "2"},
            "records": "results",
            "total": "count",
            "next": "next",
            "identity": ["id"],
        },
        records="results",
        key=["id"],
        columns={
            "id": {"raw": "id"},
            "name": {"raw": "name"},
            "service_names": {"raw": "service_names", "type": "text_list"},
        },
    )


def install_linked(server: Publisher, edition: int) -> None:
    def answer(handler: Handler) -> Answer:
        page = int(_query(handler).get("page", ["1"])[0])
        names = [f"Dispensary {i} of {edition}" for i in range(5)]
        rows = [
            {"id": f"uuid-{2 * page + i}", "name": name, "service_names": [], "lat": "35.8"}
            for i, name in enumerate(names[2 * page - 2 : 2 * page])
        ]
        link = f"{server.base}/api/facilities/?page={page + 1}&page_size=2" if page < 3 else None
        return Answer(to_json({"count": 5, "next": link, "previous": None, "results": rows}))

    server.routes["/api/facilities/"] = answer


# --- CKAN (HDX) ---


def declare_ckan(base: str) -> Source:
    return source(
        "t_ckan",
        "kenya/adm.zip",
        "csv",
        {
            "kind": "ckan",
            "url": f"{base}/api/3/action/package_show",
            "package": "cod-ab-ken",
            "resource_format": "SHP",
            "resource_name": "ken_adm*",
        },
        member="*.csv",
        columns={"fips": {"raw": "fips"}},
    )


def zipped(name: str, body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), body)
    return packed.getvalue()


def install_ckan(server: Publisher, edition: int) -> None:
    def package(handler: Handler) -> Answer:
        resources = [
            {"name": "ken_adm_iebc.xlsx", "format": "XLSX", "url": f"{server.base}/x.xlsx"},
            {
                "name": "KEN_adm_iebc_SHP.zip",
                "format": "SHP",
                "url": f"{server.base}/hdx/adm.zip",
                "last_modified": "2023-01-01",
            },
        ]
        return Answer(to_json({"success": True, "result": {"resources": resources}}))

    body = zipped("adm1.csv", TABLE + b"01007,%d\n" % edition)
    server.routes["/api/3/action/package_show"] = package
    server.routes["/hdx/adm.zip"] = lambda handler: Answer(body, "application/zip")


# --- DHIS2 ---

TOKEN = {
    "env": "T_KEY",
    "header": "Authorization",
    "prefix": "ApiToken ",
    "obtain": "Make one in your profile.",
}


def declare_units(base: str) -> Source:
    return source(
        "t_units",
        "kenya/units.geojson",
        "vector",
        {"kind": "dhis2_units", "url": f"{base}/dhis", "level": 2, "secret": TOKEN},
        columns={"uid": {"raw": "uid"}, "name": {"raw": "name"}},
    )


def install_units(server: Publisher, edition: int) -> None:
    features = [
        {
            "type": "Feature",
            "id": uid,
            "geometry": shape,
            "properties": {"name": f"{name} {edition}", "level": "2", "parent": "HfVjCurKxh2"},
        }
        for uid, name, shape in (("aaaaaaaaaaa", "Baringo", SQUARE), ("bbbbbbbbbbb", "Bomet", BOX))
    ]
    body = to_json({"type": "FeatureCollection", "features": features})
    server.routes["/dhis/api/organisationUnits.geojson"] = lambda handler: Answer(body)


def declare_analytics(base: str) -> Source:
    return source(
        "t_analytics",
        "kenya/analytics.csv",
        "csv",
        {
            "kind": "dhis2_analytics",
            "url": f"{base}/dhis",
            "data": ["fbfJHSPpUQD", "cYeuwXTCPkU"],
            "periods": ["2023"],
            "level": 3,
            "secret": TOKEN,
        },
        columns={
            "unit": {"raw": "ou"},
            "unit_name": {"raw": "ou_name"},
            "value": {"raw": "value", "type": "number"},
        },
    )


def install_analytics(server: Publisher, edition: int) -> None:
    body = {
        "headers": [{"name": n} for n in ("dx", "ou", "pe", "value")],
        "metaData": {"items": {"fbfJHSPpUQD": {"name": "Visits"}, "aaaaaaaaaaa": {"name": "Bo"}}},
        "rows": [["fbfJHSPpUQD", "aaaaaaaaaaa", "2023", f"{edition}.0"]],
    }
    server.routes["/dhis/api/analytics.json"] = lambda handler: Answer(to_json(body))


# --- WHO GHO ---


def declare_gho(base: str) -> Source:
    return source(
        "t_gho",
        "who/mh_6.json",
        "json_pages",
        {
            "kind": "gho",
            "url": f"{base}/gho/api",
            "indicator": "MH_6",
            "filter": "SpatialDim eq 'KEN'",
        },
        records="value",
        columns={
            "year": {"raw": "TimeDim", "type": "integer"},
            "value": {"raw": "NumericValue", "type": "number"},
        },
    )


def install_gho(server: Publisher, edition: int) -> None:
    def answer(handler: Handler) -> Answer:
        skip = "$skip" in _query(handler)
        row = {
            "Id": 2 if skip else 1,
            "IndicatorCode": "MH_6",
            "SpatialDim": "KEN",
            "TimeDim": 2020 if skip else 2016,
            "NumericValue": edition + 0.18,
        }
        body: dict[str, object] = {"value": [row]}
        if not skip:
            body["@odata.nextLink"] = f"{server.base}/gho/api/MH_6?$skip=1"
        return Answer(to_json(body))

    server.routes["/gho/api/MH_6"] = answer


# --- geoBoundaries ---


def declare_geoboundaries(base: str) -> Source:
    return source(
        "t_geob",
        "kenya/adm1.geojson",
        "vector",
        {
            "kind": "geoboundaries",
            "url": f"{base}/api/current/gbOpen",
            "iso3": "KEN",
            "level": "ADM1",
        },
        columns={"name": {"raw": "shapeName"}},
    )


def install_geoboundaries(server: Publisher, edition: int) -> None:
    described = {
        "boundaryID": "KEN-ADM1-1",
        "boundaryYearRepresented": "2019",
        "boundaryLicense": "CC BY 3.0 IGO",
        "admUnitCount": "2",
        "gjDownloadURL": f"{server.base}/raw/ken.geojson",
    }
    features = [
        {"type": "Feature", "properties": {"shapeName": f"{name} {edition}"}, "geometry": shape}
        for name, shape in (("Baringo", SQUARE), ("Bomet", BOX))
    ]
    body = to_json({"type": "FeatureCollection", "features": features})
    server.routes["/api/current/gbOpen/KEN/ADM1/"] = lambda handler: Answer(to_json(described))
    server.routes["/raw/ken.geojson"] = lambda handler: Answer(body)


FAMILIES = [
    Family("file", declare_file, install_file, "/table.csv", False),
    Family("census", declare_census, install_census, "/data/2023/acs/acs5", True),
    Family("pages", declare_numbered, install_numbered, "/locator/exportsAsJson/v2", True),
    Family("links", declare_linked, install_linked, "/api/facilities/", True),
    Family("ckan", declare_ckan, install_ckan, "/api/3/action/package_show", True),
    Family("ckan-file", declare_ckan, install_ckan, "/hdx/adm.zip", False),
    Family(
        "dhis2-units", declare_units, install_units, "/dhis/api/organisationUnits.geojson", True
    ),
    Family(
        "dhis2-analytics", declare_analytics, install_analytics, "/dhis/api/analytics.json", True
    ),
    Family("gho", declare_gho, install_gho, "/gho/api/MH_6", True),
    Family(
        "geoboundaries",
        declare_geoboundaries,
        install_geoboundaries,
        "/api/current/gbOpen/KEN/ADM1/",
        True,
    ),
    Family(
        "geoboundaries-file",
        declare_geoboundaries,
        install_geoboundaries,
        "/raw/ken.geojson",
        True,
    ),
]
