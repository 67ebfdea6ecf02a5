-- Mental-health facilities of 2020; those found in the 2015 listing (same state and ZIP, same street,
-- similar name) carry its flag for community mental-health centres. The rest did not report.
with facility as (
    select
        *,
        lpad(zip, 5, '0') as zip5,
        regexp_replace(lower(name1), '[^a-z0-9]', '', 'g') as name_key,
        regexp_replace(lower(street1), '[^a-z0-9]', '', 'g') as street_key
    from raw_us_samhsa_mh_2020
    where state = $state
    qualify row_number() over (
        partition by name1, coalesce(name2, ''), street1 order by _row
    ) = 1
),

flag as (
    select
        lpad(zip, 5, '0') as zip5,
        regexp_replace(lower(name1), '[^a-z0-9]', '', 'g') as name_key,
        regexp_replace(lower(street1), '[^a-z0-9]', '', 'g') as street_key,
        coalesce(community_centre, false) as community_centre
    from raw_us_samhsa_2015
    where state = $state
),

matched as (
    select f._row, bool_or(g.community_centre) as community_centre
    from facility as f
    inner join flag as g
        on f.zip5 = g.zip5
        and f.street_key = g.street_key
        and jaro_winkler_similarity(f.name_key, g.name_key) >= $match_similarity
    group by f._row
)

select
    'samhsa-' || left(md5(concat_ws('|', f.name1, f.name2, f.street1, f.city, f.zip5)), 12) as service_id,
    concat_ws(', ', f.name1, f.name2) as name,
    case when m.community_centre then 'community_centre' else 'outpatient_clinic' end as service_type,
    'point' as scope,
    f.lon,
    f.lat,
    'listed' as status,
    case when m._row is not null then true end as services_reported,
    'us_samhsa_mh_2020' as source_id,
    f._file,
    f._row
from facility as f
left join matched as m on m._row = f._row
