-- Similar districts are scored, rural alike, and others than the district itself; the differences are those
-- of the published scores; each kind counts from 1; what a better one has is better, and of a pair named.
select s.district_id, s.kind, s.similar_id
from out_similar as s
left join out_gap as a on a.district_id = s.district_id
left join out_gap as b on b.district_id = s.similar_id
where s.district_id = s.similar_id
    or a.gap_score is null or b.gap_score is null
    or a.is_rural is distinct from b.is_rural
    or abs(b.need_score - a.need_score - s.need_difference) > 0.011
    or abs(b.access_score - a.access_score - s.access_difference) > 0.011
    or (s.kind = 'better' and s.access_difference <= 0)
union all
select district_id, kind, cast(max(position) as varchar)
from out_similar
group by district_id, kind
having count(distinct position) <> count(*) or max(position) <> count(*)
union all
select i.district_id, i.kind, i.similar_id
from out_similar_item as i
left join out_similar as s
    on s.district_id = i.district_id and s.similar_id = i.similar_id and s.kind = 'better'
where s.district_id is null or i.value_here is null or i.value_there is null
    or i.value_here = i.value_there
