-- Provenance of every source used.
select source_id, publisher, title, citation, licence, url, vintage, published, accessed, sha256,
    used_for, note
from core_source
order by source_id
