"""The Mindgap dashboard: everything it shows is read from a published snapshot.

- `server`, `routes`, `guard`, `health`, `index_page`: the process, what it serves beside the pages
- `login`: who may see what, where people sign in
- `app`, `navigation`: which pages there are, and links that carry the whole view
- `state`: what the reader is looking at, and its address
- `queries`: the only module that opens DuckDB; `*_rows`: more of its SELECTs
- `selection`, `ranking`, `compared`: which districts and figures are shown, and their totals
- `maps`, `layers`, `legend`, `palettes`, `map_*`: the map, its colours, words and messages
- `i18n`, `text`, `glossary`, `locale/`: every word on screen, number formats and escaping
- `panels`, `table`, `columns`: blocks of escaped HTML, the tables and their files
- `views`: one module per page or panel; `views.profile`: the parts of a district profile
"""
