-- Variants of the model beside the published one, and how many districts enter or leave the worst fifth.
select
    variant,
    position,
    label,
    description,
    is_published,
    round(rank_correlation, 4) as rank_correlation,
    n_enter,
    n_leave,
    n_scored,
    cast(failure as varchar) as failure
from idx_variant
order by position
