-- People per square kilometre of land; the first row is the nation.
select
    c.district_id,
    'population_density' as indicator_id,
    t.population / t.land_area_km2 as value,
    t.population as numerator,
    t.land_area_km2 as denominator,
    '2019-08-24' as vintage,
    'ke_census_2019_density' as source_id,
    t.county as source_name,
    t._row
from raw_ke_census_2019_density as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
where t.county <> 'Kenya'
