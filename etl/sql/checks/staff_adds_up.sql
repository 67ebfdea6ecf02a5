-- The staff of all counted cadres is their sum, the staff behind out_gap, and its missing posts.
select a.district_id, a.fte, d.fte as fte_in_gap, a.fte_shortage, g.fte_shortage as shortage_in_gap, sum(s.fte) as summed
from core_district as c
left join out_staff as a on a.district_id = c.district_id and a.cadre = 'all'
left join idx_district as d on d.district_id = c.district_id
left join out_gap as g on g.district_id = c.district_id
left join out_staff as s on s.district_id = c.district_id and s.cadre <> 'all' and s.is_counted
group by a.district_id, a.fte, d.fte, a.fte_shortage, g.fte_shortage
having a.district_id is null
    or (a.fte is null) <> (d.fte is null)
    or abs(a.fte - d.fte) > 1e-9
    or abs(a.fte - coalesce(sum(s.fte), 0)) > 1e-9
    or a.fte_shortage is distinct from g.fte_shortage
