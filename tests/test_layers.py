"""From raw rows or layer files to the core tables: what is refused, counted and kept."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from etl import config as configuration
from etl import geography, pipeline
from etl.errors import BadValueError, GeometryError, KeyJoinError, MindgapError
from etl.layers import points as placing
from etl.layers.contract import KEYS, LAYERS, check_ids, check_join, conform
from etl.layers.finish import rural_class
from etl.layers.indicators import indicator_frame
from etl.layers.issues import LISTED, Issues
from etl.schema import IndicatorBlock, LayerSql, Source
from etl.warehouse import Warehouse

from .conftest import Tiny, by_selects

METRES = "EPSG:32637"

# --- Layer files: one cell changed, and what is said about it


def layer_folder(home: Path) -> Path:
    return home / "data" / "sample" / "tinyland"


def build(home: Path) -> dict[str, pd.DataFrame]:
    """Build tinyland's core tables from its (changed) layer files."""
    config = configuration.load(home / "config")
    with Warehouse() as warehouse:
        pipeline.build_layers(config, config.region("tinyland"), None, warehouse)
        return {t: warehouse.read(t) for t in warehouse.tables() if t.startswith("core_")}


Change = tuple[str, str, str]
REFUSED: dict[str, tuple[Change, type[MindgapError], list[str]]] = {
    "id without its leading zero": (
        ("districts.geojson", '"district_id":"01"', '"district_id":"1"'), KeyJoinError,
        ["the district layer: 1 district id(s)",
         "'1' (has it lost its leading zero? '01' would fit)",
         "Store ids as text"],
    ),
    "workforce id without its leading zero": (
        ("workforce.csv", "\n02,", "\n2,"), KeyJoinError,
        ["the workforce layer: 1 row(s) join to no district: '2'"],
    ),
    "one district too few": (
        ("districts.geojson", '{"type":"Feature","properties":{"district_id":"06"', '@'),
        KeyJoinError, ["holds 5 districts, 6 are declared for tinyland"],
    ),
    "duplicate district": (
        ("districts.geojson", '"district_id":"02"', '"district_id":"01"'), KeyJoinError,
        ["districts file: 2 rows share a key (district_id): '01' in row(s) 1, 2"],
    ),
    "duplicate demand point": (
        ("demand_points.csv", "\na2,", "\na1,"), KeyJoinError,
        ["demand_points file: 2 rows share a key (point_id): 'a1' in row(s) 2, 3"],
    ),
    "duplicate workforce row without ownership": (
        ("workforce.csv",
         "01,mental_health_provider,all,3,,2020,tiny_survey\n01,general_nurse,all,",
         "01,general_nurse,,3,,2020,tiny_survey\n01,general_nurse,,"), KeyJoinError,
        ["'01 / general_nurse / (blank)' in row(s) 2, 3"],
    ),
    "unknown column": (
        ("services.csv", "service_type,", "servicetype,"), BadValueError,
        ["services file", "lacks the column(s) ['service_type']",
         "unknown column 'servicetype' (meant 'service_type'?)"],
    ),
    "unknown column in the sources": (
        ("sources.csv", "licence,", "license,"), BadValueError,
        ["sources file: lacks the column(s) ['licence']"],
    ),
    "blank where a figure is needed": (
        ("demand_points.csv", "a2,38.45,0,200,01", "a2,38.45,0,,01"), BadValueError,
        ["demand_points file: column 'population' is blank in 1 row(s): 3"],
    ),
    "negative population": (
        ("demand_points.csv", "0,200,01", "0,-200,01"), BadValueError,
        ["column 'population': 1 cell(s) are not a number of at least 0: '-200' in row(s) 3"],
    ),
    "standard error of zero": (
        ("indicators.csv", "03,poverty_rate,50,200,400,,2,", "03,poverty_rate,50,200,400,,0,"),
        BadValueError,
        ["1 margin(s) of error or standard error(s) of 0: 'poverty_rate of 03'",
         "from source(s) 'tiny_survey'", "declare `zero_se: exact`"],
    ),
    "margin of error of zero": (
        ("indicators.csv", "01,poverty_rate,10,100,1000,2,", "01,poverty_rate,10,100,1000,0,"),
        BadValueError, ["standard error(s) of 0: 'poverty_rate of 01'"],
    ),
    "negative standard error": (
        ("indicators.csv", "03,poverty_rate,50,200,400,,2,", "03,poverty_rate,50,200,400,,-2,"),
        BadValueError,
        ["column 'se': 1 cell(s) are not a number of at least 0: '-2' in row(s) 4"],
    ),
    "negative district population": (
        ("districts.geojson", '"population":600', '"population":-600'), BadValueError,
        ["districts file: column 'population'", "'-600' in row(s) 2"],
    ),
    "latitude that cannot be": (
        ("services.csv", "s1,Alpha clinic,outpatient_clinic,point,38.25,0,",
         "s1,Alpha clinic,outpatient_clinic,point,38.25,91,"), BadValueError,
        ["services file: column 'lat'", "not a number between -90 and 90: '91' in row(s) 2"],
    ),
    "infinite figure": (
        ("indicators.csv", "01,poverty_rate,10,", "01,poverty_rate,inf,"), BadValueError, ["inf"],
    ),
    "text where a number belongs": (
        ("workforce.csv", "all,50,", "all,fifty,"), BadValueError,
        ["workforces file: column 'headcount'", "'fifty' in row(s) 3"],
    ),
    "neither true nor false": (
        ("services.csv", "operational,false,05", "operational,no,05"), BadValueError,
        ["column 'services_reported': 1 cell(s) are not a boolean: 'no' in row(s) 6"],
    ),
    "unknown service type": (
        ("services.csv", "s1,Alpha clinic,outpatient_clinic", "s1,Alpha clinic,clinic"),
        BadValueError,
        ["the service layer: service_type 'clinic' is not in config/services.yaml", "Known: ["],
    ),
    "unknown cadre": (
        ("workforce.csv", "01,general_nurse", "01,nurse"), BadValueError,
        ["the workforce layer: cadre 'nurse' is not in config/workforce.yaml"],
    ),
    "unknown indicator": (
        ("indicators.csv", "01,poverty_rate", "01,poverty"), BadValueError,
        ["indicator_id 'poverty' is not in config/indicators.yaml"],
    ),
    "source without provenance": (
        ("indicators.csv", "01,poverty_rate,10,100,1000,2,,2020,,tiny_survey",
         "01,poverty_rate,10,100,1000,2,,2020,,hearsay"), BadValueError,
        ["source_id 'hearsay' is not in the sources table"],
    ),
    "unknown scope": (
        ("services.csv", "anti_stigma_campaign,district", "anti_stigma_campaign,county"),
        BadValueError, ["scope ['county']; allowed: point, district"],
    ),
    "point without coordinates": (
        ("services.csv", "anti_stigma_campaign,district", "anti_stigma_campaign,point"),
        BadValueError, ["1 service(s) of scope 'point' without coordinates: 's7'"],
    ),
    "missing-value code read as a figure": (
        ("indicators.csv", "01,poverty_rate,10,", "01,poverty_rate,-999,"), BadValueError,
        ["indicator poverty_rate: 1 value(s) outside 0.0 to 100.0 %: -999.0 in district(s) '01'",
         "A missing-value code read as a figure?"],
    ),
    "feature without geometry": (
        ("districts.geojson",
         '{"type":"Polygon","coordinates":[[[38.0,-0.25],[38.5,-0.25],[38.5,0.25],[38.0,0.25],'
         "[38.0,-0.25]]]}", "null"), GeometryError,
        ["districts file: feature(s) 1 have no geometry"],
    ),
    "boundary without area": (
        ("districts.geojson", "[[[38.0,-0.25],[38.5,-0.25],[38.5,0.25],[38.0,0.25],",
         "[[[38.0,-0.25],[38.5,-0.25],[38.0,-0.25],[38.5,-0.25],"), GeometryError,
        ["districts file: a boundary has no area left after repair"],
    ),
}  # fmt: skip


