-- The parts of the access index: weight as used in this region, bounds, and why a part is left out.
select
    component,
    position,
    label,
    unit,
    weight,
    direction,
    low,
    high,
    is_fixed,
    reference,
    in_index,
    left_out
from idx_access_component
order by position
