-- Levels of support. A level that no source covers has no data, which is not the same as none.
select
    l.level,
    l.label,
    cast(l.position as integer) as position,
    cast(count(s.service_id) filter (where not t.is_candidate) as integer) as n_services,
    count(s.service_id) filter (where not t.is_candidate) > 0 as has_data,
    l.note
from cfg_level as l
left join cfg_service_type as t on t.level = l.level
left join core_service as s on s.service_type = t.service_type
group by l.level, l.label, l.position, l.note
order by l.position
