-- People aged 3 and over who do not use the internet.
select
    c.district_id,
    'no_internet_share' as indicator_id,
    100.0 * (t.persons - t.internet_users) / t.persons as value,
    t.persons - t.internet_users as numerator,
    t.persons as denominator,
    '2019-08-24' as vintage,
    'ke_census_2019_internet' as source_id,
    t.county as source_name,
    t._row
from raw_ke_census_2019_internet as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
where t.area = 'County'
