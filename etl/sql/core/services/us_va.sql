-- Sites of care for veterans where mental health is treated: Vet Centers, and stations with an
-- individual mental-health clinic (stop code 502). Mobile and suspended sites are left out.
select
    'va-' || s.vast_id as service_id,
    s.name as name,
    'veterans_clinic' as service_type,
    'point' as scope,
    s.lon,
    s.lat,
    'federal, veterans only' as ownership,
    'operating' as status,
    true as services_reported,
    'us_va_sites_2020' as source_id,
    s._file,
    s._row
from raw_us_va_sites_2020 as s
where s.state = $state
    and coalesce(s.suspended, 'N') <> 'Y'
    and not coalesce(s.is_mobile_vet_center, false)
    and not coalesce(s.is_mobile, false)
    and s.lat is not null
    and (
        s.site_class = 'VTCR'
        or exists (
            select 1 from raw_us_va_clinics_2020 as c
            where c.station = s.station and c.stop_code = '502'
        )
    )
