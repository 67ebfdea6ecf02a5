-- Staff by county, cadre and ownership. Cadres that can have to do with mental health are kept, all
-- others (laboratory, pharmacy, dental ...) are left out.
with kept as (
    select
        *,
        case
            when cadre = 'Counselling Psychologists/Medical social workers'
                then 'counselling_psychologist_social_worker'
            when cadre = 'Occupational therapist' then 'occupational_therapist'
            when cadre = 'Nurse (Specialist)' then 'specialist_nurse'
            when cadre = 'Medical Doctor Specialist' then 'specialist_doctor'
            when cadre = 'Medical Officer' then 'medical_officer'
            when cadre in ('Clinical Officer', 'Clinical Officer (Specialist)', 'Graduate Clinical Officer')
                then 'clinical_officer'
            when cadre in ('Registered Nurse', 'Enrolled Nurses', 'Nursing Officer') then 'general_nurse'
        end as kept_cadre
    from raw_ke_health_workforce_2024
)

select
    coalesce(c.district_id, 'no match') as district_id,
    kept_cadre as cadre,
    lower(ownership) as ownership,
    sum(persons) as headcount,
    '2024-03' as vintage,
    'ke_health_workforce_2024' as source_id,
    any_value(county) as source_name,
    min(_row) as _row
from kept
left join lookup_county as c
    on c.name_key = name_key(kept.county)
where kept_cadre is not null
group by c.district_id, kept_cadre, ownership
