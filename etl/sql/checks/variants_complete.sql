-- A variant has a row for every district or says why it failed; the published one equals the public table.
select v.variant, d.district_id, v.failure, g.gap_score as published_gap, x.gap_score as variant_gap
from out_variant as v
cross join core_district as d
left join out_gap as g on g.district_id = d.district_id
left join out_variant_district as x on x.variant = v.variant and x.district_id = d.district_id
where (v.failure is null) <> (x.district_id is not null)
    or (v.is_published and (
        x.gap_score is distinct from g.gap_score
        or x.gap_rank is distinct from g.gap_rank
        or x.in_worst_fifth is distinct from g.is_underserved
    ))
    or (not exists (select 1 from out_variant where is_published and position = 0))
