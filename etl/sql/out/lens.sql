-- Population lenses: what each is, and why one could not be computed here.
select
    lens,
    cast(position as integer) as position,
    label,
    description,
    is_default,
    share_indicator,
    cast(n_scored as integer) as n_scored,
    round(people, 1) as people,
    failure
from idx_lens
order by position
