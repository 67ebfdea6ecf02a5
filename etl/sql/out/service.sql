-- Services and possible places for integration, with the level they belong to.
select
    s.service_id,
    s.name,
    s.service_type,
    t.label as type_label,
    t.level,
    l.label as level_label,
    t.care_tier,
    s.scope,
    s.lon,
    s.lat,
    s.ownership,
    coalesce(upper(s.ownership[1]) || s.ownership[2:], 'Not stated') as ownership_label,
    s.district_id,
    round(i.supply_fte, 4) as supply_fte,
    s.beds,
    s.status,
    s.services_reported,
    t.is_candidate,
    s.source_id
from core_service as s
inner join cfg_service_type as t on t.service_type = s.service_type
inner join cfg_level as l on l.level = t.level
left join idx_service as i on i.service_id = s.service_id
order by s.service_id
