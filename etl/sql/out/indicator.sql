-- Every indicator of every district: the figure, its 90 % interval and standard error, its scaled value,
-- its weight and the points it adds to the need score, and why it does not count here if it should.
-- Between standard errors and 90 % margins stands the normal 1.645; a margin of 0 is that of a figure
-- without sampling error (its source declares so), which has no standard error.
select
    c.district_id,
    c.indicator_id,
    k.label,
    k.definition,
    k.domain_label as domain,
    c.value,
    k.unit,
    -- greatest() and least() skip NULL: an unknown margin must stay an unknown interval.
    case when coalesce(c.moe, c.se) is not null
        then round(greatest(c.value - coalesce(c.moe, 1.645 * c.se), k.low), 4) end as low,
    case when coalesce(c.moe, c.se) is not null
        then round(least(c.value + coalesce(c.moe, 1.645 * c.se), k.high), 4) end as high,
    round(i.scaled_value, 3) as scaled_value,
    i.weight,
    i.contribution,
    cast(k.direction as integer) as direction,
    c.vintage,
    c.source_id,
    c.flag,
    c.numerator,
    c.denominator,
    i.indicator_id is not null as in_index,
    round(coalesce(c.se, case when c.moe > 0 then c.moe / 1.645 end), 4) as se,
    round(s.smoothed_value, 4) as smoothed_value,
    cast(o.reason as varchar) as left_out
from core_indicator as c
inner join cfg_indicator as k on k.indicator_id = c.indicator_id
left join idx_indicator as i
    on i.district_id = c.district_id and i.indicator_id = c.indicator_id
left join idx_left_out as o on o.indicator_id = c.indicator_id
left join idx_smoothed as s
    on s.district_id = c.district_id and s.indicator_id = c.indicator_id
order by c.district_id, in_index desc, k.domain_label, c.indicator_id
