-- A district has a score, or a flag that says why not.
select district_id, gap_class, flags from out_gap
where (gap_score is null and flags not like '%insufficient_data%')
    or (gap_score is null) <> (gap_class = 'insufficient data')
    or isnan(gap_score) or isinf(gap_score) or isnan(need_score) or isnan(access_score)
