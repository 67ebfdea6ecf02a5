-- Scores are 0 to 100, shares 0 to 1.
select district_id, need_score, access_score, gap_score, share_beyond_60min, data_coverage from out_gap
where not coalesce(need_score between 0 and 100, true)
    or not coalesce(access_score between 0 and 100, true)
    or not coalesce(gap_score between 0 and 100, true)
    or not coalesce(share_beyond_60min between 0 and 1, true)
    or not coalesce(data_coverage between 0 and 1, true)
