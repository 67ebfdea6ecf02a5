-- Health-centre sites: primary care; whether mental-health care is given there is not reported.
select
    'fqhc-' || left(md5(concat_ws('|', name, address, city, lon, lat)), 12) as service_id,
    any_value(name order by _row) as name,
    'primary_care_unreported' as service_type,
    'point' as scope,
    lon,
    lat,
    'non-profit' as ownership,
    'listed' as status,
    cast(null as boolean) as services_reported,
    'us_hrsa_fqhc_2020' as source_id,
    any_value(_file) as _file,
    min(_row) as _row
from raw_us_hrsa_fqhc_2020
where state = $state
group by name, address, city, lon, lat
