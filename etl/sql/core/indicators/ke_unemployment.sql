-- Seeking work or none available, among the labour force aged 15 to 64. The nation's rows are left out.
select
    c.district_id,
    'unemployment_rate' as indicator_id,
    100.0 * sum(t.seeking) / (sum(t.seeking) + sum(t.working)) as value,
    sum(t.seeking) as numerator,
    sum(t.seeking) + sum(t.working) as denominator,
    '2019-08-24' as vintage,
    'ke_census_2019_activity' as source_id,
    any_value(t.county) as source_name,
    min(t._row) as _row
from raw_ke_census_2019_activity as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
where t.age in ('15 - 17', '18 - 24', '25 - 34', '35 - 64') and t.county <> 'KENYA'
group by c.district_id, coalesce(c.district_id, t.county)
