-- Every indicator of every district: the figure, its 90 % interval, its scaled value, its weight and
-- the points it adds to the need score. Intervals from standard errors use the normal 1.645.
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
    -- A margin of 0 is that of a controlled estimate: no error is known.
    round(coalesce(c.se, nullif(c.moe, 0) / 1.645), 4) as se,
    round(s.smoothed_value, 4) as smoothed_value
from core_indicator as c
inner join cfg_indicator as k on k.indicator_id = c.indicator_id
left join idx_indicator as i
    on i.district_id = c.district_id and i.indicator_id = c.indicator_id
left join idx_smoothed as s
    on s.district_id = c.district_id and s.indicator_id = c.indicator_id
order by c.district_id, in_index desc, k.domain_label, c.indicator_id
