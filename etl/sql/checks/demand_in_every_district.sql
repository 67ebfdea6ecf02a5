-- People live in every district: demand points must stand for them.
select d.district_id, d.population from core_district as d
left join core_demand_point as p on p.district_id = d.district_id
group by d.district_id, d.population
having d.population > 0 and coalesce(sum(p.population), 0) = 0
