-- Provenance of every source used. The last three columns are empty where the file was not fetched
-- (embedded sample, files at hand).
select s.source_id, s.publisher, s.title, s.citation, s.licence, s.url, s.vintage, s.published,
    s.accessed, s.sha256, s.used_for, s.note, r.retrieved, r.retrieved_url, r.receipt_sha256
from core_source as s
left join raw_receipt as r on r.source_id = s.source_id
order by s.source_id
