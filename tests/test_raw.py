"""With the raw files at hand: every quirk that their SOURCES.md lists, and sample equal to raw.

Skipped, with the reason, where the raw files are absent.
"""

import csv
import io
import json
import re
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from pytest import approx

from etl import config as configuration
from etl import pipeline
from etl.config import Config
from etl.errors import BadValueError, KeyJoinError, MindgapError, SourceChangedError
from etl.export.sample import write_sample
from etl.extract.tables import read_table
from etl.layers.build import build_core
from etl.layers.indicators import indicator_frame
from etl.schema import Source
from etl.warehouse import Warehouse

from .conftest import CHECKOUT, REGIONS, Core

pytestmark = pytest.mark.raw

Ask = Callable[[str], pd.DataFrame]
both = pytest.mark.parametrize("region_id", REGIONS)


@pytest.fixture
def us(from_raw: Core) -> Ask:
    """Ask the raw and core tables of Georgia in SQL."""
    return from_raw("us-ga").select


@pytest.fixture
def ke(from_raw: Core) -> Ask:
    """Ask the raw and core tables of Kenya in SQL."""
    return from_raw("kenya").select


def first(frame: pd.DataFrame) -> list[object]:
    return frame.iloc[0].tolist()


# --- The sample is what the raw files give


@both
def test_sample_rebuilt_from_raw_has_the_same_bytes(from_raw: Core, tmp_path: Path, region_id: str):
    write_sample(from_raw(region_id), tmp_path)
    committed = CHECKOUT / "data" / "sample" / region_id
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in committed.iterdir())
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name


@both
def test_raw_and_sample_lead_to_equal_published_tables(
    from_raw: Core, from_sample: Core, region_id: str
):
    raw, sample = from_raw(region_id), from_sample(region_id)
    tables = [t for t in raw.tables() if t.startswith("out_")]
    assert tables == [t for t in sample.tables() if t.startswith("out_")]
    for table in tables:
        assert raw.columns(table) == sample.columns(table), table
        assert raw.fingerprint(table) == sample.fingerprint(table), table
    # The snapshot's name is made of this hash, the configuration and the code.
    assert raw.fingerprint("core_") == sample.fingerprint("core_")


# --- SAMHSA: mental-health facilities


def test_samhsa_2020_repeats_346_rows(us: Ask):
    counts = us("""select count(*) as n,
        count(*) - count(distinct (name1, coalesce(name2, ''), street1)) as repeats
        from raw_us_samhsa_mh_2020""")
    assert first(counts) == [11_375 - 1, 346]  # one row was dropped as wrong


def test_samhsa_2020_zip_codes_lost_their_leading_zeros(us: Ask):
    lengths = us("select length(zip) as l, count(*) as n from raw_us_samhsa_mh_2020 group by 1")
    # One four-digit code fewer than SOURCES.md tells: the dropped row of Vermont.
    assert lengths.set_index("l")["n"].to_dict() == {3: 68, 4: 1_056 - 1, 5: 10_251}


def test_hartford_vermont_that_sits_in_connecticut_is_dropped_and_told(us: Ask):
    assert us("""select * from raw_us_samhsa_mh_2020 where state = 'VT'
        and lat between 41.7 and 41.8 and lon between -72.7 and -72.6""").empty
    told = us("select * from core_issue where rule = 'known_upstream_error'")
    assert told.loc[0, ["source_id", "row", "action"]].tolist() == [
        "us_samhsa_mh_2020", "89", "row dropped (config/corrections)",
    ]  # fmt: skip


def test_facilities_of_georgia_are_each_there_once(us: Ask):
    services = us("""select service_type, count(*) as n from core_service
        where source_id = 'us_samhsa_mh_2020' group by 1 order by 1""")
    assert services["n"].sum() == 205  # of the locator's listing for the state
    assert set(services["service_type"]) == {"community_centre", "outpatient_clinic"}


