-- Block-group centres of population; no block-group id is published in this file. Its county column
-- comes from a join to boundaries (a river point landed in the next state): ours decides instead.
select
    $state || '-' || lpad(cast(row_number() over (order by _row) as varchar), 6, '0') as point_id,
    lon,
    lat,
    population,
    _file,
    _row
from raw_us_census_bg_centers_2020
where state = $state
