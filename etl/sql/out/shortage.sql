-- The federal shortage rule by district, where the region names one. Missing `qualifies`: the branch
-- that could be judged does not qualify, and the others could not be judged.
select
    district_id,
    rule,
    high_need,
    high_need_unknown,
    round(population_per_core_fte, 1) as population_per_core_fte,
    core_threshold,
    qualifies,
    judged,
    round(core_fte_shortage, 2) as core_fte_shortage,
    reference,
    note
from idx_shortage
order by district_id
