-- Every spelling of a county name, reduced to letters, and the county's P-code.
select distinct
    name_key(spelling) as name_key,
    pcode as district_id
from (
    select pcode, county as spelling from raw_ke_county_names
    union all select pcode, census_name from raw_ke_county_names
    union all select pcode, register_name from raw_ke_county_names
    union all select pcode, staff_name from raw_ke_county_names
)
where spelling is not null
