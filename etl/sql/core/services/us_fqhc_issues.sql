-- Sites listed more than once with the same name, address and place.
select
    'duplicate_facility' as rule,
    'info' as severity,
    'us_hrsa_fqhc_2020' as source_id,
    _file as file,
    cast(_row as varchar) as "row",
    'name' as column_name,
    name as value,
    1 as n_rows,
    'the same name, address and place stand in an earlier row' as message,
    'row dropped' as action
from raw_us_hrsa_fqhc_2020
where state = $state
qualify row_number() over (partition by name, address, city, lon, lat order by _row) > 1
