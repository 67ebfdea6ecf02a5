-- Poverty, all ages; the margin is half of the 90 % interval. Code 000 is the state itself.
select
    state_fips || county_fips as district_id,
    'poverty_rate' as indicator_id,
    poverty_percent as value,
    (poverty_percent_high90 - poverty_percent_low90) / 2 as moe,
    poor as numerator,
    '2023' as vintage,
    'us_census_saipe_2023' as source_id,
    name as source_name,
    _row
from raw_us_census_saipe_2023
where state_fips = $state_fips and county_fips <> '000'
