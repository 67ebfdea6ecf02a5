"""The Mindgap dashboard: everything it shows is read from a published snapshot.

- `server`: the process entry point; adds the routes for Leaflet, geometry and points
- `app`: navigation only
- `queries`: the only module that opens DuckDB; `district_rows`, `region_rows`: more of its SELECTs
- `state`: what the reader is looking at, and its deep link
- `selection`: whose scores and which districts are shown, their totals, moves between variants
- `maps`: the Leaflet map, its colours and its update message
- `text`: every word on screen, number formats and escaping
- `panels`: blocks of escaped HTML; `table`: the ranked table and its CSV
- `views`: one module per page or panel; `views.profile`: the parts of a district profile
"""
