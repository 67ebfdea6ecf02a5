-- Rings stand around listed services at a point, their people are at most those of the region, and more
-- minutes hold no fewer people.
select r.service_id, r.minutes, r.people
from out_ring as r
left join out_service as s on s.service_id = r.service_id
where s.service_id is null or s.is_candidate or s.lon is null or r.people is null or r.people < 0
    or r.people > (select sum(population) from core_district) + 1
union all
select service_id, minutes, people
from (
    select *, lag(people) over (partition by service_id order by minutes) as fewer,
        lag(km) over (partition by service_id order by minutes) as nearer
    from out_ring
)
where people < fewer or km <= nearer
