-- Facilities with a mental-health service or for rehabilitation, and every other public facility of
-- level 3 and above as a possible place for integration. A facility that lists no service at all has
-- not reported.
with facility as (
    select
        *,
        coalesce(len(service_names), 0) > 0 as reported,
        list_contains(service_names, 'Basic Mental Health Services') as basic,
        list_contains(service_names, 'Specialised Mental Health Services')
        or list_contains(service_names, 'Comprehensive Mental Health Service') as specialised,
        facility_type like 'Rehab%' as rehabilitation,
        -- "Secondary care hospitals", "Specialized & Tertiary Referral hospitals" and the like.
        lower(coalesce(category, '') || ' ' || facility_type) like '%hospital%' as hospital
    from raw_ke_kmhfl_2020
)

select
    'kmhfl-' || facility_id as service_id,
    f.name,
    case
        when rehabilitation then 'addiction_rehabilitation'
        when specialised and hospital then 'general_hospital_unit'
        when specialised then 'outpatient_clinic'
        when basic then 'primary_care_integrated'
        when reported then 'primary_care_without'
        else 'primary_care_unreported'
    end as service_type,
    'point' as scope,
    longitude as lon,
    latitude as lat,
    case owner_type
        when 'Ministry of Health' then 'public'
        when 'Private Practice' then 'private'
        when 'Faith Based Organization' then 'faith-based'
        when 'Non-Governmental Organizations' then 'NGO'
    end as ownership,
    nullif(beds, 0) as beds,
    lower(status) as status,
    reported as services_reported,
    c.district_id as declared_district_id,
    'ke_kmhfl_2020' as source_id,
    f.county as source_name,
    f._file,
    f._row
from facility as f
left join lookup_county as c
    on c.name_key = name_key(f.county)
where longitude is not null
    and latitude is not null
    and (
        coalesce(basic, false)
        or coalesce(specialised, false)
        or rehabilitation
        or (
            owner_type = 'Ministry of Health'
            and level in ('Level 3', 'Level 4', 'Level 5', 'Level 6')
        )
    )
