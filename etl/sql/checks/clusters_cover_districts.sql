-- Every district has one row of every kind of cluster, and a label that fits its figures.
select d.district_id, k.kind, count(c.district_id) as n_rows, any_value(c.label) as label
from core_district as d
cross join (select distinct kind from idx_cluster) as k
left join out_cluster as c on c.district_id = d.district_id and c.kind = k.kind
group by d.district_id, k.kind
having count(c.district_id) <> 1
    or any_value(c.label) is null
    or (any_value(c.statistic) is null) <> (any_value(c.label) in ('no data', 'no neighbours'))
    or (any_value(c.label) = 'no neighbours' and any_value(c.n_neighbours) <> 0)
    or any_value(c.q_value) < any_value(c.p_value)
