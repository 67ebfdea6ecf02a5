-- Every district comes out of every table.
select 'out_gap' as "table", district_id from core_district where district_id not in (select district_id from out_gap)
union all
select 'out_access', district_id from core_district where district_id not in (select district_id from out_access)
union all
select 'out_indicator', district_id from core_district where district_id not in (select district_id from out_indicator)
union all
select 'out_district', district_id from core_district where district_id not in (select district_id from out_district)
