-- A lens has a row for every district and counts its scores right, or says why it has none.
select l.lens, l.failure, count(d.district_id) as n_rows, count(d.gap_score) as n_scored
from out_lens as l
left join out_lens_district as d on d.lens = l.lens
group by l.lens, l.failure, l.n_scored
having count(d.gap_score) <> l.n_scored
    or (l.failure is null and count(d.district_id) <> (select count(*) from core_district))
    or (l.failure is not null and count(d.district_id) > 0)
