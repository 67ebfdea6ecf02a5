-- Average household size; the first row is the nation.
select
    c.district_id,
    'household_size' as indicator_id,
    t.household_size as value,
    t.population as numerator,
    t.households as denominator,
    '2019-08-24' as vintage,
    'ke_census_2019_households' as source_id,
    t.county as source_name,
    t._row
from raw_ke_census_2019_households as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
where t.county <> 'Kenya'
