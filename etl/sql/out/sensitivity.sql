-- Which doubt moves the ranking most: Sobol indices over all districts, weighted by how much ranks vary.
select factor, round("first", 3) as first_order, round(total, 3) as total_order
from idx_sensitivity
order by total desc, factor
