-- Services stand in or near the district they are listed in (far_outside_km in config/publish.yaml).
-- severity: warn
select s.service_id, s.name, s.district_id, s.source_id, round(s.km, 1) as km
from chk_service as s
inner join chk_limit as k on k.name = 'far_outside_km'
where s.km > k.value
order by s.km desc
