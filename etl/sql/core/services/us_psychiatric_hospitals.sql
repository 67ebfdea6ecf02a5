-- Hospitals of type psychiatric; zero licensed beds do not occur, blanks are unknown.
select
    'hifld-' || coalesce(hifld_id, 'ccm' || ccm_id) as service_id,
    name,
    'psychiatric_hospital' as service_type,
    'point' as scope,
    lon,
    lat,
    licensed_beds as beds,
    'listed' as status,
    true as services_reported,
    'us_hifld_hospitals_2020' as source_id,
    _file,
    _row
from raw_us_hifld_hospitals_2020
where state = $state and hospital_type = 'PSYCHIATRIC'
