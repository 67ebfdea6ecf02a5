-- No land lies between districts without belonging to one (max_gap_km2 in config/publish.yaml).
-- severity: warn
select round(g.lon, 4) as lon, round(g.lat, 4) as lat, round(g.area_km2, 2) as area_km2
from chk_gap as g
inner join chk_limit as k on k.name = 'max_gap_km2'
where g.area_km2 > k.value
order by g.area_km2 desc
