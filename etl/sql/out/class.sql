-- Map classes: bounds and counts. Class 0 holds the lowest values.
select
    variable,
    class_index,
    round(lower, 4) as lower,
    round(upper, 4) as upper,
    format('{:.1f} to {:.1f}', lower, upper) as label,
    cast(n_districts as integer) as n_districts
from idx_class
order by variable, class_index
