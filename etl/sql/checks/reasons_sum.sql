-- Every scored district has reasons, and their points add up to its gap.
select g.district_id, g.gap_score, sum(r.contribution) as points
from out_gap as g
left join out_reason as r on r.district_id = g.district_id
group by g.district_id, g.gap_score
having (g.gap_score is not null) <> (count(r.contribution) > 0)
    or coalesce(abs(g.gap_score - sum(r.contribution)) > 0.006, false)
