-- The staff placed on services and left at centres is the staff of the district.
select d.district_id, any_value(d.fte) as fte, any_value(d.unplaced_fte) as unplaced, sum(s.supply_fte) as placed
from idx_district as d
left join core_service as c on c.district_id = d.district_id
left join idx_service as s on s.service_id = c.service_id
group by d.district_id
having abs(any_value(d.fte) - any_value(d.unplaced_fte) - coalesce(sum(s.supply_fte), 0)) > 1e-6
