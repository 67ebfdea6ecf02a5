-- Served, over capacity and beyond reach add up to the district's population.
select district_id, population, population_served, population_over_capacity, population_beyond_reach
from out_gap
where abs(population - population_served - population_over_capacity - population_beyond_reach) > 1
