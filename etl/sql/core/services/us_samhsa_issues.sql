-- Rows of the 2020 listing that repeat an earlier one, and facilities whose flags are unknown.
select
    'duplicate_facility' as rule,
    'info' as severity,
    'us_samhsa_mh_2020' as source_id,
    _file as file,
    cast(_row as varchar) as "row",
    'name1' as column_name,
    name1 as value,
    1 as n_rows,
    'the same name and street stand in an earlier row' as message,
    'row dropped' as action
from raw_us_samhsa_mh_2020
where state = $state
qualify row_number() over (partition by name1, coalesce(name2, ''), street1 order by _row) > 1
