-- Map classes hold every value: each district with a figure lies within the bounds of its class, one without
-- has no class and a reason, and the counts of a layer's classes add up to its districts with a figure.
with member as (
    unpivot out_layer_district
    on class_quantile, class_jenks, class_equal, class_fixed
    into name method value class_index
),

held as (
    select m.layer, m.district_id, replace(m.method, 'class_', '') as method, m.value, m.class_index
    from member as m
),

cut as (
    select l.layer, l.n_districts, c.method, sum(c.n_districts) as n_counted
    from out_layer as l
    inner join out_layer_class as c on c.layer = l.layer
    group by l.layer, l.n_districts, c.method
)

select 'outside its class' as problem, h.layer, h.method, h.district_id
from held as h
left join out_layer_class as c
    on c.layer = h.layer and c.method = h.method and c.class_index = h.class_index
where h.value is null or c.layer is null or h.value > c.upper or h.value < c.lower
    or (h.value = c.lower and h.class_index > 0)
union all
select 'value without class, or gap without reason', layer, null, district_id
from out_layer_district
where (value is null) <> (reason is not null)
    or (value is null) <> (class_quantile is null)
    or (value is null) <> (class_jenks is null)
    or (value is null) <> (class_equal is null)
union all
select 'counts do not add up', layer, method, null from cut where n_counted <> n_districts
union all
select 'class miscounted', c.layer, c.method, null
from out_layer_class as c
left join held as h on h.layer = c.layer and h.method = c.method and h.class_index = c.class_index
group by c.layer, c.method, c.class_index, c.n_districts
having count(h.district_id) <> c.n_districts
union all
select 'districts missing', l.layer, null, null
from out_layer as l
left join out_layer_district as d on d.layer = l.layer
group by l.layer, l.n_districts
having count(d.district_id) <> (select count(*) from core_district)
    or count(d.value) <> l.n_districts
