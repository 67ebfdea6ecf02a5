-- The contributions of the indicators add up to the need score.
select g.district_id, g.need_score, sum(i.contribution) as contributions
from out_gap as g
inner join out_indicator as i on i.district_id = g.district_id
group by g.district_id, g.need_score
having count(i.contribution) > 0 and abs(g.need_score - sum(i.contribution)) > 0.006
