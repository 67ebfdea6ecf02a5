-- Access at demand points, for the map: people, staff within reach, minutes to the nearest service.
select
    p.point_id,
    p.district_id,
    p.lon,
    p.lat,
    round(i.demand, 1) as population,
    round(i.access * 100000, 3) as accessible_fte_per_100k,
    round(i.minutes, 1) as nearest_service_minutes
from core_demand_point as p
inner join idx_access_point as i on i.point_id = p.point_id
order by p.point_id
