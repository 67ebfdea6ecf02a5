-- People aged 5 and over with a disability.
select
    c.district_id,
    'disability_share' as indicator_id,
    100.0 * t.with_disability / t.persons as value,
    t.with_disability as numerator,
    t.persons as denominator,
    '2019-08-24' as vintage,
    'ke_census_2019_disability' as source_id,
    t.county as source_name,
    t._row
from raw_ke_census_2019_disability as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
where t.area = 'County'
