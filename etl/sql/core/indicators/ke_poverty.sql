-- Poverty 2022 with its standard error; gap and severity of 2021.
select pcode as district_id, 'poverty_rate' as indicator_id, poverty_2022 as value,
    poverty_2022_se as se, '2022' as vintage, 'ke_knbs_poverty_2022' as source_id, _row
from raw_ke_knbs_poverty_2022
union all
select pcode, 'poverty_gap', poverty_gap_2021, null, '2021', 'ke_knbs_poverty_2022', _row
from raw_ke_knbs_poverty_2022
union all
select pcode, 'poverty_severity', poverty_severity_2021, null, '2021', 'ke_knbs_poverty_2022', _row
from raw_ke_knbs_poverty_2022