def test_flags_are_known_only_where_the_same_facility_was_found_in_2015(us: Ask):
    reported = us("""select service_type, services_reported as r, count(*) as n from core_service
        where source_id = 'us_samhsa_mh_2020' group by all""")
    centres = reported[reported["service_type"] == "community_centre"]
    assert centres["r"].all()
    assert reported["r"].isna().any()  # unknown, not false
    assert not (reported["r"] == False).any()  # noqa: E712 (three-valued)


SAMHSA_2015 = "us/samhsa/Behavioral_Health_Treament_Facility_listing_2015_07_19_094420.csv"


def test_samhsa_2015_is_decoded_cell_by_cell(us: Ask, raw_dir: Path):
    found = us("""select count(*) as n, count(*) filter (community_centre) as cmhc,
        count(*) filter (telehealth) as tele from raw_us_samhsa_2015""")
    # Commas inside cells are encoded ("+ACw-"): decoding the whole text first tears 5 rows and
    # gives 1,674 and 1,230. SOURCES.md tells 1,672 and 1,218, counted in an edition of other size,
    # which still named the directors.
    with (raw_dir / SAMHSA_2015).open(encoding="ascii", newline="") as handle:
        rows = list(csv.reader(handle))
    assert {len(row) for row in rows} == {len(rows[0])}
    header = [cell.encode().decode("utf-7") for cell in rows[0]]
    flags = {name: sum(row[header.index(name)] == "1" for row in rows[1:])
             for name in ("cmhc", "tele")}  # fmt: skip
    assert first(found) == [6_828, flags["cmhc"], flags["tele"]] == [6_828, 1_675, 1_232]
    whole = (raw_dir / SAMHSA_2015).read_bytes().decode("utf-7")
    torn = [row for row in csv.reader(io.StringIO(whole, newline="")) if len(row) != len(header)]
    assert len(torn) == 5


def test_samhsa_2015_headers_and_minus_signs_are_encoded(raw_dir: Path):
    text = (raw_dir / SAMHSA_2015).read_text(encoding="ascii")
    assert "type+AF8-facility" in text.splitlines()[0]
    assert "+AC0-134.408" in text


def test_no_contact_person_is_read(real_config: Config, raw_dir: Path):
    assert "dir+AF8-" not in (raw_dir / SAMHSA_2015).read_text(encoding="ascii")
    read = {c.raw for c in real_config.sources["us_samhsa_2015"].columns.values()}
    assert not [name for name in read if name.startswith("dir_") or "phone" in name]


# --- Other US sources


def test_svi_states_missing_as_minus_999_and_fips_as_a_number(
    us: Ask, real_config: Config, raw_dir: Path, tmp_path: Path
):
    lengths = us("""select length(fips_as_number) as l, count(*) as n from raw_us_cdc_svi_2022
        group by 1""")
    assert lengths.set_index("l")["n"].to_dict() == {4: 318, 5: 2_826}
    # STCNTY, which we read, lost it too: without `width` Alabama would silently have no figures.
    assert first(us("select min(length(fips)) from raw_us_cdc_svi_2022")) == [5]
    # No county of 2022 holds -999, those of 2020 do: read with the declaration of 2022.
    source = real_config.sources["us_cdc_svi_2022"]
    old = (raw_dir / "us/cdc_svi/SVI_2020_US_county.csv").read_bytes()
    assert old.startswith(b"\xef\xbb\xbf") and b"-999" in old
    columns = {k: source.columns[k].model_dump() for k in ("fips", "uninsured_percent")}
    declared = source.model_dump() | {"columns": columns, "sha256": None}
    (tmp_path / "svi.csv").write_bytes(old.replace(b",-999.0,", b",-999,"))
    frame = read_table(Source.model_validate(declared), tmp_path / "svi.csv")
    assert len(frame) == 3_143
    assert frame["uninsured_percent"].min() >= 0


