-- Whether values lie together in the region as a whole: one row per kind.
select
    kind,
    label,
    round(statistic, 4) as statistic,
    round(expected, 4) as expected,
    p_value,
    n_districts,
    n_without_neighbours,
    permutations,
    definition,
    reference
from idx_cluster_region
order by position
