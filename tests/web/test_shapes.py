"""Documented answers become files that extraction reads as it reads any raw file."""

import json
from pathlib import Path

import pandas as pd
import pytest

from etl.errors import DownloadContentError, DownloadRefusedError
from etl.extract.spatial import read_vector
from etl.extract.tables import read_table
from etl.extract.web.receipts import read_receipt

from .conftest import RULES, World
from .families import (
    FAMILIES,
    SQUARE,
    Family,
    declare_ckan,
    declare_geoboundaries,
    declare_gho,
    declare_linked,
    declare_numbered,
    declare_units,
    install_linked,
    to_json,
)
from .server import Answer, Publisher

BY_NAME = {family.name: family for family in FAMILIES}


def read(world: World, server: Publisher, name: str) -> pd.DataFrame:
    family = BY_NAME[name]
    family.install(server, 9)
    source = family.declare(server.base)
    path = world.fetch(source)
    reader = read_vector if source.format == "vector" else read_table
    return pd.DataFrame(reader(source, path))


def test_file(world: World, server: Publisher):
    frame = read(world, server, "file")
    assert frame["fips"].tolist() == ["01001", "01003", "01005", "01007"]
    assert frame["value"].tolist() == [5, 6, 7, 9]


def test_census(world: World, server: Publisher):
    frame = read(world, server, "census")
    assert frame["county"].tolist() == ["001", "003", "005"]
    assert frame["poor"].fillna(-1).tolist() == [3321, -1, 9]
    assert frame["poor_moe90"].fillna(-1).tolist() == [512, -1, -1]
    assert server.asked[0][0].startswith(
        "/data/2023/acs/acs5?get=NAME,B17001_002E,B17001_002M&for=county:*&in=state:13&key="
    )


def test_numbered_pages(world: World, server: Publisher):
    frame = read(world, server, "pages")
    assert frame["name"].tolist() == [f"{s}-{i}-9" for s in (29, 36) for i in range(5)]
    assert len(server.asked) == 6
    assert "limitValue=36" in server.asked[-1][0] and "page=3" in server.asked[-1][0]


def test_linked_pages(world: World, server: Publisher):
    frame = read(world, server, "links")
    assert frame["name"].tolist() == [f"Dispensary {i} of 9" for i in range(5)]
    assert frame["service_names"].tolist() == [[]] * 5


def test_ckan(world: World, server: Publisher):
    assert read(world, server, "ckan")["fips"].tolist()[-1] == "01007"
    receipt = read_receipt(world.cache / "files" / "kenya" / "adm.zip")
    assert receipt is not None and receipt.about["name"] == "KEN_adm_iebc_SHP.zip"
    assert receipt.url == f"{server.base}/hdx/adm.zip"


def test_dhis2_units(world: World, server: Publisher):
    frame = read(world, server, "dhis2-units")
    assert frame["uid"].tolist() == ["aaaaaaaaaaa", "bbbbbbbbbbb"]
    assert frame["name"].tolist() == ["Baringo 9", "Bomet 9"]


def test_dhis2_analytics(world: World, server: Publisher):
    frame = read(world, server, "dhis2-analytics")
    assert frame[["unit", "unit_name", "value"]].iloc[0].tolist() == ["aaaaaaaaaaa", "Bo", 9.0]
    assert server.asked[0][0] == (
        "/dhis/api/analytics.json?dimension=dx:fbfJHSPpUQD;cYeuwXTCPkU"
        "&dimension=pe:2023&dimension=ou:LEVEL-3"
    )


def test_gho(world: World, server: Publisher):
    frame = read(world, server, "gho")
    assert frame["year"].tolist() == [2016, 2020]
    assert frame["value"].tolist() == [9.18, 9.18]
    assert server.asked[0][0] == "/gho/api/MH_6?$filter=SpatialDim%20eq%20'KEN'"


def test_geoboundaries(world: World, server: Publisher):
    assert read(world, server, "geoboundaries")["name"].tolist() == ["Baringo 9", "Bomet 9"]
    receipt = read_receipt(world.cache / "files" / "kenya" / "adm1.geojson")
    assert receipt is not None
    assert (receipt.about["licence"], receipt.about["year"]) == ("CC BY 3.0 IGO", "2019")


# --- answers that are well sent and yet wrong ---