COUNTY_CODE = {
    "raw_us_cdc_svi_2022": "fips",
    "raw_us_nppes_mh_2022": "geoid",
    "raw_us_census_dhc_p2_2020": "right(geo_id, 5)",
    "raw_us_census_counties_2015": "geoid",
    "raw_us_census_popest_2023 where year_code = 5": "state_fips || county_fips",
    "raw_us_bls_laus_2024": "state_fips || county_fips",
    "raw_us_census_saipe_2023 where county_fips <> '000'": "state_fips || county_fips",
    "raw_us_usda_rucc_2023 where attribute = 'RUCC_2023'": "lpad(fips_as_number, 5, '0')",
}


@pytest.mark.parametrize(("table", "code"), COUNTY_CODE.items())
def test_codes_with_a_leading_zero_are_whole_in_every_source(us: Ask, table: str, code: str):
    codes = us(f"select {code} as code from {table}")["code"]
    assert codes.str.fullmatch(r"\d{5}").all()
    assert codes.str.startswith("01").sum() == 67  # Alabama


def test_saipe_mixes_nation_states_and_counties_and_writes_a_dot_for_missing(us: Ask):
    codes = us("""select county_fips = '000' as is_state, count(*) as n
        from raw_us_census_saipe_2023 group by 1 order by 1""")
    assert codes["n"].tolist() == [3_144, 52]
    kalawao = us("select * from raw_us_census_saipe_2023 where state_fips || county_fips = '15005'")
    assert kalawao[["poverty_percent", "poor"]].isna().all(axis=None)
    fulton = us("select * from raw_us_census_saipe_2023 where state_fips || county_fips = '13121'")
    names = ["poverty_percent", "poverty_percent_low90", "poverty_percent_high90"]
    assert fulton.loc[0, names].tolist() == [13.0, 11.7, 14.3]  # the second pair of bounds
    assert us("select * from core_indicator where district_id = '13000'").empty


def test_laus_footers_are_no_counties(us: Ask):
    rows = us("select * from raw_us_bls_laus_2024 order by _row desc")
    assert len(rows) == 3_221
    assert rows.loc[0, "name"] == "Yauco Municipio, PR"
    assert (rows["unemployment_rate"].min(), rows["unemployment_rate"].max()) == (1.3, 18.4)


def test_population_estimates_are_latin1_and_year_is_a_code(us: Ask):
    names = us("""select distinct county_name from raw_us_census_popest_2023
        where state_fips = '35' and county_fips = '013'""")
    assert first(names) == ["Doña Ana County"]
    years = us("select distinct year_code as y from raw_us_census_popest_2023 order by 1")
    assert years["y"].tolist() == [1, 2, 3, 4, 5]
    fulton = us("""select population from raw_us_census_popest_2023
        where state_fips || county_fips = '13121' and year_code = 5""")
    district = us("select population from core_district where district_id = '13121'")
    assert first(fulton) == first(district)


def test_rural_codes_are_long_cp1252_and_lost_their_leading_zero(us: Ask):
    assert us("select * from raw_us_usda_rucc_2023").shape[0] == 9_703
    autauga = us("select * from raw_us_usda_rucc_2023 where fips_as_number = '1001'")
    assert autauga["value"].tolist()[:2] == ["58805", "2"]
    assert len(us("select * from raw_us_usda_rucc_2023 where county like '%ñ%'")) > 0
    islands = us("select distinct fips_as_number as f, attribute as a from raw_us_usda_rucc_2023 "
                 "where fips_as_number in ('60030', '60040')")  # fmt: skip
    assert "RUCC_2023" not in set(islands["a"])  # "Not Applicable": no code at all


def test_decennial_census_ids_have_a_prefix(us: Ask):
    autauga = us("select geo_id, population, urban, rural from raw_us_census_dhc_p2_2020 "
                 "where right(geo_id, 5) = '01001'")  # fmt: skip
    assert first(autauga) == ["0500000US01001", 58_805, 34_885, 23_920]


def test_503_block_groups_of_the_country_fall_in_no_county(us: Ask):
    lost = us("""select count(*) as n, sum(population) as people from raw_us_census_bg_centers_2020
        where county_fips is null""")
    assert first(lost) == [503, 82_507]


