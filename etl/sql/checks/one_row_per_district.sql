-- out_gap holds each district once.
select district_id, count(*) as n from out_gap group by district_id having count(*) > 1
