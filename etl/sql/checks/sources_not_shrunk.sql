-- No source brings far fewer rows than in the published snapshot (max_shrink in config/publish.yaml).
-- If the publisher really cut it, run the refresh with --accept-smaller.
-- severity: error
-- scope: run
select p.layer, p.source_id, p.n_rows as rows_before, coalesce(n.n_rows, 0) as rows_now
from chk_previous as p
left join out_source_rows as n on n.layer = p.layer and n.source_id = p.source_id
inner join chk_limit as k on k.name = 'max_shrink'
where coalesce(n.n_rows, 0) < p.n_rows * (1 - k.value)