def numbered(server: Publisher, pages: list[object]) -> None:
    """Serve these bodies as pages 1, 2, ... of every list."""

    def answer(handler) -> Answer:
        page = int(handler.path.partition("&page=")[2].partition("&")[0])
        return Answer(to_json(pages[min(page, len(pages)) - 1]))

    server.routes["/locator/exportsAsJson/v2"] = answer


def page(rows: list[str], count: object = 4, pages: object = 2) -> dict[str, object]:
    return {"recordCount": count, "totalPages": pages, "rows": [{"name1": r} for r in rows]}


@pytest.mark.parametrize(
    ("bodies", "words"),
    [
        ([page(["a", "b"]), page(["a", "b"])], "page 2 repeats an earlier page"),
        ([page(["a", "b"]), page(["c"])], "4 records are stated, 3 came"),
        ([page(["a", "b"]), page(["c", "d", "e"])], "4 records are stated, 5 came"),
        ([page(["a", "b"]), page(["c", "d"], count=5)], "the list changed while it was read"),
        ([page([], count=4), page(["c", "d"])], "page 1 is empty, though more are announced"),
        ([page(["a"], count="4")], "does not state 'recordCount' as a whole number"),
        ([page(["a"], pages=None)], "does not state 'totalPages' as a whole number"),
        ([{"error": "busy"}], "page 1 holds no list 'rows'"),
        ([["rows"]], "page 1 holds no list 'rows'"),
        ([page([str(n)], 99, 99) for n in range(99)], "more than 20 pages"),
    ],
)
def test_list_that_is_not_whole(world: World, server: Publisher, bodies, words: str):
    numbered(server, bodies)
    with pytest.raises(DownloadContentError) as caught:
        world.fetch(declare_numbered(server.base))
    assert words in str(caught.value)
    assert "t_numbered" in str(caught.value) and "--from raw" in str(caught.value)
    assert world.files() == {}, "pages of a wrong list are not used again"


def test_link_that_goes_round(world: World, server: Publisher):
    body = {"count": 4, "next": f"{server.base}/api/facilities/?page=1", "results": [{"id": "a"}]}
    server.routes["/api/facilities/"] = lambda handler: Answer(to_json(body))
    with pytest.raises(DownloadContentError, match="page 2 repeats an earlier page"):
        world.fetch(declare_linked(server.base))


@pytest.mark.parametrize(
    "link", ["http://169.254.169.254/x", "https://elsewhere.example.org/x", "file:///etc/passwd"]
)
def test_link_that_wanders(world: World, server: Publisher, link: str):
    body = {"count": 4, "next": link, "results": [{"id": "a"}]}
    server.routes["/api/facilities/"] = lambda handler: Answer(to_json(body))
    with pytest.raises(DownloadRefusedError):
        world.fetch(declare_linked(server.base))


def test_record_that_comes_twice(world: World, server: Publisher):
    body = {"count": 2, "next": None, "results": [{"id": "a", "n": 1}, {"id": "a", "n": 2}]}
    server.routes["/api/facilities/"] = lambda handler: Answer(to_json(body))
    with pytest.raises(DownloadContentError, match=r"1 record\(s\) came twice, such as 'a'"):
        world.fetch(declare_linked(server.base))


def test_pages_of_a_broken_list_are_used_again(world: World, server: Publisher):
    """The registry often fails midway: the pages that came are not asked for again for a while."""
    import datetime as dt

    from etl.errors import DownloadError

    install_linked(server, 1)
    server.faults["/api/facilities/"] = lambda handler, answer, n: (
        n > 2 and (handler.plain(500, b""), True)[1]
    )
    with pytest.raises(DownloadError, match="answered 500"):
        world.fetch(declare_linked(server.base))
    server.faults.clear()
    server.renew()
    kept = {name: data for name, data in world.files().items() if name.startswith("pages/")}
    assert len(kept) == 4
    world.now += dt.timedelta(hours=1)
    path = world.fetch(declare_linked(server.base))
    assert [asked for asked, _ in server.asked] == ["/api/facilities/?page=3&page_size=2"]
    assert json.loads(path.read_bytes())["count"] == 5
    assert not any(name.startswith("pages/") for name in world.files())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"success": False}, "does not give the package"),
        ({"success": True, "result": {"resources": []}}, "0 resources"),
        (
            {
                "success": True,
                "result": {
                    "resources": [{"name": f"ken_adm{i}", "format": "SHP"} for i in range(2)]
                },
            },
            "'ken_adm0' (SHP), 'ken_adm1' (SHP)",
        ),
    ],
)
def test_package_without_the_one_resource(world: World, server: Publisher, body, words: str):
    server.routes["/api/3/action/package_show"] = lambda handler: Answer(to_json(body))
    with pytest.raises(DownloadContentError) as caught:
        world.fetch(declare_ckan(server.base))
    assert words in str(caught.value)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://10.0.0.1/a.zip", "http://u:p@a.b/c"])
