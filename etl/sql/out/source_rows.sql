-- How many rows each source brought, by layer: what the next refresh is held against.
select 'district' as layer, cast('all sources' as varchar) as source_id, count(*) as n_rows
from core_district
union all
select 'demand_point', 'all sources', count(*) from core_demand_point
union all
select 'service', source_id, count(*) from core_service group by source_id
union all
select 'workforce', source_id, count(*) from core_workforce group by source_id
union all
select 'indicator', source_id, count(value) from core_indicator group by source_id
order by layer, source_id
