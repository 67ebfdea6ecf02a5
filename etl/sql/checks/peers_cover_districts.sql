-- Every district is in one group, and what is usual in a layer counts every district with a figure: all of
-- them in the region, each in its group.
select d.district_id, null as layer, null as scope, count(p.district_id) as n
from core_district as d
left join out_peer as p on p.district_id = d.district_id
group by d.district_id
having count(p.district_id) <> 1
union all
select null, l.layer, 'region', any_value(t.n)
from out_layer as l
left join out_typical as t on t.layer = l.layer
group by l.layer, l.n_districts
having coalesce(sum(t.n) filter (t.scope = 'region'), 0) <> l.n_districts
    or coalesce(sum(t.n) filter (t.scope <> 'region'), 0) <> l.n_districts
union all
select null, layer, scope, n from out_typical where not (p10 <= median and median <= p90)
