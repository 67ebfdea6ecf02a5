-- Why a district ranks where it ranks: each figure's points of the gap, and the gap and rank it would
-- have if that one figure were typical (the median of the scored districts) and all else stayed.
select
    r.district_id,
    r.part,
    r.part_id,
    coalesce(k.label, r.label) as label,
    r.value,
    r.unit,
    round(r.scaled_value, 3) as scaled_value,
    r.contribution,
    round(r.typical_value, 4) as typical_value,
    round(r.gap_if_typical, 2) as gap_if_typical,
    r.rank_if_typical,
    r.position
from idx_reason as r
left join cfg_indicator as k on r.part = 'need' and k.indicator_id = r.part_id
order by r.district_id, r.position
