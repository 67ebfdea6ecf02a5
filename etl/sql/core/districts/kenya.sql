-- 47 counties: 2019 boundaries and census. Mombasa and Nairobi have no rural row: entirely urban.
with census as (
    select
        c.district_id,
        d.population,
        d.land_area_km2
    from raw_ke_census_2019_density as d
    inner join lookup_county as c
        on c.name_key = name_key(d.county)
),

rural as (
    select c.district_id, r.rural_population
    from raw_ke_census_2019_rural as r
    inner join lookup_county as c
        on c.name_key = name_key(r.county)
)

select
    b.pcode as district_id,
    b.name as name,
    census.population,
    census.land_area_km2 as area_km2,
    case
        when rural.district_id is not null
            then coalesce(rural.rural_population, 0) / census.population
    end as rural_share,
    st_aswkb(b.geometry) as geometry_wkb,
    b._file,
    b._row,
    'ke_ocha_counties_2019' as _source_id
from raw_ke_ocha_counties_2019 as b
left join census on census.district_id = b.pcode
left join rural on rural.district_id = b.pcode
