-- Gap, rank and worst fifth of every district under every variant that could be computed.
select
    d.variant,
    d.district_id,
    round(d.gap_score, 2) as gap_score,
    d.gap_rank,
    d.in_worst_fifth
from idx_variant_district as d
inner join idx_variant as v on v.variant = d.variant
order by v.position, d.district_id
