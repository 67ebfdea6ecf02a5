-- Access measures, long: measure x tier x district. All but the ratio of staff to people rest on
-- travel times.
with long as (
    select district_id, measure, tier, value from idx_access
    union all
    select district_id, 'fte_per_100k', 'all', fte_per_100k from idx_district
    union all
    select district_id, 'population_beyond_reach', 'all', population_beyond_reach from idx_district
)

select
    l.district_id,
    l.measure,
    m.label,
    l.tier,
    t.label as tier_label,
    round(l.value, 3) as value,
    m.unit,
    m.estimate,
    m.definition,
    m.reference
from long as l
inner join cfg_access_measure as m on m.measure = l.measure
inner join cfg_access_tier as t on t.tier = l.tier
order by l.district_id, m.position, t.position
