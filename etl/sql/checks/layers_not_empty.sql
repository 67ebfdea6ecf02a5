-- Every layer brings rows: a source that came empty must not pass for "none there".
-- A region of layer files may say in its file that it has none (`layers: absent`).
-- severity: error
select layer, n_rows from (
    select 'district' as layer, count(*) as n_rows from core_district
    union all
    select 'demand_point', count(*) from core_demand_point
    union all
    select 'service', count(*) from core_service
    union all
    select 'workforce', count(*) from core_workforce
    union all
    select 'indicator', count(value) from core_indicator
)
where n_rows = 0
    and layer not in (select coalesce(value, '') from core_issue where rule = 'layer_not_given')