def test_three_rings_of_the_county_boundaries_cross_themselves(from_raw: Core):
    shapes = from_raw("us-ga").read_geo("raw_us_census_counties_2015")
    assert len(shapes) == 3_233
    assert (~shapes.geometry.is_valid).sum() == 3


def test_zero_providers_is_a_real_zero(us: Ask):
    assert first(us("""select count(*) filter (providers = 0) as zero, sum(providers) as n,
        count(*) filter (providers is null) as missing from raw_us_nppes_mh_2022""")) == [
        570, 320_966, 0,
    ]  # fmt: skip
    assert us("select * from core_workforce where headcount = 0").shape[0] > 0


def test_mobile_and_suspended_va_sites_are_left_out(us: Ask):
    counts = us("""select count(*) as n, count(*) filter (site_class = 'MVCTR') as mobile,
        count(*) filter (suspended = 'Y') as suspended, count(*) filter (fips is null) as no_fips
        from raw_us_va_sites_2020""")
    assert first(counts) == [1_695, 82, 1, 3]
    odd = us("""select s.name from core_service as c
        join raw_us_va_sites_2020 as s on c.service_id = 'va-' || s.vast_id
        where s.is_mobile or s.is_mobile_vet_center or s.suspended = 'Y'""")
    assert odd.empty
    assert us("select * from raw_us_va_sites_2020 where name = 'null' or fips = 'null'").empty


def test_veterans_clinics_hold_no_supply_for_everyone(us: Ask):
    assert (
        us("""select sum(supply_fte) as fte, count(*) as n from out_service
        where service_type = 'veterans_clinic'""").loc[0, "fte"]
        == 0
    )


def test_699_psychiatric_hospitals(us: Ask):
    assert first(
        us("""select count(*) as n from raw_us_hifld_hospitals_2020
        where hospital_type = 'PSYCHIATRIC'""")
    ) == [699]


# --- Kenya


def test_register_rows_pages_and_coordinates(ke: Ask, raw_dir: Path):
    assert first(
        ke("""select count(*) as n, count(distinct facility_id) as ids,
        count(distinct _file) as pages, count(longitude) as lon, count(latitude) as lat
        from raw_ke_kmhfl_2020""")
    ) == [12_379, 12_379, 47, 10_900, 10_900]
    packed = raw_dir / "kenya/facilities_kmhfl_2020/kmhfl_raw_json_dataset.tar.gz"
    with tarfile.open(packed) as archive:
        pages = [json.load(archive.extractfile(m)) for m in archive if m.name.endswith("json")
                 and "county_facilities" in m.name]  # fmt: skip
    assert sum(page["count"] for page in pages) == 12_379


def test_lat_and_long_are_swapped_at_source(ke: Ask):
    box = first(
        ke("""select min(longitude), max(longitude), min(latitude), max(latitude)
        from raw_ke_kmhfl_2020""")
    )
    west, east, south, north = (float(v) for v in box)
    assert 33.9 < west < east < 42 and -4.8 < south < north < 5.5


MENTAL_HEALTH = """with f as (select *, facility_type like 'Rehab%'
    or coalesce(list_has_any(service_names, ['Basic Mental Health Services',
        'Specialised Mental Health Services', 'Comprehensive Mental Health Service']), false)
    as any_mh from raw_ke_kmhfl_2020) """


def test_facilities_with_a_mental_health_service(ke: Ask):
    assert first(ke(MENTAL_HEALTH + """select count(*) filter (any_mh) as n,
        count(*) filter (any_mh and longitude is not null) as placed,
        count(*) filter (coalesce(len(service_names), 0) = 0) as silent from f""")) == [
        668, 645, 5_809,
    ]  # fmt: skip
    assert first(
        ke("""select count(*) from core_service where service_type not in
        ('primary_care_without', 'primary_care_unreported')""")
    ) == [645]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("Basic Mental Health Services", 662),
        ("Specialised Mental Health Services", 44),
        ("Comprehensive Mental Health Service", 16),
    ],
)
def test_facilities_by_level_of_service(ke: Ask, service: str, expected: int):
    assert first(
        ke(f"""select count(*) as n from raw_ke_kmhfl_2020
        where list_contains(service_names, '{service}')""")
    ) == [expected]


