-- Counties that the file leaves out in some years, and so have no pooled rate; counties that no
-- longer exist.
with years as (
    select b.geoid, b.name, count(w.deaths) as n
    from raw_us_census_counties_2015 as b
    left join raw_us_cdc_wonder_suicide as w on w.county_code = b.geoid
    where b.state_fips = $state_fips
    group by b.geoid, b.name
)

select
    'withheld_count' as rule,
    'info' as severity,
    'us_cdc_wonder_suicide' as source_id,
    'deaths' as column_name,
    array_to_string(list(name order by n desc, name)[1:5], ', ') as value,
    count(*) as n_rows,
    'a year with fewer than 10 deaths is withheld' as message,
    'no suicide rate: a rate over the other years alone would be too high' as action
from years
where n < (select count(distinct year) from raw_us_cdc_wonder_suicide)
having count(*) > 0
union all
select
    'county_no_longer_exists',
    'info',
    'us_cdc_wonder_suicide',
    'county_code',
    any_value(w.county),
    count(*),
    'the county is not among the boundaries of the region',
    'rows left out'
from raw_us_cdc_wonder_suicide as w
where substr(w.county_code, 1, 2) = $state_fips
    and w.county_code not in (select geoid from raw_us_census_counties_2015)
group by w.county_code
