-- No key stands twice in a published table.
-- severity: error
select 'out_indicator' as "table", district_id || ' / ' || indicator_id as "key", count(*) as n
from out_indicator group by ALL having count(*) > 1
union all
select 'out_access', district_id || ' / ' || measure || ' / ' || tier, count(*)
from out_access group by ALL having count(*) > 1
union all
select 'out_service', service_id, count(*) from out_service group by ALL having count(*) > 1
union all
select 'out_source', source_id, count(*) from out_source group by ALL having count(*) > 1
union all
select 'core_workforce', concat_ws(' / ', district_id, cadre, ownership), count(*)
from core_workforce group by ALL having count(*) > 1
