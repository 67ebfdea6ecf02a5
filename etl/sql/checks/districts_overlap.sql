-- Districts do not lie on each other (max_overlap_share in config/publish.yaml).
-- severity: warn
select o.district_id, o.other_id, round(o.area_km2, 3) as area_km2, round(o.share, 4) as share
from chk_overlap as o
inner join chk_limit as k on k.name = 'max_overlap_share'
where o.share > k.value
order by o.area_km2 desc
