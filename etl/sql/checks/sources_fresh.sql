-- No newer edition should be out: each source that states how often it appears is younger than that.
-- severity: warn
-- scope: run
select source_id, published, cadence_months, today
from chk_source
where cadence_months is not null
    and coalesce(
        try_strptime(published, ['%Y-%m-%d', '%Y-%m', '%Y'])
        + to_months(cast(cadence_months as integer)) < cast(today as timestamp),
        true
    )
order by source_id
