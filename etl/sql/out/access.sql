-- Access measures, long. All but the provider ratio rest on estimated travel times.
with long as (
    select district_id, 'fte_per_100k' as measure, 1 as position, 'Staff per 100,000 people' as label,
        fte_per_100k as value, 'FTE per 100,000' as unit, false as estimate,
        'Mental-health staff counted in the district, per 100,000 of its people' as definition
    from idx_district
    union all
    select district_id, 'accessible_fte_per_100k', 2, 'Staff within reach per 100,000 people',
        accessible_fte_per_100k, 'FTE per 100,000', true,
        'Staff that people can reach, shared with everyone else who can reach it, averaged over people'
    from idx_district
    union all
    select district_id, 'nearest_service_minutes', 3, 'Minutes to the nearest service',
        nearest_service_minutes, 'minutes', true,
        'Estimated travel time to the nearest listed service open to everyone, averaged over people'
    from idx_district
    union all
    select district_id, 'share_beyond', 4, 'People far from any service',
        100 * share_beyond_60min, '% of people', true,
        'Share of people farther than the limit from the nearest listed service'
    from idx_district
    union all
    select district_id, 'population_beyond_reach', 5, 'People with no staff within reach',
        population_beyond_reach, 'people', true,
        'People with no mental-health staff within the catchment'
    from idx_district
)

select
    l.district_id,
    l.measure,
    l.label,
    'all' as tier,
    round(l.value, 3) as value,
    l.unit,
    l.estimate,
    l.definition || case
        when l.measure in ('accessible_fte_per_100k', 'population_beyond_reach')
            then ' (catchment of ' || cast(cast(r.catchment_minutes as integer) as varchar) || ' minutes).'
        when l.measure = 'share_beyond'
            then ' (' || cast(cast(r.beyond_minutes as integer) as varchar) || ' minutes).'
        else '.'
    end as definition
from long as l
cross join cfg_region as r
order by l.district_id, l.position
