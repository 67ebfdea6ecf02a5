-- Share of people in rural blocks, 2020 census.
select
    right(geo_id, 5) as district_id,
    'rural_population_share' as indicator_id,
    100.0 * rural / nullif(population, 0) as value,
    rural as numerator,
    population as denominator,
    '2020-04-01' as vintage,
    'us_census_dhc_p2_2020' as source_id,
    name as source_name,
    _row
from raw_us_census_dhc_p2_2020
where substr(right(geo_id, 5), 1, 2) = $state_fips
