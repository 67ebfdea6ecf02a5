-- Populated cells of the 1 km grid.
select
    'cell-' || _row || '-' || _column as point_id,
    lon,
    lat,
    value as population,
    _file,
    _row
from raw_ke_afripop_2010
