-- Where districts with high or low values lie together: one row per district and kind.
select
    district_id,
    kind,
    round(statistic, 4) as statistic,
    round(p_value, 4) as p_value,
    round(q_value, 4) as q_value,
    label,
    n_neighbours
from idx_cluster
order by kind, district_id
