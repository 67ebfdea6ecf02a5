-- The class of each district; no class where there is no score.
select variable, district_id, class_index
from idx_class_district
order by variable, district_id