def test_mombasa_and_nairobi_have_no_rural_row_because_they_are_urban(ke: Ask):
    blank = ke("select county from raw_ke_census_2019_rural where rural_population is null")
    assert sorted(blank["county"]) == ["MOMBASA", "NAIROBI"]
    shares = ke("select rural_share from core_district where district_id in ('KE001', 'KE047')")
    assert shares["rural_share"].tolist() == [0, 0]


def test_the_nation_is_no_county(ke: Ask):
    assert len(ke("select * from raw_ke_census_2019_density where county = 'Kenya'")) == 1
    assert len(ke("select * from raw_ke_census_2019_rural where county = 'KENYA'")) == 1
    assert first(ke("select sum(population) from core_district")) == [47_564_296]


def test_gap_and_severity_are_of_2021(ke: Ask):
    vintages = ke("select indicator_id, any_value(vintage) as v from core_indicator group by 1")
    assert vintages.set_index("indicator_id")["v"][
        ["poverty_rate", "poverty_gap", "poverty_severity"]
    ].tolist() == ["2022", "2021", "2021"]


NAMED = {
    "raw_ke_census_2019_density": "county",
    "raw_ke_census_2019_rural": "county",
    "raw_ke_census_2019_activity": "county",
    "raw_ke_census_2019_internet": "county",
    "raw_ke_census_2019_households": "county",
    "raw_ke_census_2019_age": "county",
    "raw_ke_census_2019_disability": "county",
    "raw_ke_kmhfl_2020": "county",
    "raw_ke_health_workforce_2024": "county",
}
NATION = {"kenya", "xxx", "total"}


def letters(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower())


@pytest.mark.parametrize(("table", "column"), NAMED.items())
def test_every_county_name_joins_through_the_one_crosswalk(from_raw: Core, table: str, column: str):
    warehouse = from_raw("kenya")
    known = dict(warehouse.read("lookup_county").itertuples(index=False))
    names = warehouse.select(f"select distinct {column} as n from {table}")["n"].dropna()
    keys = {letters(n) for n in names} - NATION
    assert len({known[key] for key in keys}) == 47


@pytest.fixture(scope="module")
def kenya_without_grid(from_raw: Core) -> Warehouse:
    """Kenya's raw tables with a grid of one cell a county, so that a rebuild takes no time."""
    warehouse = Warehouse()
    source = from_raw("kenya")
    for table in source.tables():
        if table.startswith(("raw_", "lookup_")) and table != "raw_ke_afripop_2010":
            geo = table == "raw_ke_ocha_counties_2019"
            warehouse.write(table, source.read_geo(table) if geo else source.read(table))
    cells = source.read("out_district")[["lon", "lat"]].assign(
        value=1.0, _file="grid", _row=range(47), _column=1
    )
    warehouse.write("raw_ke_afripop_2010", cells)
    return warehouse


def test_kenya_builds_from_the_small_grid(real_config: Config, kenya_without_grid: Warehouse):
    build_core(real_config, real_config.region("kenya"), kenya_without_grid)
    assert kenya_without_grid.read("core_district")["population"].sum() == 47_564_296


@pytest.mark.parametrize(("table", "column"), NAMED.items())
def test_a_misspelt_county_name_stops_the_build(
    real_config: Config, kenya_without_grid: Warehouse, table: str, column: str
):
    sound = kenya_without_grid.read(table)
    spoiled = sound.copy()
    spoiled[column] = sound[column].str.replace("(?i)turkana", "Turcana", regex=True)
    assert (spoiled[column] != sound[column]).any()
    kenya_without_grid.write(table, spoiled)
    try:
        with pytest.raises(MindgapError) as caught:
            build_core(real_config, real_config.region("kenya"), kenya_without_grid)
    finally:
        kenya_without_grid.write(table, sound)
    assert isinstance(caught.value, KeyJoinError | BadValueError)


