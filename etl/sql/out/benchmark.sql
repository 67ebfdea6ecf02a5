-- The planner's targets of the region, and published figures to compare with. Nothing is computed from
-- the latter.
select
    benchmark,
    label,
    value,
    unit,
    cadre,
    applies_to,
    reference || coalesce('; vintage ' || vintage, '') as reference,
    is_target
from idx_benchmark
order by position
