-- The public table: one row per district. Every export is a projection of it.
select
    r.region_id,
    d.district_id,
    d.name as district_name,
    d.parent_name,
    r.boundary_vintage,
    d.population,
    r.population_vintage,
    d.area_km2,
    round(d.population / nullif(d.area_km2, 0), 2) as density_per_km2,
    d.rural_share,
    d.rural_class,
    i.is_rural,
    round(i.need_score, 2) as need_score,
    cast(i.need_rank as integer) as need_rank,
    round(i.access_score, 2) as access_score,
    cast(i.access_rank as integer) as access_rank,
    round(i.gap_score, 2) as gap_score,
    cast(i.gap_rank as integer) as gap_rank,
    cast(i.gap_rank_low as integer) as gap_rank_low,
    cast(i.gap_rank_high as integer) as gap_rank_high,
    round(i.gap_top_fifth_probability, 3) as gap_top_fifth_probability,
    i.gap_class,
    i.is_underserved,
    i.is_underserved_rural,
    round(i.fte_per_100k, 3) as fte_per_100k,
    round(i.accessible_fte_per_100k, 3) as accessible_fte_per_100k,
    round(i.nearest_service_minutes, 1) as nearest_service_minutes,
    round(i.share_beyond_60min, 4) as share_beyond_60min,
    round(i.population_served, 1) as population_served,
    round(i.population_over_capacity, 1) as population_over_capacity,
    round(i.population_beyond_reach, 1) as population_beyond_reach,
    round(i.fte_shortage, 2) as fte_shortage,
    (
        select cast(count(*) as integer)
        from core_service as s
        inner join cfg_service_type as t on t.service_type = s.service_type
        where s.district_id = d.district_id and not t.is_candidate
    ) as services_count,
    round(i.services_reporting_share, 4) as services_reporting_share,
    round(i.data_coverage, 4) as data_coverage,
    i.flags,
    r.snapshot_id,
    r.method_version
from core_district as d
inner join idx_district as i on i.district_id = d.district_id
cross join cfg_region as r
order by d.district_id
