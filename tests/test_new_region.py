"""A country never seen before: from spreadsheets to the map with the documented commands only."""

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from etl import cli, errors
from etl import config as configuration
from etl.warehouse import Warehouse

from . import new_country
from .conftest import CHECKOUT

Mindgap = Callable[..., tuple[int, str, str]]


@pytest.fixture
def mindgap(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Mindgap:
    """``mindgap("refresh", "nordmark")`` returns (exit code, standard output, standard error)."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(cli.out, "width", 200)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mindgap", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The spreadsheets of Nordmark, its two misspelled names already confirmed by a person."""
    folder = new_country.write(tmp_path / "nordmark")
    rows = [{"given_name": g, "district_id": f"NM{new_country.NAMES.index(n) + 1:02d}",
             "confirmed": "yes"} for n, g in new_country.MISSPELLED.items()]  # fmt: skip
    pd.DataFrame(rows).to_csv(folder / "confirmed.csv", index=False)
    return folder


def words(files: Path, **other: str) -> list[str]:
    """The command of the README, with files swapped or left out ("")."""
    given = {
        "districts": "map.geojson", "demand": "settlements.csv", "services": "services.xlsx",
        "workforce": "staff.xlsx", "indicators": "figures.csv", "crosswalk": "confirmed.csv",
    } | other  # fmt: skip
    named = [w for k, v in given.items() if v for w in (f"--{k}", str(files / v))]
    return ["new-region", "nordmark", *named, "--staff-unit", "headcount", "--no-input"]


def table(home: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(home / "data" / "local" / "nordmark" / name, dtype=str)


def core_issue(home: Path) -> pd.DataFrame:
    folder = home / "data" / "published" / "nordmark"
    with Warehouse(folder / (folder / "CURRENT").read_text().strip(), read_only=True) as built:
        return built.read("out_quality")


# --- The whole way


def test_from_spreadsheets_to_the_map(mindgap: Mindgap, home: Path, files: Path):
    code, said, err = mindgap(*words(files, crosswalk=""))
    assert code == errors.KeyJoinError.exit_code, said + err
    assert "'Kållered', 'Ravensjö'" in err and "--crosswalk" in err
    path = home / "data" / "local" / "nordmark" / "crosswalk.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    assert {r["given_name"]: r["suggestion"] for r in rows} == {
        "Kallerd": "Kållered", "Ravensjoe": "Ravensjö",
    }  # fmt: skip
    assert all(r["confirmed"] == "" and float(r["score"]) > 90 for r in rows)
    path.write_text(path.read_text(encoding="utf-8").replace(",,figures", ",yes,figures"),
                    encoding="utf-8")  # fmt: skip
    code, said, err = mindgap(*words(files, crosswalk=str(path)))
    assert code == 0, err
    assert "Next: mindgap refresh nordmark" in said
    code, said, err = mindgap("refresh", "nordmark")
    assert code == 0, err
    page = AppTest.from_file(str(CHECKOUT / "dashboard" / "app.py"), default_timeout=60)
    page.query_params["region"] = "nordmark"
    page.run()
    assert not page.exception and not page.error
    assert "Nordmark" in "\n".join(element.proto.body for element in page.get("html"))


def test_published_figures_are_those_of_the_spreadsheets(mindgap: Mindgap, home: Path, files: Path):
    assert mindgap(*words(files))[0] == 0
    assert mindgap("refresh", "nordmark")[0] == 0
    folder = home / "data" / "published" / "nordmark"
    snapshot = folder / (folder / "CURRENT").read_text().strip()
    with Warehouse(snapshot, read_only=True) as warehouse:
        gap = warehouse.read("out_gap").set_index("district_name")
        long = warehouse.read("out_indicator").set_index(["district_id", "indicator_id"])
        run = warehouse.read("out_run")
    assert gap.loc[new_country.NAMES, "population"].tolist() == new_country.POPULATION
    assert gap.loc[new_country.NAMES, "rural_share"].tolist() == [
        r / 100 for r in new_country.RURAL
    ]
    ids = gap.loc[new_country.NAMES, "district_id"].tolist()
    assert ids == [f"NM{n:02d}" for n in range(1, 13)]
    found = [long.loc[(i, "poverty_rate"), "value"] for i in ids]
    assert found == new_country.POVERTY
    assert pd.isna(long.loc[("NM09", "unemployment_rate"), "value"])  # ".." is no data, not zero
    lone = gap["flags"].fillna("").str.contains("demand_at_one_point")
    assert lone[lone].index.tolist() == ["Söderhed", "Vänäs"]
    assert pd.isna(gap.loc["Vänäs", "gap_score"])  # no staff figure: no data, not the worst
    assert run["origin"].tolist() == ["files"]


def test_what_is_left_out_is_told_and_listed(mindgap: Mindgap, home: Path, files: Path):
    _, said, _ = mindgap(*words(files))
    for text in (
        "2 service(s) of type 'Health post': not one of our types",
        "staff 'Herbalist': no cadre of config/workforce.yaml",
        "'Bicycles per head' is no indicator",
        "services.xlsx: 1 row(s): more than 5 km outside the region: row left out",
        "total row(s) 16 left out",
        "demand points: 2 district(s) have none",
        "indicators (social): uninsured_share",
        "read as Windows-1252",
    ):
        assert text in said, text
    issues = table(home, "issues.csv")
    assert sorted(issues["rule"]) == ["outside_region", "service_type_unknown"]
    assert "herbalist" not in table(home, "workforce.csv").to_string().lower()
    assert not set(table(home, "indicators.csv")["indicator_id"]) & {"bicycles_per_head"}


def test_region_file_says_what_is_assumed(mindgap: Mindgap, home: Path, files: Path):
    assert mindgap(*words(files), "--source", "publisher=Bureau", "--country", "Nordmark")[0] == 0
    region = configuration.load(home / "config").region("nordmark")
    assert region.travel.note.endswith("change them in the region file.")
    assert "Assumed values, not measured" in region.travel.note
    assert region.geography.projected_crs == "EPSG:32634"
    assert region.district.id_pattern == r"NM\d{2}"
    sources = table(home, "sources.csv")
    assert set(sources["publisher"]) == {"Bureau"} and set(sources["licence"]) == {"not stated"}
    assert sources["sha256"].str.len().eq(64).all()


@pytest.mark.parametrize("left_out", ["demand", "services", "workforce"])
def test_layers_that_are_absent_are_no_data(
    mindgap: Mindgap, home: Path, files: Path, left_out: str
):
    code, said, err = mindgap(*words(files, **{left_out: ""}))
    assert code == 0, err
    assert f"{left_out if left_out != 'demand' else 'demand points'}:" in said
    code, _, err = mindgap("refresh", "nordmark")
    assert code == 0, err
    issues = core_issue(home)
    if left_out != "demand":
        told = issues[issues["rule"] == "layer_not_given"]
        assert left_out.removesuffix("s") in told.to_string() and len(told) == 1


def test_empty_layer_that_the_region_file_does_not_name_stops_the_refresh(
    mindgap: Mindgap, home: Path, files: Path
):
    assert mindgap(*words(files))[0] == 0
    path = home / "data" / "local" / "nordmark" / "workforce.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    code, _, err = mindgap("refresh", "nordmark")
    assert code == errors.CheckFailedError.exit_code and "layers_not_empty" in err


def test_rural_by_density_where_no_share_is_given(mindgap: Mindgap, home: Path, files: Path):
    text = (
        (files / "figures.csv").read_bytes().replace(b"Rural population share", b"Goats per head")
    )
    (files / "figures.csv").write_bytes(text)
    assert mindgap(*words(files))[0] == 0
    assert mindgap("refresh", "nordmark")[0] == 0
    rule = configuration.load(home / "config").region("nordmark").rurality
    assert "150 people per square kilometre" in rule.rule and rule.classes["urban"].density_from


# --- Nothing is guessed silently


def test_staff_unit_is_asked_for(mindgap: Mindgap, home: Path, files: Path):
    command = [w for w in words(files) if w not in ("--staff-unit", "headcount")]
    code, _, err = mindgap(*command)
    assert code == errors.BadValueError.exit_code
    assert "--staff-unit headcount|fte" in err
    assert not (home / "config" / "regions" / "nordmark.yaml").exists()


def test_unconfirmed_names_stay_out_and_are_counted(mindgap: Mindgap, home: Path, files: Path):
    features = json.loads(new_country.map_text())
    for feature, people in zip(features["features"], new_country.POPULATION, strict=True):
        feature["properties"]["population"] = people
    (files / "map.geojson").write_text(json.dumps(features), encoding="utf-8")
    code, said, err = mindgap(*words(files, crosswalk=""))
    assert code == 0, err
    assert "2 name(s) join to no district, so their rows are left out" in said
    poverty = table(home, "indicators.csv").query("indicator_id == 'poverty_rate'")
    assert len(poverty) == 10 and not {"NM05", "NM10"} & set(poverty["district_id"])
    assert mindgap("refresh", "nordmark")[0] == 0


@pytest.mark.parametrize(
    ("answer", "joined"),
    [("yes", True), ("NM05", True), ("Kållered", True), ("no", False), ("", False)],
)
def test_person_decides_in_the_crosswalk(answer: str, joined: bool, tmp_path: Path):
    from etl.onboard.joining import Districts, read_crosswalk

    districts = Districts({"NM05": "Kållered", "NM06": "Lillmark"})
    path = tmp_path / "c.csv"
    path.write_text(
        f"given_name,suggestion,district_id,score,confirmed\nKallerd,x,NM05,93,{answer}\n"
    )
    read_crosswalk(path, districts)
    assert districts.find("kallerd") == ("NM05" if joined else None)


def test_crosswalk_answer_that_names_no_district_is_refused(tmp_path: Path):
    from etl.onboard.joining import Districts, read_crosswalk

    path = tmp_path / "c.csv"
    path.write_text("given_name,district_id,confirmed\nKallerd,NM05,perhaps\n")
    with pytest.raises(errors.BadValueError, match="row 2: 'perhaps' for 'Kallerd' is neither"):
        read_crosswalk(path, Districts({"NM05": "Kållered"}))


def test_codes_join_with_and_without_leading_zeros():
    from etl.onboard.joining import Districts

    districts = Districts({"01": "A", "12": "B"})
    assert [districts.find(t) for t in ("1", "01", "001", "12", "2")] == [
        "01", "01", "01", "12", None,
    ]  # fmt: skip
    both = Districts({"01": "A", "1": "B"})  # two codes that differ by a zero alone
    assert [both.find(t) for t in ("01", "1", "001")] == ["01", "1", None]


def test_name_two_districts_share_joins_neither():
    from etl.onboard.joining import Districts

    assert Districts({"1": "Vale", "2": "VÄLE", "3": "Hill"}).find("vale") is None


def test_shares_of_one_are_not_taken_for_per_cent(mindgap: Mindgap, home: Path, files: Path):
    names = "\n".join(f"{n},{p / 100}" for n, p in zip(new_country.NAMES, new_country.POVERTY,
                                                       strict=True))  # fmt: skip
    (files / "poverty.csv").write_text(f"District,Poverty rate\n{names}\n", encoding="utf-8")
    figures = (files / "figures.csv").read_bytes().replace(b"Poverty rate (%)", b"Cows per head")
    (files / "figures.csv").write_bytes(figures)
    command = [*words(files), "--indicators", str(files / "poverty.csv")]
    code, _, err = mindgap(*command)
    assert code == errors.BadValueError.exit_code and "--times-100 poverty_rate" in err
    code, _, err = mindgap(*command, "--times-100", "poverty_rate")
    assert code == 0, err
    values = table(home, "indicators.csv").query("indicator_id == 'poverty_rate'")["value"]
    assert sorted(values.astype(float)) == pytest.approx(sorted(new_country.POVERTY))


# --- Other kinds of files say the same


@pytest.mark.parametrize("kind", ["gpkg", "zip", "parquet", "metres"])
def test_every_kind_of_map_gives_the_same_layer(
    mindgap: Mindgap, home: Path, files: Path, kind: str
):
    assert mindgap(*words(files))[0] == 0
    first = (home / "data" / "local" / "nordmark" / "districts.geojson").read_text("utf-8")
    frame = gpd.read_file(files / "map.geojson")
    if kind == "parquet":
        frame.to_parquet(files / "map.parquet")
    elif kind == "zip":
        (files / "shape").mkdir()
        frame.to_file(files / "shape" / "map.shp", encoding="utf-8")
        shutil.make_archive(str(files / "map"), "zip", files / "shape")
    else:
        other = frame.to_crs("EPSG:32634") if kind == "metres" else frame
        other.to_file(files / "map.gpkg")
    name = "map.gpkg" if kind == "metres" else f"map.{kind}"
    code, _, err = mindgap(*words(files, districts=name), "--replace")
    assert code == 0, err
    again = (home / "data" / "local" / "nordmark" / "districts.geojson").read_text("utf-8")
    one, two = json.loads(first), json.loads(again)
    plain = [[f["properties"][k] for k in ("district_id", "name", "population")]
             for f in one["features"]]  # fmt: skip
    assert plain == [[f["properties"][k] for k in ("district_id", "name", "population")]
                     for f in two["features"]]  # fmt: skip
    areas = [
        gpd.GeoDataFrame.from_features(t, crs=4326).to_crs(6933).area.sum() for t in (one, two)
    ]
    assert areas[0] == pytest.approx(areas[1], rel=1e-4)


def test_long_indicator_table_gives_the_same_layer(mindgap: Mindgap, home: Path, files: Path):
    assert mindgap(*words(files))[0] == 0
    keys = ["district_id", "indicator_id"]
    wide = table(home, "indicators.csv").sort_values(keys)[[*keys, "value"]].reset_index(drop=True)
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["Code", "Indicator", "Value"])
    for row in wide.itertuples():
        writer.writerow([row.district_id, row.indicator_id, "n/a" if row.value != row.value
                         else row.value])  # fmt: skip
    (files / "long.csv").write_text(rows.getvalue())
    people = [{"id": f"NM{i + 1:02d}", "population": p} for i, p in
              enumerate(new_country.POPULATION)]  # fmt: skip
    frame = gpd.read_file(files / "map.geojson").merge(
        pd.DataFrame(people), left_on="shapeID", right_on="id"
    )
    frame.drop(columns="id").to_file(files / "people.geojson")
    code, _, err = mindgap(*words(files, districts="people.geojson", indicators="long.csv"),
                           "--replace")  # fmt: skip
    assert code == 0, err
    long = table(home, "indicators.csv").sort_values(keys)[[*keys, "value"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(long, wide)


# --- Faults: class of error, and what the text must say


def spoiled(files: Path, name: str, old: str, new: str) -> None:
    path = files / name
    text = path.read_bytes().decode("cp1252" if name == "figures.csv" else "utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode("cp1252" if name == "figures.csv" else "utf-8"))


FAULTS: dict[str, tuple[tuple[str, str, str], type[errors.MindgapError], str]] = {
    "figure that is text": (
        ("figures.csv", "9,50;", "high;"), errors.BadValueError,
        "figures.csv, column 'Poverty rate (%)': 1 cell(s) are no figures: 'high' in row(s) 4",
    ),
    "figure beyond its range": (
        ("figures.csv", "9,50;", "950,00;"), errors.BadValueError,
        "poverty_rate: 1 figure(s) outside 0 to 100 %: 950.0 in row(s) 4",
    ),
    "swapped coordinates": (
        ("settlements.csv", "lon,lat", "lat,lon"), errors.KeyJoinError, "look swapped",
    ),
    "coordinates that are no degrees": (
        ("settlements.csv", "20.150", "512000.5"), errors.BadValueError, "no degrees",
    ),
    "map without names": (
        ("map.geojson", "shapeName", "x"), errors.BadValueError, "--column districts.name=HEADER",
    ),
    "two ways to write figures": (
        ("figures.csv", "9,50;", "9.50;"), errors.BadValueError, "written in two ways",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault(mindgap: Mindgap, home: Path, files: Path, name: str):
    change, kind, said = FAULTS[name]
    spoiled(files, *change)
    code, _, err = mindgap(*words(files))
    assert code == kind.exit_code, err
    assert said in err
    assert not (home / "config" / "regions" / "nordmark.yaml").exists()


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://example.org/a.geojson", "https://example.org/a.geojson",
             "PG:dbname=x", "s3://bucket/a.gpkg", "WFS:http://example.org", "/vsizip/a.zip/b.shp"],
)  # fmt: skip
def test_address_is_refused_for_every_file(mindgap: Mindgap, home: Path, files: Path, path: str):
    for option in ("--districts", "--demand", "--services", "--workforce", "--indicators"):
        given = ["--districts", str(files / "map.geojson")] if option != "--districts" else []
        code, _, err = mindgap("new-region", "nordmark", *given, option, path)
        assert code == errors.BadValueError.exit_code
        assert "an address or a virtual path" in err


def test_region_that_is_there_is_not_written_over(mindgap: Mindgap, home: Path, files: Path):
    assert mindgap(*words(files))[0] == 0
    code, _, err = mindgap(*words(files))
    assert code == errors.BadValueError.exit_code and "--replace" in err
    command = ["new-region", "kenya", "--districts", str(files / "map.geojson"), "--replace"]
    code, _, err = mindgap(*command)
    assert code == errors.BadValueError.exit_code and "never writes over it" in err


def test_templates_make_a_region(mindgap: Mindgap, home: Path, tmp_path: Path):
    folder = tmp_path / "mine"
    assert mindgap("new-region", "--template", folder)[0] == 0
    names = {"districts": "districts.geojson", "demand": "demand_points.csv",
             "services": "services.csv", "workforce": "workforce.csv",
             "indicators": "indicators.csv"}  # fmt: skip
    given = [w for k, v in names.items() for w in (f"--{k}", str(folder / v))]
    code, said, err = mindgap("new-region", "vale", *given, "--no-input")
    assert code == 0, err
    assert "Not used" not in said
    code, _, err = mindgap("refresh", "vale")
    assert code == 0, err
    code, _, err = mindgap("new-region", "--template", folder)
    assert code == errors.BadValueError.exit_code and "never write over" in err
