-- How evenly staff within reach is spread over the people of the region.
select index_id, label, round(value, 4) as value, unit, definition, reference
from idx_equity
order by position
