-- Share of all register facilities of a county that list any service.
select
    c.district_id,
    'services_reporting_share' as indicator_id,
    100.0 * count(*) filter (where len(t.service_names) > 0) / count(*) as value,
    count(*) filter (where len(t.service_names) > 0) as numerator,
    count(*) as denominator,
    '2020-05-20' as vintage,
    'ke_kmhfl_2020' as source_id,
    any_value(t.county) as source_name,
    min(t._row) as _row
from raw_ke_kmhfl_2020 as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
group by c.district_id, coalesce(c.district_id, t.county)
