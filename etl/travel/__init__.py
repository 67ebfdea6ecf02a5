"""Travel models that start from data: a user's cost table, a road network, a friction surface.

Each ends in the same `etl.measures.catchment.Network` (minutes from demand point to service), made
by `from_costs`, and can also tell the minutes to the nearest service however far. Frames and arrays
in; reading the files is `etl.extract`'s work (``costs``, ``osm``, ``friction``).

Modules
-------
places : joining points to the network, pairs of points from pairs of places, what to report.
roads : a road network out of nodes, ways and segments.
surface : a raster of minutes per metre.
table : a table of minutes by origin and destination.
"""
