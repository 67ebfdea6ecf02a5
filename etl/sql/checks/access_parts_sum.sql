-- The parts of the access index add up to the access score, and only a scored district has parts.
select g.district_id, g.access_score, sum(p.contribution) as points
from out_gap as g
left join out_access_part as p on p.district_id = g.district_id
group by g.district_id, g.access_score
having (g.access_score is not null) <> (count(p.contribution) > 0)
    or coalesce(abs(g.access_score - sum(p.contribution)) > 0.006, false)
