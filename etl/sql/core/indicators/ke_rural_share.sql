-- Rural people of all people. Mombasa and Nairobi carry no rural figure because they are entirely urban.
select
    c.district_id,
    'rural_population_share' as indicator_id,
    100.0 * coalesce(r.rural_population, 0) / d.population as value,
    coalesce(r.rural_population, 0) as numerator,
    d.population as denominator,
    '2019-08-24' as vintage,
    'ke_census_2019_rural' as source_id,
    r.county as source_name,
    r._row
from raw_ke_census_2019_rural as r
left join lookup_county as c
    on c.name_key = name_key(r.county)
left join (
    select k.district_id, t.population
    from raw_ke_census_2019_density as t
    inner join lookup_county as k
        on k.name_key = name_key(t.county)
) as d on d.district_id = c.district_id
where r.county <> 'KENYA'