def test_a_misspelt_county_name_is_told(real_config: Config, kenya_without_grid: Warehouse):
    region = real_config.region("kenya")
    sound = kenya_without_grid.read("raw_ke_census_2019_internet")
    spoiled = sound.assign(county=sound["county"].str.replace("TURKANA", "TURCANA"))
    blocks = [b for b in region.layers.indicators if b.sql == "indicators/ke_internet"]
    one = region.model_copy(
        update={"layers": region.layers.model_copy(update={"indicators": blocks})}
    )
    kenya_without_grid.write("raw_ke_census_2019_internet", spoiled)
    districts = kenya_without_grid.read_geo("raw_ke_ocha_counties_2019").rename(
        columns={"pcode": "district_id"}
    )
    try:
        with pytest.raises(KeyJoinError, match=r"ke_internet\.sql: 1 row.*'TURCANA'.*crosswalk"):
            indicator_frame(one, districts, real_config, kenya_without_grid, {})
    finally:
        kenya_without_grid.write("raw_ke_census_2019_internet", sound)


WORKBOOK = "kenya/workforce_county_2024/HR_with_counties_and_cadre_raw.xlsx"


def test_workforce_table_equals_the_raw_workbook_cell_by_cell(from_raw: Core, raw_dir: Path):
    sheet = pd.read_excel(raw_dir / WORKBOOK, header=None, engine="calamine")
    cadres = sheet.iloc[2].ffill()
    owners = sheet.iloc[3]
    counties = sheet.iloc[18:65, 3]
    assert len(counties) == 47
    cells = {
        (letters(sheet.iat[r, 3]), cadres[c], owners[c]): float(sheet.iat[r, c])
        for r in counties.index
        for c in range(4, sheet.shape[1])
        if owners[c] in {"Public", "Private", "NGO", "FBO"}
    }
    table = from_raw("kenya").read("raw_ke_health_workforce_2024")
    known = dict(from_raw("kenya").read("lookup_county").itertuples(index=False))
    long = table.set_index(["pcode", "cadre", "ownership"])["persons"].astype(float).to_dict()
    assert {(known[c], k, o): n for (c, k, o), n in cells.items()} == long
    assert len(long) == 47 * 23 * 4


def test_sums_of_the_counties_are_the_national_row(from_raw: Core, raw_dir: Path):
    sheet = pd.read_excel(raw_dir / WORKBOOK, header=None, engine="calamine")
    owners = sheet.iloc[3]
    national = sum(float(sheet.iat[5, c]) for c in range(4, sheet.shape[1])
                   if owners[c] in {"Public", "Private", "NGO", "FBO"})  # fmt: skip
    counties = from_raw("kenya").read("raw_ke_health_workforce_2024")["persons"].sum()
    assert float(counties) == approx(national, rel=0.005)


# --- Another state


