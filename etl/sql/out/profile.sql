-- Which link of care is missing, district by district, with the remedy family that answers it.
select
    p.district_id,
    p.link,
    l.label,
    p.state,
    l.words,
    l.remedy_family,
    p.figures
from idx_profile as p
inner join cfg_link as l on l.link = p.link
order by p.district_id, p.position