def test_package_whose_resource_leads_astray(world: World, server: Publisher, url: str):
    resources = [{"name": "ken_adm", "format": "SHP", "url": url}]
    body = {"success": True, "result": {"resources": resources}}
    server.routes["/api/3/action/package_show"] = lambda handler: Answer(to_json(body))
    with pytest.raises(DownloadRefusedError):
        world.fetch(declare_ckan(server.base))


def test_boundaries_fewer_than_stated(world: World, server: Publisher):
    BY_NAME["geoboundaries"].install(server, 1)
    short = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]}
    server.routes["/raw/ken.geojson"] = lambda handler: Answer(to_json(short))
    with pytest.raises(DownloadContentError, match="2 units are stated, the file holds 1"):
        world.fetch(declare_geoboundaries(server.base))
    assert world.files() == {}


@pytest.mark.parametrize(
    ("family", "path", "body", "words"),
    [
        ("census", "/data/2023/acs/acs5", {"error": "x"}, "not a table"),
        ("census", "/data/2023/acs/acs5", [["NAME"]], "no rows"),
        ("census", "/data/2023/acs/acs5", [["NAME", "state"], ["a", "13"]], "lacks B17001_002E"),
        (
            "census",
            "/data/2023/acs/acs5",
            [["NAME", "B17001_002E", "B17001_002M"], ["a", "1"]],
            "1 row(s) are torn, the first is row 2",
        ),
        ("dhis2-units", "/dhis/api/organisationUnits.geojson", {"x": 1}, "FeatureCollection"),
        (
            "dhis2-units",
            "/dhis/api/organisationUnits.geojson",
            {"type": "FeatureCollection", "features": []},
            "no organisation units of level 2",
        ),
        (
            "dhis2-units",
            "/dhis/api/organisationUnits.geojson",
            {"type": "FeatureCollection", "features": [{"id": "a", "geometry": None}]},
            "none of the 1 organisation units has a shape",
        ),
        ("dhis2-analytics", "/dhis/api/analytics.json", {"headers": []}, "no `rows`"),
        ("dhis2-analytics", "/dhis/api/analytics.json", {"rows": [["a"]]}, "are needed"),
        ("gho", "/gho/api/MH_6", {"value": []}, "no rows"),
        ("gho", "/gho/api/MH_6", {"error": 1}, "no list 'value'"),
        ("gho", "/gho/api/MH_6", {"value": [{"IndicatorCode": "MH_7"}]}, "not of MH_6"),
        ("geoboundaries", "/api/current/gbOpen/KEN/ADM1/", {}, "gjDownloadURL"),
    ],
)
def test_answer_that_is_not_the_documented_one(
    world: World, server: Publisher, family: str, path: str, body, words: str
):
    server.routes[path] = lambda handler: Answer(to_json(body))
    source = BY_NAME[family].declare(server.base)
    with pytest.raises(DownloadContentError) as caught:
        world.fetch(source)
    assert words in str(caught.value)
    assert source.source_id in str(caught.value)
    assert world.files() == {}


def test_indicator_whose_link_goes_round(world: World, server: Publisher):
    row = {"IndicatorCode": "MH_6"}
    body = {"value": [row], "@odata.nextLink": f"{server.base}/gho/api/MH_6?$skip=1"}
    server.routes["/gho/api/MH_6"] = lambda handler: Answer(to_json(body))
    with pytest.raises(DownloadContentError, match="repeats"):
        world.fetch(declare_gho(server.base), RULES)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_receipt_says_from_where_and_when(world: World, server: Publisher, family: Family):
    family.install(server, 1)
    source = family.declare(server.base)
    path: Path = world.fetch(source)
    receipt = read_receipt(path)
    assert receipt is not None
    assert receipt.url.startswith(server.base)
    assert receipt.retrieved == "2026-11-21T12:00:00+00:00"
    assert receipt.bytes == path.stat().st_size


def test_units_keep_their_own_properties(world: World, server: Publisher):
    BY_NAME["dhis2-units"].install(server, 1)
    made = json.loads(world.fetch(declare_units(server.base)).read_bytes())
    assert made["features"][0]["properties"]["parent"] == "HfVjCurKxh2"