def change_file(home: Path, name: str, old: str, new: str) -> None:
    path = layer_folder(home) / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    if new == "@":  # drop the last feature
        lines = [line for line in text.splitlines() if not line.startswith(old)]
        text = "\n".join(lines).replace("}},\n]}", "}}\n]}")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(("change", "kind", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(tiny_home: Path, change: Change, kind: type[MindgapError], said: list[str]):
    change_file(tiny_home, *change)
    with pytest.raises(kind) as caught:
        build(tiny_home)
    assert [text for text in said if text not in str(caught.value)] == [], str(caught.value)


def test_invalid_polygon_is_repaired_and_counted(tiny_home: Path):
    bow_tie = "[[[38.0,-0.25],[38.5,0.25],[38.5,-0.25],[38.0,0.25],[38.0,-0.25]]]"
    square = "[[[38.0,-0.25],[38.5,-0.25],[38.5,0.25],[38.0,0.25],[38.0,-0.25]]]"
    change_file(tiny_home, "districts.geojson", square, bow_tie)
    told = build(tiny_home)["core_issue"].iloc[0]
    assert told[["rule", "severity", "file", "column_name", "value", "n_rows"]].tolist() == [
        "invalid_polygon", "warn", "districts.geojson", "district_id", "01", 1,
    ]  # fmt: skip
    assert told["action"] == "repaired (make_valid)"


def test_shapes_follow_their_ids_whatever_the_order_of_the_file(tiny_home: Path):
    path = layer_folder(tiny_home) / "districts.geojson"
    collection = json.loads(path.read_text())
    collection["features"].reverse()
    path.write_text(json.dumps(collection))
    config = configuration.load()
    with Warehouse() as warehouse:
        pipeline.build_layers(config, config.region("tinyland"), None, warehouse)
        shapes = warehouse.read_geo("core_district").set_index("district_id")
    assert shapes.geometry.bounds["minx"].to_dict() == {
        f"{i + 1:02d}": 38 + i / 2 for i in range(6)
    }


def test_point_of_a_layer_file_that_stands_outside_is_counted(tiny_home: Path):
    change_file(tiny_home, "demand_points.csv", "z1,40.75,0", "z1,41.75,0")
    core = build(tiny_home)
    assert len(core["core_demand_point"]) == 8
    assert core["core_issue"].loc[0, ["rule", "value"]].tolist() == ["outside_region", "z1"]


def test_service_of_a_layer_file_that_stands_in_another_district_is_counted(tiny_home: Path):
    change_file(tiny_home, "services.csv", "point,38.25,0", "point,39.25,0")
    told = build(tiny_home)["core_issue"].iloc[0]
    assert told[["rule", "value"]].tolist() == ["district_disagrees", "Alpha clinic"]
    header = "rule,severity,source_id,file,row,column_name,value,n_rows,message,action\n"
    row = "district_disagrees,warn,tiny_survey,f.csv,7,name,Alpha clinic,1,told already,kept\n"
    (layer_folder(tiny_home) / "issues.csv").write_text(header + row)
    assert build(tiny_home)["core_issue"]["message"].tolist() == ["told already"]


def test_layer_file_with_swapped_coordinates_is_refused_with_a_hint(tiny_home: Path):
    path = layer_folder(tiny_home) / "demand_points.csv"
    path.write_text(path.read_text().replace("lon,lat", "lat,lon"))
    with pytest.raises(KeyJoinError, match=r"8 of 8 demand points.*look swapped"):
        build(tiny_home)


def test_issues_file_is_carried_over(tiny_home: Path):
    header = "rule,severity,source_id,file,row,column_name,value,n_rows,message,action\n"
    row = "district_disagrees,warn,tiny_survey,f.csv,7,name,Alpha clinic,1,elsewhere,kept\n"
    (layer_folder(tiny_home) / "issues.csv").write_text(header + row)
    assert build(tiny_home)["core_issue"]["value"].tolist() == ["Alpha clinic"]


@pytest.mark.parametrize("layer", LAYERS)
def test_core_tables_have_exactly_the_columns_of_the_contract(tinyland: Tiny, layer: str):
    columns = list(tinyland.warehouse.columns(f"core_{layer}"))
    assert [c for c in columns if c != "geometry"] == list(LAYERS[layer])
    assert set(KEYS[layer]) <= set(columns)


def test_figures_are_rounded_by_the_contract_so_that_both_ways_in_agree():
    row = {"point_id": "p", "lon": 38.123456, "lat": "0.55556", "population": 3.14159,
           "district_id": " 01 "}  # fmt: skip
    out = conform("demand_point", pd.DataFrame([row]), "here")
    assert out.iloc[0, :5].tolist() == ["p", 38.1235, 0.5556, 3.1, "01"]


def test_ids_keep_their_leading_zeros_and_sort_as_text():
    row = {"name": "x", "population": 1}
    frame = pd.DataFrame([row | {"district_id": i} for i in ("10", "09", "01")])
    assert conform("district", frame, "here")["district_id"].tolist() == ["01", "09", "10"]


def test_check_ids_names_the_first_few():
    said = r"7 district id\(s\) do not match '\\\\d\{5\}': '1001' .*'01001' would fit"
    with pytest.raises(KeyJoinError, match=said):
        check_ids(pd.Series([str(1001 + i) for i in range(7)]), r"\d{5}", "here")


def test_check_join_names_the_spelling_of_the_source():
    frame = pd.DataFrame({"district_id": [None, "01"], "source_name": ["Nairobbery", "Alpha"]})
    with pytest.raises(
        KeyJoinError, match=r"1 row.*'Nairobbery'.*add the spelling to the crosswalk"
    ):
        check_join(frame, {"01"}, "here")


# --- Rural class


def test_rural_class_is_the_last_whose_bounds_hold(real_config):
    georgia = real_config.region("us-ga")
    frame = pd.DataFrame(
        {
            "rural_code": [1, 1, 4, 3, np.nan],
            "rural_share": [0.4999, 0.5, 0.1, 1.0, 1.0],
        }
    )
    assert rural_class(georgia, frame).fillna("?").tolist() == [
        "metropolitan_urban", "metropolitan_rural", "nonmetropolitan", "metropolitan_rural", "?",
    ]  # fmt: skip


# --- Points from raw rows: which district, and what is off


@pytest.fixture
def place(tinyland: Tiny) -> Iterator[Callable[..., tuple[pd.DataFrame, pd.DataFrame]]]:
    """``place(lonlat)``: put raw demand points in tinyland's districts; return (points, issues)."""
    districts = tinyland.warehouse.read_geo("core_district")
    with Warehouse() as warehouse:

        def run(lonlat: list[tuple[float, float]]) -> tuple[pd.DataFrame, pd.DataFrame]:
            frame = pd.DataFrame(lonlat, columns=["lon", "lat"]).assign(
                population=10, state="TL", _file="points.csv", _row=range(2, len(lonlat) + 2)
            )
            warehouse.write("raw_us_census_bg_centers_2020", frame)
            issues = Issues()
            points = placing.demand_points(
                by_selects(tinyland.region), districts, warehouse, {"state": "TL"}, issues
            )
            return points, issues.frame()

        yield run


EVERYWHERE = [(38.25 + i / 2, 0.0) for i in range(6)]  # one in each district


def test_points_get_the_district_they_stand_in(place):
    points, issues = place(EVERYWHERE)
    assert points["district_id"].tolist() == ["01", "02", "03", "04", "05", "06"]
    assert issues.empty


def test_point_on_a_shared_border_goes_to_the_first_district(place):
    points, _ = place([*EVERYWHERE, (38.5, 0.0)])
    assert points["district_id"].tolist()[-1] == "01"


def test_point_just_outside_goes_to_the_nearest_district_and_is_counted(place):
    points, issues = place([*EVERYWHERE, (38.25, 0.26)])  # 1.1 km north of Alpha
    assert points["district_id"].tolist()[-1] == "01"
    told = issues.iloc[0]
    assert told[["rule", "severity", "file", "row", "value", "n_rows"]].tolist() == [
        "outside_every_district", "warn", "points.csv", "8", "TL-000007", 1,
    ]  # fmt: skip
    assert told["action"] == "assigned to the nearest district within 5 km"


def test_point_far_outside_is_dropped_and_counted(place):
    points, issues = place([*EVERYWHERE, (38.25, 0.5)])  # 28 km north
    assert len(points) == 6
    assert issues.iloc[0][["rule", "row", "action"]].tolist() == [
        "outside_region",
        "8",
        "row dropped",
    ]


def test_mostly_swapped_coordinates_stop_the_build_with_a_hint(place):
    with pytest.raises(KeyJoinError, match=r"6 of 7 demand points lie outside.*longitude 38\.00 to "
                       r"41\.00.*lon 0\.0, lat 38\.25, row 2.*look swapped"):  # fmt: skip
        place([(lat, lon) for lon, lat in EVERYWHERE] + [(38.25, 0.0)])


def test_mostly_elsewhere_stops_the_build(place):
    with pytest.raises(KeyJoinError, match="another place, or another coordinate system"):
        place([(500_000.0 / 1e4, 60.0)] * 3 + [(38.25, 0.0)])


def test_district_without_demand_point_is_an_error_in_the_ledger(place):
    _, issues = place(EVERYWHERE[:5])
    assert issues.iloc[0][["rule", "severity", "value"]].tolist() == [
        "district_without_demand_point", "error", "06",
    ]  # fmt: skip


@pytest.fixture
def facilities(tinyland: Tiny):
    """Place register rows, as Kenya's SELECT reads them: (services, issues)."""
    districts = tinyland.warehouse.read_geo("core_district")
    part = LayerSql(sql="services/ke_kmhfl", sources=["tiny_survey"])
    region = by_selects(tinyland.region, services=[part])
    base = {"facility_type": "Dispensary", "category": "DISPENSARY",
            "owner_type": "Private Practice", "beds": 0.0, "status": "Operational",
            "level": "Level 2", "_file": "alpha.json",
            "service_names": ["Basic Mental Health Services"]}  # fmt: skip

    def run(*rows: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
        named = [
            base | {"facility_id": str(i), "name": f"Facility {i}", "_row": i} | row
            for i, row in enumerate(rows, start=1)
        ]
        with Warehouse() as warehouse:
            warehouse.write("raw_ke_kmhfl_2020", pd.DataFrame(named))
            names = pd.DataFrame({"name_key": ["alpha", "beta"], "district_id": ["01", "02"]})
            warehouse.write("lookup_county", names)
            issues = Issues()
            table = placing.services(region, districts, warehouse, {}, issues)
            return table, issues.frame()

    return run


IN_ALPHA, IN_BETA = {"longitude": 38.25, "latitude": 0.0}, {"longitude": 38.75, "latitude": 0.0}


def test_declared_district_that_disagrees_is_reported_and_kept(facilities):
    services, issues = facilities(IN_ALPHA | {"county": "Alpha"}, IN_ALPHA | {"county": "BETA "})
    assert services["district_id"].tolist() == ["01", "02"]
    told = issues.iloc[0]
    assert told[["rule", "file", "row", "value"]].tolist() == [
        "district_disagrees", "alpha.json", "2", "Facility 2",
    ]  # fmt: skip
    assert told["action"] == "declared district kept; coordinates kept"


def test_name_that_does_not_join_stops_the_build(facilities):
    with pytest.raises(KeyJoinError, match=r"services: declared district.*no district: 'Betta'"):
        facilities(IN_ALPHA | {"county": "Alpha"}, IN_BETA | {"county": "Betta"})


@pytest.mark.parametrize(
    ("row", "service_type", "reported"),
    [
        ({"service_names": []}, "primary_care_unreported", False),
        ({"service_names": None}, "primary_care_unreported", False),
        ({"service_names": ["Immunisation"]}, "primary_care_without", True),
        ({}, "primary_care_integrated", True),
        ({"service_names": ["Specialised Mental Health Services"]}, "outpatient_clinic", True),
        (
            {"service_names": ["Comprehensive Mental Health Service"], "category": "HOSPITALS"},
            "general_hospital_unit",
            True,
        ),
        (
            {"facility_type": "Rehab. Center - Drug and Substance abuse", "service_names": []},
            "addiction_rehabilitation",
            False,
        ),
    ],
)
def test_not_reported_is_not_none(facilities, row, service_type: str, reported: bool):
    public = {"owner_type": "Ministry of Health", "level": "Level 3", "county": "Alpha"}
    # A second row gives the list column its type where the first is empty.
    services, _ = facilities(IN_ALPHA | public | row, IN_BETA | public | {"county": "Beta"})
    assert services.loc[0, "service_type"] == service_type
    assert services.loc[0, "services_reported"] == reported


def test_private_dispensary_without_mental_health_service_is_no_candidate(facilities):
    services, _ = facilities(
        IN_ALPHA | {"county": "Alpha", "service_names": ["Immunisation"]},
        IN_BETA | {"county": "Beta"},
    )
    assert services["service_id"].tolist() == ["kmhfl-2"]


def test_source_that_lists_nothing_here_is_told(tinyland: Tiny):
    sites = {"name": ["x"], "address": ["y"], "city": ["z"], "lon": [38.25], "lat": [0.0],
             "_file": ["f"], "_row": [2]}  # fmt: skip
    part = LayerSql(sql="services/us_fqhc", sources=["tiny_survey"])
    region = by_selects(tinyland.region, services=[part, part])
    with Warehouse() as warehouse:
        warehouse.write("raw_us_hrsa_fqhc_2020", pd.DataFrame(sites | {"state": ["TL"]}))
        issues = Issues()
        districts = tinyland.warehouse.read_geo("core_district")
        with pytest.raises(BadValueError, match="no source lists a service in Tinyland"):
            placing.services(region, districts, warehouse, {"state": "XX"}, issues)
    assert [row["rule"] for row in issues.rows] == ["source_without_rows"] * 2


def test_source_whose_codes_match_no_district_is_refused(tinyland: Tiny):
    columns = {"fips": {"raw": "FIPS"}, "percent": {"raw": "P", "type": "number"}}
    survey = tinyland.config.sources["tiny_survey"].model_dump() | {"columns": columns}
    config = configuration.Config(sources={"tiny_survey": Source.model_validate(survey)})
    block = IndicatorBlock.model_validate(
        {
            "sources": ["tiny_survey"],
            "key": "fips",
            "values": {"poverty_rate": {"value": "percent"}},
        }
    )
    region = by_selects(tinyland.region, indicators=[block])
    districts = tinyland.warehouse.read_geo("core_district")
    with Warehouse() as warehouse:
        frame = pd.DataFrame({"fips": ["1", "2"], "percent": [1.0, 2.0], "_row": [2, 3]})
        warehouse.write("raw_tiny_survey", frame)
        with pytest.raises(KeyJoinError, match=r"tiny_survey: no 'fips' is a district.*`width`"):
            indicator_frame(region, districts, config, warehouse, {})
        warehouse.write("raw_tiny_survey", frame.assign(fips=["01", "99"]))
        found = indicator_frame(region, districts, config, warehouse, {})
    assert found[["district_id", "value"]].to_numpy().tolist() == [["01", 1.0]]


# --- The ledger


def test_ledger_lists_few_rows_and_sums_many():
    issues = Issues()
    few = pd.DataFrame({"name": ["a", "b"], "_row": [3, 2], "_file": "f", "source_id": "s"})
    many = pd.DataFrame({"name": [f"n{i}" for i in range(LISTED + 1)], "source_id": "s"})
    about = {"column": "name", "message": "m", "action": "a"}
    issues.add("few", "warn", few, **about)
    issues.add("many", "warn", many, **about)
    issues.add("none", "warn", few[:0], **about)
    table = issues.frame()
    assert table["rule"].tolist() == ["few", "few", "many"]
    assert table["row"].fillna("").tolist() == ["2", "3", ""]
    assert table["n_rows"].tolist() == [1, 1, LISTED + 1]
    assert table.loc[2, "value"] == "'n0', 'n1', 'n2', 'n3', 'n4' and 21 more"


# --- Invariants

POINTS = st.lists(
    st.tuples(
        st.floats(38, 40.99),
        st.floats(-0.25, 0.25),
        st.floats(0.01, 1e6),
        st.sampled_from(["01", "02", "03"]),
    ),
    min_size=1,
    max_size=40,
).map(lambda rows: pd.DataFrame(rows, columns=["lon", "lat", "population", "district_id"]))


@given(POINTS, st.floats(0.01, 2))
def test_aggregation_conserves_people_and_their_centre(points: pd.DataFrame, cell: float):
    cells = placing.aggregate(points, cell)
    before = points.groupby("district_id")["population"].sum()
    after = cells.groupby("district_id")["population"].sum()
    pd.testing.assert_series_equal(before, after)
    for axis in ("lon", "lat"):
        mean = np.average(points[axis], weights=points["population"])
        assert np.average(cells[axis], weights=cells["population"]) == approx(mean, abs=1e-9)
    assert cells["point_id"].is_unique and len(cells) <= len(points)


@given(POINTS, st.lists(st.floats(0, 1e7), min_size=3, max_size=3))
def test_rescaling_gives_each_district_its_total(points: pd.DataFrame, totals: list[float]):
    wanted = pd.Series(totals, index=["01", "02", "03"])
    scaled = placing.rescale(points, wanted).groupby("district_id")["population"].sum()
    assert scaled.tolist() == approx(wanted[scaled.index].tolist())


@given(st.lists(st.tuples(st.floats(37.9, 41.1), st.floats(-0.4, 0.4)), min_size=1, max_size=30))
def test_assignment_equals_brute_force(tinyland: Tiny, lonlat: list[tuple[float, float]]):
    districts = tinyland.warehouse.read_geo("core_district")
    lon, lat = np.array(lonlat).T
    found = geography.assign_district(lon, lat, districts, METRES, snap_km=5)
    flat = districts.to_crs(METRES).geometry
    for i, point in enumerate(shapely.points(lon, lat)):
        inside = districts["district_id"][districts.geometry.intersects(point)]
        if len(inside):
            assert found.loc[i].tolist() == [inside.iloc[0], 0.0]
            continue
        metres = gpd.GeoSeries([point], crs="OGC:CRS84").to_crs(METRES)[0]
        nearest = float(flat.distance(metres).min())
        assert pd.isna(found.loc[i, "district_id"]) == (nearest > 5000)
        if nearest <= 5000:
            assert found.loc[i, "snapped_km"] == approx(nearest / 1000)


@given(st.integers(0, 2**32 - 1))
def test_simplification_keeps_shared_borders_shared(seed: int):
    # Four districts that meet along wiggly borders: no gap, no overlap, the same outline.
    rng = np.random.default_rng(seed)

    def wiggle(a: tuple[float, float], b: tuple[float, float]) -> list[tuple[float, float]]:
        steps = np.linspace(0, 1, 60)[1:-1, None]
        line = np.array(a) + steps * (np.array(b) - np.array(a))
        return [a, *map(tuple, line + rng.normal(0, 0.004, line.shape)), b]

    middle = (39.0, 0.0)
    ends = [(38.0, 0.0), (39.0, 0.5), (40.0, 0.0), (39.0, -0.5)]
    corners = [(38.0, 0.5), (40.0, 0.5), (40.0, -0.5), (38.0, -0.5)]
    borders = [wiggle(end, middle) for end in ends]
    shapes = gpd.GeoSeries(
        [shapely.Polygon([*borders[i], *borders[(i + 1) % 4][::-1], corners[i]]) for i in range(4)],
        crs="OGC:CRS84",
    )
    if not shapes.is_valid.all():
        return  # two wiggles crossed: not a coverage
    thin = geography.simplify(shapes, METRES, 1000, 4)
    assert thin.is_valid.all()
    assert shapely.get_num_coordinates(thin.to_numpy()).sum() < 300  # of 480
    whole = shapely.union_all(thin.to_numpy())
    overlap = shapely.area(thin.to_numpy()).sum() - whole.area
    gaps = shapely.Polygon(whole.exterior).area - whole.area
    # Rounding to 4 decimals (11 m) moves corners, not borders.
    assert abs(overlap) < 1e-4 and gaps < 1e-4


def blank_district(path: Path, *, shift_degrees: float = 0.0) -> str:
    """Blank the district of the first row, optionally moving it; return the district it had."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    had = str(table.loc[0, "district_id"])
    table.loc[0, "district_id"] = ""
    table.loc[0, "lon"] = str(float(table.loc[0, "lon"]) + shift_degrees)
    table.to_csv(path, index=False)
    return had


@pytest.mark.parametrize("layer", ["demand_point", "service"])
def test_a_point_without_a_district_gets_the_one_it_stands_in(tiny_home: Path, layer: str) -> None:
    had = blank_district(layer_folder(tiny_home) / f"{layer}s.csv")
    core = build(tiny_home)[f"core_{layer}"]
    assert core["district_id"].notna().all()
    assert core.sort_values(KEYS[layer][0])["district_id"].iloc[0] == had


def test_a_point_without_a_district_and_outside_all_is_refused(tiny_home: Path) -> None:
    blank_district(layer_folder(tiny_home) / "services.csv", shift_degrees=40.0)
    with pytest.raises(KeyJoinError, match="no district_id and stand in no district"):
        build(tiny_home)
