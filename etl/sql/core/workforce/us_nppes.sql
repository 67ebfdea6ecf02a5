-- Mental-health providers by county; zero is a real zero in this source.
select
    geoid as district_id,
    'mental_health_provider' as cadre,
    'all' as ownership,
    providers as headcount,
    '2022' as vintage,
    'us_nppes_mh_2022' as source_id,
    name as source_name,
    _row
from raw_us_nppes_mh_2022
where left(geoid, 2) = $state_fips
