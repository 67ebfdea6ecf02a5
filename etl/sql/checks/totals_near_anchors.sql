-- Totals come near those published for the whole region (anchors in the region's file): people,
-- persons of a cadre, or an indicator's mean over people.
-- severity: error
with ours as (
    select 'population' as anchor, sum(population) as value from core_district
    union all
    select 'headcount_' || cadre, sum(headcount) from core_workforce group by cadre
    union all
    select i.indicator_id, sum(i.value * d.population) / sum(d.population)
    from core_indicator as i
    inner join core_district as d on d.district_id = i.district_id
    where i.value is not null
    group by i.indicator_id
)

select a.anchor, round(o.value, 3) as ours, a.value as published, a.tolerance, a.reference
from chk_anchor as a
left join ours as o on o.anchor = a.anchor
where not coalesce(abs(o.value - a.value) <= a.tolerance * a.value, false)
