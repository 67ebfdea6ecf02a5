"""The Mindgap dashboard: everything it shows is read from a published snapshot.

- `server`: the process entry point; adds the routes for Leaflet, geometry and points
- `app`: navigation only
- `queries`: the only module that opens DuckDB
- `state`: what the reader is looking at, and its deep link
- `maps`: the Leaflet map, its colours and its update message
- `text`: every word on screen, number formats and escaping
- `panels`: blocks of escaped HTML; `table`: the ranked table and its CSV
- `views`: one module per page or panel
"""
