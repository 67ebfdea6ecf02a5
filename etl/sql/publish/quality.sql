-- The rows that layers and travel doubted, and the checks on data that warn. Checks that depend on the
-- day or on the last snapshot stay out: they would make two publications of the same data differ.
with told as (
    select
        "check" as rule,
        'warn' as severity,
        cast(null as varchar) as source_id,
        cast(null as varchar) as file,
        cast(n_rows as integer) as n_rows,
        examples,
        about as action
    from chk_result
    where severity = 'warn' and scope = 'data' and n_rows > 0
)

select rule, severity, source_id, file, n_rows, examples, action from out_quality
where rule not in (select "check" from chk_result)
union all
select rule, severity, source_id, file, n_rows, examples, action from told
order by severity, rule, source_id, action
