-- Annual average unemployment rate, 2024.
select
    state_fips || county_fips as district_id,
    'unemployment_rate' as indicator_id,
    unemployment_rate as value,
    unemployed as numerator,
    labor_force as denominator,
    '2024' as vintage,
    'us_bls_laus_2024' as source_id,
    name as source_name,
    _row
from raw_us_bls_laus_2024
where state_fips = $state_fips
