-- Staff and missing posts by district and cadre; the cadre 'all' is every counted one together.
with row_of as (
    select district_id, cadre, vintage, source_id from core_workforce
    union all
    select w.district_id, 'all', w.vintage, w.source_id
    from core_workforce as w
    inner join cfg_cadre as c on c.cadre = w.cadre
    where c.is_counted
),

origin as (
    select
        district_id,
        cadre,
        string_agg(distinct vintage, '; ' order by vintage) as vintage,
        string_agg(distinct source_id, '; ' order by source_id) as source_id
    from row_of
    group by district_id, cadre
)

select
    s.district_id,
    s.cadre,
    c.label,
    c.position,
    c.is_counted,
    s.headcount,
    s.fte,
    round(s.fte_per_100k, 3) as fte_per_100k,
    s.target_population_per_fte,
    s.target_reference,
    round(s.fte_wanted, 2) as fte_wanted,
    round(s.fte_shortage, 2) as fte_shortage,
    o.vintage,
    o.source_id
from idx_staff as s
inner join cfg_cadre as c on c.cadre = s.cadre
left join origin as o on o.district_id = s.district_id and o.cadre = s.cadre
order by s.district_id, c.position
