-- Map classes of each lens: bounds and counts. Class 0 holds the lowest values.
select
    c.lens,
    c.variable,
    c.class_index,
    round(c.lower, 4) as lower,
    round(c.upper, 4) as upper,
    cast(c.n_districts as integer) as n_districts
from idx_lens_class as c
inner join idx_lens as l on l.lens = c.lens
order by l.position, c.variable, c.class_index
