-- Every district has its third of need and of access where it has the score, and only there; the counts of
-- the classes are those of the districts.
with member as (
    select district_id, 'need_score' as variable, need_class as class_index from out_bivariate
    union all
    select district_id, 'access_score', access_class from out_bivariate
),

score as (
    select district_id, 'need_score' as variable, need_score as value from out_gap
    union all
    select district_id, 'access_score', access_score from out_gap
)

select s.variable, s.district_id, s.value, m.class_index
from score as s
left join member as m on m.district_id = s.district_id and m.variable = s.variable
left join out_bivariate_class as c on c.variable = m.variable and c.class_index = m.class_index
where (s.value is null) <> (m.class_index is null)
    or (s.value is not null and (c.variable is null or s.value < c.lower or s.value > c.upper))
union all
select c.variable, null, c.n_districts, c.class_index
from out_bivariate_class as c
left join member as m on m.variable = c.variable and m.class_index = c.class_index
group by c.variable, c.class_index, c.n_districts
having count(m.district_id) <> c.n_districts
