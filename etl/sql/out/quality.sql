-- Rejected and doubtful rows, by rule and source, with a few examples.
select
    rule,
    severity,
    source_id,
    case when count(distinct file) > 1 then count(distinct file) || ' files' else any_value(file) end as file,
    cast(sum(n_rows) as integer) as n_rows,
    array_to_string(list(distinct value order by value)[1:5], ', ') as examples,
    message || ': ' || action as action
from (
    select rule, severity, source_id, file, n_rows, value, message, action from core_issue
    union all
    select rule, severity, source_id, file, n_rows, value, message, action from idx_issue
)
group by rule, severity, source_id, message, action
order by severity, rule, source_id, message
