-- Scores and ranks through each lens; rounded as in out_gap, which the lens of everyone repeats. A lens
-- that could not be computed has no rows. Classes are added from these figures (`etl/index/map_layers.py`).
select
    d.lens,
    d.district_id,
    round(d.people, 1) as people,
    round(d.need_score, 2) as need_score,
    cast(d.need_rank as bigint) as need_rank,
    round(d.access_score, 2) as access_score,
    cast(d.access_rank as bigint) as access_rank,
    round(d.gap_score, 2) as gap_score,
    cast(d.gap_rank as bigint) as gap_rank,
    d.gap_class,
    d.is_underserved,
    d.is_underserved_rural
from idx_lens_district as d
inner join idx_lens as l on l.lens = d.lens
order by l.position, d.district_id
