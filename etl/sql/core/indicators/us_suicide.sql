-- Suicide deaths per 100,000 person-years, pooled over every year of the file. Only for counties with a
-- count in each year: a county and year with fewer than 10 deaths is withheld, and the years that
-- remain are the ones with more deaths. The standard error is that of a Poisson count.
with pooled as (
    select
        county_code,
        count(deaths) as n_years,
        sum(deaths) as deaths,
        sum(population) as person_years,
        bool_or(crude_rate like '%(Unreliable)') as any_unreliable,
        min(_row) as _row
    from raw_us_cdc_wonder_suicide
    group by county_code
),

complete as (
    select * from pooled
    where n_years = (select count(distinct year) from raw_us_cdc_wonder_suicide)
)

select
    b.geoid as district_id,
    'suicide_rate' as indicator_id,
    100000.0 * c.deaths / c.person_years as value,
    100000.0 * sqrt(c.deaths) / c.person_years as se,
    c.deaths as numerator,
    c.person_years as denominator,
    case
        when c.deaths is null then 'suppressed'
        when c.any_unreliable then 'unreliable'
    end as flag,
    '2010-2016' as vintage,
    'us_cdc_wonder_suicide' as source_id,
    b.name as source_name,
    coalesce(c._row, 0) as _row
from raw_us_census_counties_2015 as b
left join complete as c on c.county_code = b.geoid
where b.state_fips = $state_fips
