-- Counties of one state: 2015 boundaries, July 2023 population, 2020 rural share, 2023 rural code.
select
    b.geoid as district_id,
    b.name as name,
    e.population as population,
    b.land_area_m2 / 1e6 as area_km2,
    try_cast(r.value as double) as rural_code,
    p.rural / nullif(p.population, 0) as rural_share,
    st_aswkb(b.geometry) as geometry_wkb,
    b._file,
    b._row,
    'us_census_counties_2015' as _source_id
from raw_us_census_counties_2015 as b
left join raw_us_census_popest_2023 as e
    -- YEAR is a code in this file: 5 is the estimate of July 2023.
    on e.state_fips || e.county_fips = b.geoid and e.year_code = 5
left join raw_us_census_dhc_p2_2020 as p on right(p.geo_id, 5) = b.geoid
left join raw_us_usda_rucc_2023 as r
    -- Codes lost their leading zero; ids are text everywhere else.
    on lpad(r.fips_as_number, 5, '0') = b.geoid and r.attribute = 'RUCC_2023'
where b.state_fips = $state_fips
