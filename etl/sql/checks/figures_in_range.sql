-- Figures are possible: indicators inside the range config/indicators.yaml states, counts and minutes
-- not below zero, population above it.
-- severity: error
select district_id, indicator_id as figure, value from out_indicator as i
inner join cfg_indicator as k using (indicator_id)
where not coalesce(i.value between k.low and k.high, true)
union all
select district_id, 'population', population from out_gap where not coalesce(population >= 0, false)
union all
select district_id, measure, value from out_access where value < 0 or isnan(value) or isinf(value)
union all
select district_id, cadre, coalesce(fte, headcount) from core_workforce
where headcount < 0 or fte < 0
