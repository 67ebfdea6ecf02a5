-- How sure a district's place is: interval of its gap score, and the chance of the worst fifth in words.
select
    district_id,
    round(gap_low, 2) as gap_low,
    round(gap_high, 2) as gap_high,
    round(gap_top_fifth_probability, 3) as top_fifth_probability,
    confidence
from idx_district
order by district_id
