-- What each part of the access index adds to a district's access score; the points sum to the score.
select
    p.district_id,
    p.component,
    round(p.value, 3) as value,
    round(p.scaled_value, 3) as scaled_value,
    p.weight,
    p.contribution
from idx_access_part as p
inner join idx_access_component as c on c.component = p.component
order by p.district_id, c.position
