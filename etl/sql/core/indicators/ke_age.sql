-- Shares aged 17 and under and 65 and over, from single years; people of unstated age stay in the
-- denominator. Sub-county ALL is the county; the nation is spelt xxx.
with aged as (
    select
        t.county,
        min(t._row) as _row,
        max(t.persons) filter (where t.age = 'Total') as total,
        sum(t.persons) filter (where try_cast(t.age as integer) <= 17) as young,
        sum(t.persons) filter (where try_cast(t.age as integer) >= 65) as old_single_years,
        max(t.persons) filter (where t.age = '100+') as centenarians
    from raw_ke_census_2019_age as t
    where t.sub_county = 'ALL' and t.county <> 'xxx'
    group by t.county
)

select c.district_id, 'age_17_under_share' as indicator_id, 100.0 * young / total as value,
    young as numerator, total as denominator, '2019-08-24' as vintage,
    'ke_census_2019_age' as source_id, t.county as source_name, _row
from aged as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
union all
select c.district_id, 'age_65_plus_share', 100.0 * (old_single_years + coalesce(centenarians, 0)) / total,
    old_single_years + coalesce(centenarians, 0), total, '2019-08-24',
    'ke_census_2019_age', t.county, _row
from aged as t
left join lookup_county as c
    on c.name_key = name_key(t.county)