@pytest.fixture(scope="module")
def mississippi(raw_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Mississippi, refreshed from raw files with a region file of five lines."""
    root = tmp_path_factory.mktemp("ms") / "home"
    shutil.copytree(CHECKOUT / "config", root / "config")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDGAP_HOME", str(root))
        (root / "config" / "regions" / "us-ms.yaml").write_text(
            "extends: us-state\nregion_id: us-ms\nname: Mississippi, United States\nstate: MS\n"
            "district: {count: 82}\n"
        )
        config = configuration.load()
        path, _ = pipeline.refresh(config, config.region("us-ms"), raw_dir)
    return Warehouse(path, read_only=True)


def test_another_state_needs_only_a_region_file_of_five_lines(mississippi: Warehouse):
    gap = mississippi.read("out_gap")
    assert len(gap) == 82
    assert gap["district_id"].str.fullmatch(r"28\d{3}").all()
    assert gap["population"].sum() == 2_939_690  # July 2023


def test_every_county_of_mississippi_is_finite_or_flagged(mississippi: Warehouse):
    gap = mississippi.read("out_gap")
    unscored = gap[gap["gap_score"].isna()]
    assert unscored["flags"].str.contains("insufficient_data").all()
    assert gap["need_score"].between(0, 100).sum() == 82 - gap["need_score"].isna().sum()
    holmes = mississippi.select("""select value from out_indicator
        where indicator_id = 'poverty_rate' and district_id = '28051'""")
    assert first(holmes) == [35.6]


# --- CDC WONDER: suicides by county and year

WONDER = "us/cdc_wonder/Suicides_Yearly_2010-2016.txt"


def read_wonder(config: Config, data: bytes, folder: Path) -> pd.DataFrame:
    """Read a changed copy of the file as its source declares it, whatever its checksum."""
    source = config.sources["us_cdc_wonder_suicide"].model_copy(update={"sha256": None})
    (folder / "wonder.txt").write_bytes(data)
    return read_table(source, folder / "wonder.txt")


def test_wonder_leaves_out_withheld_years_and_ends_at_its_footer(us: Ask):
    found = us("""select count(*) as n, count(distinct county_code) as counties,
        min(deaths) as least,
        count(*) filter (crude_rate like '%(Unreliable)') as unreliable,
        max(deaths) filter (crude_rate like '%(Unreliable)') as most,
        count(*) filter (deaths is null) as missing from raw_us_cdc_wonder_suicide""")
    assert first(found) == [6_366, 1_290, 10, 3_016, 19, 42]
    gone = us("""select distinct county_code from raw_us_cdc_wonder_suicide where deaths is null
        and county_code not like '02%' order by 1""")
    assert gone["county_code"].tolist() == ["51515", "51560"]  # Bedford city, Clifton Forge


def test_pooled_rates_rest_on_all_seven_years(us: Ask):
    odd = us("""select c.district_id from core_indicator as c
        left join (select county_code, count(deaths) as n, sum(deaths) as deaths
            from raw_us_cdc_wonder_suicide group by 1) as w on w.county_code = c.district_id
        where c.indicator_id = 'suicide_rate'
        and ((coalesce(w.n, 0) = 7) <> (c.value is not null)
            or (c.value is not null and c.numerator <> w.deaths))""")
    assert odd.empty
    told = us("select n_rows, value from core_issue where rule = 'withheld_count'")
    assert first(told)[0] == 137


def test_wonder_without_its_footer_is_refused(real_config: Config, raw_dir: Path, tmp_path: Path):
    data = (raw_dir / WONDER).read_bytes()
    body = data[: data.index(b'"---"')]
    with pytest.raises(SourceChangedError, match="no row below the header starts with '---'"):
        read_wonder(real_config, body, tmp_path)
    with pytest.raises(SourceChangedError, match="at least 6300 are expected"):
        lines = data.splitlines(keepends=True)
        read_wonder(real_config, b"".join([*lines[:3_000], b'"---"\n']), tmp_path)


def test_wonder_with_another_remark_at_a_rate_is_refused_by_row(
    real_config: Config, raw_dir: Path, tmp_path: Path
):
    data = (raw_dir / WONDER).read_bytes().replace(b"21.7 (Unreliable)", b"21.7 (Estimated)", 1)
    with pytest.raises(BadValueError, match=r"'Crude Rate': 1 cell.*'21.7 \(Estimated\)'.*row.* 3"):
        read_wonder(real_config, data, tmp_path)


def test_wonder_with_the_same_year_twice_is_refused(
    real_config: Config, raw_dir: Path, tmp_path: Path
):
    lines = (raw_dir / WONDER).read_bytes().splitlines(keepends=True)
    with pytest.raises(KeyJoinError, match="01001 / 2010"):
        read_wonder(real_config, b"".join([lines[0], lines[1], *lines[1:]]), tmp_path)
