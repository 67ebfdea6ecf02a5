-- Every figure the map can be coloured by, as published: layer x district.
with score as (
    unpivot (
        select district_id, gap_score as gap, need_score as need, access_score as access from out_gap
    ) on gap, need, access into name layer value value
),

-- `unpivot` leaves missing figures out.
figure as (
    select layer, district_id, value from score
    union all
    select 'indicator.' || indicator_id, district_id, value from out_indicator
    union all
    select 'measure.' || measure || '.' || tier, district_id, value from out_access
)

select l.layer, d.district_id, f.value
from idx_layer as l
cross join core_district as d
left join figure as f on f.layer = l.layer and f.district_id = d.district_id
order by l.position, d.district_id
