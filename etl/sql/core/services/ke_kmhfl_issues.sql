-- Facilities that cannot be placed (no coordinates), and those that report no service at all.
with facility as (
    select
        *,
        facility_type like 'Rehab%'
        or list_contains(service_names, 'Basic Mental Health Services')
        or list_contains(service_names, 'Specialised Mental Health Services')
        or list_contains(service_names, 'Comprehensive Mental Health Service') as mental_health
    from raw_ke_kmhfl_2020
)

select
    'service_without_coordinates' as rule,
    'warn' as severity,
    'ke_kmhfl_2020' as source_id,
    _file as file,
    cast(_row as varchar) as "row",
    'lat, long' as column_name,
    name as value,
    1 as n_rows,
    'a facility with a mental-health service has no coordinates' as message,
    'left out of the map and of the access measures' as action
from facility
where longitude is null and coalesce(mental_health, false)
union all
select
    'facility_without_coordinates', 'info', 'ke_kmhfl_2020', null, null, 'lat, long', null, count(*),
    'facilities without a mental-health service have no coordinates', 'left out'
from facility
where longitude is null and not coalesce(mental_health, false)
union all
select
    'services_not_reported', 'warn', 'ke_kmhfl_2020', null, null, 'service_names', null, count(*),
    'facilities list no service at all: not reported, which is not none',
    'shown as services_reporting_share; their mental-health service is unknown'
from facility
where coalesce(len(service_names), 0) = 0
