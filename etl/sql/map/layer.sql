-- What is known of each indicator and access measure as a layer of the map. An indicator is an estimate
-- where it comes with a margin of error. Services and staff of several sources name them all.
with staff as (
    select source_id, vintage from core_workforce
),

service as (
    select s.source_id, c.vintage
    from core_service as s
    left join core_source as c on c.source_id = s.source_id
),

counted as (
    select 'staff' as counts, source_id, vintage from staff
    union all
    select 'services', source_id, vintage from service
    union all
    select 'staff and services', source_id, vintage from staff
    union all
    select 'staff and services', source_id, vintage from service
),

origin as (
    select
        counts,
        string_agg(distinct source_id, '; ' order by source_id) as source_id,
        string_agg(distinct vintage, '; ' order by vintage) as vintage
    from counted
    group by counts
),

measured as (
    select distinct
        'measure.' || a.measure || '.' || a.tier as layer,
        'access' as family,
        a.measure,
        a.tier,
        a.tier_label,
        a.label,
        a.unit,
        m.direction,
        a.estimate,
        a.definition,
        a.reference,
        o.vintage,
        o.source_id,
        m.position as first,
        t.position as second
    from out_access as a
    inner join cfg_access_measure as m on m.measure = a.measure
    inner join cfg_access_tier as t on t.tier = a.tier
    left join origin as o on o.counts = m.counts
),

indicated as (
    select
        'indicator.' || i.indicator_id as layer,
        'indicator' as family,
        i.indicator_id as measure,
        cast(null as varchar) as tier,
        cast(null as varchar) as tier_label,
        any_value(i.label) as label,
        any_value(i.unit) as unit,
        any_value(i.direction) as direction,
        coalesce(bool_or(i.se > 0), false) as estimate,
        any_value(i.definition) as definition,
        any_value(k.reference) as reference,
        string_agg(distinct i.vintage, '; ' order by i.vintage) as vintage,
        string_agg(distinct i.source_id, '; ' order by i.source_id) as source_id,
        row_number() over (
            order by bool_or(i.in_index) desc, any_value(i.domain), i.indicator_id
        ) as first,
        1 as second
    from out_indicator as i
    inner join cfg_indicator as k on k.indicator_id = i.indicator_id
    group by i.indicator_id
)

select * from (
    select *, 1 as part from indicated
    union all
    select *, 2 as part from measured
)
order by part, first, second
